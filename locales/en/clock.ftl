# Calendars on a running desk, and what the clock of a request did, in its history.
event-request-breached = The due time passed without an answer
event-request-deadline-moved = Deadline moved: a day was announced on which the office is closed
event-calendar-days-announced = Closed days announced
event-calendar-days-withdrawn = Announcement of closed days taken back
event-exception-after-check-moved = After-check due later: a day was announced on which the office is closed
event-exception-after-check-moved-from = After-check due at { $after } instead of { $before }: the office is closed on a day announced since
event-request-deadline-moved-from = Deadline moved from { $before } to { $after }: the office is closed on a day announced since

receipt-pause = Paused from { $from } to { $to }
receipt-pause-open = Paused since { $from }
receipt-moved = Closed days announced on { $announced }: { $days }. This moved the due time from { $before } to { $after }.
receipt-closed-late = Closed days announced on { $announced }: { $days }. Their hours do not count.

event-partner-calendar-changed = Calendar of business days changed

nav-calendars = Calendars

calendars-title = Calendars
calendars-lead = Working hours and holidays by which every promised time is counted. A partner gets the calendar of its country.
calendars-name = Calendar
calendars-id = ID
calendars-zone = Time zone
calendars-business-day = One business day
calendars-hours = Working hours
calendars-hours-of = { $days } { $hours }
calendars-hours-gap = {"; "}
calendars-weekdays = { $first }–{ $last }
calendars-weekday-0 = Mon
calendars-weekday-1 = Tue
calendars-weekday-2 = Wed
calendars-weekday-3 = Thu
calendars-weekday-4 = Fri
calendars-weekday-5 = Sat
calendars-weekday-6 = Sun
calendars-closed = closed
calendars-covered = Holidays known until
calendars-source = Source of the holidays
calendars-announced = Announced here
calendars-days = { $count ->
        [one] 1 day
       *[other] { $count } days
    }
calendars-over = Over
calendars-runs-out = Runs out in { $days ->
        [one] 1 day
       *[other] { $days } days
    }
calendars-ends = The holidays of this calendar run out
calendars-ends-text = They are known until { $last }. A request whose clock needs a later day cannot be filed. Add years to the calendar’s file, and start the desk with it.
calendars-next-year = Holidays of the next 12 months
calendars-no-holidays = No holidays
calendars-no-holidays-text = This calendar has none in the next 12 months. Days that are announced here appear in this list.
calendars-day = Day
calendars-day-name = Name
calendars-day-kind = Kind
calendars-holiday = Public holiday
calendars-office-closure = Office closed
calendars-of-file = In the calendar’s file
calendars-named = { $day }: { $name }

calendars-announce = Announce closed days
calendars-announce-who = Policy admins announce closed days.
calendars-announce-lead = For a holiday that was declared late, or days on which the office is closed. You first see which deadlines change; nothing is saved until you confirm. Partners can read the names of the days.
calendars-first-day = First day
calendars-last-day = Last day
calendars-last-day-hint = Leave it empty for a single day.
calendars-name-en = Name in English
calendars-name-ja = Name in Japanese
calendars-file = Or a file with the days
calendars-file-hint = An iCalendar file (.ics) with whole days, once or every year, or [holidays] of a calendar file (.toml). Days and names above are not needed then.
calendars-preview-button = Show what it moves
calendars-preview = Announce these days?
calendars-left-out = Closed already, left out
calendars-moves = It moves the deadlines of { $count ->
        [one] 1 request
       *[other] { $count } requests
    }, and each request’s history says so. What is breached or answered by then stays as it is.
calendars-moves-none = It moves no deadline. Requests that come in from now on are counted with these days.
calendars-moved = Deadlines that move
calendars-moved-none = No deadline moves
calendars-moved-none-text = No open deadline reaches these days.
calendars-request = Request
calendars-tenant = Partner
calendars-deadline = Deadline
calendars-deadline-due = Answer due
calendars-deadline-waiting = Reply by the partner
calendars-deadline-reopening = Reopening
calendars-deadline-after-check = After-check
calendars-before = Old
calendars-after = New
calendars-announce-button = Announce days
calendars-announce-cancel = Do not announce
calendars-done = Announced. { $moved ->
        [0] No deadline moved.
        [one] The deadlines of 1 request moved.
       *[other] The deadlines of { $moved } requests moved.
    }
calendars-announcements = Announcements
calendars-announcements-none = Nothing was announced for this calendar.
calendars-announced-at = Announced { $at }.
calendars-withdrawn-at = Taken back { $at }.
calendars-withdraw = Take back
calendars-withdraw-consequence = Clocks that start from then on count these days as working days again. What was promised before stays promised.

input-closed-day-outside-years = This calendar knows the holidays of { $first } to { $last } only. Choose days of those years.
input-closed-days-not-covered = With these days closed, a clock would need a day after { $last }, which this calendar does not know. Add years to its file first.
input-closed-already = These days are closed already. Choose others.
input-closed-days-backwards = The last day is before the first. Swap the two.
input-closed-days-file = The file cannot be used: { $fault }.
input-closed-days-none = The file has no day within the years of this calendar. Choose another.
input-closed-day-name = Use 1 to { $max } characters, without control characters.

partner-calendar-change = Change
partner-calendar-title = Change the calendar of business days?
partner-calendar-now = Calendar now
partner-calendar-reason-hint = For the audit log, up to 2,000 characters.
partner-calendar-consequence = Requests that the partner files from now on are counted by the new calendar. { $open ->
        [0] No request is open now.
        [one] The request that is open now keeps the calendar it was filed under.
       *[other] The { $open } requests that are open now keep the calendar they were filed under.
    }
partner-calendar-button = Change calendar
partner-calendar-cancel = Keep the calendar
