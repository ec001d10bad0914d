### Requests on the partner's pages: the list, the form, the answer.

## Refusals and ways out that intake names
not-allowed-ask-your-administrator = Ask somebody in your organisation with the role { $roles } to file for you. You can send them this: “I cannot sign in because MFA is required and I cannot complete it. As somebody who may file, could you please check what helps and, if necessary, ask for a technical exception for me at { $product }?”
not-allowed-tenant-not-registered = Your organisation (tenant ID { $tenant }) is not registered with this desk, so it cannot file requests yet. Please contact the organisation that operates this desk, name this tenant ID, and ask to be registered as a partner.
open-request-exists-as = Your organisation has an open request for the same issue: { $reference }. Please continue with that one instead of filing it twice.
open-request-show = Open the request

## The list
requests-title = Partner support requests
requests-lead = Requests of { $tenant } for a technical exception to MFA, the newest first.
requests-new = New request
requests-caption = Submitted requests
requests-column = Request
requests-issue = Issue
requests-status = Status
requests-answer = Answered / due
requests-next = Next step
requests-due = Due by
requests-empty = No requests yet
requests-empty-text = Nobody in your organisation has asked for an exception. If MFA stops your users for a technical reason, file the first request here.
requests-older = Older requests
requests-newest = Back to the newest requests
requests-next-wait = Nothing to do: we answer by the due time
requests-next-reply = Answer our question
requests-next-exception = See the exception
requests-next-instead = See the reasons and what you can do
requests-next-nothing = Nothing to do

## New request: which issue
new-request-title = New request
new-request-topic = Topic
new-request-problem-type = Problem type
new-request-which = Which issue do you have?
new-request-which-text = Choose the one that comes closest. It decides which questions we ask, so that we can answer quickly.

## New request: the form
form-where = Where
form-how-long = How long
form-words = In your own words
form-words-lead = Please leave out passwords and other secrets.
form-contact = Contact
sentence-end = .
form-empty-means-review = You can leave this empty, but then a reviewer has to look at your request.
form-one-a-line = One entry per line, { $max } at most.
form-who-kind = Who is the exception for?
form-who-users = Certain users
form-who-all = Every user of your tenant
form-who-all-hint = Caution: this also covers users who are added later. It is never granted automatically: two reviewers have to approve it, for 30 days at most. Name individual users if you can.
form-users = Users
form-users-hint = Object IDs, one per line or with commas, semicolons or spaces between them. You find a user’s object ID in the directory under the user’s properties.
form-users-limit = Up to { $max } users can be granted at once; for more, a reviewer decides.
form-add-me = Yourself
form-add-me-choice = Add me ({ $name })
form-surfaces = Where do these users need the exception?
form-surfaces-hint = Choose only the places where MFA really stops your users. They stay protected everywhere else.
form-surface-at-once = Can be granted at once for this issue.
form-surfaces-at-once = Each of these places can be granted at once for this issue.
form-days = For how long?
form-until = Until { $date }, if it begins today
form-other-days-choice = Another number of days
form-other-days = Number of days
form-other-days-hint = Only if you chose “Another number of days”: from 1 to 366.
form-start = Start
form-start-hint = The exception begins at 00:00 of this day ({ $zone }). Leave it empty to begin as soon as it is granted.
form-title = Title
form-title-hint = Say in one line what this is about.
form-description = Description
form-description-hint = What happens, in which product, and since when?
form-contact-name = Name
form-contact-name-hint = A person or a team that we can ask.
form-contact-email = E-mail address
form-contact-phone = Phone number
form-language = Language of the request
form-language-hint = The language that you write in and want our answer in.
form-submit-heading = Submit
form-submit-consequence = You see the answer right after you submit: the outcome with its reasons, or the time by which a person will decide.
form-submit = Submit request
input-idempotency-key-invalid = Send an Idempotency-Key of 1 to 200 printable ASCII characters, or none.
input-user-id-invalid-on-line = Line { $line } (“{ $typed }”) is not an object ID. Enter it with hyphens, such as 00000000-0000-0000-0000-000000000000.
input-users-beside-every-user = You chose every user and also named users. Choose “Certain users”, or remove the IDs.
input-date-invalid = Enter a date that exists, such as 2026, 4, 1, or leave it empty.

