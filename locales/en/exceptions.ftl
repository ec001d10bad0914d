### Exceptions on pages.

exceptions-title = Exceptions
exceptions-lead = Where MFA is not demanded of your users, for whom, and until when.
exceptions-lead-staff = Every exception of every partner, the newest first.
exceptions-caption = Exceptions
exceptions-column = Exception
exceptions-partner = Partner
exceptions-empty = No exceptions
exceptions-empty-text = As soon as a request is accepted, its exception is listed here.
exceptions-older = Older exceptions
exceptions-newest = Back to the newest exceptions

exception-title = Exception { $reference }
exception-scheduled = Not in force yet. MFA is demanded as usual until { $from }.
exception-active = In force: MFA is not demanded of these users in these places until { $until }.
exception-expired = Ended on { $until }. MFA is demanded as usual.
exception-revoked = Revoked on { $at }. MFA is demanded as usual.
exception-revocation-reason = Why it was revoked
exception-covers = What it covers
exception-request = Request
exception-granted-at = Granted
exception-granted-by = Granted by
exception-by-policy = The policy (all criteria met)
exception-by-person = A reviewer
exception-revoke = Revoke exception
