### The pages of webhooks.

nav-webhooks = Webhooks
webhooks-title = Webhooks
webhooks-lead = Sends signed events to other systems about what is also told by mail: requests, answers, exceptions and deadlines.
webhooks-add = Add webhook
webhooks-empty = No webhooks
webhooks-empty-text = Add one to have a ticket system or a chat told what happens here.
webhooks-description = Name
webhooks-description-hint = So that your colleagues recognize it, such as “Ticket system”.
webhooks-url = Address
webhooks-host = Host
webhooks-url-hint = It starts with https:// and can be reached from the internet. Addresses inside your own network are refused.
webhooks-state = Status
webhooks-enabled = Enabled
webhooks-disabled = Disabled
webhooks-added = Added
webhooks-disabled-at = Disabled since
webhooks-last-success = Last success
webhooks-last-failure = Last failure
webhooks-never = Never yet
webhooks-waiting = Waiting
webhooks-dead = Not deliverable
webhooks-back = Back to webhooks
webhooks-back-to-one = Back to the webhook
webhooks-open = Open the webhook
webhooks-open-delivery = Open the event
webhooks-cancel = Back without a change

## Adding one
webhooks-new = Add a webhook
webhooks-new-lead = The next page shows the secret with which the receiver verifies that an event comes from this desk.
webhooks-types-which = Which events are sent?
webhooks-types-all = All, including types that are added later
webhooks-types-some = Only those chosen here
webhooks-types = Events
webhooks-types-hint = Used only if you chose “Only those chosen here”.
webhooks-type-test = Test
webhooks-tenant = About which partner?
webhooks-tenant-hint = A webhook for one partner gets that partner’s events only.
webhooks-tenant-all = Every partner
webhooks-secret-title = The secret of the webhook
webhooks-secret-once = This secret is shown only once. Copy it now: it cannot be shown again, only replaced.
webhooks-secret = Secret
webhooks-secret-text = Give it to the receiver exactly as it is, including “whsec_”. Standard Webhooks libraries accept it in this form.
webhooks-secret-kept = I have copied the secret

## One of them
webhooks-actions = Actions
webhooks-test = Send a test
webhooks-test-text = Sends an event of type “test” to this webhook alone. Reload the page to see what came of it.
webhooks-enable = Enable webhook
webhooks-enable-text = What waited when it was disabled is sent now. What happened since then is not.
webhooks-disable = Disable webhook
webhooks-disable-text = What waits stays and is sent when it is enabled again. What happens meanwhile is not sent.
webhooks-disabled-person = This webhook is disabled. Nothing is sent to it.
webhooks-disabled-gone = The receiver answered that it wants no more events (410), so the webhook was disabled.
webhooks-disabled-failing = Nothing could be delivered for five days, so the webhook was disabled. Enable it when the receiver works again.
webhooks-rotated = A new secret is in use. Until { $until } every event is also signed with the one before.
webhooks-rotate = Make a new secret
webhooks-rotate-confirm = Make a new secret?
webhooks-rotate-consequence = The next page shows the new secret, once. For a day every event is signed with both, so that the receiver can change over. Then the old one ends.
webhooks-delete = Delete webhook
webhooks-delete-confirm = Delete this webhook?
webhooks-delete-consequence = Its secret and everything that waits or was sent are deleted. This cannot be undone.

## What was sent to it
webhooks-deliveries = Events of the last 30 days
webhooks-deliveries-empty = No events
webhooks-deliveries-empty-text = No event matches.
webhooks-all = All
webhooks-filter = { $state } ({ $count })
webhooks-event = Event
webhooks-about = About
webhooks-to = Webhook
webhooks-id = ID (webhook-id)
webhooks-occurred = Happened
webhooks-delivery-state = Status
webhooks-delivery-waiting = Waiting
webhooks-delivery-delivered = Delivered
webhooks-delivery-dead = Not deliverable
webhooks-last-result = Last result
webhooks-last-attempt = Last attempt
webhooks-next-attempt = Next attempt
webhooks-attempts = Attempts
webhooks-done = Finished
webhooks-body = What is sent
webhooks-resend = Send again
webhooks-resend-text = It is sent with the same ID, so that the receiver can see that it has it already.
webhooks-result-http = Answered { $status }
webhooks-result-timeout = No answer in time
webhooks-result-name-unknown = The host name was not found
webhooks-result-address-refused = Connections to this address are not allowed
webhooks-result-tls-failed = The certificate is not valid
webhooks-result-connection-failed = Could not connect
webhooks-result-connection-lost = The connection was lost
webhooks-result-secret-unreadable = The secret cannot be read: make a new one

## What is wrong with a new one
input-webhook-url-invalid = Enter a whole address, such as https://tickets.example.com/hooks.
input-webhook-url-not-https = Use an address that starts with https://.
input-webhook-url-with-user = Leave user name and password out of the address: events are signed.
input-webhook-url-with-fragment = Leave out what follows “#”.
input-webhook-url-port = Use one of the ports that are allowed here: { $ports }.
input-webhook-url-address = Use an address that the internet can reach. Private, local and reserved addresses are refused.
input-webhook-types-empty = Choose at least one event.
input-webhook-type-unknown = There is no such type of event. Choose one of those offered.
input-webhook-too-many = There are { $max } webhooks already. Delete one that is not needed.

## In the audit log
audit-kind-webhook = Webhook
audit-field-types = Events
audit-field-limited-to = Limited to the tenant
audit-field-because = Why
audit-field-was-disabled-because = Why it was disabled
audit-field-event = Event
audit-field-url = Address
audit-field-waiting = Waiting
audit-field-dead = Not deliverable
audit-field-last-result = Last result
event-webhook-added = Webhook added
event-webhook-secret-rotated = New secret for a webhook
event-webhook-enabled = Webhook enabled
event-webhook-disabled = Webhook disabled
event-webhook-tested = Test sent to a webhook
event-webhook-resent = Event queued to be sent to a webhook again
event-webhook-deleted = Webhook deleted
