//! `/after-checks`: what the policy granted at once and nobody has looked at yet, by due time.

use crate::app::Desk;
use crate::identity::StaffReader;
use crate::intake::Request;
use crate::intake::pages::parts;
use crate::intake::request;
use crate::review::after_check::{self, AfterCheck};
use crate::sla::SlaState;
use crate::web::components::{Anchor, Empty, Markup, Tag};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Html, Page, Paging, Reader};
use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

#[derive(Template)]
#[template(path = "review/after_checks.html")]
pub struct AfterChecksPage {
    page: Page,
    table: Table,
}

/// The open after-checks, for every member of staff.
pub async fn list(
    _staff: StaffReader,
    desk: Data<Desk>,
    reader: Reader,
    paging: Paging,
    http: HttpRequest,
) -> Result<Html<AfterChecksPage>, Failure> {
    let now = desk.clock.now();
    let mut tx = desk.db.staff().await?;
    let open = after_check::open(&mut tx, paging.after()?, paging.fetch()).await?;
    let slice = paging.cut(open, |check| (check.due_at, check.request_id));
    let ids: Vec<_> = slice.items.iter().map(|check| check.request_id).collect();
    let requests = request::of_ids(&mut tx, &ids).await?;
    let page = reader.page("after-checks-title").wide();
    let columns = ["queue-reference", "queue-partner", "queue-issue", "after-checks-granted", "after-check-due"];
    let empty = Empty::new(page.t("after-checks-empty"), page.t("after-checks-empty-text"))
        .action("/queue", page.t("queue-title"));
    let columns = columns.map(|key| Column::new(page.t(key))).into();
    let mut table =
        Table::new(page.t("after-checks-caption"), columns, empty).more(slice.next_href(&http), page.t("more-rows"));
    for check in &slice.items {
        if let Some(request) = requests.iter().find(|request| request.id == check.request_id) {
            table = table.row(row(&desk, &page, request, check, now)?);
        }
    }
    Ok(Html(AfterChecksPage { page, table }))
}

fn row(
    desk: &Desk,
    page: &Page,
    request: &Request,
    check: &AfterCheck,
    now: DateTime<Utc>,
) -> Result<Vec<Markup>, Failure> {
    let lang = page.lang();
    let edition = desk.edition_of(&request.classification)?;
    // One zone for all rows, so that they can be compared.
    let at = |at| page.when(at, Tz::UTC);
    let late = (check.state(now) == SlaState::Breached).then(|| Tag::of_status("breached", lang).into());
    Ok(vec![
        Anchor::new(format!("/review/{}", request.reference), request.reference.clone()).into(),
        parts::one_line(&request.tenant_name).into(),
        parts::issue_title(&request.asked.issue, &edition, lang).into(),
        request.decided_at.map(|granted| Markup::from(at(granted))).unwrap_or_default(),
        Markup::joined([Some(at(check.due_at).into()), late].into_iter().flatten()),
    ])
}
