//! `/approvals`: the second approvals that wait for whoever looks, by due time.

use super::words;
use crate::app::Desk;
use crate::identity::Reviewer;
use crate::intake::Request;
use crate::intake::pages::parts;
use crate::review::approval::{Say, waiting_for};
use crate::web::components::{Anchor, Empty, Markup, Quote};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Html, Message, Page, Reader};
use actix_web::web::Data;
use askama::Template;

#[derive(Template)]
#[template(path = "review/approvals.html")]
pub struct ApprovalsPage {
    page: Page,
    table: Table,
}

/// What a colleague approved first and the viewer may complete.
pub async fn list(reviewer: Reviewer, desk: Data<Desk>, reader: Reader) -> Result<Html<ApprovalsPage>, Failure> {
    let waiting = waiting_for(&mut desk.db.staff().await?, &reviewer).await?;
    let page = reader.page("approvals-title").wide();
    let columns =
        ["queue-reference", "queue-partner", "queue-issue", "approvals-what", "review-approved-because", "queue-due"];
    let empty =
        Empty::new(page.t("approvals-empty"), page.t("approvals-empty-text")).action("/queue", page.t("queue-title"));
    let columns = columns.map(|key| Column::new(page.t(key))).into();
    let mut table = Table::new(page.t("approvals-caption"), columns, empty);
    for (request, first) in &waiting {
        table = table.row(row(&desk, &page, request, first)?);
    }
    Ok(Html(ApprovalsPage { page, table }))
}

fn row(desk: &Desk, page: &Page, request: &Request, first: &Say) -> Result<Vec<Markup>, Failure> {
    let lang = page.lang();
    let edition = desk.edition_of(&request.classification)?;
    // One zone for all rows, so that they can be compared.
    let at = |at| page.own_when(at);
    let scope = first.scope.as_ref().map(|scope| {
        let users = parts::SubjectsList::asked(&scope.subjects, lang).count();
        let days = page.t1("given-days", "count", scope.duration_days);
        let parts = [users, parts::surface_labels(&scope.surfaces, &edition, lang), days];
        Markup::lines(parts.map(Markup::from))
    });
    let who = Message::new("approvals-first").with("who", words::who(first, lang)).with("at", at(first.at).text());
    let bound = page.t1("approvals-version", "version", first.version);
    Ok(vec![
        Anchor::new(format!("/review/{}", request.reference), request.reference.clone()).into(),
        parts::one_line(&request.tenant_name).into(),
        parts::issue_title(&request.asked.issue, &edition, lang).into(),
        scope.unwrap_or_default(),
        Markup::lines([page.say(&who).into(), Quote::new(&first.reason, None).into(), bound.into()]),
        request.due_at.map(|due| Markup::from(at(due))).unwrap_or_default(),
    ])
}
