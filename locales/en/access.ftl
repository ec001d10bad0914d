### Signing in and out, refusals, and the page for people who were stopped.

step-up-go = Confirm with MFA
