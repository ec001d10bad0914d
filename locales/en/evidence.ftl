### Files with a request.

evidence-title = Evidence
evidence-of-request = Evidence for { $reference }
evidence-lead = Add what supports your request: a vendor’s answer, a screenshot of the error, a log, a mail. Leave out passwords, tokens and other people’s personal data.
evidence-lead-closed = The request is closed, so files can no longer be added or removed.
evidence-manage = Add or remove files
evidence-files = Files
evidence-hint = PDF, PNG, JPEG, plain text or a mail (.eml), { $megabytes } MB each. { $left ->
    [0] There is no room for another file: remove one first.
    [one] You can add one more file.
   *[other] You can add { $left } more files, several at once.
}
evidence-upload = Upload files
evidence-none = No files yet
evidence-none-text = Files that support the request appear here.
evidence-name = File
evidence-type = Type
evidence-size = Size
evidence-scan = Virus check
evidence-uploaded = Uploaded
evidence-by = by { $who }
evidence-digest = SHA-256
evidence-actions = Action
evidence-type-pdf = PDF document
evidence-type-png = PNG image
evidence-type-jpeg = JPEG image
evidence-type-mail = Mail
evidence-type-text = Plain text
evidence-size-bytes = { $count } bytes
evidence-size-kilo = { $count } KB
evidence-size-mega = { $count } MB
evidence-scan-not-scanned = Not scanned
evidence-scan-pending = Being checked
evidence-scan-clean = Nothing found
evidence-scan-infected = Virus found
evidence-pending-text = A file is still being checked for viruses. Until that is done nobody can download it. You don’t need to wait: the check goes on without you.
evidence-not-scanned-text = This desk has no virus scanner. Open these files with care.
evidence-infected-title = A virus was found in “{ $name }”
evidence-infected-text = The file was deleted and nobody can download it. Only its name and its checksum are kept. Check the device that it comes from; you can upload a clean file instead.
evidence-needs-mfa = Files can be downloaded after MFA only.
evidence-being-checked = The file is still being checked for viruses. Try again in a minute.
evidence-was-infected = A virus was found in this file. Its content is deleted; its name and checksum stay on record.
evidence-not-yours = Somebody else uploaded this file. Only they can remove it.
evidence-closed = { $reference } is closed, so files can no longer be added.
evidence-form-too-large = This is more than { $max } files can have together. Send fewer or smaller files.
evidence-remove = Remove file
evidence-remove-this = Remove
evidence-remove-which = {" "}“{ $name }”
evidence-remove-title = Remove this file?
evidence-remove-consequence = The file is deleted, and reviewers can no longer read it. That it was there stays in the request’s history.
evidence-remove-draft-consequence = The file is deleted.
evidence-keep = Keep the file

event-evidence-added = File added
event-evidence-removed = File removed
event-evidence-infected = A virus was found in a file; its content was deleted

## Why a file is not taken
input-evidence-none-chosen = Choose at least one file.
input-evidence-empty = “{ $name }” is empty. Send a file with content.
input-evidence-too-large = “{ $name }” is larger than { $max } MB. Send a smaller file, or only the part that matters.
input-evidence-too-many = “{ $name }” is one file too many: a request has { $max } at most. Remove one first.
input-evidence-day-used-up = “{ $name }” was not taken, since your organisation has sent as much as it may today. Try again tomorrow.
input-evidence-is-markup = “{ $name }” is a web page or other markup (HTML, XML). Send a PDF or a screenshot instead.
input-evidence-is-svg = “{ $name }” is an SVG image, which can hold programs. Send a PNG or JPEG image instead.
input-evidence-is-script = “{ $name }” is a script. Describe what it does, or send its output as plain text.
input-evidence-is-archive = “{ $name }” is an archive, such as a ZIP file or an Office document. Send the files in it one by one, documents as PDF.
input-evidence-is-program = “{ $name }” is a program. Programs are not taken.
input-evidence-is-other-image = “{ $name }” is an image or a video of a kind that is not taken. Send a PNG or JPEG image instead.
input-evidence-is-office-document = “{ $name }” is an Office document. Send it as PDF.
input-evidence-damaged = “{ $name }” is damaged or was cut off. Open it to check, save it again, and send it once more.
input-evidence-two-in-one = “{ $name }” holds something else behind its end. Open it, save it again, and send that file.
input-evidence-unknown = “{ $name }” is of a type that is not taken. Send PDF, PNG, JPEG, plain text or a mail (.eml).
