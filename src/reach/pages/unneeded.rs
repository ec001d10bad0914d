//! `/enforcement/unneeded`: exceptions that nobody needed, and the page that closes one.

use crate::app::Desk;
use crate::exceptions::{self, api::checked_reason};
use crate::identity::{Reviewer, Role, StaffReader, partners};
use crate::intake::pages::parts::{self, one_line};
use crate::problem::{InputError, Kind};
use crate::reach::need::{self, Unneeded};
use crate::web::components::{Anchor, Empty, Markup, Notice, SummaryList, Tone};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::table::{Column, Table};
use crate::web::{Failure, Form, FormFields, Html, IfMatch, Message, Page, Paging, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "reach/unneeded.html")]
pub(super) struct UnneededPage {
    page: Page,
    table: Table,
}

pub(super) async fn list(
    staff: StaffReader,
    desk: Data<Desk>,
    reader: Reader,
    paging: Paging,
    http: HttpRequest,
) -> Result<Html<UnneededPage>, Failure> {
    let mut tx = desk.db.staff().await?;
    let rows = need::list(&mut tx, &desk, None, paging.after()?, paging.fetch()).await?;
    let slice = paging.cut(rows, |unneeded| unneeded.exception.id);
    let tenants: Vec<_> = slice.items.iter().map(|unneeded| unneeded.exception.tenant).collect();
    let partners = partners::of_tenants(&mut tx, &tenants).await?;
    drop(tx);
    let names: BTreeMap<_, _> = partners.into_iter().map(|partner| (partner.tenant, one_line(&partner.name))).collect();
    let page = reader.page("reach-unneeded-title").wide().back_to("/enforcement", "reach-title");
    let may_close = staff.has_any(&[Role::Reviewer, Role::LeadReviewer]);
    let text = |key| Column::new(page.t(key));
    let columns = vec![
        text("reach-exception"),
        text("reach-partner"),
        text("reach-last-needed"),
        text("reach-passed").number(),
        text("reach-ends"),
    ];
    let columns = columns.into_iter().chain(may_close.then(|| text("reach-change"))).collect();
    let empty = Empty::new(page.t("reach-unneeded-empty"), page.t("reach-unneeded-empty-text"));
    let table = Table::new(page.t("reach-unneeded-title"), columns, empty).caption_is_title();
    let table = slice.items.iter().fold(table, |table, unneeded| {
        let partner = names.get(&unneeded.exception.tenant).cloned();
        table.row(row(&page, unneeded, partner.unwrap_or_else(|| unneeded.exception.tenant.to_string()), may_close))
    });
    let table = table.more(slice.next_href(&http), page.t("more-rows"));
    Ok(Html(UnneededPage { table, page }))
}

fn row(page: &Page, unneeded: &Unneeded, partner: String, may_close: bool) -> Vec<Markup> {
    let exception = &unneeded.exception;
    let needed = unneeded.last_needed_at.map(|at| page.own_when(at).into());
    let mut cells: Vec<Markup> = vec![
        Anchor::new(format!("/exceptions/{}", exception.reference), &exception.reference).into(),
        partner.into(),
        needed.unwrap_or_else(|| page.t("reach-never-needed").into()),
        unneeded.would_have_passed.to_string().into(),
        page.own_when(exception.expires_at).into(),
    ];
    if may_close {
        let href = format!("/enforcement/unneeded/{}", exception.reference);
        cells.push(Anchor::new(href, page.t("reach-close")).into());
    }
    cells
}

pub(super) async fn ask(
    _reviewer: Reviewer,
    desk: Data<Desk>,
    reader: Reader,
    reference: Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    let suggestion = FormFields::default().with("reason", reader.lang.text("reach-close-suggestion"));
    Ok(Html(page(&desk, reader, &reference, &suggestion, &[]).await?))
}

pub(super) async fn act(
    reviewer: Reviewer,
    desk: Data<Desk>,
    http: HttpRequest,
    reference: Path<String>,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let reason = match checked_reason(fields.get("reason")) {
        Ok(reason) => reason,
        Err(failure) => {
            let page = page(&desk, Reader::of(&http), &reference, &fields, failure.errors()).await?;
            let mut response = Html(page).respond_to(&http);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(response);
        }
    };
    let mut tx = desk.db.staff().await?;
    let exception = exceptions::find_by_reference(&mut tx, &reference).await?;
    let exception = exception.ok_or_else(|| Failure::new(Kind::NotFound))?;
    drop(tx);
    let seen = IfMatch::Versions(vec![fields.get("version").parse().unwrap_or(0)]);
    let href = format!("/exceptions/{}", exception.reference);
    let closed = need::close(desk, reviewer, exception.id, seen, reason).await;
    closed.map_err(|failure| failure.way_out(&href, Message::new("exception-open")))?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish())
}

async fn page(
    desk: &Desk,
    reader: Reader,
    reference: &str,
    values: &FormFields,
    errors: &[InputError],
) -> Result<ConfirmPage, Failure> {
    let mut tx = desk.db.staff().await?;
    let exception = exceptions::find_by_reference(&mut tx, reference).await?;
    let exception = exception.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let unneeded = need::list(&mut tx, desk, Some(exception.id), None, 1).await?.pop();
    let href = format!("/exceptions/{}", exception.reference);
    let unneeded =
        unneeded.ok_or_else(|| Failure::new(Kind::WrongState).way_out(href, Message::new("exception-open")))?;
    let partner = partners::find(&mut tx, exception.tenant).await?;
    drop(tx);
    let edition = desk.policies.at(desk.clock.now()).map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))?;
    let title = Message::new("reach-close-title").with("reference", reference).text(reader.lang);
    let page = reader.page_titled(title).wide();
    let mut form = Form::new(page.lang(), values, errors);
    let reason = form.area("/reason", page.t("revoke-reason")).hint(page.t("revoke-reason-hint")).max_length(2000);
    let page = page.with_errors(form.summary());
    let name = partner.map_or_else(|| exception.tenant.to_string(), |partner| one_line(&partner.name));
    Ok(ConfirmPage {
        facts: SummaryList::new()
            .row(page.t("reach-partner"), name)
            .row(page.t("facts-issue"), parts::issue_title(&exception.issue, &edition, page.lang()))
            .row(page.t("reach-passed"), unneeded.would_have_passed.to_string())
            .row(page.t("reach-ends"), page.own_when(exception.expires_at)),
        consequence: Notice::new(Tone::Warn, page.t("reach-close-consequence")),
        fields: vec![reason],
        hidden: vec![("version", exception.version.to_string())],
        action: format!("/enforcement/unneeded/{}", exception.reference),
        button: page.t("reach-close"),
        danger: true,
        cancel: Link { href: "/enforcement/unneeded".to_owned(), label: page.t("reach-close-cancel") },
        page,
    })
}
