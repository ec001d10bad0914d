### Staff: ending an exception, stopping everything at once.

## Revoking an exception
exception-open = Open the exception
revoke-title = Revoke exception { $reference }?
revoke-partner = Partner
revoke-issue = Issue
revoke-status = Status
revoke-who = Who
revoke-where = Where
revoke-until = Planned end
revoke-reason = Reason
revoke-reason-hint = The partner is shown this text.
revoke-consequence = As soon as you press the button, MFA is required again ({ $users }). This cannot be undone; the partner has to file a new request.
revoke-consequence-scheduled = The exception will not begin. This cannot be undone; the partner has to file a new request.
revoke-button = Revoke exception
revoke-cancel = Back without revoking

## Suspensions
nav-suspensions = Suspensions
suspensions-title = Suspensions
suspensions-lead = A suspension stops exceptions at once: MFA is required as if there were none. One lead reviewer can place it; lifting it takes two.
suspensions-caption = Suspensions, newest first
suspensions-empty = No suspensions
suspensions-empty-text = Every exception in force is applied.
suspensions-what = What is stopped
suspensions-reason = Reason
suspensions-since = Since
suspensions-state = Status
suspensions-all = Every exception of every partner
suspensions-issue-of = Every exception for “{ $issue }”
suspensions-tenant-of = Every exception of { $partner }
suspensions-in-force = In force
suspensions-lifted = Lifted
suspensions-waits-for-other = You asked to lift it. Another lead reviewer has to agree.
suspensions-new = Suspend exceptions
suspensions-choose = What do you want to suspend?
suspensions-kind-tenant = All exceptions of one partner
suspensions-kind-issue = All exceptions for one issue
suspensions-kind-all = All exceptions of all partners
suspensions-partner = Partner
suspensions-partner-hint = Needed if you chose “All exceptions of one partner”.
suspensions-issue = Issue
suspensions-issue-hint = Needed if you chose “All exceptions for one issue”.
suspensions-reason-hint = For the other lead reviewers and the audit log.
suspensions-continue = Check before suspending
suspensions-confirm = Suspend these exceptions?
suspensions-consequence = As soon as you press the button, MFA is required again wherever these exceptions applied. Lifting the suspension takes two lead reviewers.
suspensions-place = Suspend exceptions
suspensions-cancel = Back without suspending
suspensions-lift = Ask to lift suspension
suspensions-lift-second = Lift suspension
suspensions-lift-confirm = Lift this suspension?
suspensions-lift-consequence = Yours is the first of two agreements: the suspension stays in force until another lead reviewer agrees as well.
suspensions-lift-second-consequence = Yours is the second agreement: as soon as you press the button, the exceptions that are still in force are applied again.
suspensions-lift-cancel = Back without lifting
suspensions-open = Open the suspensions
input-suspension-scope-missing = Choose what to suspend.
input-partner-not-chosen = Choose the partner.
input-issue-not-chosen = Choose the issue.
input-must-be-true = Only true is possible here.
input-unknown-issue = There is no such issue. Choose one of those offered.

input-tenant-not-registered = This tenant is not registered as a partner. Check the tenant ID.
