"""Verifies an export of the audit log (JSON lines on standard input) by docs/AUDIT.md alone, with nothing of the desk's code.

Prints how many events hold, or the first fault, and exits 1 then. The export must be whole: from position 1.
"""

import hashlib
import json
import sys

MEMBERS = ["action", "actor_kind", "actor_object_id", "actor_role", "actor_tenant", "at", "details", "id",
           "personal_digest", "subject_id", "subject_kind", "tenant"]


def canonical(value):
    """RFC 8785, for values without fractions."""
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(item)}" for key, item in pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def fault(number, words):
    print(f"position {number}: {words}")
    sys.exit(1)


def main():
    previous, number, texts = bytes(32), 0, 0
    for line in sys.stdin.buffer:
        row, number = json.loads(line), number + 1
        event = row["event"]
        if row["position"] != number:
            fault(number, "missing")
        if sorted(event) != MEMBERS:
            fault(number, "other members than documented")
        hashed = b"exception-desk audit chain 1\n" + previous + number.to_bytes(8, "big") + canonical(event).encode()
        digest = hashlib.sha256(hashed).digest()
        if row["previous"] != previous.hex() or row["hash"] != digest.hex():
            fault(number, "link broken")
        if row.get("personal") is not None:
            texts += 1
            salted = bytes.fromhex(row["personal_salt"]) + canonical(row["personal"]).encode()
            if hashlib.sha256(salted).hexdigest() != event["personal_digest"]:
                fault(number, "personal text differs")
        previous = digest
    print(f"{number} events, {texts} texts, {previous.hex()}")


main()
