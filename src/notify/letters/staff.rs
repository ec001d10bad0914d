//! What reviewers and leads must know.

use super::Told;
use crate::notify::Kind;
use crate::notify::letter::Letter;
use crate::web::message::Argument;

/// A request that needs somebody.
pub(super) fn about_request(told: &Told) -> Letter {
    let name = match told.kind {
        Kind::RequestAnswered => "mail-answered",
        Kind::RequestAssigned => "mail-assigned",
        Kind::SecondApprovalWaits => "mail-second-approval",
        Kind::AfterCheckLate => "mail-after-check-late",
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
    if told.kind == Kind::AfterCheckLate {
        letter.facts.extend(due.map(|due| (told.t("after-check-due"), due)));
        letter.links.push(told.link("mail-after-check", "/review/{ref}/after-check"));
    } else {
        letter.facts.extend(due.map(|due| (told.t("mail-fact-due"), due)));
        letter.facts.extend(partners_time(told));
        letter.links.push(told.link("mail-review", "/review/{ref}"));
    }
    of_person(told, letter)
}

/// When it is due where the partner is, when that is not where the reader is.
fn partners_time(told: &Told) -> Option<(String, String)> {
    let zone = told.partners_zone();
    let elsewhere = told.own_zone().is_some_and(|own| own != zone);
    elsewhere.then(|| Some((told.t("mail-fact-due-partner"), told.when_in(zone, &told.data["due_at"])?))).flatten()
}

/// A partner never asked for its exception.
pub(super) fn disputed(told: &Told) -> Letter {
    let said = told.t1("mail-disputed-text", "tenant", told.text("tenant_name"));
    let mut letter = told.letter("mail-disputed", [said, told.t("mail-disputed-after")]);
    letter.facts.push((told.t("mail-fact-partner"), told.text("tenant_name").to_owned()));
    letter.links.push(told.link("mail-open-exception", "/exceptions/{ref}"));
    of_person(told, letter)
}

/// With the way to one's settings, where it is a person's own mail.
fn of_person(told: &Told, mut letter: Letter) -> Letter {
    letter.links.extend(told.own_zone().map(|_| told.settings_link()));
    letter
}
