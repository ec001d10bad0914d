### How far the rules got: enforcement points, the reach of a change, what exceptions did there.

nav-enforcement = Enforcement
reach-title = Enforcement points
reach-lead =
    { $current ->
        [one] { $current } of { $points } enforcement points in use applies the current version { $version }.
       *[other] { $current } of { $points } enforcement points in use apply the current version { $version }.
    }
reach-lead-none = No enforcement point is in use.
reach-missing = “{ $client }” should have { $expected } enforcement points; { $reporting } report.
reach-lapsed =
    { $points ->
        [one] { $points } enforcement point has stopped reporting. Whether it applies the current rules is not known.
       *[other] { $points } enforcement points have stopped reporting. Whether they apply the current rules is not known.
    }
reach-laggards = Behind or silent
reach-points = Enforcement points
reach-points-empty = No enforcement points
reach-points-empty-text = An enforcement point appears here with its first report to POST /feed/v1/reports. A gate reports by itself.
reach-from-the-start = Back to the start of the list
reach-point = Enforcement point
reach-point-open = Open the enforcement point
reach-state = State
reach-state-current = Current
reach-state-behind = Behind
reach-state-other-epoch = Other epoch
reach-state-lapsed = Silent
reach-state-retired = Retired
reach-behind-text = This enforcement point has not reported yet that it applies the current version.
reach-other-epoch-text = This enforcement point applies rules from before the database was restored. It refuses newer ones until it is anchored to the current epoch (mfa-gate anchor).
reach-lapsed-text = This enforcement point has stopped reporting. If it is cut off from the desk, its rules expire by themselves; if it no longer exists, retire it.
reach-retired-text = This enforcement point is retired. Its next report takes it back into use.
reach-version = Version
reach-lag-column = Behind
reach-lag =
    { $versions ->
        [one] { $versions } version
       *[other] { $versions } versions
    }
reach-lag-since =
    { $versions ->
        [one] { $versions } version, for { $span }
       *[other] { $versions } versions, for { $span }
    }
reach-lag-unknown = Not comparable
reach-applied = Applied since
reach-first-report = First report
reach-last-report = Last report
reach-retired = Retired since
reach-client = Client
reach-client-all-rules = All
reach-client-rules = Rules
reach-client-tenants =
    { $tenants ->
        [one] { $tenants } tenant
       *[other] { $tenants } tenants
    }
reach-client-within = { $tenants } · { $surfaces }
reach-clients = Clients
reach-clients-empty = No clients
reach-clients-text = A client is an application that pulls the feed. Say how many enforcement points it should have, and the desk tells when some are missing.
reach-expected = Expected
reach-expected-any = Any number
reach-expected-hint = A whole number from 0 to 100,000. Leave it empty for any number.
reach-reporting = Reporting
reach-change = Change
reach-expect = Set expected number
reach-expect-title = How many enforcement points should this client have?
reach-expect-consequence = Every enforcement point short of this number is shown as missing. Nothing is enforced differently.
reach-expect-save = Save number
reach-expect-cancel = Back without saving
reach-retire = Retire enforcement point
reach-retire-title = Retire this enforcement point?
reach-retire-consequence = It no longer counts towards the reach of changes and is not missed. If it reports again, it is back in use.
reach-retire-cancel = Back without a change
reach-changes = Latest changes of the rules
reach-changes-text = A change counts as in force at an enforcement point once the point has reported that it applies it.
reach-changes-empty = No changes yet
reach-changes-empty-text = A version appears here with each grant, revocation, expiry or suspension.
reach-when = When
reach-what = What changed
reach-reach = Reach
reach-withdrew =
    { $rules ->
        [one] { $rules } rule withdrawn
       *[other] { $rules } rules withdrawn
    }
reach-brought =
    { $rules ->
        [one] { $rules } rule added or changed
       *[other] { $rules } rules added or changed
    }
