### Every kind of problem: its title, what a reader of the answer is told, and its reference page.

problem-unreadable-body = The request cannot be read
problem-unreadable-body-detail = What was sent is cut off or not in the form that it claims to be. Please check it and send it again.
problem-unreadable-body-meaning = The body of the request is not valid JSON or not a valid form, so nothing in it was looked at.
problem-unreadable-body-cause = A missing bracket or quotation mark, text after the end of the document, a character that is not UTF-8, or a connection that ended early.
problem-unreadable-body-fix = Check the body with a JSON checker, make sure that it is sent whole and in UTF-8, and send it again.

problem-invalid-input = Some of the input is not valid
problem-invalid-input-detail = Please correct what is listed and send it again. Nothing was stored.
problem-invalid-input-meaning = The request was read, but at least one value is missing, unknown or outside of what is allowed.
problem-invalid-input-cause = Each entry of “errors” names the place (a JSON Pointer into what was sent), a stable code, and what is wrong there.
problem-invalid-input-fix = Correct every place that is listed, then send the request again. Unknown fields are refused so that a misspelt one does not go unnoticed.

problem-sign-in-required = Please sign in
problem-sign-in-required-detail = This needs a valid sign-in or access token. If your session has ended, sign in again; what you sent was not taken.
problem-sign-in-required-meaning = The request came without credentials, or with credentials that have expired or are not meant for this desk.
problem-sign-in-required-cause = On pages: the session has ended. In the API: the access token is missing, has expired, or has another audience or issuer.
problem-sign-in-required-fix = On pages: sign in again. In the API: get a new access token for this desk and send it as “Authorization: Bearer …”.

problem-sign-in-failed = Signing in did not work
problem-sign-in-failed-detail = You are not signed in. Nothing else happened. Please start the sign-in again.
problem-sign-in-failed-meaning = The way back from your organisation’s sign-in page did not end in a sign-in here.
problem-sign-in-failed-cause = The sign-in took longer than ten minutes, the page was opened a second time (for example with “Back”), cookies are blocked, or the sign-in page refused you.
problem-sign-in-failed-fix = Start the sign-in again from the desk. If it fails again, allow cookies for this site, or ask your directory’s administrator whether you may use the desk.

problem-step-up-required = Please confirm that it is you
problem-step-up-required-detail = This part of the desk needs multi-factor authentication, and you are signed in without it. Confirm once and you are led back here.
problem-step-up-required-meaning = You are signed in, but without multi-factor authentication (MFA), which is required for this page or action.
problem-step-up-required-cause = All staff work needs MFA. So do, for a partner, the list of exempted users that others filed for, downloading files, and the second contact.
problem-step-up-required-fix = Sign in again and complete MFA when asked. In the API, use a token whose “amr” claim contains “mfa”. Filing, replying, appealing, withdrawing and ending exceptions never need it.

problem-not-allowed = You are not allowed to do this
problem-not-allowed-detail = Your role does not include this action. Someone with the right role in your organisation can do it.
problem-not-allowed-meaning = You are signed in, but your role, your tenant or your part in this request does not allow the action.
problem-not-allowed-cause = Filing is for the roles that the policy lets file. Deciding is for reviewers, and never on a request of their own tenant. What one person has decided, another must confirm. Whoever denied a request never reviews the appeal.
problem-not-allowed-fix = Ask someone with one of the roles that the answer names. If you should have the role yourself, your directory’s administrator can assign it.

problem-not-found = Not found
problem-not-found-detail = There is nothing at this address, or it is not yours to see. Please check the address or start from the home page.
problem-not-found-meaning = The address leads nowhere, or to something that belongs to another organisation. The desk does not say which.
problem-not-found-cause = A mistyped address, a shortened link, or an object of another tenant.
problem-not-found-fix = Start from a list page, or look up the id again through the API with the same sign-in.

problem-method-not-allowed = This address does not work that way
problem-method-not-allowed-detail = The address exists, but not for this HTTP method. The “Allow” header names those that work.
problem-method-not-allowed-meaning = The address is right, the HTTP method is not.
problem-method-not-allowed-cause = For example POST where only GET exists, or a form page that was reloaded after it was sent.
problem-method-not-allowed-fix = Use one of the methods in the “Allow” header. On pages, go back to the list and open the page from there.

