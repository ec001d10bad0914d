"""An enforcement point's evaluator in another language: it meets every conformance case but those of `routes`.

    mfa-gate conformance --without routes -- python3 example.py
"""

import json
import re
import sys
from datetime import datetime, timedelta, timezone

SURFACES = ("dashboard", "partner_api", "delegated_admin_portal", "delegated_admin_api")
FLOWS = ("interactive", "non_interactive", "app_only")
GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:[0-5]\d)", re.ASCII)


def guid(value):
    """The GUID in lower case, or None."""
    text = value.lower() if isinstance(value, str) and value.isascii() else ""
    return text if GUID.fullmatch(text) else None


def instant(value):
    """(time to the second, nanoseconds) of an RFC 3339 text, or None. Python's own times end at microseconds."""
    parts = INSTANT.fullmatch(value) if isinstance(value, str) else None
    if not parts:
        return None
    day, minute, second, fraction, offset = parts.groups()
    second, leap = (59, 10**9) if second == "60" else (int(second), 0)
    try:
        at = datetime.strptime(f"{day} {minute}", "%Y-%m-%d %H:%M").replace(second=second, tzinfo=timezone.utc)
        if offset not in "Zz":
            ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:]))
            if ahead >= timedelta(hours=24):
                return None
            at = at - ahead if offset[0] == "+" else at + ahead
    except (ValueError, OverflowError):
        return None
    return at, int((fraction or "").ljust(9, "0")[:9]) + leap


def readable(rule):
    """The rule with every part read, or None: one malformed part, and it covers nobody."""
    if not isinstance(rule, dict):
        return None
    subjects, surfaces = rule.get("subjects"), rule.get("surfaces")
    users = None if subjects == "all" else [guid(user) for user in subjects] if isinstance(subjects, list) else [None]
    if not isinstance(surfaces, list) or not all(isinstance(name, str) for name in surfaces):
        return None
    if not isinstance(rule.get("issue", ""), str):
        return None
    parts = (guid(rule.get("id")), guid(rule.get("tenant")), instant(rule.get("not_before")), instant(rule.get("expires_at")))
    return None if None in parts or None in (users or []) else (*parts, users, surfaces)


def covering(feed, tenant, user, surface, at):
    """The exception that covers the caller: of several the one that ends last, of those the one with the smallest id."""
    found = []
    for identity, of_tenant, begin, end, users, surfaces in filter(None, map(readable, feed["rules"])):
        covers = of_tenant == tenant and (users is None or user in users) and surface in surfaces
        if covers and begin <= at < end:
            found.append((end, identity))
    last = max((end for end, _ in found), default=None)
    return min((identity for end, identity in found if end == last), default=None)


def errors_of(asked):
    """What is wrong with the strict fields: null counts as absent."""
    if not isinstance(asked, dict):
        return [("", "unreadable")]
    at, flow, surface = (asked.get(name) for name in ("at", "flow", "surface"))
    errors = []
    if instant(at) is None:
        errors.append(("/at", "required" if at is None else "not_an_instant"))
    if flow not in FLOWS:
        errors.append(("/flow", "required" if flow is None else "unknown_flow"))
    if surface not in SURFACES:
        errors.append(("/surface", "required" if surface is None else "unknown_surface"))
    elif type(asked.get("signs_in_to_customer_tenant")) not in (bool, type(None)):
        errors.append(("/signs_in_to_customer_tenant", "not_a_boolean"))
    return errors


def challenge(account):
    account = account if isinstance(account, dict) else {}
    identity, idp_does_mfa = account.get("identity"), account.get("federated_idp_supports_mfa")
    if identity == "federated" and idp_does_mfa is True:
        return "redirect_to_federated_idp"
    with_the_directory = identity == "managed" or (identity == "federated" and idp_does_mfa is False)
    return "register_then_verify" if with_the_directory and account.get("mfa_registered") is False else "verify"


def decide(feed, asked):
    at, flow, surface = instant(asked["at"]), asked["flow"], asked["surface"]
    freshness = "absent" if feed is None else "fresh" if at < instant(feed["expires_at"]) else "expired"
    is_browser = surface in ("dashboard", "delegated_admin_portal")

    def answer(decision, reason, status, exception=None, asks=None):
        return {"decision": decision, "reason": reason, "exception": exception, "challenge": asks, "status": status,
                "feed": freshness}

    if surface == "delegated_admin_portal" and asked.get("signs_in_to_customer_tenant") is False:
        return answer("allow", "not_protected", 204)
    if flow == "app_only":
        return answer("deny", "mfa_required", 401) if is_browser else answer("allow", "app_only", 204)
    if isinstance(asked.get("amr"), list) and "mfa" in asked["amr"]:
        return answer("allow", "mfa_verified", 204)
    tenant, user = guid(asked.get("tenant")), guid(asked.get("user"))
    if freshness == "fresh" and tenant and user:
        exception = covering(feed, tenant, user, surface, at)
        if exception:
            return answer("allow", "mfa_suppressed", 204, exception)
    if surface == "partner_api" or flow == "non_interactive":
        return answer("deny", "mfa_required", 401)
    return answer("challenge", "mfa_required", 302 if is_browser else 401, asks=challenge(asked.get("account")))


for line in sys.stdin:
    question = json.loads(line)
    errors = errors_of(question["input"])
    if errors:
        print(json.dumps({"error": [{"pointer": pointer, "code": code} for pointer, code in errors]}), flush=True)
    else:
        print(json.dumps(decide(question["feed"], question["input"])), flush=True)
