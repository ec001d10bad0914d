### Mails: subjects, words, and why the reader gets them.

mail-subject = [{ $product }] { $reference }: { $what }
mail-colon = {": "}
mail-fact-reference = Reference
mail-fact-partner = Partner
mail-fact-due = Answer due
mail-why-contact = You receive this mail because you are named as the contact of { $reference }.
mail-why-security-contact = You receive this mail because { $product } has you as the security contact of your organisation.
mail-why-staff = You receive this mail because you work on requests at { $product }.
mail-automatic = This mail was sent automatically; replies to it are not read. We never ask for passwords or codes by mail.
mail-ask = Questions: { $contact }
mail-open-request = Open the request
mail-open-exception = Open the exception

## What became of a request
mail-request-received = We received your request
mail-request-received-text = A reviewer looks at your request. You will have an answer by { $due }.
mail-appeal-received = We received your appeal
mail-appeal-received-text = Another reviewer looks at your request again. You will have an answer by { $due }.
mail-wait = You don’t need to do anything. Until you have our answer, MFA is required as usual.
mail-why-review = Why a person decides
mail-request-accepted = Your request was accepted
mail-accepted-policy = Your request meets all criteria, and an exception was granted.
mail-accepted-person = A reviewer looked at your request and granted an exception.
mail-accepted-appeal = After your appeal, another reviewer granted an exception.
mail-bounds = During the time below, the users covered are not asked for MFA in the places below. Everywhere else, and for everybody else, MFA is required as usual.
mail-reminders = We will remind you 14 and 3 days before the exception ends.
mail-request-denied = Your request was not accepted
mail-denied-person = A reviewer looked at your request and did not grant an exception. The reason is on the request’s page.
mail-denied-appeal = Another reviewer looked at your request after your appeal, and the answer stays the same. The reason is on the request’s page. You cannot appeal again, but you can file a new request if something changes.
mail-still-required = MFA is required as usual.
mail-appeal-until = If you think that this is wrong, you can appeal until { $until }. Another reviewer will then look at it.
mail-question = We have a question
mail-question-text = A reviewer needs an answer from you before deciding. Our time to answer is paused until you reply.
mail-question-until = Please reply by { $until }. Without a reply, the request is then withdrawn by itself.
mail-reply = Read the question and reply
mail-reply-due = Your reply is due soon
mail-reply-due-text = We are still waiting for your reply. Without one, the request is withdrawn by itself on { $until }.
mail-lapsed = Your request was withdrawn
mail-lapsed-text = We asked you a question and no reply came, so the request was withdrawn by itself.
mail-lapsed-until = You can reopen it until { $until }. After that, please file a new request.

## The course of an exception
mail-granted = An exception from MFA was granted to your organisation
mail-granted-text = Somebody in your organisation asked for a technical exception, and it was granted.
mail-not-us-text = If nobody in your organisation asked for it, end it at once with “This was not us”. You don’t need to sign in. The lead reviewers are then alerted.
mail-not-us = This was not us
mail-started = The exception is in force now
mail-started-text = The exception that was granted for later has begun.
mail-ends-soon = The exception ends soon
mail-ends-soon-text = The exception ends on { $until }. From then on, these users are asked for MFA again.
mail-renew-text = If the technical problem is still there, ask for a renewal now, so that the answer comes in time. A renewal is a new request that is already filled in.
mail-ended = The exception has ended
mail-ended-text = The time of the exception was over on { $at }.
mail-ended-by-partner = Somebody in your organisation ended the exception on { $at }.
mail-required-again = The users it covered are asked for MFA again.
mail-new-request = If you still need an exception, file a new request.
mail-revoked = The exception was revoked
mail-revoked-text = The exception was revoked on { $at }.
mail-revoked-reason = The reason is on the exception’s page. If you still need an exception, file a new request.
mail-suspended = The exception is suspended
mail-suspended-text = As a precaution, this exception has been suspended since { $at }. While the suspension lasts, the users it covers are asked for MFA again.
mail-suspended-after = Once it is lifted, the exception holds again until its end. You don’t need to file a new request.
mail-sunset = Exceptions for this issue come to an end
mail-sunset-text = For this issue, no exception is granted beyond { $sunset }.
mail-sunset-own = Your exception is in force until { $until }. Please prepare to use MFA from then on.

## For staff
mail-review = Review the request
mail-answered = The partner has replied
mail-answered-text = { $tenant } replied to the question, and the clock runs again. The answer is due by { $due }.
mail-clock-half-used = Half of the time to answer is used up
mail-clock-half-used-text = Half of the time to answer this request of { $tenant } is used up. The answer is due by { $due }.
mail-clock-mostly-used = 80% of the time to answer is used up
mail-clock-mostly-used-text = 80% of the time to answer this request of { $tenant } is used up. The answer is due by { $due }.
mail-clock-breached = The answer is overdue
mail-clock-breached-text = The answer to this request of { $tenant } was due by { $due }. The request is at the top of the queue. Nothing is granted by lapse of time.
mail-nobody-eligible = Nobody is left who may decide
mail-nobody-eligible-text = No reviewer is left who may decide this request of { $tenant }. Please find a reviewer who has neither filed nor decided it and who does not belong to this partner.
mail-disputed = Alarm: a partner did not ask for its exception
mail-disputed-text = { $tenant } reported that it did not ask for this exception. The exception is no longer in force, and nothing is granted to this partner automatically until a lead reviewer lifts the hold.
mail-disputed-after = Find out who filed the request before anything more is granted to this partner.
