//! The course of a thing in words.

use super::timeline::Step;
use crate::locale::Lang;
use crate::web::components::{Event, Quote, Timeline};
use crate::web::time::{When, Zones};

/// For whom a course is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The partner whose thing it is.
    Partner,
    /// Staff.
    Staff,
}

/// Every action that has words, as a list to choose from.
pub const ACTIONS: [&str; 66] = [
    "request.filed",
    "request.withdrawn",
    "request.asked",
    "request.replied",
    "request.reminded",
    "request.lapsed",
    "request.reopened",
    "request.appealed",
    "request.breached",
    "request.deadline_moved",
    "request.claimed",
    "request.released",
    "request.noted",
    "request.approved_first",
    "request.approval_returned",
    "request.accepted",
    "request.denied",
    "request.erased",
    "evidence.added",
    "evidence.read",
    "evidence.removed",
    "evidence.infected",
    "exception.granted",
    "exception.after_check_moved",
    "exception.after_checked",
    "exception.revoked",
    "exception.ended",
    "exception.disputed",
    "exception.held",
    "exception.confirmed",
    "partner.registered",
    "partner.changed",
    "partner.calendar_changed",
    "partner.hold_placed",
    "partner.hold_lifted",
    "partner.second_contact_named",
    "partner.second_contact_confirmed",
    "partner.second_contact_removed",
    "suspension.placed",
    "suspension.lift_asked",
    "suspension.lifted",
    "feed.epoch_begun",
    "feed.version_begun",
    "signing_key.rotated",
    "signing_key.withdrawn",
    "enforcement.retired",
    "enforcement.expected",
    "calendar.days_announced",
    "calendar.days_withdrawn",
    "mail.resent",
    "webhook.added",
    "webhook.secret_rotated",
    "webhook.enabled",
    "webhook.disabled",
    "webhook.tested",
    "webhook.resent",
    "webhook.deleted",
    "webhook.changed",
    "staff.address_confirmed",
    "staff.address_removed",
    "policy.proposed",
    "policy.brought_in",
    "policy.withdrawn",
    "audit.exported",
    "report.exported",
    "audit.erased",
];

/// What partners do not learn of: who works on a request, what one person alone thinks of it.
const STAFF_ONLY: [&str; 7] = [
    "request.approved_first",
    "request.approval_returned",
    "request.claimed",
    "request.released",
    "request.noted",
    "exception.after_check_moved",
    "exception.after_checked",
];

/// What happened, the oldest first. What has no words (`event-ACTION`) is left out, and so is what only staff may know.
/// `quote` gives the words that belong to a step.
pub fn timeline(
    steps: &[Step],
    audience: Audience,
    zones: impl Into<Zones>,
    lang: Lang,
    quote: impl Fn(&Step) -> Option<Quote>,
) -> Timeline {
    let zones = zones.into();
    let seen = steps.iter().filter(|step| audience == Audience::Staff || !STAFF_ONLY.contains(&step.action.as_str()));
    let event = |step: &Step| {
        Some(Event {
            when: When::new(step.at, zones, lang),
            what: told(step, zones, lang)?,
            who: Some(lang.text(who(step, audience))),
            quote: quote(step),
        })
    };
    Timeline { events: seen.filter_map(event).collect() }
}

/// What happened, as a course tells it: of a deadline that moved, from where to where besides. Nothing where there are no words for it.
pub fn told(step: &Step, zones: Zones, lang: Lang) -> Option<String> {
    moved(step, zones, lang).or_else(|| what(step, lang))
}

/// What happened; nothing where there are no words for it. A filing says what came of it at once, a decision on an appeal what
/// became of that.
pub fn what(step: &Step, lang: Lang) -> Option<String> {
    let action = step.action.replace(['.', '_'], "-");
    let status = step.outcome.as_deref().unwrap_or_default().replace('_', "-");
    lang.try_text(&format!("event-{action}-{status}")).or_else(|| lang.try_text(&format!("event-{action}")))
}

/// From where to where a deadline moved.
fn moved(step: &Step, zones: Zones, lang: Lang) -> Option<String> {
    let mut deadlines =
        ["due_at", "waiting_until", "reopen_until"].into_iter().filter_map(|name| step.moved.as_ref()?.get(name));
    let span = deadlines.find(|span| span.is_object())?;
    let when = |name: &str| {
        let at = chrono::DateTime::parse_from_rfc3339(span.get(name)?.as_str()?).ok()?;
        Some(When::new(at.to_utc(), zones, lang).text())
    };
    let args = [("before", when("before")?.into()), ("after", when("after")?.into())];
    let action = step.action.replace(['.', '_'], "-");
    Some(lang.text_with(&format!("event-{action}-from"), &args))
}

fn who(step: &Step, audience: Audience) -> &'static str {
    match (step.actor_kind.as_str(), step.action.as_str()) {
        (
            "person",
            "request.filed"
            | "request.withdrawn"
            | "request.replied"
            | "request.appealed"
            | "request.reopened"
            | "evidence.added"
            | "evidence.removed"
            | "exception.ended"
            | "exception.disputed"
            | "partner.second_contact_named"
            | "partner.second_contact_removed",
        ) => match audience {
            Audience::Partner => "event-by-own-organisation",
            Audience::Staff => "event-by-partner",
        },
        (
            "person",
            "partner.registered"
            | "partner.changed"
            | "partner.calendar_changed"
            | "request.deadline_moved"
            | "exception.after_check_moved",
        ) => "event-by-operator",
        ("person", _) => "event-by-reviewer",
        _ => "event-by-desk",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Tz;

    fn step(action: &str, status: &str) -> Step {
        let at = chrono::DateTime::UNIX_EPOCH;
        let outcome = Some(status.to_owned()).filter(|status| !status.is_empty());
        Step { at, actor_kind: "person".to_owned(), action: action.to_owned(), outcome, moved: None }
    }

    fn shown(steps: &[Step], audience: Audience) -> Vec<String> {
        timeline(steps, audience, Tz::UTC, Lang::En, |_| None).events.into_iter().map(|event| event.what).collect()
    }

    #[test]
    fn a_partner_does_not_learn_of_what_is_the_staffs_own() {
        let own = STAFF_ONLY.map(|action| step(action, "confirmed"));
        let steps = [step("request.filed", "in_review")].into_iter().chain(own).collect::<Vec<_>>();
        assert_eq!(shown(&steps, Audience::Partner).len(), 1);
        assert_eq!(shown(&steps, Audience::Staff).len(), steps.len());
    }

    #[test]
    fn every_action_has_words_in_both_languages() {
        let outcomes = [("request.filed", "accepted"), ("request.filed", "denied"), ("request.filed", "in_review")];
        let outcomes = outcomes.into_iter().chain([("request.accepted", "overturned"), ("request.denied", "upheld")]);
        let outcomes =
            outcomes.chain([("exception.after_checked", "confirmed"), ("exception.after_checked", "overturned")]);
        let actions: Vec<_> = ACTIONS
            .iter()
            .map(|action| (*action, ""))
            .chain(outcomes)
            .map(|(action, status)| step(action, status))
            .collect();
        for (step, lang) in actions.iter().flat_map(|step| Lang::ALL.map(|lang| (step, lang))) {
            assert!(what(step, lang).is_some(), "{} {lang:?}", step.action);
        }
    }

    #[test]
    fn a_filing_says_what_came_of_it() {
        let of = |status| shown(&[step("request.filed", status)], Audience::Partner);
        assert_ne!(of("accepted"), of("denied"));
        assert_ne!(of("accepted"), of("in_review"));
    }
}
