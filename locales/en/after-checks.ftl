### After-checks: a person looks at what the policy granted at once.

after-check = After-check of the automatic acceptance
after-check-waits = The policy granted this at once. A reviewer looks at it by { $due }.
after-check-late = The policy granted this at once. A reviewer should have looked at it by { $due }.
after-check-go = Do the after-check
after-check-confirmed = { $who } confirmed it on { $at }.
after-check-overturned = { $who } overturned it on { $at }. The exception ended, and nothing is granted to this partner automatically until a lead reviewer lifts the hold.
after-check-because = Reason: { $reason }
after-check-title = After-check of { $reference }
after-check-due = To be checked by
after-check-question = Was this rightly granted?
after-check-confirm = Yes, confirm it
after-check-confirm-hint = The exception stays as it is.
after-check-overturn = No, overturn it
after-check-overturn-hint = The exception ends at once, MFA is required again, and nothing is granted to this partner automatically until a lead reviewer lifts the hold.
after-check-reason-hint = Needed to overturn. The partner reads it as the reason why the exception ended. If you confirm, the partner is not told.
after-check-consequence = The policy accepted this request by itself. Your word is kept with your name and the time.
after-check-button = Complete the after-check
after-check-cancel = Back without checking
after-check-open = Open the request
input-after-check-missing = Choose whether it was rightly granted.
wrong-state-no-after-check = There is nothing to check: the policy did not grant this request by itself, or somebody has checked it already.
wrong-state-after-checked = Somebody has done this after-check already.
event-exception-after-checked = After-check done
event-exception-after-checked-confirmed = After-check: confirmed
event-exception-after-checked-overturned = After-check: overturned

queue-tab-after-checks = After-checks
queue-tag-after-check = After-check
queue-time-left = Time left
after-checks-caption = Waiting for an after-check, earliest due first
after-checks-empty = No after-check is waiting
after-checks-empty-text = Somebody has looked at everything that the policy granted.
home-after-checks = Do the after-checks
home-after-checks-figures = { $open } waiting, { $breached } overdue
