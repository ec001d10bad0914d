### The queue: tabs, filters, search, saved views, keys.

queue-next = Work on the next request
queue-next-hint = Claims the earliest due request in your languages that nobody works on.
queue-no-next = Nothing is left for you: everything in your languages is claimed, or not yours to decide.
queue-tabs = Parts of the queue
queue-tab-all = All open
queue-tab-breached = Overdue
queue-tab-mine = Mine
queue-tab-unclaimed = Unclaimed
queue-tab-appeals = Appeals
queue-tab-second-approvals = Second approvals
queue-tab-waiting = Waiting for partner
queue-search = Search in the queue
queue-search-hint = Words from title, description, partner or reference.
queue-filters = Filters
queue-assignee = Claimed by
queue-age = Filed
queue-age-days = { $count ->
    [one] { $count } day ago or earlier
   *[other] { $count } days ago or earlier
}
queue-tenant = Partner’s tenant ID
queue-tenant-hint = With hyphens; you find it on the partner’s page.
queue-any = Any
queue-show = Show
queue-clear = Clear search and filters
queue-none-found = No request matches
queue-none-found-text = Nothing in this part of the queue fits the search and the filters. A new request is found some seconds after it is filed.
queue-empty-tab = Nothing here at the moment
queue-empty-tab-text = The other parts of the queue may have requests.
queue-held = { $name }, until { $until }
queue-held-by-you = You, until { $until }
queue-news = { $count ->
    [one] {"{n}"} new request – show
   *[other] {"{n}"} new requests – show
}
queue-gone = no longer here

queue-views = Saved views
queue-view-save = Save this view
queue-view-name = Name of the view
queue-view-hint = Tab, search and filters are kept. A view of the same name is replaced.
queue-view-do = Save view
queue-view-forget = Remove

queue-keys = Keyboard shortcuts and languages
queue-keys-text = The shortcuts do nothing while you type in a field or compose text with an input method.
queue-key-rows = Next and previous request
queue-key-tabs = Parts of the queue, from the left
queue-key-search = Search
queue-key-next = Work on the next request
queue-key-reload = Show the queue as it is now
queue-key-list = This list
queue-shortcuts = Keyboard shortcuts
queue-shortcuts-on = On
queue-shortcuts-off = Off
queue-languages = Languages that you review in
queue-languages-hint = The next request is chosen among these.
queue-wishes-do = Save settings

input-queue-tab-unknown = There is no such part of the queue.
input-queue-language-unknown = Choose en or ja.
input-queue-age-out-of-range = Enter a number of days from 1 to 3650.
input-queue-search-too-long = Search for at most 200 characters.
