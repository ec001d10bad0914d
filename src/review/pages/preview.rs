//! What would it open? Answered by the very function that the enforcement points run, for every user and surface.

use crate::exceptions::Exception;
use crate::exceptions::verdict::without_mfa;
use crate::intake::Request;
use crate::intake::subjects;
use crate::locale::Lang;
use crate::policy::case::Subjects as Asked;
use crate::policy::{self, Edition};
use crate::review::approval::Plan;
use crate::web::Message;
use chrono::{DateTime, Utc};
use mfa_enforcement::{Decision, Feed, Rule, RuleIndex, Verdict};
use uuid::Uuid;

/// What an exception changes on one surface, for a person who signs in without MFA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The surface, as people call it.
    pub place: String,
    /// What happens there without the exception, and what with it.
    pub change: String,
}

/// What `plan` opens on each of its surfaces when it begins, beside the tenant's other exceptions `open`.
pub fn openings(request: &Request, plan: &Plan, open: &[Exception], edition: &Edition, lang: Lang) -> Vec<Opening> {
    let rule = Rule {
        id: request.id,
        tenant: request.tenant.0,
        subjects: subjects(&plan.granted.subjects),
        surfaces: plan.granted.surfaces.iter().cloned().collect(),
        not_before: plan.not_before,
        expires_at: plan.expires_at,
        issue: request.asked.issue.clone(),
    };
    let others: Vec<_> = open.iter().map(as_rule).collect();
    let (before, mut after) = (RuleIndex::of(&others), RuleIndex::of(&others));
    after.insert(&rule);
    let users = users(&plan.granted.subjects);
    let named = matches!(plan.granted.subjects, Asked::Users(_));
    let surfaces = edition.surfaces().iter().filter(|surface| plan.granted.surfaces.contains(&surface.name));
    surfaces
        .map(|surface| {
            let decide = |rules, user| at_surface(surface, rules, &rule, user);
            let opened: Vec<_> =
                users.iter().filter(|user| is_opened(decide(&before, **user), decide(&after, **user))).collect();
            let example = opened.first().map(|user| decide(&before, **user));
            let change = change(example, named.then_some((opened.len(), users.len())), lang);
            let at = |at, user| without_mfa(surface, held(&before), rule.tenant, user, at).decision == Verdict::Allow;
            let days = new_days(plan, &others, &users, at);
            let change = format!("{change}{}{}", lang.text("sentence-gap"), days_told(days, named, lang));
            Opening { place: surface.label.get(lang).to_owned(), change }
        })
        .collect()
}

fn as_rule(exception: &Exception) -> Rule {
    Rule {
        id: exception.id,
        tenant: exception.tenant.0,
        subjects: exception.subjects.clone(),
        surfaces: exception.surfaces.clone(),
        not_before: exception.not_before,
        expires_at: exception.expires_at,
        issue: exception.issue.clone(),
    }
}

/// Whom to ask about: every named user; for every user, somebody whom no other exception names.
fn users(subjects: &Asked) -> Vec<Uuid> {
    match subjects {
        Asked::Users(users) => users.iter().copied().collect(),
        Asked::All => vec![Uuid::nil()],
    }
}

fn at_surface(surface: &policy::Surface, rules: &RuleIndex, rule: &Rule, user: Uuid) -> Decision {
    without_mfa(surface, held(rules), rule.tenant, user, rule.not_before)
}

fn held(rules: &RuleIndex) -> Feed<'_> {
    Feed::Held { rules, expires_at: DateTime::<Utc>::MAX_UTC }
}

/// Of the days of `plan`, those on which `is_let_through` says no without it: new ones and all of them, summed over `users`. It is
/// asked once for each stretch between the instants at which one of `others` begins or ends; within a stretch nothing changes.
fn new_days(
    plan: &Plan,
    others: &[Rule],
    users: &[Uuid],
    is_let_through: impl Fn(DateTime<Utc>, Uuid) -> bool,
) -> (f64, f64) {
    let (from, until) = (plan.not_before, plan.expires_at);
    let edges = others.iter().flat_map(|rule| [rule.not_before, rule.expires_at]);
    let mut instants: Vec<_> = edges.filter(|at| *at > from && *at < until).chain([from, until]).collect();
    instants.sort_unstable();
    let stretches: Vec<_> = instants.iter().zip(instants.iter().skip(1)).collect();
    let days = |from: &DateTime<Utc>, until: &DateTime<Utc>| (*until - *from).as_seconds_f64() / 86_400.0;
    let new = users.iter().flat_map(|user| stretches.iter().map(move |stretch| (user, stretch)));
    let new =
        new.filter(|(user, (from, _))| !is_let_through(**from, **user)).map(|(_, (from, until))| days(from, until));
    let users: f64 = users.iter().map(|_| 1.0).sum();
    (new.sum(), users * days(&from, &until))
}

/// The same in words.
fn days_told((new, all): (f64, f64), named: bool, lang: Lang) -> String {
    let key = match (new >= all, new <= 0.0, named) {
        (true, ..) => "review-opens-days-all",
        (_, true, _) => "review-opens-days-none",
        (_, _, true) => "review-opens-user-days",
        (_, _, false) => "review-opens-days",
    };
    let figure = |days: f64| format!("{days:.0}");
    Message::new(key).with("new", figure(new)).with("all", figure(all)).text(lang)
}

fn is_opened(before: Decision, after: Decision) -> bool {
    before.decision != Verdict::Allow && after.decision == Verdict::Allow
}

/// `example`: what happens today to somebody for whom it changes; `counts`: for how many of the named users it does.
fn change(example: Option<Decision>, counts: Option<(usize, usize)>, lang: Lang) -> String {
    let Some(before) = example else { return lang.text("review-opens-nothing") };
    let key = match before.decision {
        Verdict::Deny => "review-opens-denied",
        Verdict::Challenge | Verdict::Allow => "review-opens-challenged",
    };
    let sentence = Message::new(key).with("status", i64::from(before.status).to_string()).text(lang);
    let users = match counts {
        None => lang.text("review-opens-everybody"),
        Some((opened, all)) if opened == all => Message::new("review-opens-users").with("count", all).text(lang),
        Some((opened, all)) => Message::new("review-opens-some").with("count", opened).with("all", all).text(lang),
    };
    format!("{sentence}{}{users}", lang.text("sentence-gap"))
}
