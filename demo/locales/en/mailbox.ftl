### The mailbox of the demonstration.

mailbox-title = Mailbox of the demonstration
mailbox-lead = Every mail that the desk sends ends up here, whomever it is for. None leaves this machine.
mailbox-empty = No mail yet.
mailbox-caption = Mails, the newest first
mailbox-subject = Subject
mailbox-from = From
mailbox-to = To
mailbox-date = Sent
