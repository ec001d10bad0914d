### A partner's second contact: its pages and mails.

## The page of settings
second-contact-title = Second contact
second-contact-open = Change the second contact
second-contact-lead = One more address for your whole organisation. It gets a copy of every mail to the contacts of your requests: answers, questions, and what becomes of exceptions.
second-contact-done-asked = We sent a link to the address. Copies go there once its reader has opened the link and confirmed it.
second-contact-done-removed = The second contact was removed. No more copies are sent.
second-contact-waits = { $address } waits to be confirmed. The link in the mail that we sent there is valid until { $until }.
second-contact-no-server = No mail server is configured, so no mail is sent.
second-contact-address = Address
second-contact-none = None
second-contact-confirmed-at = Confirmed on
second-contact-new = New address
second-contact-hint = We send a link there. Its reader needs no account here. Until they have confirmed it, copies go where they went before.
second-contact-told = Your organisation’s security contact is told of every change of the second contact, with the name of who made it.
second-contact-ask = Send link
second-contact-remove = Remove second contact

## Confirming it
second-contact-confirm-title = Do you want copies of this partner’s mail?
second-contact-confirm-text = When you press the button, this address gets a copy of every mail to the contacts of this partner’s requests. The partner’s administrators can stop that at any time.
second-contact-confirm = Confirm address
second-contact-confirm-cancel = Leave without confirming
second-contact-said = The address is confirmed
second-contact-said-text = From now on, it gets a copy of every mail to the contacts of the partner’s requests. You can close this page.
second-contact-link-unknown = This link is not valid. Ask the partner’s administrators to have a new one sent.
second-contact-link-over = This link is more than 24 hours old. Ask the partner’s administrators to have a new one sent.
second-contact-link-used = This link was used already, a newer one was sent, or the address was removed. Open the newest mail, or ask the partner’s administrators to have a new one sent.

## Mails
mail-why-second-contact = You receive this copy because you are the second contact of { $partner }. The administrators of { $partner } can change that.
mail-why-second-contact-named = You receive this mail because somebody entered this address at { $product } as a second contact.
mail-second-contact = Do you want copies of this partner’s mail?
mail-second-contact-text = { $partner } entered this address at { $product } as its second contact. If you confirm it, you get a copy of every mail to the contacts of its requests: answers, questions, and what becomes of exceptions. You don’t need an account.
mail-second-contact-otherwise = If you did not expect this, you don’t need to do anything: without your confirmation, no copies are sent to this address.
mail-second-contact-confirm = Confirm this address
mail-second-contact-named = A second contact was named
mail-second-contact-named-text = An account of your organisation was used to enter a second contact at { $product }. Once the reader of that address has confirmed it, it gets a copy of every mail to the contacts of your requests.
mail-second-contact-named-by = Entered by
mail-second-contact-confirmed = The second contact was confirmed
mail-second-contact-confirmed-text = From now on, the address below gets a copy of what { $product } mails to the contacts of your requests.
mail-second-contact-confirmed-by = Entered by
mail-second-contact-removed = The second contact was removed
mail-second-contact-removed-text = An account of your organisation was used to remove the second contact at { $product }. No more copies are sent to the address below.
mail-second-contact-removed-by = Removed by
mail-second-contact-at = When
mail-second-contact-before = Before
mail-second-contact-not-us = If your organisation did not want that, somebody else may be using the account: have an administrator look at the second contact, and find out who used the account. Mail to you goes on as before.
mail-second-contact-open = Open the second contact

## Outgoing mail and the audit log
mails-to-second-contact = The partner’s second contact
mails-kind-second-contact-to-confirm = Second contact to confirm
mails-kind-second-contact-changed = Second contact changed
event-partner-second-contact-named = Second contact entered
event-partner-second-contact-confirmed = Second contact confirmed by the link mailed to it
event-partner-second-contact-removed = Second contact removed
audit-field-address = Address (abridged)
