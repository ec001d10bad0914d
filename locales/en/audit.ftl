### The audit log: what happened, the chain, a sample of decisions, the export.

nav-audit = Audit
audit-title = Audit log
audit-lead = Every change, every download of evidence and every export: who, when, in which role, and why. Nothing here can be changed.

## The chain
audit-chain = Hash chain
audit-sealed = Sealed
audit-nothing-sealed = Nothing yet
audit-sealed-up-to = Up to position { $position }
audit-waiting = Waiting to be sealed
audit-waiting-count = { $count ->
    [0] None
    [one] { $count } event
   *[other] { $count } events
}
audit-head = Last signed head
audit-head-at = Position { $position }, signed on { $at }.
audit-head-save = Download it
audit-no-head = None yet
audit-contradicted = The chain is not the one that was signed
audit-contradicted-text = Where the last head was signed, the log now holds something else or nothing. Run “exception-desk audit verify” with a head that was kept elsewhere; it names the first row that is wrong.
audit-late = Events are waiting to be sealed
audit-late-text = They are normally sealed within seconds. If this stays, the operator has to look at the desk’s log.

## Events
audit-events = Events
audit-caption = Events, newest first
audit-empty = No events yet
audit-empty-text = The first change is recorded here.
audit-none = No events match
audit-none-text = Try fewer conditions or a longer time.
audit-all = Show all events
audit-newest = Back to the newest
audit-older = Older events
audit-filter = Filter events
audit-filter-button = Filter events
audit-filter-subject = Request, exception or other thing
audit-filter-subject-hint = A reference such as TE-2026-000123, or an ID.
audit-filter-tenant = Partner’s tenant ID
audit-filter-actor = Object ID of who acted
audit-filter-id-hint = With hyphens, such as 00000000-0000-0000-0000-000000000000.
audit-from = From
audit-until = To
audit-days-hint = Days in UTC; both days are included.
audit-when = When
audit-what = What happened
audit-who = Who
audit-who-of = { $role }, { $partner }
audit-about = About
audit-partner = Partner
audit-position = Position
audit-waits = waiting
audit-waits-long = Waiting to be sealed

## One event
audit-event = Event
audit-code = Code
audit-details = What was recorded
audit-detail = Detail
audit-value = Value
audit-no-details = No details
audit-no-details-text = The event says everything.
audit-written = What was written
audit-erased-at = What was written was erased on { $at }. The chain holds its digest.
audit-hash = Hash

audit-kind-request = Request
audit-kind-exception = Exception
audit-kind-evidence = File
audit-kind-draft = Draft
audit-kind-partner = Partner
audit-kind-suspension = Suspension
audit-kind-policy-edition = Policy edition
audit-kind-mail = Mail
audit-kind-calendar = Calendar
audit-kind-audit-log = Audit log
audit-kind-report = Report

audit-field-before = Before
audit-field-after = After
audit-field-version = Version
audit-field-scope = Scope
audit-field-appeal = Appeal
audit-field-reference = Reference
audit-field-issue = Issue
audit-field-outcome = Outcome
audit-field-policy-version = Policy version
audit-field-guards = Submission guards
audit-field-status = Status
audit-field-due-at = Due
audit-field-request = Request
audit-field-exception = Exception
audit-field-subjects = Who
audit-field-surfaces = Where
audit-field-not-before = Start
audit-field-expires-at = End
audit-field-reason = Reason
audit-field-question = Question
audit-field-text = Text
audit-field-name = Name
audit-field-security-contact = Security contact
audit-field-type = Type
audit-field-country = Country
audit-field-calendar = Calendar
audit-field-count = Number of events
audit-field-from = From
audit-field-until = Until
audit-field-personal = With what people wrote

event-evidence-read = File downloaded
event-suspension-placed = Exceptions suspended
event-suspension-lift-asked = First agreement to lift a suspension
event-suspension-lifted = Suspension lifted
event-policy-proposed = Policy edition proposed
event-policy-brought-in = Policy edition brought in
event-policy-withdrawn = Policy edition taken back
event-audit-exported = Audit log exported
event-report-exported = Report exported
event-mail-resent = Mail queued to be sent again
event-audit-erased = Personal text erased from the audit log

## A sample of decisions
sample-title = Sample of decisions
sample-lead = Draws decisions by chance, to be checked. The address holds the seed: whoever opens it gets the same decisions.
sample-caption = Decisions drawn
sample-about = { $drawn } of { $all } decisions, seed “{ $seed }”.
sample-runs-on = The time chosen is not over: decisions still to come can change the sample.
sample-empty = No decisions in this time
sample-empty-text = Choose a longer time.
sample-another = Another sample
sample-seed = Seed
sample-seed-hint = Any number or word. Another seed gives another sample.
sample-size = How many
sample-size-hint = 1 to 200
sample-deciders = Whose decisions
sample-all = All decisions
sample-people = Decisions by reviewers
sample-policy = Automatic decisions by the policy
sample-button = Draw sample

## The export
export-title = Export
export-lead = The sealed events as a file of JSON lines, in the order of the chain, from which anybody can verify it. The export is recorded in the audit log.
export-what = What people wrote
export-personal = Include reasons, questions and names
export-personal-hint = Needed to check the digests of these texts. Without it, the chain itself can still be verified.
export-button = Export events

input-guid-invalid = Enter an ID with hyphens, such as 00000000-0000-0000-0000-000000000000.
input-until-before-from = Choose a day that is not before the first one.
input-sample-size-out-of-range = Enter a number from 1 to { $max }.
