### The policy's editions: which there are, what one says, what a changed one would do.

nav-policy = Policy
editions-title = Policy editions
editions-lead = The policy decides what happens to a request. Each edition applies from its start until the next one starts; results that were already given do not change.
editions-simulate = Try a change
editions-caption = Editions, newest first
editions-edition = Edition
editions-state = Status
editions-from = Applies from
editions-issues = Issues
editions-source = Source
editions-from-file = Configuration file
editions-proposed-by = Proposed by { $name }
editions-open = Open the edition
editions-waits = Edition { $edition } loosens the policy, or may, and waits for a second person.
editions-sunsets = Closing dates
editions-issue = Issue
editions-sunset = Closes on
editions-no-sunset = No issue has a closing date
editions-no-sunset-text = Requests for every issue are accepted until an edition sets a closing date.

edition-state-in-force = In force
edition-state-coming = Coming
edition-state-proposed = Waits for a second person
edition-state-past = Past

edition-title = Policy edition { $edition }
edition-version = Name in decision records
edition-before = Previous edition
edition-proposed-by = Proposed by
edition-proposed-at = Proposed on
edition-confirmed-by = Confirmed by
edition-brought-in-at = Registered on
edition-looser = What becomes looser
edition-waits = This edition loosens the policy, or may. It applies only if another policy admin or a lead reviewer confirms it in time.
edition-waits-own = You proposed this edition. It loosens the policy, or may, so another policy admin or a lead reviewer has to confirm it in time.
edition-confirm = Confirm edition
edition-withdraw = Withdraw edition
edition-changes = What changes
edition-where = Where
edition-said-before = Before
edition-says-now = Now
edition-place = { $part } › { $what }
edition-no-changes = Nothing changes
edition-no-changes-text = This edition says what the one before it says.
edition-contents = On this page
edition-to-contents = Back to “On this page”
edition-places = A word in [square brackets] is filled in for each request.
edition-same = (the same)
edition-texts-lead = Each reason and each piece of advice, by the name that it has in the edition file.
edition-texts-show = Show the texts
edition-what = What
edition-file = Edition file

## An edition in words
policy-none = None
policy-general = General
policy-topic = Topic
policy-problem-type = Problem type
policy-filing-roles = Who can file
policy-max-users = Most users granted without a reviewer
policy-max-days = Most days granted without a reviewer
policy-max-start-days = Latest start granted without a reviewer (days)
policy-surfaces = Places
policy-behaviour-dashboard = Treated as pages in a browser: users without MFA are sent to it.
policy-behaviour-partner-api = Treated as an API that refuses users without MFA.
policy-behaviour-delegated-admin-portal = Treated as a site that may sign in elsewhere: users without MFA are sent to it.
policy-behaviour-delegated-admin-api = Treated as an API that requires MFA.
policy-title-of-issue = Title
policy-summary = Summary
policy-explanation = Explanation
policy-auto-surfaces = Granted without a reviewer
policy-never-surfaces = Never granted
policy-sunset = Closing date
policy-until-then = Until a person has decided
policy-question-yes-no-unsure = Question (yes, no, not sure)
policy-question-choice = Question (choice)
policy-question-text = Question (text)
policy-question-text-list = Question (list of texts)
policy-question-choices = Choices: { $choices }.
policy-rule = { $outcome }: { $reason }
policy-when-is = If “{ $question }” is answered with “{ $value }”
policy-when-empty = If there is no answer to “{ $questions }”
policy-quoted-or = ” or “
policy-when-surface = If you ask for a place that is not listed under “What can be granted at once”
policy-when-limits = If more is asked for than can be granted without a reviewer ({ $limits })
policy-when-always = In every other case
policy-limit-users = number of users
policy-limit-every-user = every user
policy-limit-days = number of days
policy-limit-start = start
policy-outcome-accept = Accepted
policy-outcome-deny = Not accepted
policy-outcome-review = A person decides
policy-texts = Texts shown to partners
policy-reason = Reason (in the file: { $code })
policy-reason-about = Reason, about “{ $criterion }” (in the file: { $code })
policy-guidance = Advice (in the file: { $code })
policy-place-question = [question]
policy-place-issue = [issue]
policy-place-surfaces = [places]
policy-place-given = [number asked for]
policy-place-limit = [limit]
policy-place-sunset = [closing date]

