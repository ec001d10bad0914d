# The development identity provider.
brand = Development sign-in
badge = Development only, no password
skip = Skip to the content
error-word = Error:{" "}
to-start = To the start page
no-password = This stands in for a cloud directory on your own machine. Choose who you are; nobody asks for a password, so never let others reach it.

role-globaladmin = Global Admin
role-adminagent = Admin Agent
role-salesagent = Sales Agent
role-helpdeskagent = Helpdesk Agent
role-reviewer = Reviewer
role-leadreviewer = Lead reviewer
role-policyadmin = Policy admin
role-auditor = Auditor

tenant-contoso = Cloud accounts. MFA is done at every sign-in.
tenant-wingtip = Signs in at its own provider. The provider's MFA arrives and counts.
tenant-fabrikam = Cloud accounts without MFA. When MFA is asked for, you register an authenticator app and enter a code.
tenant-tailspin = Signs in at its own provider. The provider does MFA, but nothing that the directory understands arrives.
tenant-operations = Staff of the desk. A code of the registered authenticator app is asked for when the desk wants one.

sign-in-title = Who are you?
sign-in-lead = “{ $client }” asks you to sign in.
cancel = Back to the application without signing in
switch = Use another account

federated-brand = { $tenant } · own identity provider
federated-title = { $tenant } sign-in
federated-password = User name and password are right.
federated-mfa = Your provider asked for MFA, and you confirmed it on your phone.
federated-passed-on = Your provider says so in its answer: the directory will see “mfa”.
federated-unseen = Your provider does not put this into its answer in a way that the directory understands: the directory will see a password only.
federated-unseen-asked = MFA was asked for. However often that happens, the answer stays the same. A partner in this position can ask for a technical exception.
federated-continue = Go on to the directory

code-label = Code
code-hint = The six digits that the authenticator app shows now
code-submit = Verify code
code-wrong = This is not the current code. Wait for the next one and enter its six digits.
code-used = This code has been used. Wait up to 30 seconds for the next one.
code-paused = Too many wrong codes. Try again in five minutes.
aid-title = No authenticator app at hand?
aid-text = Development aid: the current code is

register-title = More information is needed
register-lead = MFA was asked for and nothing is registered for you yet. Set up an authenticator app now. This does not switch MFA on for your other sign-ins.
register-scan-title = 1. Set up the app
register-scan = Scan this code with an authenticator app.
register-qr-alt = QR code with the secret for your authenticator app
register-type = Or type this secret into the app:
register-link = Open in an authenticator app on this device
register-code-title = 2. Enter a code from it

verify-title = Verify that it is you
verify-lead = The application asks for MFA. Enter the code of your authenticator app.

home-lead = The identity provider of the demonstration: example tenants, personas, MFA by authenticator app.
home-session = Current sign-in
home-nobody = Nobody is signed in.
home-switch = To become somebody else, sign out here and in the application, and sign in again.
home-people = Accounts
home-machines = For applications
home-metadata = Discovery:
forget-title = Start over
forget-text = Remove a registered authenticator app, so that registering can be shown again.
forget-button = Remove the app of { $name }

sign-out-title = Sign out?
sign-out-text = You will be asked again who you are at the next sign-in.
sign-out-button = Sign out

error-unknown-client = Unknown application
error-unknown-client-text = No application is registered under this client ID. Check the configuration of the application you came from.
error-unknown-redirect = Return address not registered
error-unknown-redirect-text = The application asked to send you back to an address that is not registered for it, letter for letter. You are not sent there.
error-parameter-twice = Parameter given twice
error-parameter-twice-text = A parameter may be given once only. Go back to the application and start again.
error-unknown-persona = No such account here
error-unknown-persona-text = Choose one of the accounts on the sign-in page.
error-flow-over = This sign-in is over
error-flow-over-text = It took too long, was finished already, or began in another browser. Go back to the application and start again.
error-broken = Something went wrong here
error-broken-text = The log of the demonstration says what. Try again; if it stays, remove the named file from the data directory.
error-not-found = Page not found
error-not-found-text = There is nothing at this address.