problem-wrong-state = This is no longer possible
problem-wrong-state-detail = The status has changed in the meantime and no longer allows this action. Please open it again to see where it stands.
problem-wrong-state-meaning = The action exists, but not in the status that the object has now.
problem-wrong-state-cause = For example a withdrawal after the decision, a second appeal, or a colleague who was faster.
problem-wrong-state-fix = Read the object again and choose among the actions that its status allows.

problem-open-request-exists = There is already an open request for this issue
problem-open-request-exists-detail = Your organisation has an open request for the same issue. Please continue with that one instead of filing it twice.
problem-open-request-exists-meaning = An organisation has at most one open request per issue.
problem-open-request-exists-cause = You or a colleague filed it already. It is in review or waits for an answer from you.
problem-open-request-exists-fix = Follow the link in the answer and add what is new there, or withdraw that request first.

problem-idempotency-key-reused = This idempotency key belongs to another request
problem-idempotency-key-reused-detail = The same Idempotency-Key was sent before with a different body. Please use a new key for a new request.
problem-idempotency-key-reused-meaning = An idempotency key stands for exactly one request for 24 hours. It was now sent with other content.
problem-idempotency-key-reused-cause = A client that does not make a new key for each new request, or that changed the body before it tried again.
problem-idempotency-key-reused-fix = Repeat the same body to get the first answer again, or make a new key.

problem-idempotency-key-in-use = The first request with this idempotency key is still running
problem-idempotency-key-in-use-detail = Please wait a moment and send the same request again; you will get its answer.
problem-idempotency-key-in-use-meaning = Two requests with the same idempotency key arrived at the same time. The first is still being worked on.
problem-idempotency-key-in-use-cause = A double click, or a client that repeats before its time limit is over.
problem-idempotency-key-in-use-fix = Wait a second and repeat the same request unchanged.

problem-version-mismatch = Someone changed this in the meantime
problem-version-mismatch-detail = You were working on an older version. Please read the present one and decide whether your change still fits.
problem-version-mismatch-meaning = The version in “If-Match” is not the present one, so the change was not made.
problem-version-mismatch-cause = Another person or program changed the object after you read it.
problem-version-mismatch-fix = Read the object again, take its new “ETag”, check your change against it, and send it with the new value in “If-Match”.

problem-version-required = The version to change is missing
problem-version-required-detail = Please send the “ETag” of the version that you read in the “If-Match” header, so that nobody’s change gets lost.
problem-version-required-meaning = Changing this object needs to know which version you have seen.
problem-version-required-cause = The request came without an “If-Match” header.
problem-version-required-fix = Read the object, take its “ETag”, and send that in “If-Match”.

problem-too-large = The request is too large
problem-too-large-detail = What was sent is larger than the desk accepts here. Please shorten it or send it in parts.
problem-too-large-meaning = The body is larger than the limit of this address and was not read to its end.
problem-too-large-cause = A very long text, a large file, or a list that is better sent in parts.
problem-too-large-fix = Shorten the text, make the file smaller, or split the list.

problem-unsupported-media-type = The request is in a format that is not accepted here
problem-unsupported-media-type-detail = Please send the body uncompressed as “application/json” (in the API) or use the form on the page.
problem-unsupported-media-type-meaning = The “Content-Type” or “Content-Encoding” of the request is not one that this address reads.
problem-unsupported-media-type-cause = A missing “Content-Type” header, or a form or text sent to the API.
problem-unsupported-media-type-fix = Send “Content-Type: application/json” and an uncompressed body.

problem-too-many-requests = Too many requests
problem-too-many-requests-detail = Please wait as long as the “Retry-After” header says, then try again.
problem-too-many-requests-meaning = More requests came from your side in a short time than the desk answers.
problem-too-many-requests-cause = A script without a pause, or many people behind one address.
problem-too-many-requests-fix = Wait the number of seconds in “Retry-After”. Read lists in larger parts, and the feed by its changes.
too-many-requests-wait = Too many requests came in a short time. Please try again in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
}.

problem-resync-required = Start again from a snapshot
problem-resync-required-detail = The version or epoch that you named is not known. Please fetch /feed/v1/rules and go on from there.
problem-resync-required-meaning = The feed can no longer tell what changed since the version that you hold.
problem-resync-required-cause = The version is too old, was never published, or belongs to an epoch before a restore.
problem-resync-required-fix = Fetch the whole document at “/feed/v1/rules”, verify it, and ask for changes after its version. Until then go on with the document you hold, as long as it is fresh.

