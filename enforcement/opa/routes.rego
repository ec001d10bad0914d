# Which surface a request belongs to. Surfaces and routes of an organisation's own are its own data, beside this bundle:
#
#     {"exception_desk_site": {"surfaces": {"billing_portal": "dashboard"}, "routes": [{"path": "/billing", "surface": "billing_portal"}]}}
#
# They mean what they mean in a routes file of `mfa-gate`, with two exceptions, both on the side of more MFA: a route's path
# is written in ASCII, and a route that opens (`"protected": false`) does not open a path with other letters.
package exception_desk.routes

import rego.v1

default_surfaces := {
	"dashboard": "dashboard",
	"partner_api": "partner_api",
	"delegated_admin_portal": "delegated_admin_portal",
	"delegated_admin_api": "delegated_admin_api",
}

# The behaviour of each surface by its name. One that behaves in none of the four ways is not known.
surfaces := object.union(default_surfaces, own_surfaces)

own_surfaces[name] := behaviour if {
	some name, behaviour in data.exception_desk_site.surfaces
	default_surfaces[behaviour]
}

default has_routes := false

has_routes if is_array(data.exception_desk_site.routes)

has(name) if input[name] != null

# ---- What is wrong with the input: the first of these ----

errors := {fault("/path", "unusable_routes")} if {
	count(unusable) > 0
} else := {fault("/surface", "unknown_surface")} if {
	has("surface")
	not knows_surface
} else := {fault("/signs_in_to_customer_tenant", "not_a_boolean")} if {
	has("signs_in_to_customer_tenant")
	not is_boolean(input.signs_in_to_customer_tenant)
} else := {fault(pointer, "not_text")} if {
	has_routes
	has("path")
	some pointer in ["/path", "/host", "/method"]
	name := trim_prefix(pointer, "/")
	has(name)
	not is_string(input[name])
	earlier := {"/path": [], "/host": ["path"], "/method": ["path", "host"]}
	every other in earlier[pointer] { is_text_or_absent(other) }
} else := {fault("/path", "odd_path")} if {
	has_routes
	has("path")
	not segments
} else := {fault("/path", "ambiguous_route")} if {
	count(targets) > 1
} else := {fault("/surface", "required")} if {
	not target
	not has("surface")
} else := set()

fault(pointer, code) := {"pointer": pointer, "code": code}

is_text_or_absent(name) if not has(name)

is_text_or_absent(name) if is_string(input[name])

knows_surface if {
	is_string(input.surface)
	surfaces[input.surface]
}

# ---- The place: `{"open": true}`, or a surface and whether it signs in to the customer's tenant ----

place := target if {
	target
} else := {"surface": input.surface, "signs_in_to_customer_tenant": signs_in} if {
	knows_surface
}

# Only a route may say that a portal does not sign in, where there are routes.
signs_in := false if {
	not has_routes
	input.signs_in_to_customer_tenant == false
} else := true

# What the best route says; undefined when none fits, and then the request is protected on the input's own surface.
target := found if {
	count(targets) == 1
	some found in targets
	not is_forgotten(found)
}

targets contains targets_of(route) if {
	some route in fitting
	rank(route) == best
}

best := max([rank(route) | some route in fitting])

fitting := [route | some route in data.exception_desk_site.routes; fits(route); fits_method(route)] if segments

# A deeper route that protects this path for other methods: this method was forgotten there, not opened here.
is_forgotten(found) if {
	not protects_target(found)
	some route in data.exception_desk_site.routes
	protects(route)
	fits(route)
	count(segments_of(route.path)) > best[0]
}

# Deeper first; then a named host, then a named method, as far as the request names its own.
rank(route) := [count(segments_of(route.path)), named("host", route), named("method", route)]

named("host", route) := 1 if {
	has("host")
	object.get(route, "host", null) != null
} else := 0

named("method", route) := 1 if {
	has("method")
	count(object.get(route, "methods", [])) > 0
} else := 0

fits(route) if {
	fits_host(route)
	prefix := segments_of(route.path)
	count(prefix) <= count(segments)
	beginning := array.slice(segments, 0, count(prefix))
	fits_path(route, prefix, beginning)
}

fits_path(route, prefix, beginning) if {
	protects(route)
	lower(concat("/", prefix)) == lower(concat("/", beginning))
}

