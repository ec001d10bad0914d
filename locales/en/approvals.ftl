### Second approvals, their return, and internal notes.

nav-approvals = Second approvals
approvals-title = Second approvals
approvals-lead = A colleague has approved these requests first. Each needs your approval of the same scope, or your reason why not.
approvals-caption = Waiting for your second approval, earliest due first
approvals-what = What was approved
approvals-first = { $who }, { $at }
approvals-version = The approval holds for version { $version } of the request. Whatever changes the request voids it.
approvals-empty = No second approval waits for you
approvals-empty-text = Your own first approvals wait for somebody else. Between two reviewers, one of the two has to be a lead reviewer.

return-go = Disagree and return it to review
return-title = Return { $reference } to review?
return-first = First approval by
return-reason-hint = For your colleagues. The partner does not see it.
return-consequence = The first approval becomes void and the request stays in review. Nothing is decided, and the clock goes on.
return-button = Return to review
return-notice = { $who } disagreed with the first approval. It is void.
wrong-state-no-first-approval = No first approval waits for a second here. Somebody has decided, or the request has changed.
event-request-approval-returned = Second person disagreed; first approval void

notes = Internal notes
notes-hint = Only staff see these. They are in no mail and never shown to the partner.
note = Internal note
note-text = New note
note-write = Add note
event-request-noted = Internal note added
