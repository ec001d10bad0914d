### Why a step with a webhook cannot be taken, and what to do.

webhook-rotated-lately = A new secret was made less than a day ago, and every event is signed with both until that day is over. Use the new secret, or wait. If the new one got out too, delete the webhook and add it again.
webhook-enabled-already = It is enabled already. Reload the page to see how it stands.
webhook-disabled-already = It is disabled already. Reload the page to see how it stands.
webhook-disabled-no-test = It is disabled, so nothing is sent to it. Enable it first, then send the test.
webhook-waits-already = It is already waiting to be sent. Reload the page in a while to see the result.

## Changing one
webhooks-change = Change webhook
webhooks-change-lead = The secret stays as it is. Waiting events are sent to the URL that you save.
webhooks-change-save = Save changes
event-webhook-changed = Webhook changed
