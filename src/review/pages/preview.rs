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
    let feed = Feed::Held { rules, expires_at: DateTime::<Utc>::MAX_UTC };
    without_mfa(surface, feed, rule.tenant, user, rule.not_before)
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
