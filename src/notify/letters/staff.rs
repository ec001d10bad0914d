//! What reviewers and leads must know.

use super::Told;
use crate::notify::Kind;
use crate::notify::letter::Letter;
use crate::web::message::Argument;

/// A request that needs somebody.
pub(super) fn about_request(told: &Told) -> Letter {
    let name = match told.kind {
        Kind::RequestAnswered => "mail-answered",
        Kind::ClockHalfUsed => "mail-clock-half-used",
        Kind::ClockMostlyUsed => "mail-clock-mostly-used",
        Kind::ClockBreached => "mail-clock-breached",
        _ => "mail-nobody-eligible",
    };
    let due = told.when(&told.data["due_at"]);
    let said = told.lang.text_with(
        &format!("{name}-text"),
        &[("tenant", told.text("tenant_name").argument()), ("due", due.clone().unwrap_or_default().argument())],
    );
    let mut letter = told.letter(name, [said]);
    letter.facts.push((told.t("mail-fact-partner"), told.text("tenant_name").to_owned()));
    letter.facts.extend(due.map(|due| (told.t("mail-fact-due"), due)));
    letter.links.push(told.link("mail-review", "/review/{ref}"));
    letter
}

/// A partner never asked for its exception.
pub(super) fn disputed(told: &Told) -> Letter {
    let said = told.t1("mail-disputed-text", "tenant", told.text("tenant_name"));
    let mut letter = told.letter("mail-disputed", [said, told.t("mail-disputed-after")]);
    letter.facts.push((told.t("mail-fact-partner"), told.text("tenant_name").to_owned()));
    letter.links.push(told.link("mail-open-exception", "/exceptions/{ref}"));
    letter
}
