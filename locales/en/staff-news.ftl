### Mails to staff that are about no request.

mail-address-changed = This address no longer receives your mail
mail-address-changed-text = Since { $at }, mail from { $product } that came to this address is sent to another one.
mail-address-removed-text = On { $at }, this address was removed at { $product }. No more mail is sent to it.
mail-address-changed-otherwise = If that was not you, somebody else may be using your account: check your mail settings, and tell whoever manages accounts in your organisation.
mail-why-address-before = You receive this mail because, until now, { $product } sent a staff member’s mail to this address.
mail-webhook-disabled = A webhook was disabled
mail-webhook-disabled-gone = The receiver of a webhook answered that it wants no more events (410), so the webhook was disabled on { $at }.
mail-webhook-disabled-failing = Nothing could be delivered to a webhook for five days, so it was disabled on { $at }.
mail-webhook-disabled-after = Waiting events are kept, and sent when a lead reviewer enables the webhook again. Events in the meantime are not sent.
mails-kind-address-changed = Address changed
mails-kind-webhook-disabled = Webhook disabled
