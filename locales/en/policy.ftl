### The policy's editions: which there are, what one says, what a changed one would do.

nav-policy = Policy
editions-title = Policy editions
editions-lead = The policy decides what becomes of a request. Each edition applies from its instant until the next one’s; what was judged stays as it was judged.
editions-simulate = Try a change
editions-caption = Editions, newest first
editions-edition = Edition
editions-state = Status
editions-from = Applies from
editions-issues = Issues
editions-source = Came in
editions-from-file = With the desk’s files
editions-proposed-by = Proposed by { $name }
editions-open = Open the edition
editions-waits = Edition { $edition } loosens the policy, or may, and waits for a second person.
editions-sunsets = Sunsets
editions-issue = Issue
editions-sunset = Ends on
editions-no-sunset = No issue has a sunset
editions-no-sunset-text = Every issue goes on until an edition says otherwise.

edition-state-in-force = In force
edition-state-coming = Coming
edition-state-proposed = Waits for a second person
edition-state-past = Past

edition-title = Policy edition { $edition }
edition-version = As recorded with each decision
edition-before = Follows edition
edition-proposed-by = Proposed by
edition-proposed-at = Proposed on
edition-confirmed-by = Confirmed by
edition-brought-in-at = Brought in on
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
edition-what = What
edition-file = Edition file

## An edition in words
policy-none = None
policy-general = In general
policy-topic = Topic
policy-problem-type = Problem type
policy-filing-roles = Who files
policy-max-users = Users without a reviewer, at most
policy-max-days = Days without a reviewer, at most
policy-max-start-days = Days until the start without a reviewer, at most
policy-surfaces = Places
policy-behaviour-dashboard = Treated as pages in a browser: whoever lacks MFA is led to it.
policy-behaviour-partner-api = Treated as an API that refuses whoever lacks MFA.
policy-behaviour-delegated-admin-portal = Treated as a site that may sign in elsewhere: whoever lacks MFA is led to it.
policy-behaviour-delegated-admin-api = Treated as an API that asks for MFA.
policy-title-of-issue = Title
policy-summary = Summary
policy-explanation = Explanation
policy-auto-surfaces = Granted without a reviewer
policy-never-surfaces = Never granted
policy-sunset = Sunset
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
policy-texts = Sentences
policy-reason = Reason { $code }
policy-guidance = Guidance { $code }

## What loosens the policy
looser-limit = { $limit }: { $to } instead of { $from }.
looser-role = People with the role { $role } may file.
looser-surface = The place “{ $surface }” is new, or is treated in another way.
looser-auto-surface = “{ $issue }”: “{ $surface }” is granted without a reviewer.
looser-never-surface = “{ $issue }”: “{ $surface }” can be granted.
looser-sunset = “{ $issue }”: the sunset moves from { $from } to: { $to }.
looser-outcome = “{ $issue }”: { $from } becomes { $to }, for example with { $answers }.
looser-answer = “{ $question }” – { $answer }
looser-any-answers = any answers
looser-text-check = The text check looks for other things than before.
looser-not-shown = “{ $issue }”: there are too many cases to look at all of them.

## Trying a change
simulate-title = Try a change
simulate-lead = Check an edition file, see what it loosens, and see what it would have decided otherwise. Nothing is kept.
simulate-file = Edition file
simulate-file-hint = A TOML file of at most 128 KiB.
simulate-paste = Or paste its text
simulate-paste-hint = Used when no file is chosen.
simulate-button = Check and try
simulate-result = What it would do
simulate-checked = Check
simulate-no-faults = No faults
simulate-looser = Something; another policy admin or a lead reviewer has to confirm it
simulate-not-looser = Nothing
simulate-requests = Past requests
simulate-requests-about = { $all ->
    [one] 1 request was judged again; { $changed } would have come out otherwise.
   *[other] { $all } requests were judged again; { $changed } would have come out otherwise.
}
simulate-exceptions = Exceptions in force or scheduled
simulate-exceptions-about = { $all ->
    [one] 1 exception was looked at again; { $changed } would be affected.
   *[other] { $all } exceptions were looked at again; { $changed } would be affected.
}
simulate-newest = These are the newest; the command “policy backtest” looks at all of them.
simulate-number = No.
simulate-from = Came out
simulate-to = Would come out
simulate-count = Number
simulate-references = Requests
simulate-more = and { $count } more
simulate-bars = A bar for each kind of change, numbered as in the table below.
simulate-no-changes = Nothing would have come out otherwise
simulate-no-changes-text = For what is stored, the change makes no difference.
simulate-outcome-accept = Accepted
simulate-outcome-deny = Not accepted
simulate-outcome-review = A person decides
simulate-outcome-invalid = Could not be filed so
simulate-outcome-nothing = could not be asked for
simulate-outcome-automatic = Granted without a reviewer
simulate-outcome-by-person = Granted by a person
simulate-outcome-never-surface = A place that is never granted
simulate-outcome-sunset = Would end earlier, at the sunset
simulate-propose = Propose this edition
simulate-propose-at-once = It loosens nothing: it is brought in at once and applies from its instant.
simulate-propose-second = It loosens the policy, or may: it waits until another policy admin or a lead reviewer confirms it.
simulate-propose-button = Propose edition
simulate-another = Try another

input-edition-missing = Choose an edition file, or paste its text.
input-edition-too-large = The file is larger than { $max } KiB.
input-edition-not-utf8 = The file is not UTF-8 text.
input-edition-fault = Line { $line }: { $fault }
input-edition-too-soon = The edition has to apply at least { $minutes } minutes from now: an edition never judges what came before it, and every desk has to know it first. Give a later “effective_at”.
wrong-state-edition-proposed = There is a proposal of this version already. Raise the “version”, or withdraw the proposal.
wrong-state-own-edition = You proposed this edition. Another policy admin or a lead reviewer has to confirm it.
wrong-state-edition-too-late = The instant from which this edition was to apply has come, or is too near. Withdraw it, and propose it with a later one.
