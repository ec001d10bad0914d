### "Am I covered?"

nav-coverage = Am I covered?
coverage-title = Am I covered?
coverage-lead = Whether you are asked for MFA at the moment, where you are not and until when, and who can ask for an exception. This page shows your own situation only.
coverage-covered = You are covered
coverage-covered-text = In the places below that say so, you are not asked for MFA. Everywhere else you are.
coverage-none = You are not covered
coverage-none-text = No exception covers you. You are asked for MFA everywhere.
coverage-scheduled = You are not covered yet
coverage-scheduled-text = An exception that covers you begins later. Until then, you are asked for MFA everywhere.
coverage-suspended = You are not covered at present
coverage-suspended-text = The exception that covers you is suspended. Until the suspension is lifted, you are asked for MFA as if there were none.
coverage-unknown = We cannot tell at the moment
coverage-unknown-text = The desk cannot reach its data. Please expect to be asked for MFA, and try again in a few minutes.
coverage-places = Place by place
coverage-demanded = MFA required?
coverage-yes = Yes
coverage-no = No
coverage-covers = Exceptions that cover you
coverage-tag-suspended = Suspended
coverage-who = Who can ask for an exception
coverage-who-you = You can: your role allows you to file requests for your organisation.
coverage-who-others = Somebody in your organisation with the role { $roles }. You can copy this text and send it:
coverage-letter-user = My object ID: { $user }
home-coverage = Am I covered by an exception?
