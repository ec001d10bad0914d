# What is wrong with what was sent (`InputError`), and the way out.
input-missing = This field is required.
input-unknown = This field is not part of a request. Remove it.
input-wrong-type = This value has the wrong type or form. The API reference shows what belongs here.
input-topic-not-supported = Only “{ $expected }” is handled here. Choose it, or ask another desk.
input-issue-unknown = There is no such issue in this policy. Choose one of those offered.
input-empty = This cannot be empty.
input-too-long = Use at most { $max } characters.
input-too-many = Give at most { $max } entries.
input-control-characters = Remove the control characters.
input-email-invalid = Enter one e-mail address, such as name@example.com.
input-subjects-empty = Name at least one user.
input-object-ids-without-users = Leave out object_ids when every user is meant.
input-user-id-invalid = Enter an object ID with hyphens, such as 00000000-0000-0000-0000-000000000000.
input-surfaces-empty = Choose at least one place.
input-surface-unknown = This policy has no such place. Choose one of those offered.
input-duration-out-of-range = Enter a number of days from { $min } to { $max }.
input-start-in-past = Choose a start that is not in the past, or leave it empty to start at once.
input-time-invalid = Enter a date and time with an offset (RFC 3339), such as 2026-04-01T09:00:00+09:00.
input-answer-unknown = The chosen issue has no such question. Remove this answer.
input-answer-missing = Answer this question: the decision depends on it.
input-answer-not-yes-no-unsure = Answer with yes, no or unsure.
input-answer-not-a-choice = Choose one of the answers offered: { $choices }.
input-answer-not-text = Answer with text.
input-answer-not-text-list = Answer with a list of texts.

# Answers and what is asked, as a criterion shows them.
answer-yes = Yes
answer-no = No
answer-unsure = Not sure
answer-given = Given
answer-empty = Not given
criterion-issue = Chosen issue
criterion-sunset = Closing date of this issue
criterion-description = Description
criterion-scope-surfaces = Where
criterion-scope-subjects-kind = Who
criterion-scope-subjects-object-ids = Who
criterion-scope-duration-days = How long
criterion-scope-starts-at = Start
given-users = { $count ->
    [one] { $count } user
   *[other] { $count } users
}
given-every-user = Every user of the tenant, including future ones
given-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
given-at-once = At once
given-start = { $at } UTC
