### The home page.

home-title = Technical exceptions to MFA
home-title-signed-in = Home
home-lead = Partners must sign in with multi-factor authentication (MFA). If a technical problem makes that impossible, you can ask here for an exception: for named people, in named places, for a limited time.
home-stopped = Is MFA stopping you?
home-check = Find out what helps
home-check-text = Most cases have a solution without an exception. A few questions show which one fits yours. You don’t need to sign in, and nothing is stored.
home-ask = Ask for an exception
home-ask-text = For when you know the cause and there is no workaround. Requests are filed by somebody in your organisation with the role { $roles }, who can sign in here without MFA.
home-next = What happens then
home-agents = Can’t file requests yourself? Get a text to send to your administrator
home-waiting = Waiting for you
home-nothing = Nothing is waiting for you
home-nothing-text = What needs you appears here, the most urgent first.
home-reply-by = Reply by{" "}
home-answer-by = You will have our answer by{" "}
home-ends = Ends on{" "}
home-follows = In progress – nothing to do
home-all-requests = See all requests
home-follow = Follow request { $reference }
home-reply = Answer our question about { $reference }
home-ends-soon = Exception { $reference } ends soon
home-work-queue = Open the queue
home-queue-figures = { $open } open, { $breached } overdue
home-not-registered = Your organisation is not registered yet
home-not-registered-text = It can file requests once the operator of this desk has registered it. See what to do.
