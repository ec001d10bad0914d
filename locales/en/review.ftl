### The reviewers' pages: queue, review, decision.

queue-title = Queue
queue-caption = Open requests, earliest due first
queue-reference = Reference
queue-partner = Partner
queue-issue = Issue
queue-due = Due
queue-left = Working time left
queue-language = Language
queue-status = Status
queue-guards = Why a person decides
queue-partner-reads = The partner reads: { $reason }
queue-lapses = Partner’s reply: { $until }
queue-empty = Nothing waits for review
queue-empty-text = New requests appear here when the policy leaves them to a person.

review-title = Review { $reference }
review-about = { $partner } – { $issue }
review-go-decide = Go to the decision
review-language-en = English
review-language-ja = Japanese
review-name-and-role = { $name } ({ $role })

## What the partner said
review-words = In the partner’s words
review-words-title = Title
review-words-description = Description
review-words-answers = Answers
review-filed = Filed
review-filed-by = Filed by
review-contact = Contact

## What the policy said
review-judged = What the policy said
review-policy-accept = Going by the answers alone, the policy would accept the request.
review-policy-deny = Going by the answers alone, the policy would not accept the request.
review-policy-review = The policy leaves this request to a person.
review-reasons = Reasons, as the partner reads them
review-passages = What the marked passages say
review-passage-topic = It reads like the reason of “{ $issue }”.
review-passage-fact = It reads like “{ $answer }” to the question “{ $question }”.
review-guards = Why it was not accepted automatically
review-guard-tenant-total-over-limit = More than 50 users of this partner would be exempt at the same time
review-guard-auto-days-used-up = 90 automatically granted days within 365 are used up
review-guard-recent-request-changed = A request for the same issue was not accepted or was withdrawn within the last 90 days
review-guard-tenant-on-hold = An exception of this partner was revoked and the hold has not been lifted
review-guard-filer-without-mfa-names-itself = The person who filed it signed in without MFA and is one of the users named
review-guard-auto-grant-off = Automatic acceptance is switched off

## What is asked, and by whom
review-asked = What is asked for
review-who = Who
review-where = Where
review-from = From
review-until = Until
review-days = Days
review-tenant = The partner
review-tenant-name = Name
review-tenant-id = Tenant ID
review-tenant-type = Type
review-tenant-country = Country or region
review-tenant-calendar = Calendar
review-tenant-contact = Security contact
review-before = What came before
review-history = Other requests of this partner
review-history-empty = No other request
review-history-empty-text = This partner has filed nothing else.
review-grants = Exceptions in force or scheduled
review-grants-empty = No open exception
review-grants-empty-text = No user of this partner is exempt at present.
review-course = History

## The decision
review-decide = Your decision
review-decide-broad = An exception for every user, for more than 50 users or for more than 90 days needs two approvals, one of them a lead reviewer’s.
review-outcome = Decision
review-outcome-accept = Accept
review-outcome-accept-hint = MFA is not required within the scope below.
review-outcome-deny = Do not accept
review-outcome-deny-hint = MFA stays required. The scope below is not used.
review-reason = Reason
review-reason-hint = The partner is shown this text. Please write it in the partner’s language: { $language }.
review-scope = What is granted
review-scope-hint = Filled in with what was asked for. You can grant less, never more.
review-every-user-hint = Also everyone who joins later. For at most 30 days.
review-only-these-users = Only the users listed below
review-users = Users
review-users-hint = One object ID per line.
review-days-hint = 1 to { $max } days, counted from the grant or from the start that was asked for, whichever is later.
review-continue = Check the decision
review-continue-hint = This decides nothing yet. The next page shows the effect.

## The first of two approvals
review-first-approval = First approval by { $who }
review-first-approval-complete = If you accept the same scope, the request is accepted. Another scope replaces this approval and again waits for a second person.
review-first-approval-needs-lead = One of the two approvals must be a lead reviewer’s, so a lead reviewer has to complete this one. You can still decide against it.
review-first-approval-yours = This is your own approval. Someone else has to complete it. You can approve another scope in its place, or decide against it.
review-first = What was approved first
review-approved-at = Approved
review-approved-because = Reason given

