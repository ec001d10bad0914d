### Who works on a request, and who else looks at it.

presence-title = Who works on this
presence-nobody = Nobody has claimed this request.
presence-you = You have claimed it until { $until }. It is renewed while you work here. A page that is merely open renews it for no more than { $hours } { $hours ->
    [one] hour
   *[other] hours
} after your last step.
presence-held = { $name } has claimed it until { $until }. Until then, nobody else can decide it or ask the partner a question.
presence-others = Also looking at this request:
presence-other = { $name } ({ $at })
presence-restored = What you began to write here is in the form again.
presence-claim = Claim
presence-release = Release
presence-take-over = Take over
presence-give = Give to a colleague
presence-give-to = Reviewer
presence-give-do = Give
presence-back = Back to the request
