//! `/audit/events/{id}`: one event with everything that was recorded.

use super::rows::{Named, kind, what};
use crate::app::Desk;
use crate::audit::browse::{Recorded, find};
use crate::identity::{Auditor, parse_guid};
use crate::problem::Kind;
use crate::web::components::{Anchor, Empty, Markup, Quote, SummaryList};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Html, Page, Reader};
use actix_web::web::{Data, Path};
use askama::Template;
use serde_json::Value;

#[derive(Template)]
#[template(path = "audit/show.html")]
pub(super) struct ShowPage {
    page: Page,
    facts: SummaryList,
    details: Table,
    /// What people wrote, by the name it has in the log.
    personal: Vec<(String, Quote)>,
    erased: Option<String>,
    chain: SummaryList,
}

/// One event.
pub(super) async fn show(
    _auditor: Auditor,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
) -> Result<Html<ShowPage>, Failure> {
    let not_found = || Failure::new(Kind::NotFound);
    let id = parse_guid(&id).ok_or_else(not_found)?;
    let mut tx = desk.db.staff().await?;
    let event = find(&mut tx, id).await?.ok_or_else(not_found)?;
    let named = Named::of(&mut tx, std::slice::from_ref(&event)).await?;
    let page = reader.page("audit-event").wide().back_to("/audit", "audit-title");
    let page = Page { title: what(&event, &page), ..page };
    let personal = event.personal.as_ref().and_then(Value::as_object).into_iter().flatten();
    let personal = personal.filter(|(_, value)| !value.is_null());
    Ok(Html(ShowPage {
        facts: facts(&page, &event, &named),
        details: details(&page, &event),
        personal: personal.map(|(name, value)| (field(name, &page), Quote::new(&plain(value), None))).collect(),
        erased: event.erased_at.map(|at| page.t1("audit-erased-at", "at", page.own_when(at).text())),
        chain: chain(&page, &event),
        page,
    }))
}

fn facts(page: &Page, event: &Recorded, named: &Named) -> SummaryList {
    let actor = match event.actor_object_id {
        Some(id) => Markup::lines([
            named.who(event, page).into(),
            Anchor::new(format!("/audit?actor={id}"), id.to_string()).into(),
        ]),
        None => named.who(event, page).into(),
    };
    let thing = event.subject_id;
    let about = Markup::lines(named.request(event).into_iter().chain([
        kind(&event.subject_kind, page).into(),
        Anchor::new(format!("/audit?subject={thing}"), thing.to_string()).into(),
    ]));
    let facts = SummaryList::new()
        .row(page.t("audit-when"), page.own_when(event.at))
        .row(page.t("audit-who"), actor)
        .row(page.t("audit-about"), about)
        .row(page.t("audit-code"), Markup::with_code(&format!("`{}`", event.action)));
    match named.partner(event) {
        Some(partner) => facts.row(page.t("audit-partner"), partner),
        None => facts,
    }
}

/// Every detail, what was before on top.
fn details(page: &Page, event: &Recorded) -> Table {
    let columns = ["audit-detail", "audit-value"].map(|key| Column::new(page.t(key))).into();
    let empty = Empty::new(page.t("audit-no-details"), page.t("audit-no-details-text"));
    let table = Table::new(page.t("audit-details"), columns, empty).caption_is_title();
    let mut details: Vec<_> =
        event.details.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()).collect();
    details.sort_by_key(|(name, _)| (name.as_str() != "before", name.as_str() != "after", name.as_str()));
    details.into_iter().fold(table, |table, (name, value)| table.row([field(name, page).into(), plain(value).into()]))
}

/// A name of the log in words; its code where there are none yet.
fn field(name: &str, page: &Page) -> String {
    let words = page.lang().try_text(&format!("audit-field-{}", name.replace('_', "-")));
    words.unwrap_or_else(|| name.to_owned())
}

/// A text as it is, a list of texts line by line, anything else as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => "–".to_owned(),
        Value::Array(values) if values.iter().all(Value::is_string) => {
            values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        _ => value.to_string(),
    }
}

fn chain(page: &Page, event: &Recorded) -> SummaryList {
    let hash = event.chain_hash.as_deref();
    match event.chain_position {
        Some(position) => SummaryList::new()
            .row(page.t("audit-position"), position.to_string())
            .row(page.t("audit-hash"), Markup::with_code(&format!("`{}`", hash.unwrap_or_default()))),
        None => SummaryList::new().row(page.t("audit-position"), page.t("audit-waits-long")),
    }
}
