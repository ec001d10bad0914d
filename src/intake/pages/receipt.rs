//! The receipt of a request's clock, for partner and reviewer alike: days, holidays, pauses, and what moved the deadline.

use crate::intake::request::Request;
use crate::locale::Lang;
use crate::sla::{ClosedDay, Due, Move, Pause, ReceiptDay, Reckoned, SlaState};
use crate::web::components::{self, ClockReceipt, Tag};
use crate::web::time::{self, When};
use crate::web::{Message, Page};
use chrono::{DateTime, NaiveDateTime, Utc};

/// The receipt of the clock of `request` at `now`: the due time as the reader of `page` sees it, the arithmetic in the calendar's zone.
pub fn receipt(reckoned: &Reckoned, request: &Request, now: DateTime<Utc>, page: &Page) -> ClockReceipt {
    let (due, lang) = (&reckoned.due, page.lang());
    let at = due.at().map(|at| page.when(at, due.zone));
    let state = due.state(now, request.decided_at);
    let until = request.decided_at.unwrap_or(now);
    let used = Message::new("receipt-used")
        .with("used", time::span(due.needed - due.remaining(until), lang))
        .with("needed", time::span(due.needed, lang));
    let pauses = request.course.pauses.iter().filter(|pause| within(pause, due));
    let pauses = pauses.map(|pause| pause_note(pause, due, lang));
    ClockReceipt {
        lang,
        answered: !request.status.is_open(),
        due: at,
        relative: at.filter(|_| request.status.is_open()).map(|at| at.relative(now)),
        state: Tag::of_status(state_code(state), lang),
        used: used.text(lang),
        days: due.receipt.iter().map(|day| receipt_day(day, lang)).collect(),
        notes: pauses.chain(reckoned.moves.iter().map(|moved| move_note(moved, due, lang))).collect(),
    }
}

/// The code of the message `status-CODE`.
fn state_code(state: SlaState) -> &'static str {
    match state {
        SlaState::Running => "running",
        SlaState::Paused => "paused",
        SlaState::Met => "met",
        SlaState::Breached => "breached",
    }
}

/// Whether any of `pause` lies within the clock: what was before it was set, or after it ended, is no part of it.
pub fn within(pause: &Pause, due: &Due) -> bool {
    pause.to.is_none_or(|to| to > due.from && to > pause.from) && due.at().is_none_or(|at| pause.from < at)
}

fn receipt_day(day: &ReceiptDay, lang: Lang) -> components::ReceiptDay {
    let clock = |at: NaiveDateTime| match at.date() > day.date {
        true => "24:00".to_owned(),
        false => at.format("%H:%M").to_string(),
    };
    let stretches = day.counted.iter().map(|stretch| format!("{}–{}", clock(stretch.start), clock(stretch.end)));
    let stretches: Vec<_> = stretches.collect();
    let what = match &day.holiday {
        Some(name) => Message::new("receipt-holiday").with("name", name.get(lang)).text(lang),
        None if !stretches.is_empty() => stretches.join(&lang.text("list-separator")),
        None if day.hours.is_empty() => lang.text("receipt-closed"),
        None if !day.paused.is_zero() => lang.text("receipt-paused"),
        None => lang.text("receipt-outside"),
    };
    components::ReceiptDay { day: time::date(day.date, lang), what, counted: time::span(day.length(), lang) }
}

fn pause_note(pause: &Pause, due: &Due, lang: Lang) -> String {
    let when = |at| When::new(at, due.zone, lang).text();
    match pause.to {
        Some(to) => Message::new("receipt-pause").with("from", when(pause.from)).with("to", when(to)).text(lang),
        None => Message::new("receipt-pause-open").with("from", when(pause.from)).text(lang),
    }
}

fn move_note(moved: &Move, due: &Due, lang: Lang) -> String {
    let when = |at| When::new(at, due.zone, lang).text();
    let day = |day: &ClosedDay| {
        let named = Message::new("calendars-named").with("day", time::date(day.day, lang));
        named.with("name", day.name.get(lang)).text(lang)
    };
    let days: Vec<_> = moved.days.iter().map(day).collect();
    let said = |key| {
        Message::new(key)
            .with("announced", when(moved.announced_at))
            .with("days", days.join(&lang.text("list-separator")))
    };
    match (moved.before.at(), moved.after.at()) {
        (Some(before), Some(after)) => {
            said("receipt-moved").with("before", when(before)).with("after", when(after)).text(lang)
        }
        _ => said("receipt-closed-late").text(lang),
    }
}
