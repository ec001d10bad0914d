### After a restore: a new epoch of the feed, and the exceptions that it holds.

status-held = Held
held-title = Held exceptions
held-lead = The desk’s database was restored, and a new epoch of the feed has begun. Whatever happened after the backup is missing from it: an exception below may have been revoked, ended early or reported since. None of them takes effect until you confirm it. Compare them with mails and calls from the lost time; revoke what should not come back.
held-choose = Exceptions to put back in force
held-choice = { $reference } · { $partner }
held-until = until { $until }
held-reason = How you know
held-reason-hint = For example: compared with the audit log that was exported this morning. Only staff see it, in the audit log.
held-confirm = Confirm exceptions
held-empty = No exception is held
held-empty-text = Every exception takes effect as its page says.
held-open = Confirm held exceptions
input-none-chosen = Choose at least one exception.
input-not-held = This exception is no longer held, or it belongs to your own organisation. Reload the page and choose again.
input-named-twice = This exception is named twice.

exception-held = Held since { $at }: the desk’s database was restored, and this exception waits for a lead reviewer of the desk to confirm it. Until then, MFA is required as usual. You need not do anything.
exception-held-staff = Held since { $at }: a new epoch of the feed has begun, and no lead reviewer has confirmed this exception yet. Until then, MFA is required as usual.
outcome-exception-held = The exception is held: the desk’s database was restored, and a lead reviewer has yet to confirm it. Until then, MFA is required as usual.
coverage-held = You are not covered at present
coverage-held-text = The desk’s database was restored, and the exception that covers you waits to be confirmed. Until then, you are asked for MFA as if there were none.

home-feed-stopped = Find out why the feed is stopped
home-feed-stopped-text = Nothing is published, because this is not the database that the feed was published from. Gates apply no exceptions once their copy expires.
home-held = Confirm held exceptions
home-held-count = { $count ->
    [one] 1 exception waits for a lead reviewer and is not in the feed.
   *[other] { $count } exceptions wait for a lead reviewer and are not in the feed.
}

event-feed-epoch-begun = New epoch of the feed begun; every exception held
event-feed-version-begun = New version of the feed begun with the same rules
event-exception-held = Held: the database was restored
event-exception-confirmed = Confirmed after a restore
event-signing-key-rotated = Next signing key of the feed published
event-signing-key-withdrawn = Signing key of the feed withdrawn

problem-feed-stopped = The feed is stopped
problem-feed-stopped-detail = The desk’s database is not the one that the feed was published from, so nothing is published. An operator of the desk has to act.
problem-feed-stopped-meaning = The desk keeps outside its database which version it has published. The database is behind that, or of another lineage.
problem-feed-stopped-cause = The database was restored from a backup, or the desk was pointed at another database.
problem-feed-stopped-fix = Operators: connect the right database; after a restore, run “exception-desk feed new-epoch --reason …”, then “mfa-gate anchor” at each gate, and have a lead reviewer confirm the held exceptions. Readers: go on with the document you hold until it expires.
audit-kind-feed = Feed
audit-kind-signing-key = Signing key
audit-field-epoch = Epoch
audit-field-held = Held exceptions
audit-field-kid = Key ID
audit-field-state = State
