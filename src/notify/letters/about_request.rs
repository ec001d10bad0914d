//! What became of a request, for its contact.

use super::Told;
use super::about_exception::{covers, not_us};
use crate::intake::pages::guard_words;
use crate::notify::Recipient;
use crate::notify::letter::Letter;
use crate::policy::{Classification, ClassificationView, Edition, until_then};
use serde_json::{Value, json};
use std::sync::Arc;

const REQUEST: &str = "/support/requests/{ref}";

/// A person will answer: the request, or the appeal.
pub(super) fn received(told: &Told) -> Letter {
    let appealed = told.text("appeal") == "open";
    let (title, due) = match appealed {
        true => ("mail-appeal-received", "mail-appeal-received-text"),
        false => ("mail-request-received", "mail-request-received-text"),
    };
    let paragraphs = told.dated(due, "due", &told.data["due_at"]).into_iter().chain([told.t("mail-wait")]);
    let mut letter = told.letter(title, paragraphs);
    if !appealed {
        letter.lists.extend(list(told, "mail-why-review", why_review(told)));
    }
    letter.lists.extend(list(told, "request-guidance", meanwhile(told)));
    letter.links.push(told.link("mail-open-request", REQUEST));
    letter
}

/// It was accepted, and this is what holds.
pub(super) fn accepted(told: &Told) -> Letter {
    let why = match (told.text("appeal"), told.text("decided_by")) {
        ("overturned", _) => "mail-accepted-appeal",
        (_, "person") => "mail-accepted-person",
        _ => "mail-accepted-policy",
    };
    let mut letter = told.letter("mail-request-accepted", [told.t(why), told.t("mail-bounds")]);
    letter.facts.extend(covers(told, &told.data["exception"]));
    letter.paragraphs.push(told.t("mail-reminders"));
    letter.links.push(told.link("mail-open-exception", "/exceptions/{ref}"));
    // A copy ends nothing.
    if told.recipient != Recipient::SecondContact {
        not_us(told, &told.data["exception"], &mut letter);
    }
    letter
}

/// It was not accepted, why, and what helps instead.
pub(super) fn denied(told: &Told) -> Letter {
    let view = judged(told).map(|(edition, judged)| judged.view(&edition, told.lang));
    let by_person = told.text("decided_by") == "person";
    let mut why = match (told.text("appeal"), by_person) {
        ("upheld", _) => vec![told.t("mail-denied-appeal")],
        (_, true) => vec![told.t("mail-denied-person")],
        _ => reasons(view.as_ref()),
    };
    why.push(told.t("mail-still-required"));
    why.extend(told.dated("mail-appeal-until", "until", &told.data["appeal_until"]));
    let mut letter = told.letter("mail-request-denied", why);
    let guidance = view.map(|view| view.guidance).unwrap_or_default();
    let guidance = guidance.into_iter().map(|guidance| guidance.text).collect();
    letter.lists.extend(list(told, "outcome-instead", guidance));
    letter.links.push(told.link("mail-open-request", REQUEST));
    letter
}

/// A reviewer asks something.
pub(super) fn question(told: &Told) -> Letter {
    let until = told.dated("mail-question-until", "until", &told.data["waiting_until"]);
    let mut letter = told.letter("mail-question", [told.t("mail-question-text")].into_iter().chain(until));
    letter.lists.extend(list(told, "request-guidance", meanwhile(told)));
    letter.links.push(told.link("mail-reply", "/support/requests/{ref}/reply"));
    letter
}

/// Without a reply it will be withdrawn by itself.
pub(super) fn reply_due(told: &Told) -> Letter {
    let until = told.dated("mail-reply-due-text", "until", &told.data["waiting_until"]);
    let mut letter = told.letter("mail-reply-due", until);
    letter.links.push(told.link("mail-reply", "/support/requests/{ref}/reply"));
    letter
}

/// It was withdrawn by itself.
pub(super) fn lapsed(told: &Told) -> Letter {
    let until = told.dated("mail-lapsed-until", "until", &told.data["reopen_until"]);
    let mut letter = told.letter("mail-lapsed", [told.t("mail-lapsed-text")].into_iter().chain(until));
    letter.links.push(told.link("mail-open-request", REQUEST));
    letter
}

/// Why a person decides: what stopped the policy's accept, else the policy's own reasons.
fn why_review(told: &Told) -> Vec<String> {
    let guards = told.data["guards"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut why: Vec<_> = guards.map(|guard| guard_words(guard, told.lang)).collect();
    if why.is_empty() {
        let view = judged(told).map(|(edition, judged)| judged.view(&edition, told.lang));
        why = reasons(view.as_ref());
    }
    why
}

/// The deciding reason.
fn reasons(view: Option<&ClassificationView>) -> Vec<String> {
    view.and_then(|view| view.reasons.first()).map(|reason| reason.detail.clone()).into_iter().collect()
}

/// What the policy says that helps until then.
fn meanwhile(told: &Told) -> Vec<String> {
    let Some((edition, judged)) = judged(told) else { return Vec::new() };
    edition.issue(&judged.issue).map(|issue| until_then(&edition, issue, told.lang)).unwrap_or_default()
}

/// The policy's judgement, as the row keeps it: in codes, so that its sentences come from the edition.
fn judged(told: &Told) -> Option<(Arc<Edition>, Classification)> {
    let data = told.data;
    let edition = told.desk.policies.by_version(told.text("policy_version"))?;
    let judged = serde_json::from_value(json!({
        "policy_version": data["policy_version"],
        "judged_at": data["filed_at"],
        "issue": data["issue"],
        "outcome": data["outcome"],
        "table": data["reasons"],
        "guidance": data["guidance"],
        "steps": [],
    }));
    Some((edition, judged.ok()?))
}

/// A list under the heading `key`, when there is something in it.
fn list(told: &Told, key: &str, items: Vec<String>) -> Option<(String, Vec<String>)> {
    (!items.is_empty()).then(|| (told.t(key), items))
}