## A request
request-title = Request { $reference }
request-reviewers-reason = The reviewer’s reason
request-exception = The exception
request-guards = Why a person looks at it
request-guards-lead = By the answers alone, this request would have been accepted. It is reviewed because:
request-criteria = How this came about
request-criteria-lead = The policy looks at these criteria in order. The first that settles the matter decides.
request-guidance = What can help you meanwhile
request-asked = What you asked for
request-description = Description
request-answers = Your answers
request-aside = Details and history
request-actions = What you can do
request-facts = Details
request-history = History
criteria-caption = Criteria
criteria-none = No criterion was looked at.
criteria-asked = Criterion
criteria-answered = Answer
criteria-meaning = What it means
criteria-decisive = Decisive
scope-status = Status
scope-who = Who
scope-where = Where
scope-how-long = How long
scope-start = Start
scope-from = From
scope-until = Until
subjects-show = Show every object ID
subjects-no-name = Name not known
subjects-hidden = Hidden
subjects-hidden-text = Users that someone else filed for are shown only after MFA.
facts-issue = Issue
facts-filed-at = Filed
facts-filed-by = Filed by
facts-contact = Contact
facts-language = Language
facts-policy = Policy edition
facts-policy-since = In force since { $date }

outcome-accepted = Accepted
outcome-denied = Not accepted
outcome-in-review = A person will decide
outcome-waiting = We need an answer from you
outcome-withdrawn = Withdrawn
outcome-now = What now
outcome-instead = What you can do instead
outcome-reference = Reference
outcome-why-accepted-by-person = A reviewer looked at your request and granted an exception.
outcome-why-denied-by-person = A reviewer looked at your request and did not grant an exception.
outcome-why-withdrawn = Your organisation took this request back. It is not decided any more.
outcome-now-read-reason = Read the reviewer’s reason below. If something has changed since, you can file a new request.
outcome-now-by = You will have an answer by { $due }.
outcome-now-wait = You don’t need to do anything. The answer will appear on this page.
outcome-now-new = If you still need an exception, file a new request
outcome-holds-from = The exception is in force from { $from } until { $until }. It reaches the protected sites within a few minutes.
outcome-holds-until = The exception is in force until { $until }. It reaches the protected sites within a few minutes.
outcome-held-until = The exception ended on { $until }. If you still need one, file a new request.
outcome-revoked = The exception was revoked and is no longer in force.
outcome-see-exception = See the exception

guard-tenant-total-over-limit = Together with the exceptions that you already have, more users would be covered than can be granted automatically.
guard-auto-days-used-up = One of the users has already had exceptions granted automatically for the days that are possible within a year.
guard-recent-request-changed = Your organisation filed for the same issue recently, and that request was not accepted or was withdrawn.
guard-tenant-on-hold = An exception of your organisation was revoked, and since then every request is looked at by a person.
guard-filer-without-mfa-names-itself = You signed in without MFA and named yourself.
guard-auto-grant-off = Automatic acceptance is switched off at the moment, so that a person looks at every request.
guard-other = A person has to look at this request before an exception is granted.

receipt-used = { $used } of { $needed } working time used
receipt-holiday = { $name } (holiday)
receipt-closed = Not a working day
receipt-paused = Clock paused
receipt-outside = Outside working hours

## Withdrawing
withdraw-go = Withdraw request
withdraw-title = Withdraw request { $reference }?
withdraw-consequence = The request is closed without a decision, and nobody looks at it any more. This cannot be undone; you can file a new request at any time.
withdraw-otherwise = If you keep it, you get the answer by { $due }.
withdraw-do = Withdraw request
withdraw-cancel = Keep the request

## What happened
event-request-filed = Request filed
event-request-filed-accepted = Request filed; all criteria met, accepted at once
event-request-filed-denied = Request filed; not accepted by the policy
event-request-filed-in-review = Request filed; passed to a reviewer
event-request-withdrawn = Request withdrawn
event-request-approved-first = Approved by a first person; waits for a second
event-request-accepted = Request accepted
event-request-denied = Request not accepted
event-exception-granted = Exception granted
event-exception-revoked = Exception revoked
event-by-own-organisation = Your organisation
event-by-partner = Partner
event-by-reviewer = Reviewer
event-by-desk = Automatic

## The check before a request
self-check-title = Check before you ask
self-check-lead = Find out whether your reason can lead to an exception, and what else helps. You don’t need to sign in, and nothing is stored.
self-check-which = Which of these sounds like you?
self-check-questions = A few questions
self-check-not-stored = Your answers are not stored. You can skip questions that do not apply to you.
self-check-go = Show the likely answer
self-check-likely = This is the likely answer by your answers alone, for named users, the usual places and a usual duration. The answer to a request also looks at what you ask for and what you write.
self-check-use = Use these answers in a request
self-check-another = Check another issue
self-check-now = What you can do
self-check-accept = An exception is likely
self-check-accept-now = File a request: name the users, the places and the duration.
self-check-deny = An exception is unlikely
self-check-deny-now = If your case is different, file a request and describe it.
self-check-review = A person would decide
self-check-review-now = File a request. A reviewer looks at it within 3 business days.

self-check-cannot-tell = None of these, or you cannot tell?
self-check-read = More about this problem
