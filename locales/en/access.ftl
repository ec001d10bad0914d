### Signing in and out, refusals, and the page for people who were stopped.

signed-out-title = You are signed out
signed-out-lead = Your session on this desk has ended. Other people who use this device cannot see your requests any more.
signed-out-provider = You may still be signed in to your organisation’s account. On a shared device, sign out there, too.

not-allowed-title = Who may do what
not-allowed-lead = This desk looks at your role in your organisation’s directory. If you are refused something, the message names your role and the roles that may do it.
not-allowed-partners-text = File, follow, reply, appeal and withdraw requests of their own organisation, and end its exceptions. None of that needs MFA.
not-allowed-agents-text = Your role does not include filing requests. Somebody in your organisation with the role { $roles } can file one that covers you. You can see whether an exception covers you.
not-allowed-staff = Reviewers, leads, policy admins and auditors
not-allowed-staff-text = Belong to the organisation that operates this desk and always sign in with MFA. Nobody decides a request of their own organisation or one that they filed.

step-up-title = Confirm that it is you
step-up-lead = The page that you want to see needs multi-factor authentication (MFA). You are signed in, but without MFA.
step-up-how = You are led to your organisation’s sign-in, asked for MFA once, and led back to where you were.
step-up-go = Confirm with MFA
step-up-cannot = You cannot complete MFA?
step-up-cannot-text = Then this page stays closed, but filing, replying, appealing, withdrawing and ending exceptions are open to you without MFA.

## Stopped by MFA
stopped-title = Why was I stopped?
stopped-lead = The site that you wanted to use requires multi-factor authentication (MFA), but you signed in without it. No exception covered you there at that time.
stopped-what = What happened
stopped-surface = Where
stopped-at = When
stopped-tenant = Your organisation (tenant ID)
stopped-from-link = These details come from the link that led you here.
stopped-now = What you can do now
stopped-step-verify = Go back and complete MFA. If you have not registered for it yet, you can do so on the spot.
stopped-step-check = If that fails, check what helps in your case. It takes a few questions, without signing in.
stopped-step-ask = If a technical problem remains, somebody in your organisation with the role { $roles } can ask for an exception.
stopped-admin = Not an administrator?
stopped-admin-text = Then ask one in your organisation. You can copy this text and send it:
stopped-letter = Text for your administrator
stopped-letter-go = Prepare a text for my administrator
stopped-letter-hint = Select the text, copy it, and send it by e-mail or chat.
stopped-letter-greeting = Hello,
stopped-letter-what = I could not sign in because multi-factor authentication (MFA) was required and I cannot complete it.
stopped-letter-tenant = Tenant ID: { $tenant }
stopped-letter-surface = Where: { $surface }
stopped-letter-at = When: { $at }
stopped-letter-please = As somebody who may file ({ $roles }), could you please check what helps and, if necessary, ask for a technical exception for me? You can start here:

## A sign-in that did not succeed
sign-in-refused = Your organisation’s sign-in page did not let you in. You can start again, or ask your directory’s administrator whether you may use this desk.
step-up-as-somebody-else = Someone other than the person signed in here came back from the sign-in page, so nothing has changed. Verify again as yourself. To continue as someone else, sign out and sign in as that person.
sign-in-names-nobody = The sign-in page did not say who you are, so you cannot be signed in. Please ask your directory’s administrator; it has to send your object ID (“oid”).
