### What a partner does with the answer: reply, appeal, reopen, withdraw; and what the desk asks.

## Refusals
not-allowed-own-denial = You denied this request. Somebody else has to review the appeal.
reopen-too-late = The time in which this request could be reopened is over. You can file a new one.
appeal-only-once = This request has been appealed against before. After that there is no other appeal; you can file a new request.
appeal-too-late = An appeal is possible within 30 days of the denial, and these are over. You can file a new request.

## The request: what to do next
request-question = The desk asks
request-appeal = The appeal
request-appeal-reason = Why you appealed
request-first-denial = The first answer
request-first-denial-by-policy = The policy did not accept the request on { $at }.
request-first-denial-by-person = A reviewer did not accept the request on { $at }:
appeal-state-open = Another person looks at the request anew.
appeal-state-overturned = The first answer was changed: the request was accepted on { $at }.
appeal-state-upheld = The first answer stands; this was decided by another person on { $at }. There is no other appeal.
appeal-state-withdrawn = The appeal ended when the request was withdrawn.
outcome-why-waiting = A reviewer needs to know something before deciding.
outcome-why-lapsed = No reply came within 10 business days, so the request was withdrawn automatically.
outcome-why-appealed = You appealed. Another person looks at the request anew.
outcome-why-upheld = Your appeal was reviewed by another person, and the first answer stands.
outcome-why-overturned = Your appeal was successful: another person accepted the request.
outcome-reply-by = Please reply by { $until }. If you do not reply, the request is then withdrawn automatically.
outcome-clock-stands = Our clock is paused until you reply. After that, { $left } of working time is left.
outcome-reopen-by = You can reopen the request until { $until }.
outcome-appeal-by = You can appeal until { $until }. Another person then decides within 3 business days.
outcome-no-appeal = There is no appeal any more. If something has changed since, you can file a new request.
outcome-until-then = Until then, MFA is required as usual.
reply-go = Reply to the question
appeal-go = Appeal this answer
reopen-go = Reopen request

## Reply, appeal, reopen: one form each
step-back-to-request = Back to the request
step-title-of-request = Title
step-changed = The request has changed since you opened this page. Please look again before you send it.
reply-title = Reply to the question about { $reference }
reply-question = Question
reply-consequence = The reviewer gets your reply, and our clock starts again. If you do not reply by { $until }, the request is withdrawn automatically.
reply-field = Your reply
reply-field-hint = Please leave out passwords and other secrets.
reply-do = Send reply
reply-cancel = Do not reply now
appeal-title = Appeal against the answer to { $reference }
appeal-denied = Not accepted on
appeal-first-reason = Reason given
appeal-consequence = Another person will review the request and decide within 3 business days. Until that decision, MFA is required as usual. You can appeal only once, until { $until }.
appeal-field = Why should we look again?
appeal-field-hint = Say what was overlooked or what is different in your case. The person who decides also sees the whole request.
appeal-do = Send appeal
appeal-cancel = Do not appeal
reopen-title = Reopen request { $reference }?
reopen-consequence = The question then waits for your reply again, for 10 more business days. The clock goes on with what was left, at least one business day. You can reopen the request until { $until }.
reopen-do = Reopen request
reopen-cancel = Leave it withdrawn

## What happened
event-request-asked = Question sent; clock paused
event-request-replied = Reply received; clock started again
event-request-reminded = Reminder: the request is withdrawn without a reply
event-request-lapsed = Withdrawn automatically: no reply within 10 business days
event-request-reopened = Request reopened
event-request-appealed = Appeal received; another person reviews it
event-request-accepted-overturned = Accepted on appeal
event-request-denied-upheld = Not accepted on appeal either

## For reviewers
review-ask = Ask the partner
review-ask-lead = The clock is paused until the partner replies. If there is no reply within 10 business days, the request is withdrawn automatically.
review-ask-voids = The first approval becomes void.
review-question = Question
review-question-hint = The partner is shown this text. Please write it in the partner’s language: { $language }.
review-ask-do = Send question
review-appeal = Appeal
review-appeal-notice = This is an appeal
review-appeal-notice-text = The request was not accepted on { $at }. Whoever decided then cannot take part now. Why the partner appeals is shown below.
review-appeal-yours = You denied this request, so somebody else has to review the appeal.
review-appeal-reason = Why the partner appeals
review-appeal-denial = Not accepted by
review-appeal-denied = { $by }, { $at }
review-appeal-by-policy = The policy
review-appeal-overturned = Appeal: accepted after all
review-appeal-upheld = Appeal: the denial stands
review-waits = Waits for the partner
review-waits-until = If there is no reply, the request is withdrawn automatically on { $until }.
review-result-lapsed = Withdrawn automatically on { $at }: the partner did not reply.
review-tag-appeal = Appeal
queue-paused = { $left } (paused)
