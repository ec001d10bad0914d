### The product's words: roles, statuses, surfaces.

role-filer = Administrator who files
role-feed-read = Enforcement service
role-reviewer = Reviewer
role-lead = Lead reviewer
role-policy-admin = Policy admin
role-auditor = Auditor

status-draft = Draft
status-in-review = In review
status-waiting-for-partner = Waiting for you
status-waiting-for-partner-staff = Waiting for partner
status-accepted = Accepted
status-denied = Not accepted
status-withdrawn = Withdrawn
status-scheduled = Not started yet
status-active = Active
status-expired = Ended
status-revoked = Revoked
status-running = Running
status-paused = Paused
status-met = In time
status-breached = Overdue
status-pending-second-approval = Waiting for second approval
