### A partner's page, and holds on partners.

partner-entry = Registration
partner-exempt = Users without MFA
partner-total = Users covered now or scheduled
partner-total-limit = Limit without a reviewer
partner-grants = Exceptions in force or scheduled
partner-grants-empty = No exception is in force or scheduled
partner-grants-empty-text = Every user of this partner must pass MFA.
partner-requests = Latest requests
partner-requests-empty = No requests yet
partner-requests-empty-text = This partner has not asked for an exception.
partner-filed = Filed
partner-registered-at = Registered on
partner-history = History
partner-open = Open the partner

hold-tag = On hold
hold-title = On hold: a reviewer decides every request
hold-text = An exception of this partner was revoked. Since { $since }, nothing is granted to this partner automatically until a lead reviewer lifts the hold.
hold-because = See exception { $reference }
hold-lift = Lift the hold
hold-lift-title = Lift the hold on this partner?
hold-lift-consequence = Once lifted, requests that meet the policy’s criteria are again granted at once.
hold-lift-cancel = Keep the hold
hold-since = On hold since
hold-exception = Revoked exception
hold-reason = Why the hold can be lifted
hold-reason-hint = For the audit log: what was found out, and by whom. The partner does not see it.

event-partner-registered = Partner registered
event-partner-changed = Registration changed
event-partner-hold-placed = Put on hold: a reviewer revoked an exception
event-partner-hold-lifted = Hold lifted
event-by-operator = Operator
