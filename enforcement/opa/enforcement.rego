# Whether MFA is suppressed: the decision of an enforcement point, in the order that the product's description gives it.
#
# Ask for `data.exception_desk.enforcement.decision`. It goes by OPA's own clock and is undefined when the input has errors
# (`errors` names them); `allow` is false then. `decision_at` is the same for the instant `input.at`, for tests and trials:
# never let a caller choose that instant.
package exception_desk.enforcement

import data.exception_desk.instants
import data.exception_desk.routes
import rego.v1

# A clock that is further behind the document's `issued_at`, in seconds, is not trusted.
clock_tolerance := 60

decision := answer(now, "expired") if {
	place
	count(errors) == 0
	clock_is_behind
}

decision := answer(now, freshness(now)) if {
	place
	count(errors) == 0
	not clock_is_behind
}

default allow := false

allow if decision.decision == "allow"

decision_at := answer(at, freshness(at)) if {
	place
	count(errors_at) == 0
	at := instants.read(fields.at)
}

# ---- The input ----

fields := input if is_object(input)

fields := {} if not is_object(input)

# A field that is null counts as absent.
has(name) if fields[name] != null

flows := {"interactive", "non_interactive", "app_only"}

errors contains fault("", "unreadable") if not is_object(input)

errors contains fault("/flow", "required") if {
	is_object(input)
	not has("flow")
}

errors contains fault("/flow", "unknown_flow") if {
	has("flow")
	not fields.flow in flows
}

errors contains error if {
	is_object(input)
	some error in routes.errors
}

errors_at := errors | at_errors

at_errors contains fault("/at", "required") if {
	is_object(input)
	not has("at")
}

at_errors contains fault("/at", "not_an_instant") if {
	has("at")
	not instants.read(fields.at)
}

fault(pointer, code) := {"pointer": pointer, "code": code}

# What comes from tokens is lenient: malformed counts as absent, which can only lead to more MFA.
guid(value) := lower(value) if {
	is_string(value)
	regex.match(`^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$`, value)
}

mfa_done if {
	is_array(fields.amr)
	"mfa" in fields.amr
}

account := fields.account if {
	is_object(fields.account)
} else := {}

# ---- The decision ----

place := routes.place

behaviour := routes.surfaces[place.surface]

is_browser if behaviour in {"dashboard", "delegated_admin_portal"}

is_open if place.open

is_open if {
	behaviour == "delegated_admin_portal"
	place.signs_in_to_customer_tenant == false
}

answer(at, feed) := allowed("not_protected", null, feed) if {
	is_open
} else := allowed("app_only", null, feed) if {
	fields.flow == "app_only"
	not is_browser
} else := refused("deny", null, 401, feed) if {
	fields.flow == "app_only"
} else := allowed("mfa_verified", null, feed) if {
	mfa_done
} else := allowed("mfa_suppressed", exception(at), feed) if {
	feed == "fresh"
	exception(at)
} else := refused("deny", null, 401, feed) if {
	behaviour == "partner_api"
} else := refused("deny", null, 401, feed) if {
	fields.flow == "non_interactive"
} else := refused("challenge", challenge, 302, feed) if {
	is_browser
} else := refused("challenge", challenge, 401, feed)

allowed(reason, exception_id, feed) := {
	"decision": "allow",
	"reason": reason,
	"exception": exception_id,
	"challenge": null,
	"status": 204,
	"feed": feed,
}

refused(verdict, asked, status, feed) := {
	"decision": verdict,
	"reason": "mfa_required",
	"exception": null,
	"challenge": asked,
	"status": status,
	"feed": feed,
}

challenge := "redirect_to_federated_idp" if {
	account.identity == "federated"
	account.federated_idp_supports_mfa == true
} else := "register_then_verify" if {
	mfa_is_with_the_directory
	account.mfa_registered == false
} else := "verify"

mfa_is_with_the_directory if account.identity == "managed"

mfa_is_with_the_directory if {
	account.identity == "federated"
	account.federated_idp_supports_mfa == false
}

# ---- The feed ----

now := instants.of_nanoseconds(time.now_ns())

freshness(at) := "fresh" if {
	end := instants.read(data.exception_desk.feed.expires_at)
	instants.before(at, end)
} else := "expired" if {
	data.exception_desk.feed
} else := "absent"

clock_is_behind if {
	issued := instants.read(data.exception_desk.feed.issued_at)
	now[0] + clock_tolerance < issued[0]
}

# The rule in force that covers the caller: of several the one that ends last, of those the one with the smallest id.
exception(at) := first if {
	covering := [{"id": rule.id, "end": instants.read(rule.expires_at)} | some rule in rules_of_caller; covers(rule, at)]
	count(covering) > 0
	second := max([one.end[0] | some one in covering])
	nanosecond := max([one.end[1] | some one in covering; one.end[0] == second])
	first := min([one.id | some one in covering; one.end[0] == second; one.end[1] == nanosecond])
}

covers(rule, at) if {
	place.surface in rule.surfaces
	begin := instants.read(rule.not_before)
	end := instants.read(rule.expires_at)
	not instants.before(at, begin)
	instants.before(at, end)
}

# The rules of the caller's tenant that name the caller or every user; `users` and `every_user` hold places in `rules`.
rules_of_caller := [tenant.rules[position] | some position in positions] if {
	tenant := data.exception_desk.feed.tenants[guid(fields.tenant)]
	user := guid(fields.user)
	positions := array.concat(object.get(tenant.users, user, []), tenant.every_user)
}
