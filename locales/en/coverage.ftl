### "Am I covered?"

nav-coverage = Am I covered?
coverage-title = Am I covered?
coverage-lead = Whether MFA is demanded of you at present: where not, until when, and whom to ask. This is about you alone.
coverage-covered = You are covered
coverage-covered-text = In the places below that say so, MFA is not demanded of you. Everywhere else it is.
coverage-none = You are not covered
coverage-none-text = No exception covers you. MFA is demanded of you everywhere.
coverage-scheduled = You are not covered yet
coverage-scheduled-text = An exception that covers you begins later. Until then MFA is demanded of you everywhere.
coverage-suspended = You are not covered at present
coverage-suspended-text = The exception that covers you is suspended. MFA is demanded of you as if there were none, until the suspension is lifted.
coverage-unknown = This cannot be told at the moment
coverage-unknown-text = The desk cannot reach its data. Please expect that MFA is demanded of you, and try again in a few minutes.
coverage-places = Place by place
coverage-demanded = Is MFA demanded?
coverage-yes = Yes
coverage-no = No, not of you
coverage-covers = Exceptions that cover you
coverage-empty = No exception covers you
coverage-empty-text = Neither now nor later.
coverage-tag-suspended = Suspended
coverage-who = Who can ask for an exception
coverage-who-you = You can: your role allows you to file requests for your organisation.
coverage-who-others = Somebody in your organisation with the role { $roles }. You can copy this text and send it:
coverage-letter-user = My object ID: { $user }
home-coverage = Am I covered by an exception?
