//! The course of an exception, for its contact and the tenant's security contact.

use super::Told;
use crate::exceptions::not_us::link;
use crate::notify::Recipient;
use crate::notify::letter::Letter;
use serde_json::Value;

const EXCEPTION: &str = "/exceptions/{ref}";

/// It was granted: to the security contact, who may never have heard of it.
pub(super) fn granted(told: &Told) -> Letter {
    let mut letter = about(told, "mail-granted", [told.t("mail-granted-text"), told.t("mail-bounds")]);
    not_us(told, told.data, &mut letter);
    letter
}

/// The way to end what nobody asked for.
pub(super) fn not_us(told: &Told, exception: &Value, letter: &mut Letter) {
    let id = exception["id"].as_str().and_then(|id| id.parse().ok());
    let until = exception["expires_at"].as_str().and_then(|until| until.parse().ok());
    let link = id.zip(until).and_then(|(id, until)| link(told.desk, id, until));
    letter.paragraphs.push(told.t("mail-not-us-text"));
    letter.links.push(told.link("mail-not-us", link.as_deref().unwrap_or("/exceptions/{ref}/not-us")));
}

/// What was granted for later is in force now.
pub(super) fn started(told: &Told) -> Letter {
    about(told, "mail-started", [told.t("mail-started-text"), told.t("mail-bounds")])
}

/// It ends in 14 days, or in 3.
pub(super) fn ends_soon(told: &Told) -> Letter {
    let ends = told.dated("mail-ends-soon-text", "until", &told.data["expires_at"]);
    let mut letter = about(told, "mail-ends-soon", ends.into_iter().chain([told.t("mail-renew-text")]));
    letter.links.insert(0, told.link("renew-go", "/exceptions/{ref}/renew"));
    letter
}

/// Its time is over, or its partner ended it.
pub(super) fn ended(told: &Told) -> Letter {
    let why = match told.text("ended_by") {
        "partner" => told.dated("mail-ended-by-partner", "at", &told.data["ended_at"]),
        _ => told.dated("mail-ended-text", "at", &told.data["expires_at"]),
    };
    about(told, "mail-ended", why.into_iter().chain([told.t("mail-required-again"), told.t("mail-new-request")]))
}

/// Staff ended it; their reason stands on its page.
pub(super) fn revoked(told: &Told) -> Letter {
    let at = told.dated("mail-revoked-text", "at", &told.data["ended_at"]);
    let reason = match told.recipient {
        Recipient::Contact | Recipient::SecondContact => Some(told.t("mail-revoked-reason")),
        _ => None,
    };
    about(told, "mail-revoked", at.into_iter().chain([told.t("mail-required-again")]).chain(reason))
}

/// MFA is required while the suspension lasts.
pub(super) fn suspended(told: &Told) -> Letter {
    let at = told.dated("mail-suspended-text", "at", &told.data["suspended_at"]);
    about(told, "mail-suspended", at.into_iter().chain([told.t("mail-suspended-after")]))
}

/// Exceptions of the issue come to an end.
pub(super) fn sunset(told: &Told) -> Letter {
    let at = told.dated("mail-sunset-text", "sunset", &told.data["sunset"]);
    let own = told.dated("mail-sunset-own", "until", &told.data["expires_at"]);
    about(told, "mail-sunset", at.into_iter().chain(own))
}

fn about(told: &Told, title: &str, paragraphs: impl IntoIterator<Item = String>) -> Letter {
    let mut letter = told.letter(title, paragraphs);
    letter.facts.extend(covers(told, told.data));
    letter.links.push(told.link("mail-open-exception", EXCEPTION));
    letter
}

/// Who, where, from, until.
pub(super) fn covers(told: &Told, exception: &Value) -> Vec<(String, String)> {
    let who = match exception["users"].as_i64() {
        Some(users) => told.t1("given-users", "count", users),
        None => told.t("given-every-user"),
    };
    let places = exception["surfaces"].as_array().into_iter().flatten();
    let places: Vec<_> = places.filter_map(|place| place["label"].as_str()).collect();
    let mut facts = vec![(told.t("scope-who"), who), (told.t("scope-where"), places.join(&told.t("list-separator")))];
    for (key, at) in [("scope-from", &exception["not_before"]), ("scope-until", &exception["expires_at"])] {
        facts.extend(told.when(at).map(|at| (told.t(key), at)));
    }
    facts
}
