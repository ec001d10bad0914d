### Requests that say the same, decided together.

same-notice = { $count ->
    [one] One other request in review says the same in the same words.
   *[other] { $count } other requests in review say the same in the same words.
}
same-go = Decide them together
same-title = Requests that say the same
same-about = The same issue, the same answers, the same words, in one language. Whom they name, where and for how long may differ: each is accepted as it was asked for. To grant less, decide the request by itself.
same-requests = Requests
same-request = { $reference } – { $partner } ({ $users }, { $days })
same-check = Check the decisions
same-accept = Accept these requests?
same-deny = Decide against these requests?
same-accept-consequence = Each is decided by itself, with its own record and its own mail. A broad exception then waits for a second approval. If one cannot be decided, the others still are.
same-deny-consequence = Each is decided by itself, with its own record and its own mail. If one cannot be decided, the others still are.
same-do = Decide these requests
same-result = What came of each request
same-result-lead = Each was decided by itself.
same-result-caption = Requests and what came of them
same-result-what = Result
same-not-decided = Not decided: { $why }
wrong-state-not-the-same = The request no longer says the same, or somebody has decided it. Open it on its own to see where it stands.
same-none = There is no request in review here that you may decide.
input-same-nothing-chosen = Choose at least one request.
input-same-twice = A request is named twice. Name each request once.
