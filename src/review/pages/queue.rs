//! `/queue`: what waits for a person, by due time; what is breached stands on top.

use super::words;
use crate::app::Desk;
use crate::identity::StaffReader;
use crate::intake::Request;
use crate::intake::clock::clock_of;
use crate::intake::pages::parts;
use crate::intake::request::{count_open, queue as open_requests};
use crate::locale::Lang;
use crate::review::approval::pending_second_approval;
use crate::sla::SlaState;
use crate::web::components::{Anchor, Empty, Markup, Tag};
use crate::web::table::{Column, Table};
use crate::web::time::span;
use crate::web::{Failure, Html, Message, Page, Paging, Reader};
use actix_web::{HttpRequest, web};
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

#[derive(Template)]
#[template(path = "review/queue.html")]
pub struct QueuePage {
    page: Page,
    /// How many wait, and how many of them are overdue.
    counts: Vec<String>,
    table: Table,
}

/// The queue, for every member of staff.
pub async fn queue(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    reader: Reader,
    paging: Paging,
    http: HttpRequest,
) -> Result<Html<QueuePage>, Failure> {
    let now = desk.clock.now();
    let mut tx = desk.db.staff().await?;
    let rows = open_requests(&mut tx, paging.after()?, paging.fetch()).await?;
    let slice = paging.cut(rows, |request| (request.due_at, request.id));
    let ids: Vec<_> = slice.items.iter().map(|request| request.id).collect();
    let pending = pending_second_approval(&mut tx, &ids).await?;
    let (open, breached) = count_open(&mut tx, now).await?;
    let page = reader.page("queue-title").wide();
    let mut table = table(&page).more(slice.next_href(&http), page.t("more-rows"));
    for request in &slice.items {
        table = table.row(row(&desk, &page, request, pending.contains(&request.id), now)?);
    }
    let mut counts = vec![page.say(&Message::new("queue-open").with("count", open))];
    if breached > 0 {
        counts.push(page.say(&Message::new("queue-breached").with("count", breached)));
    }
    Ok(Html(QueuePage { page, counts, table }))
}

fn table(page: &Page) -> Table {
    let columns = [
        "queue-reference",
        "queue-partner",
        "queue-issue",
        "queue-due",
        "queue-left",
        "queue-language",
        "queue-status",
        "queue-guards",
    ];
    let columns = columns.into_iter().map(|key| Column::new(page.t(key))).collect();
    Table::new(page.t("queue-caption"), columns, Empty::new(page.t("queue-empty"), page.t("queue-empty-text")))
}

fn row(desk: &Desk, page: &Page, request: &Request, pending: bool, now: DateTime<Utc>) -> Result<Vec<Markup>, Failure> {
    let lang = page.lang();
    // One zone for all rows, so that they can be compared.
    let at = |at| page.when(at, Tz::UTC);
    let due = request.due_at.map(at);
    let lapses = request.course.waiting_until.map(|until| page.t1("queue-lapses", "until", at(until).text()));
    let clock = clock_of(desk, request)?;
    let left = match (&clock, due) {
        (Some(clock), Some(due)) if clock.state(now, None) == SlaState::Breached => {
            Markup::joined([Tag::of_status("breached", lang).into(), due.relative(now).into()])
        }
        (Some(clock), None) => page.t1("queue-paused", "left", span(clock.remaining(now), lang)).into(),
        (Some(clock), Some(_)) => span(clock.remaining(now), lang).into(),
        (None, _) => Markup::default(),
    };
    Ok(vec![
        Anchor::new(format!("/review/{}", request.reference), request.reference.clone()).into(),
        parts::one_line(&request.tenant_name).into(),
        desk.policies.issue_title(&request.asked.issue, lang).into(),
        due.map(Markup::from).or(lapses.map(Markup::from)).unwrap_or_else(|| "–".into()),
        left,
        words::language(request.language, lang).into(),
        Markup::joined(words::status_tags(request, pending, lang)),
        why_a_person(desk, request, lang)?.into(),
    ])
}

/// The guards that turned an accept into a review, else the policy's deciding reason.
fn why_a_person(desk: &Desk, request: &Request, lang: Lang) -> Result<String, Failure> {
    if request.guards.is_empty() {
        let judged = request.classification.view(&*desk.edition_of(&request.classification)?, lang);
        let reason = judged.reasons.into_iter().next();
        let told = |reason: String| Message::new("queue-partner-reads").with("reason", reason).text(lang);
        return Ok(reason.map(|reason| told(reason.detail)).unwrap_or_default());
    }
    let guards: Vec<_> = request.guards.iter().map(|guard| words::guard(guard, lang)).collect();
    Ok(guards.join(&lang.text("list-separator")))
}
