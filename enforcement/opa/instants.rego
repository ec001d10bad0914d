# Instants as `[seconds since 1970, nanoseconds]`. Not as nanoseconds alone: OPA's own reading of a date ends in the year 2262.
package exception_desk.instants

import rego.v1

form := `^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})((?:\.[0-9]+)?)([Zz]|[+-][0-9]{2}:[0-9]{2})$`

# Days from 0001-01-01 to 1970-01-01.
days_before_1970 := 719162

# The instant that an RFC 3339 text names; undefined for anything else.
read(text) := [seconds, nanoseconds] if {
	is_string(text)
	parts := regex.find_all_string_submatch_n(form, text, 1)[0]
	time_of_day := [number(parts[4], 100), number(parts[5], 100), number(parts[6], 100)]
	time_of_day[0] < 24
	time_of_day[1] < 60
	time_of_day[2] <= 60
	day := days(number(parts[1], 10000), number(parts[2], 100), number(parts[3], 100))

	# A leap second lies before the second that follows it, and after all of the one before.
	second := min([time_of_day[2], 59])
	seconds := ((((day * 86400) + (time_of_day[0] * 3600)) + (time_of_day[1] * 60)) + second) - offset(parts[8])
	nanoseconds := fraction(parts[7]) + ((time_of_day[2] - second) * 1000000000)
}

# Whether the instant `one` comes before `other`.
before(one, other) if one[0] < other[0]

before(one, other) if {
	one[0] == other[0]
	one[1] < other[1]
}

# An instant of OPA's clock, from nanoseconds since 1970.
of_nanoseconds(whole) := [(whole - rest) / 1000000000, rest] if {
	rest := whole % 1000000000
}

# What two, four or nine digits stand for; `base` is the power of ten above them. A digit in front keeps leading zeros from
# being read in another way.
number(digits, base) := to_number(concat("", ["1", digits])) - base

fraction(text) := number(substring(concat("", [trim_prefix(text, "."), "000000000"]), 0, 9), 1000000000)

# Days since 1970 of a date that there is.
days(year, month, day) := ((before_year(year - 1) + sum(array.slice(lengths, 0, month - 1))) + (day - 1)) - days_before_1970 if {
	month >= 1
	month <= 12
	day >= 1
	lengths := month_lengths(year)
	day <= lengths[month - 1]
}

# Days of the years up to `last`, from year 1.
before_year(last) := (((last * 365) + floor(last / 4)) - floor(last / 100)) + floor(last / 400)

month_lengths(year) := [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] if is_leap(year)

month_lengths(year) := [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] if not is_leap(year)

is_leap(year) if year % 400 == 0

is_leap(year) if {
	year % 4 == 0
	year % 100 != 0
}

# Seconds that a clock with this offset is ahead of UTC.
offset(text) := 0 if {
	text in {"Z", "z"}
}

offset(text) := signs[substring(text, 0, 1)] * ((hours * 3600) + (minutes * 60)) if {
	hours := number(substring(text, 1, 2), 100)
	minutes := number(substring(text, 4, 2), 100)
	hours < 24
	minutes < 60
}

signs := {"+": 1, "-": -1}