## What loosens the policy
looser-limit = { $limit }: { $to } instead of { $from }.
looser-role = People with the role { $role } can file requests.
looser-surface = The place “{ $surface }” is new, or is treated in another way.
looser-auto-surface = “{ $issue }”: “{ $surface }” is granted without a reviewer.
looser-never-surface = “{ $issue }”: “{ $surface }” can be granted.
looser-sunset = “{ $issue }”: the closing date changes from { $from } to: { $to }.
looser-outcome = “{ $issue }”: “{ $from }” becomes “{ $to }” (example answers: { $answers }).
looser-answer = “{ $question }” – { $answer }
looser-any-answers = any
looser-text-check = The text check looks for other things than before.
looser-not-shown = “{ $issue }”: there are too many cases to look at all of them.

## Trying a change
simulate-title = Try a change
simulate-lead = Check an edition file: what it loosens, and which past results would have been different. Nothing is saved.
simulate-file = Edition file
simulate-file-hint = A TOML file of at most 128 KiB.
simulate-paste = Text of the edition
simulate-paste-hint = Instead of a file. If you choose a file, this text is not used.
simulate-button = Check edition
simulate-result = What it would do
simulate-checked = Check
simulate-no-faults = No faults
simulate-looser = Yes, see below; a second person (policy admin or lead reviewer) has to confirm it
simulate-not-looser = Nothing
simulate-requests = Past requests
simulate-requests-about = { $all ->
    [one] 1 request was checked again; { $changed } would have had another result.
   *[other] { $all } requests were checked again; { $changed } would have had another result.
}
simulate-exceptions = Exceptions in force or scheduled
simulate-exceptions-about = { $all ->
    [one] 1 exception was checked again; { $changed } would be affected.
   *[other] { $all } exceptions were checked again; { $changed } would be affected.
}
simulate-newest = Only the newest were checked; the command “policy backtest” checks all of them.
simulate-number = No.
simulate-from = Result so far
simulate-to = With this edition
simulate-count = Affected
simulate-references = References
simulate-more = and { $count } more
simulate-bars = How many each kind of change affects. The numbers on the left are those in the table below.
simulate-no-changes = No result would change
simulate-no-changes-text = For what is stored, this edition makes no difference.
simulate-outcome-accept = Accepted
simulate-outcome-deny = Not accepted
simulate-outcome-review = A person decides
simulate-outcome-invalid = Could not be filed like this
simulate-outcome-nothing = Could not be asked for
simulate-outcome-automatic = Granted without a reviewer
simulate-outcome-by-person = Granted by a person
simulate-outcome-never-surface = A place that is never granted
simulate-outcome-sunset = Would end earlier, on the closing date
simulate-propose = Propose this edition
simulate-propose-at-once = It loosens nothing, so it is registered at once and applies from its start.
simulate-propose-second = It loosens the policy, or may, so it is registered only when another policy admin or a lead reviewer confirms it.
simulate-propose-button = Propose edition
simulate-propose-who = Only a policy admin can propose an edition. Send them the file.
simulate-another = Try another change

input-edition-missing = Choose a file or paste the text of the edition.
input-edition-too-large = The file is larger than { $max } KiB.
input-edition-not-utf8 = The file is not UTF-8 text.
input-edition-fault = { $kind ->
    [syntax] Line { $line } is not valid TOML: { $fault }
    [shape] Line { $line } lacks an entry, has one that is not known, or has a value of the wrong kind: { $fault }
   *[content] Line { $line }: { $fault }
}
input-edition-too-soon = The edition has to apply at least { $minutes } minutes from now: an edition never judges what came before it, and every desk has to know it first. Give a later “effective_at”.
wrong-state-edition-proposed = There is a proposal of this version already. Raise the “version”, or withdraw the proposal.
wrong-state-own-edition = You proposed this edition. Another policy admin or a lead reviewer has to confirm it.
wrong-state-edition-too-late = The instant from which this edition was to apply has come, or is too near. Withdraw it, and propose it with a later one.
