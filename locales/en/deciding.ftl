### The confirmation of a decision: ready-made sentences, and what a grant has in common with others.

review-sentences = Ready-made sentences for a denial
review-sentences-hint = From the policy. What you tick comes before your own words, in the partner’s language. Without a denial it is not used.
review-opens-days-all = No other exception covers any of these days yet.
review-opens-days-none = No day of it is new.
review-opens-user-days = { $new } of { $all } user-days are new; the others are covered already.
review-opens-days = { $new } of { $all } days are new; the others are covered already.
overlap = Also covered by
overlap-none = No other exception of this partner covers any of it.
overlap-users = { $count ->
    [one] { $count } user in common
   *[other] { $count } users in common
}
overlap-time = { $from } to { $until }
letters = Mail
letters-none = No mail goes out before the second approval.
letters-contact = Mail to the contact: “{ $subject }”
letters-security-contact = Mail to the security contact: “{ $subject }”
