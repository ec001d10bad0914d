### The home page.

home-title = Technical exceptions to MFA
home-title-signed-in = Home
home-lead = Partners must sign in with multi-factor authentication (MFA). When a technical problem really makes that impossible, this desk can suspend the demand: for certain people, in certain places, for a limited time.
home-stopped = Are you stopped by MFA?
home-check = Find out what helps
home-check-text = Most cases have a solution without an exception. A few questions show which one fits yours. You need not sign in, and nothing is stored.
home-ask = Ask for an exception
home-ask-text = You know the cause, and no workaround exists. Who files for your organisation: { $roles }. Signing in to this desk works without MFA for that.
home-next = What happens then
home-agents = You cannot file requests yourself? See what to send to your administrator
home-waiting = What waits for you
home-nothing = Nothing waits for you
home-nothing-text = Whatever needs your answer appears here, the most urgent first.
home-due = Due by{" "}
home-all-requests = See all requests
home-follow = Follow request { $reference }
home-reply = Answer our question about { $reference }
home-ends-soon = Exception { $reference } ends soon
home-work-queue = Open the queue
home-queue-figures = { $open } open, { $breached } overdue
home-not-registered = Your organisation is not registered yet
home-not-registered-text = It can file requests once the operator of this desk has registered it. See what to do.