fits_path(route, prefix, beginning) if {
	not protects(route)
	prefix == beginning
	is_ascii
}

fits_host(route) if object.get(route, "host", null) == null

fits_host(_) if not has("host")

fits_host(route) if plain_host(route.host) == plain_host(input.host)

fits_method(route) if count(object.get(route, "methods", [])) == 0

fits_method(_) if not has("method")

fits_method(route) if input.method in route.methods

targets_of(route) := {"open": true} if {
	object.get(route, "protected", true) == false
} else := {
	"surface": route.surface,
	"signs_in_to_customer_tenant": object.get(route, "signs_in_to_customer_tenant", true),
}

protects(route) if protects_target(targets_of(route))

protects_target(of_route) if {
	surfaces[of_route.surface] != "delegated_admin_portal"
}

protects_target(of_route) if {
	of_route.surface
	of_route.signs_in_to_customer_tenant != false
}

# Routes that no request may be judged by.
unusable contains position if {
	some position, route in data.exception_desk_site.routes
	not is_usable(route)
}

is_usable(route) if {
	is_string(route.path)
	not regex.match(`%[89A-Fa-f]`, route.path)
	segments_of(route.path)
	speaks_of_a_surface(route)
}

speaks_of_a_surface(route) if {
	route.protected == false
	not route.surface
}

speaks_of_a_surface(route) if {
	object.get(route, "protected", true) == true
	surfaces[route.surface]
}

# Lower case, without the port and the root's dot; within brackets the colons belong to an IPv6 address.
plain_host(host) := trim_right(lower(regex.replace(host, `:[^:\]]+$`, "")), ".") if {
	is_string(host)
}

# ---- Paths as the upstream will see them: whatever two programs might read differently is refused ----

segments := segments_of(input.path)

is_ascii if {
	is_string(input.path)
	not regex.match(`%[89A-Fa-f]`, input.path)
}

# What may stand in a segment: visible characters, and escapes where an honest client would write them.
segment_form := concat("", [
	`^(?:[!"$&-.0-:<->@-\[\]-~]`,
	`|%(?:2[0-46-9A-Ca-c]|3[ACDEFacdef]|40|5[BDEbde]|60|7[BCDbcd])`,
	`|%(?:[Cc][2-9A-Fa-f]|[Dd][0-9A-Fa-f])%[89ABab][0-9A-Fa-f]`,
	`|%[Ee]0%[ABab][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]`,
	`|%[Ee][1-9A-CEFa-cef](?:%[89ABab][0-9A-Fa-f]){2}`,
	`|%[Ee][Dd]%[89][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]`,
	`|%[Ff]0%[9ABab][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){2}`,
	`|%[Ff][1-3](?:%[89ABab][0-9A-Fa-f]){3}`,
	`|%[Ff]4%8[0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){2})+$`,
])

# The segments with ASCII escapes undone; undefined for an odd path. One slash at the end changes nothing, and `/` has none.
segments_of(target) := [strings.replace_n(escapes, segment) | some segment in raw] if {
	is_string(target)
	path := split(target, "?")[0]
	startswith(path, "/")
	path != "//"
	raw := [segment | some segment in split(trim_suffix(trim_prefix(path, "/"), "/"), "/"); path != "/"]
	count([segment | some segment in raw; is_odd(segment)]) == 0
}

is_odd(segment) if not regex.match(segment_form, segment)

is_odd(segment) if startswith(segment, "%20")

is_odd(segment) if endswith(segment, "%20")

is_odd(segment) if endswith(segment, ".")

escapes := {
	"%20": " ", "%21": "!", "%22": "\"", "%23": "#", "%24": "$", "%26": "&", "%27": "'", "%28": "(", "%29": ")",
	"%2A": "*", "%2a": "*", "%2B": "+", "%2b": "+", "%2C": ",", "%2c": ",", "%3A": ":", "%3a": ":", "%3C": "<",
	"%3c": "<", "%3D": "=", "%3d": "=", "%3E": ">", "%3e": ">", "%3F": "?", "%3f": "?", "%40": "@", "%5B": "[",
	"%5b": "[", "%5D": "]", "%5d": "]", "%5E": "^", "%5e": "^", "%60": "`", "%7B": "{", "%7b": "{", "%7C": "|",
	"%7c": "|", "%7D": "}", "%7d": "}",
}
