### Exceptions on pages.

exceptions-title = Exceptions
exceptions-lead = Who in your organisation is not asked for MFA, where, and until when.
exceptions-lead-staff = Every exception of every partner, the newest first.
exceptions-column = Exception
exceptions-partner = Partner
exceptions-empty = No exceptions
exceptions-empty-text = As soon as a request is accepted, its exception is listed here.
exceptions-older = Older exceptions
exceptions-newest = Back to the newest exceptions

exception-title = Exception { $reference }
exception-scheduled = Not in force yet. Until { $from }, MFA is required as usual.
exception-active = In force until { $until }: these users are not asked for MFA in these places.
exception-expired = Ended on { $until }. MFA is required as usual.
exception-revoked = Revoked on { $at }. MFA is required as usual.
exception-revocation-reason = Why it was revoked
exception-covers = What it covers
exception-request = Request
exception-granted-at = Granted
exception-granted-by = Granted by
exception-by-policy = The policy (all criteria met)
exception-by-person = A reviewer
exception-revoke = Revoke exception

## The partner ends it itself
exception-ended-early = Ended early by the partner on { $at }. MFA is required as usual.
exception-disputed = Your organisation reported on { $at } that it did not ask for this exception. The lead reviewers have been alerted.
exception-disputed-staff = The partner reported on { $at } that it did not ask for this exception. Find out who filed the request before anything more is granted to this partner.
end-back = Back to the exception
end-go = End early
end-title = End exception { $reference } early?
end-consequence = These users are asked for MFA again everywhere, starting now. This cannot be undone; if you need an exception again, file a new request.
end-do = End exception
end-cancel = Keep the exception
not-us-go = This was not us
not-us-title = Report that your organisation did not ask for exception { $reference }?
not-us-consequence = The exception ends at once, these users are asked for MFA again, and the lead reviewers of this desk are alerted. Press the button even if you are not sure: a false alarm does less harm than an exception in a stranger’s hands. Then find out whose account filed the request.
not-us-consequence-ended = This exception has ended already. The lead reviewers of this desk are alerted nevertheless. Then find out whose account filed the request.
not-us-do = Report: this was not us
not-us-cancel = Back, we asked for it
event-exception-ended = Exception ended early by the partner
event-exception-disputed = Reported as not asked for (“This was not us”)
home-disputed = Look into exception { $reference }: the partner says that it did not ask for it
home-disputed-tag = Alarm

## Renewing
renew-go = Renew
renew-title = Renew exception { $reference }?
renew-consequence = A new request is filled in with what was granted, to begin when this exception ends. Nothing is sent yet: you can change everything and check it before you submit it. It is decided like any other request.
renew-do = Fill in a new request
renew-cancel = Back without renewing