## When somebody was faster
review-kept-in-form = What you typed is still in the form below.
review-kept-here = What you typed is shown below.
review-kept-reason = Your reason

## What it came to
review-result-accepted = Accepted
review-result-denied = Not accepted
review-result-withdrawn = Withdrawn
review-result-by-person = Decided by { $who } on { $at }.
review-result-by-two = Decided by { $who } on { $at }, after the first approval by { $first }.
review-result-by-policy = Decided by the policy on { $at }.
review-result-by-partner = Withdrawn by the partner on { $at }.
review-result-reason = What the partner is shown
review-result-exception = Exception { $reference }

## The confirmation
review-confirm-accept = Accept this request?
review-confirm-accept-button = Accept request
review-confirm-accept-consequence = The exception is granted as soon as you press the button.
review-confirm-first = Approve this request as the first of two?
review-confirm-first-button = Give first approval
review-confirm-first-consequence = Nothing is granted yet: because of its scope, a second person must approve the same. One of the two must be a lead reviewer. The days count from the second approval.
review-confirm-second-consequence = Yours is the second approval: the exception is granted as soon as you press the button.
review-confirm-deny = Decide against this request?
review-confirm-deny-button = Do not accept request
review-confirm-deny-consequence = The partner is shown your reason. MFA stays required.
review-confirm-cancel = Back without deciding
review-confirm-request = { $reference } ({ $partner })
review-confirm-reason = Reason (the partner reads { $language })
review-confirm-opens = What it would open
review-confirm-size = { $users } – { $surfaces ->
    [one] { $surfaces } place
   *[other] { $surfaces } places
}
review-opens-denied = Until now, a sign-in without MFA is refused there ({ $status }). With this exception it is let through.
review-opens-challenged = Until now, a sign-in without MFA has to complete MFA there ({ $status }). With this exception it is let through.
review-opens-users = { $count ->
    [one] This changes for the one user.
   *[other] This changes for all { $count } users.
}
review-opens-some = This changes for { $count } of { $all } users; another exception already covers the others.
review-opens-everybody = This changes for every user, also those who join later.
review-opens-nothing = No change: another exception already lets them through.

## What is wrong with a decision
input-required = Enter a reason.
input-outcome-missing = Choose whether the request is accepted.
input-who-missing = Choose whether every user is meant or only some.
input-user-id-line-invalid = Line { $line }: “{ $value }” is not an object ID such as 00000000-0000-0000-0000-000000000000.
input-days-not-a-number = Enter a number of days.
input-beyond-what-was-asked = “{ $value }” was not asked for. Take it out.
input-days-beyond-what-was-asked = Enter a number of days from 1 to { $max }: no more were asked for.
input-start-before-what-was-asked = The start lies before the one asked for. Choose that or a later one.
input-every-user-not-asked = Only certain users were asked for. Name users among them.
input-surface-never-granted = The policy never grants this place for this issue. Take it out.
input-too-long-for-every-user = Every user can be exempt for at most { $max } days. Enter fewer days or name users.
input-scope-without-accept = A scope belongs to an acceptance only. Leave it out.
not-allowed-own-request = You filed this request, or it belongs to your own organisation. Another reviewer has to decide it.
wrong-state-own-approval = You have given the first approval for this scope already. A second person has to complete it.
wrong-state-after-sunset = The closing date of this issue leaves no time for an exception. It can no longer be accepted.

input-start-after-what-was-asked = This start reaches beyond the time that was asked for. Leave it as it is.

## The earlier request for the same issue
earlier-heading = The earlier request for this issue
earlier-caption = What differs from it
earlier-what = What
earlier-before = Then
earlier-now = Now
earlier-same = Nothing differs: the same was asked for, in the same words.
earlier-users = { $added } added, { $removed } removed