reach-withdrew-and-brought = { $removals } withdrawn, { $upserts } added or changed
reach-of = In force at { $reached } of { $points } by { $time } (after { $span })
reach-of-all = In force at 0 of { $points } so far
reach-of-none = No enforcement point was in use then
reach-of-none-text = Only enforcement points that had reported before the change are counted.
reach-of-version = Reach of version { $version }
reach-of-lead = { $what } at { $time }. { $reach }.
reach-waits-for = Not yet in force, as far as is known, at: { $names }
reach-waits-for-more = Not yet in force, as far as is known, at: { $names } and { $more } more
reach-exceptions = Exceptions
reach-rule-withdrawn = (withdrawn)
reach-rule-brought = (added or changed)
reach-plot = Reach over time
reach-plot-text = At how many enforcement points the change was in force, by the time since it was made. The table below has every point.
reach-unit-points = enforcement points
reach-in-force = In force
reach-in-use = In use at the time
reach-in-force-at = In force since
reach-after = After
reach-not-yet = Not reported yet
reach-clock = { $time } ({ $zone })
reach-span-seconds = { $number } s
reach-span-minutes = { $number } min
reach-span-hours = { $number } h
reach-span-days = { $number } d
reach-hits = Use by the hour
reach-hits-text = Decisions in the last 72 hours (UTC). “Let through”: without the exception, MFA would have been required. “MFA passed anyway”: the user had passed MFA, so the exception was not needed.
reach-hits-none = No use reported
reach-hits-none-text = No enforcement point has reported a decision in the last 72 hours.
reach-hour = Hour
reach-suppressed = Let through
reach-passed = MFA passed anyway
reach-unit-decisions = decisions
reach-gate-of-another-client = This name belongs to the enforcement point of another client. Give each enforcement point a name of its own.
event-enforcement-retired = Enforcement point retired
event-enforcement-expected = Expected number of enforcement points set
input-gate-name-invalid = Give a name of 1 to 100 characters in one line, without spaces at its ends.
input-version-not-issued = The feed has no such version yet.
input-instant-in-future = Give a time at most 5 minutes ahead of now.
input-instant-too-old = This time is too far in the past.
input-too-many-hits = At most { $max } entries fit in one report.
input-count-out-of-range = Give a whole number from 0 to { $max }.
input-expected-out-of-range = Give a whole number from 0 to { $max }, or nothing.
reach-day-title = Exceptions that let somebody through
reach-day-lead = The exceptions that let somebody through on a day (UTC) without MFA, and why they were granted.
reach-day = Day
reach-day-heading = { $day }
reach-day-empty = Nobody was let through
reach-day-empty-text = No enforcement point reported a decision that needed an exception on this day.
reach-exception = Exception
reach-partner = Partner
reach-why = Why
reach-request = Request
reach-request-open = Open the request
reach-unneeded-title = Exceptions that nobody needed
reach-unneeded-lead = These exceptions have let nobody through for 14 days, as far as the enforcement points have reported. Revoking one ends it at once.
reach-unneeded-empty = None
reach-unneeded-empty-text = Every exception in force has been needed within 14 days, or is younger than that, or no enforcement point has reported for that long.
reach-last-needed = Last needed
reach-never-needed = Never, as far as is known
reach-ends = In force until
reach-close = Revoke exception
reach-close-title = Revoke exception { $reference }, which nobody needed?
reach-close-consequence = The exception ends at once, and the partner is told the reason. This cannot be undone. The partner’s other exceptions and requests are not affected.
reach-close-cancel = Back without revoking
reach-close-suggestion = Nobody has needed this exception for 14 days. You can file a new request if the problem comes back.
reach-links-day = Exceptions that let somebody through, by day
reach-links-unneeded = Exceptions that nobody needed
input-day-not-kept = Give a day within the last 400 days.
input-hours-out-of-range = Ask for at most 31 days, the first hour before the last.
audit-kind-enforcement-point = Enforcement point
audit-kind-feed-client = Feed client
audit-field-gate = Enforcement point
audit-field-client = Client
audit-field-expected = Expected
audit-field-last-seen-at = Last report
input-too-many-points = A client can have at most { $max } enforcement points. Use the names that it has, or another client.
