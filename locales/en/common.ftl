### The frame of every page, and words that many pages share.

branding-operator = the organisation that operates this desk
site-description = Ask for a technical exception to the MFA mandate, follow the answer, and see what an exception covers.
title-error = Error:{" "}
skip = Skip to the content
navigation = Main navigation
language-name = English
account = Signed in as
settings = Settings
sign-in = Sign in
sign-out = Sign out

nav-partner = For partners
nav-staff = For staff
nav-home = Home
nav-requests = Requests
nav-exceptions = Exceptions
nav-check = Check
nav-help = Help
nav-queue = Queue
nav-partners = Partners

footer-api = API
footer-accessibility = Accessibility
footer-privacy = Privacy
footer-status = System status
footer-display = Language and colours
footer-line = Technical exceptions to mandatory multi-factor authentication (MFA): asked for, decided, explained.
footer-operator = Operator: { $organisation }.
footer-support = Contact: { $contact }
operator-reached = { $operator } ({ $contact })

list-separator = ,{" "}
list-or = {" "}or{" "}
sentence-gap = {" "}

## Forms
error-summary = Something needs your attention
error-summary-entry = { $field } – { $detail }
field-error = Error:{" "}
field-optional = (optional)
field-required = {""}
field-choose = Choose one
field-max-length = Up to { $count } characters.
field-year = Year
field-month = Month
field-day = Day

## The receipt of the clock
receipt-due = Our answer is due by
receipt-standing = Paused until there is a reply
receipt-show = How this time was worked out
receipt-due-was = Our answer was due by
receipt-day = Day
receipt-hours = Working hours
receipt-counted = Counted

## Error pages
error-go-home = Go to the home page
error-try-again = Try again
error-open-request = Open the request
error-reference = What this error means
error-request-id = If you report this, please quote the number:{" "}
refusal-have = Your role
refusal-may = Roles that may do this
refusal-instead = What you can do instead
refusal-no-role = None on this desk
refusal-detail = Your role is { $have }. This needs one of: { $may }.

## Ways on that many pages offer
go-self-check = Check before you ask
go-new-request = Ask for an exception
sign-in-again = Sign in again
change = Change
cancel = Cancel
more-rows = Show more
