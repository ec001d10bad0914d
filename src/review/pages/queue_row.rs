//! A row of the queue.

use super::words;
use crate::app::Desk;
use crate::identity::Person;
use crate::intake::Status;
use crate::intake::clock::due;
use crate::intake::pages::parts;
use crate::locale::Lang;
use crate::review::queue::{Entry, Held};
use crate::sla::SlaState;
use crate::web::components::{Anchor, Markup, Tag, Tone};
use crate::web::time::{When, span};
use crate::web::{Failure, Message, Page};
use askama::Template;
use askama::filters::HtmlSafe;
use chrono::{DateTime, Utc};

/// The status, and below it who works on the request.
#[derive(Template)]
#[template(
    source = r#"{{ tags }}{% if let Some(holder) = holder %}<br><span class="meta">{{ holder }}</span>{% endif %}"#,
    ext = "html"
)]
struct StatusCell {
    tags: Markup,
    holder: Option<String>,
}

impl HtmlSafe for StatusCell {}

/// The cells of `entry` for `reader`.
///
/// # Errors
/// When the edition that judged it or its calendar is gone.
pub(super) fn row(
    desk: &Desk,
    page: &Page,
    reader: &Person,
    entry: &Entry,
    now: DateTime<Utc>,
) -> Result<Vec<Markup>, Failure> {
    let lang = page.lang();
    // One zone for all rows, so that they can be compared.
    let at = |at| page.own_when(at);
    let due_at = entry.due_at.map(at);
    let lapses = entry.waiting_until.map(|until| page.t1("queue-lapses", "until", at(until).text()));
    let cell = StatusCell {
        tags: Markup::joined(tags(entry, lang)),
        holder: entry.held.as_ref().map(|held| holder(page, reader, held)),
    };
    Ok(vec![
        Anchor::new(format!("/review/{}", entry.reference), entry.reference.clone()).into(),
        parts::one_line(&entry.tenant_name).into(),
        desk.policies.issue_title(&entry.issue, lang).into(),
        due_at.map(Markup::from).or(lapses.map(Markup::from)).unwrap_or_else(|| "–".into()),
        left(desk, page, entry, due_at, now)?,
        words::language(entry.language, lang).into(),
        Markup::of(&cell),
        why_a_person(desk, entry, lang)?.into(),
    ])
}

/// The working time left, by the clock itself.
fn left(desk: &Desk, page: &Page, entry: &Entry, due_at: Option<When>, now: DateTime<Utc>) -> Result<Markup, Failure> {
    let lang = page.lang();
    // An after-check's due instant stands: no pause and no announced day moves it.
    if let Some(due_at) = due_at.filter(|_| entry.is_after_check()) {
        let late = entry.due_at.is_some_and(|at| at < now).then(|| Tag::of_status("breached", lang).into());
        return Ok(Markup::joined(late.into_iter().chain([due_at.relative(now).into()])));
    }
    let clock = due(desk, &entry.calendar, entry.clock(), &entry.pauses)?;
    Ok(match due_at {
        Some(due_at) if clock.state(now, None) == SlaState::Breached => {
            Markup::joined([Tag::of_status("breached", lang).into(), due_at.relative(now).into()])
        }
        None => page.t1("queue-paused", "left", span(clock.remaining(now), lang)).into(),
        Some(_) => span(clock.remaining(now), lang).into(),
    })
}

fn tags(entry: &Entry, lang: Lang) -> Vec<Markup> {
    let mut tags = vec![match entry.status {
        Status::WaitingForPartner => Tag::new(Tone::Warn, lang.text("status-waiting-for-partner-staff")).into(),
        status => Tag::of_status(status.code(), lang).into(),
    }];
    if entry.is_after_check() {
        tags.push(Tag::new(Tone::Info, lang.text("queue-tag-after-check")).into());
    }
    if entry.appeal {
        tags.push(Tag::new(Tone::Info, lang.text("review-tag-appeal")).into());
    }
    if entry.approved {
        tags.push(Tag::of_status("pending_second_approval", lang).into());
    }
    tags
}

fn holder(page: &Page, reader: &Person, held: &Held) -> String {
    let until = page.own_when(held.until).text();
    if held.by == reader.object_id && held.tenant == reader.tenant {
        return page.t1("queue-held-by-you", "until", until);
    }
    page.t2("queue-held", "name", parts::one_line(&held.name), "until", until)
}

/// The guards that turned an accept into a review, else the policy's deciding reason.
fn why_a_person(desk: &Desk, entry: &Entry, lang: Lang) -> Result<String, Failure> {
    if let Some(classification) = &entry.why {
        let judged = classification.view(&*desk.edition_of(classification)?, lang);
        let told = |reason: String| Message::new("queue-partner-reads").with("reason", reason).text(lang);
        return Ok(judged.reasons.into_iter().next().map(|reason| told(reason.detail)).unwrap_or_default());
    }
    let guards: Vec<_> = entry.guards.iter().map(|guard| words::guard(guard, lang)).collect();
    Ok(guards.join(&lang.text("list-separator")))
}
