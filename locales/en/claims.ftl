### Who works on a request.

wrong-state-claimed = { $name } is working on this request. Wait until it is released or the claim lapses, or ask a lead reviewer to take it over.
wrong-state-not-claimed = Nobody has claimed this request.
wrong-state-may-not-decide = The reviewer named may not decide this request: it is their own organisation’s or their own, or they denied it before.
input-reviewer-unknown = Name a reviewer who has opened the queue before.
event-request-claimed = Claimed by a reviewer
event-request-released = Claim released