problem-database-away = The desk cannot reach its data at the moment
problem-database-away-detail = Nothing was lost and nothing was stored. Please try again in a few seconds.
problem-database-away-meaning = The service runs, but its database does not answer at the moment.
problem-database-away-cause = A restart, a switch to the standby, or more load than it can take.
problem-database-away-fix = Wait the number of seconds in “Retry-After” and repeat the request; with the same Idempotency-Key nothing is done twice.

problem-busy = Too many slow reads at once
problem-busy-detail = Only a few reports, searches and long lists of changes are read at a time. Nothing was changed. Please try again in a few seconds.
problem-busy-meaning = The desk reads only a few reports, searches and long lists of changes at once, so that everything else stays quick.
problem-busy-cause = Several people or programs asked for reports, searches or old changes of the feed at the same time.
problem-busy-fix = Wait the number of seconds in “Retry-After” and repeat the request. Ask for a shorter period, or less often.

problem-provider-away = The sign-in service does not answer at the moment
problem-provider-away-detail = Your organisation’s sign-in service, or the way to it, is disturbed. Please try again in a few minutes.
problem-provider-away-meaning = The desk could not reach the identity provider that signs you in.
problem-provider-away-cause = A disturbance at the provider or of the network in between.
problem-provider-away-fix = Wait the number of seconds in “Retry-After” and try again. Whoever is signed in already can go on working.

problem-internal = Something went wrong on our side
problem-internal-detail = It is not your fault, and it has been recorded. Please try again; if it happens again, report it with the number of this request.
problem-internal-meaning = The desk met something that it was not prepared for.
problem-internal-cause = A fault in the software or in its environment. The details are in the operator’s log under the number in “X-Request-Id”.
problem-internal-fix = Try again once. If it stays, tell the operator the number in “X-Request-Id” and the time.

problem-cross-site-detail = This action was sent from another site or an outdated page, so it was not carried out. Please open the page here and try again.

## Input that is wrong before anyone looks at its meaning
input-duplicate = This field appears twice.
input-cursor-unknown = This cursor does not belong to this list. Leave it out to start at the top.
input-limit-out-of-range = Please give a whole number from 1 to { $max }.
input-wait-too-long = Please give a wait of at most { $max } seconds.

## The reference pages
reference-title = Error reference
reference-lead = Every error that the desk answers with has a page here. Its address is the “type” of the problem document.
reference-code = Code
reference-status = HTTP status
reference-problem = Problem
reference-meaning = What it means
reference-cause = How it comes about
reference-fix = What you can do
reference-example = Example

## Problems that a gate gives
problem-mfa-required = Multi-factor authentication is required
problem-mfa-required-detail = The user’s sign-in did not include multi-factor authentication, and no exception covers this call.
problem-mfa-required-meaning = A gate stopped a call: the user’s token says nothing of a second factor, and no exception in force covers this tenant, user and surface.
problem-mfa-required-cause = The user signed in with a password alone, a third party’s MFA does not reach the directory, or an exception has ended or was revoked.
problem-mfa-required-fix = Sign the user in again with a second factor and use the new token. If a technical problem makes that impossible, somebody who may file for your organisation can ask for an exception here.
problem-invalid-token = The token does not hold
problem-invalid-token-detail = The bearer token is missing, has expired, or is not meant for this service.
problem-invalid-token-meaning = A gate could not accept the bearer token of the call.
problem-invalid-token-cause = It has expired, comes from a provider that is not known there, is meant for another service, or its signature does not hold.
problem-invalid-token-fix = Get a new access token for this service and send it once, in the header “Authorization”.
problem-unclear-request = The request can be read in more than one way
problem-unclear-request-detail = A gate refuses what the service behind it might understand differently.
problem-unclear-request-meaning = The address or the headers of the call could mean one thing to the gate and another to the service behind it.
problem-unclear-request-cause = Unusual encodings or “..” in the path, headers that contradict each other, or two kinds of credentials in one call.
problem-unclear-request-fix = Send the plain path without encoded separators, and either a token or a session, not both.
