# The clock: due instants, calendars, `sla due`.

## Lengths of time
sla-hours = { $n } h
sla-minutes = { $n } min
sla-seconds = { $n } s

## Status tags
sla-state-running = Running
sla-state-paused = Paused
sla-state-met = Met
sla-state-breached = Breached

## The receipt
sla-explain-calendar = Calendar: { $name } (`{ $id }`); times are { $zone }
sla-explain-needed = Working time: { $days ->
        [one] 1 business day
       *[other] { $days } business days
    } × { $business_day } = { $needed }
sla-explain-from = Clock set: { $at }
sla-explain-stretch = { $start }–{ $end }
sla-explain-counted = { $date }: { $hours } = { $counted } ({ $total } of { $needed })
sla-explain-holiday = { $date }: { $name } (holiday)
sla-explain-closed = { $date }: closed
sla-explain-nothing = { $date }: nothing within working hours
sla-explain-all-paused = { $date }: nothing counted
sla-explain-still = ; paused for { $paused }
sla-explain-due = Due: { $at }
sla-explain-paused = Paused since { $since }; { $remaining } left when it goes on

## Errors of the clock
sla-error-no-business-days = a clock has at least `1` business day; give a higher number
sla-error-pause-backwards = the pause from `{ $from }` ends before it starts, at `{ $to }`; swap the two or leave the end open
sla-error-not-covered = the clock needs `{ $date }`, and calendar `{ $calendar }` knows the holidays of { $first } to { $last } only; choose another instant or add a calendar file that covers it
sla-error-calendar = there is no calendar `{ $id }`; choose one of { $known }, or name the directory of yours with `--calendars`
sla-error-instant = `{ $option }` is `{ $value }`, which is no RFC 3339 instant; write it with date, time and offset, such as `2026-09-18T10:00:00+09:00`
sla-error-too-fine = `{ $option }` is `{ $value }`, finer than a nanosecond; write nine digits at most after the point
sla-error-pause = `--pause` is `{ $value }`; write the start and the end as `FROM/TO`, or `FROM/` while it is still open

## Errors in calendar files
sla-file-unreadable = cannot be read: { $message }; check the path and its permissions
sla-file-syntax = not a calendar: { $message }; compare with the calendars in `calendars/`
sla-file-id = `{ $value }` is no calendar id; use lower-case letters, digits and hyphens, a letter first
sla-file-blank-name = a name is blank; give it in English and in Japanese
sla-file-country = `{ $value }` is no country code; use two capital letters, such as `JP` (ISO 3166-1)
sla-file-zone = `{ $value }` is no time zone; use a name of the IANA database, such as `Asia/Tokyo`
sla-file-year = `{ $value }` cannot be covered; time zones are known from 1970 to 2099
sla-file-years-backwards = `last_year` is before `first_year`; swap the two
sla-file-business-day = `{ $value }` is no length of a business day; write hours and minutes up to a day, such as `PT9H` or `PT7H30M`
sla-file-hours = `{ $value }` are no working hours; write opening and closing as `09:00-18:00`, `24:00` for the midnight that ends the day, and split hours that pass midnight over two days
sla-file-hours-order = `{ $value }` opens before the hours written before it close; write the hours of a day in order and apart
sla-file-no-hours = no day of the week has working hours; write them for one day at least
sla-file-holiday = `{ $value }` is no date; write it as `2026-09-22`
sla-file-holiday-year = the holiday `{ $value }` lies outside `first_year` to `last_year`; correct the date or the years
sla-file-id-twice = the id `{ $value }` is also that of { $other }; keep one file of the two
sla-file-country-twice = the country `{ $value }` is also claimed by { $other }; leave it in one file of the two

## Errors in iCalendar files
sla-file-ical-none = no iCalendar file: it does not begin with `BEGIN:VCALENDAR`
sla-file-ical-long = the file has more than 50,000 lines; take the holidays alone
sla-file-ical-line = `{ $value }` is no line of an iCalendar file; write a name, a colon and a value
sla-file-ical-open = the event has no end; close it with `END:VEVENT`
sla-file-ical-end = the event ends before it begins; remove this line
sla-file-ical-date = `{ $value }` is no whole day; write it as `20261224`
sla-file-ical-duration = `{ $value }` is no length in whole days; write it as `P1D`
sla-file-ical-rule = `{ $value }` is no recurrence that is understood; use `FREQ=YEARLY`, with `INTERVAL`, `COUNT`, `UNTIL`, `BYMONTH`, and `BYMONTHDAY` or `BYDAY` such as `4TH`
sla-file-ical-unknown = `{ $value }` stands in a property that is not understood; write the days as events of their own
sla-file-ical-start = the event has no `DTSTART`; write its first day
sla-file-ical-length = the event lasts `{ $value }` days; an event lasts 1 to 60
sla-file-ical-name = the event of `{ $value }` has no `SUMMARY`; write its name
