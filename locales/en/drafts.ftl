### The step-by-step form: steps, drafts, the users named, the check of the answers.

## Steps
step-issue = Issue
step-questions = Questions
step-who = Who
step-scope = Where and how long
step-contact = Contact
step-place = Step { $number } of { $count }
step-back = Back to the previous step
step-back-to-check = Back to your answers
step-continue = Save and continue
step-add = Add these users to the list
step-later = Save and finish later
step-stop = Stop here and delete this draft
step-deny-now = If your case is different, go on and describe it.
step-review-now = If your answers are right, go on: a reviewer looks at your request within 3 business days after you submit it.
step-conflict = This step has been changed elsewhere
step-conflict-text = Since you opened this page, this step was changed in another window. What you typed here is still below, but it is not saved. Save it to replace what is saved, or
step-conflict-take = drop it and show what is saved
new-request-answers-carried = Your answers from the check are kept. You can change them on the next page.
new-request-drafts = { $count ->
    [one] You have already begun a request that is not submitted yet.
   *[other] You have already begun { $count } requests that are not submitted yet.
}
input-draft-issue-missing = Choose the issue that comes closest.

## Coming back
drafts-caption = Your drafts
drafts-column = Title
drafts-changed = Last changed
drafts-untitled = Untitled
drafts-continue = Continue
drafts-delete = Delete
drafts-see = See your drafts
drafts-kept = Your draft is saved. Only you can see it. It is deleted 90 days after its last change.
drafts-too-many = You have { $max } drafts, which is the most you can have. Submit or delete one before you begin another.
drafts-delete-title = Delete this draft?
drafts-delete-consequence = Everything you entered in this draft is deleted. This cannot be undone. Requests that you have submitted are not affected.
drafts-delete-changed = The draft has changed since you opened this page. Please decide again.
drafts-delete-do = Delete draft
drafts-delete-cancel = Keep the draft
home-draft = Continue your draft
resume-kept = Your session has ended. What you entered is kept: sign in again, and you will find it in the form.
resume-found = You sent this page when your session had ended. What you entered is below, but it is not saved yet. Please check it and save it.
resume-waits = You sent a page when your session had ended. What you entered there is not saved yet and would not be submitted. See it on the step:

## Who
form-who-lead = An exception covers only the users you name. You can combine every way below; each user counts once.
form-colleagues = Colleagues
form-colleagues-hint = People of your organisation who have signed in here before. Tick everyone who needs the exception.
form-users-file = User list exported from the directory (CSV)
form-users-file-hint = A CSV file with a column of object IDs, up to 5,000 rows and 2 MB. Everyone in it is added to the list. Names are kept only so that people can read them.
who-added = { $count ->
    [0] Nobody new was added to the list.
    [one] { $count } user was added to the list.
   *[other] { $count } users were added to the list.
}
users-caption = { $count ->
    [one] { $count } user in this request
   *[other] { $count } users in this request
}
users-left-out = Rows of the file that were not added
users-more = ({ $count } more are not shown)
users-line = Line
users-file-line = Line of the file
users-line-number = Line { $line }
users-name = Name
users-id = Object ID
users-problem = Please check
users-no-name = Not known
users-problem-no-id = This is not an object ID
users-problem-missing = There is no object ID
users-problem-again = Same user as on line { $line }; counted once
input-users-file-no-table = The file cannot be read as a table. Export it as CSV and choose it again.
input-users-file-too-long = The file has more than { $max } rows. Split it, or ask for every user.
input-users-file-empty = There are no users in the file.
input-users-file-no-column = The file has no column of object IDs. Its first line must name one, such as “Object ID”, “objectId” or “id”.
input-users-file-encoding = The characters of the file cannot be read. Save it as “CSV UTF-8” and choose it again.
input-users-file-rows = { $count ->
    [one] { $count } row has no valid object ID and was left out; it is listed below. Add that user by hand if needed.
   *[other] { $count } rows have no valid object ID and were left out; they are listed below. Add those users by hand if needed.
}

## Where and how long
form-surfaces-never = Not offered for this issue, because nobody may grant it: { $surfaces }.
form-limits = Up to { $days } days can be granted at once. For more, a reviewer decides.
form-until-from-start = Until { $date }
given-days-until = { $days } ({ $until })

## Check your answers
check-title = Check your answers
check-incomplete = This request cannot be submitted yet
check-incomplete-why = Something is missing or not right. What you have entered is saved.
check-incomplete-now = Please complete
check-not-yet = Complete what is listed at the top first. Your draft is saved.
check-accept = This request will be granted at once
check-accept-now = As soon as you submit, the exception is granted, from { $from } until { $until }.
check-deny = This request will not be accepted
check-deny-now = If your case is different, change your answers. You can also submit the request as it is; you will then get this answer in writing.
check-review-by = If you submit now, you will have an answer by { $due }.
check-changed = The draft has changed since you opened this page
check-changed-text = Please check the answers below once more before you submit.
check-kept = Your session has ended. Nothing is lost: sign in again, check your answers and submit the request.
check-later = Finish later
