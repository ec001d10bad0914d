### Accessibility, privacy and status, in plain statements.

accessibility-title = Accessibility
accessibility-lead = Everyone who may use this desk should be able to, with whatever they use to read and to type.
accessibility-goal = What we aim for
accessibility-goal-text = The Web Content Accessibility Guidelines (WCAG) 2.2 at level AA, and JIS X 8341-3 at level AA.
accessibility-how = How the pages are made
accessibility-how-text = Every page works with the keyboard alone, without scripts, at 400 % zoom, in high-contrast modes and in print. Status is shown by words and shapes, not by colour alone. Language and colours can be chosen under “Language and colours”.
accessibility-limits = Known limits
accessibility-limits-text = Texts that partners write are shown as they were sent, in the language in which they were written. Your organisation’s sign-in page is not part of this desk.
accessibility-report = Tell us
accessibility-report-text = If something keeps you from using a page, please tell { $operator } which page it was and what you use. A request can also be filed by a colleague or through the API.

privacy-title = Privacy
privacy-lead = What this desk knows about people, why, and for how long.
privacy-what = What is stored
privacy-what-text = Your name, your user and tenant ids and your roles from your organisation’s sign-in; what you write into a request, and its contact details; the address that your organisation names as its second contact, until it is removed or, when nobody confirms it, for a day; the users that a request names, with the names that their organisation gives them; files that you add to a request, with their names; and a record of who did what and when, each reading of a file included. A draft is kept until it is submitted or deleted, at most 90 days after its last change. Your name and user id are also kept as one who has signed in, for 180 days after your last sign-in.
privacy-why = What for
privacy-why-text = To decide requests, to carry out exceptions, to inform the people concerned, and to be able to show later that every decision was right. Nothing is used for advertising, and no page loads anything from other sites.
privacy-who = Who sees it
privacy-who-text = The administrators of your organisation see its own requests, and can pick you by name when they name users, if you have signed in here. A draft is seen by nobody but the person who writes it. Reviewers, leads and auditors of the operator see what they need for their work. Enforcement points receive ids, places and times only.
privacy-cookies = Cookies
privacy-cookies-text = One for your session, and one each for language and colours if you choose them. None is used to follow you.
privacy-rights = Your rights
privacy-rights-text = You can ask your organisation or { $operator } what is stored about you, and have it corrected or erased where the law provides for it. The record of decisions is kept without your text once that is erased.

status-page-title = System status
status-page-lead = This desk is up.
status-page-now = Is everything working?
status-page-now-text = Whether the desk can reach its data, and whether the feed of exceptions is fresh, is told by the addresses at the end of this page.
status-page-details = Addresses for checks
status-page-details-text = Monitors ask these addresses: 200 means that all is well, 503 that it is not.
status-page-live = The service runs.
status-page-ready = It can reach its data.
status-page-feed = The feed of exceptions is fresh.
status-page-scanner = Added files can be checked for viruses.
status-page-gate = If the desk is down
status-page-gate-text = Running exceptions go on for the few minutes that the last feed is valid. After that, MFA is required of everyone again until the desk is back. Requests and due times are not lost.
