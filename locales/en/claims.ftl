### Who works on a request.

wrong-state-claimed = { $name } is working on this request. Wait until it is released or the claim lapses, or ask a lead reviewer to take it over.
wrong-state-not-claimed = Nobody has claimed this request.
wrong-state-may-not-decide = The reviewer you named may not decide this request: they or their organisation filed it, or they decided against it before.
input-reviewer-unknown = Name a reviewer who has opened the queue before.
event-request-claimed = Claimed by a reviewer
event-request-released = Claim released
