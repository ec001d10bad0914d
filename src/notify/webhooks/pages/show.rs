//! An endpoint: how it fares, what can be done with it, what was and is to be sent to it.

use super::{list, words};
use crate::app::Desk;
use crate::identity::{Lead, TenantId, partners};
use crate::intake::pages::parts::one_line;
use crate::notify::webhooks::api::known_id;
use crate::notify::webhooks::api_deliveries::Filter;
use crate::notify::webhooks::{DeliveryState, Webhook, WebhookDelivery, WebhookState, store};
use crate::problem::Kind;
use crate::web::components::{Anchor, Empty, Markup, Notice, SummaryList, Tag, Tone};
use crate::web::table::{Column, Table};
use crate::web::{Failure, Html, Page, Paging, QueryOf, Reader};
use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

#[derive(Template)]
#[template(path = "webhooks/show.html")]
pub(super) struct ShowPage {
    page: Page,
    tag: Tag,
    notices: Vec<Notice>,
    facts: SummaryList,
    enabled: bool,
    /// Whether a new secret can be made now.
    rotates: bool,
    /// Where the page's own actions lead.
    href: String,
    filters: Vec<Markup>,
    table: Table,
}

pub(super) async fn show(
    _lead: Lead,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
    QueryOf(filter): QueryOf<Filter>,
    paging: Paging,
    http: HttpRequest,
) -> Result<Html<ShowPage>, Failure> {
    let id = known_id(&id)?;
    let mut tx = desk.db.staff().await?;
    let webhook = store::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let rows = store::deliveries(&mut tx, id, filter.state, paging.after()?, paging.fetch()).await?;
    let slice = paging.cut(rows, |delivery| delivery.id);
    let partner = match webhook.tenant {
        Some(tenant) => partners::find(&mut tx, TenantId(tenant)).await?.map(|partner| one_line(&partner.name)),
        None => None,
    };
    let page = reader.page_titled(words::name(&webhook)).wide().back_to("/admin/webhooks", "webhooks-back");
    let columns = [
        "webhooks-event",
        "webhooks-about",
        "webhooks-delivery-state",
        "webhooks-last-result",
        "webhooks-last-attempt",
        "webhooks-attempts",
    ];
    let columns = columns.map(|key| match key {
        "webhooks-attempts" => Column::new(page.t(key)).number(),
        _ => Column::new(page.t(key)),
    });
    let empty = Empty::new(page.t("webhooks-deliveries-empty"), page.t("webhooks-deliveries-empty-text"));
    let table = Table::new(page.t("webhooks-deliveries"), columns.into(), empty).caption_is_title();
    let table = slice.items.iter().map(|delivery| row(&page, &webhook, delivery)).fold(table, Table::row);
    let table = table.more(slice.next_href(&http), page.t("more-rows"));
    Ok(Html(ShowPage {
        tag: words::state(&page, &webhook),
        notices: notices(&page, &webhook),
        facts: facts(&page, &webhook, partner),
        enabled: webhook.state == WebhookState::Enabled,
        rotates: webhook.old_secret_until.is_none(),
        href: format!("/admin/webhooks/{id}"),
        filters: filters(&page, &webhook, filter.state),
        table,
        page,
    }))
}

/// Why nothing is sent, and that two secrets sign.
fn notices(page: &Page, webhook: &Webhook) -> Vec<Notice> {
    let disabled = webhook.disabled_because.as_deref().map(|because| {
        let tone = if because == "person" { Tone::Info } else { Tone::Bad };
        Notice::new(tone, page.t(&format!("webhooks-disabled-{because}")))
    });
    let rotated = webhook
        .old_secret_until
        .map(|until| Notice::new(Tone::Info, page.t1("webhooks-rotated", "until", page.own_when(until).text())));
    disabled.into_iter().chain(rotated).collect()
}

fn facts(page: &Page, webhook: &Webhook, partner: Option<String>) -> SummaryList {
    let types = match &webhook.types {
        None => page.t("webhooks-types-all").into(),
        Some(types) => Markup::lines(types.iter().map(|code| words::kind(page, code).into())),
    };
    let facts = SummaryList::new()
        .row(page.t("webhooks-url"), one_line(&webhook.url))
        .row(page.t("webhooks-types"), types)
        .row(page.t("webhooks-tenant"), partner.unwrap_or_else(|| page.t("webhooks-tenant-all")))
        .row(page.t("webhooks-added"), page.own_when(webhook.created_at));
    let facts = match webhook.disabled_at {
        Some(at) => facts.row(page.t("webhooks-disabled-at"), page.own_when(at)),
        None => facts,
    };
    let facts = match webhook.last_success_at {
        Some(at) => facts.row(page.t("webhooks-last-success"), page.own_when(at)),
        None => facts.row(page.t("webhooks-last-success"), page.t("webhooks-never")),
    };
    match list::failure(page, webhook) {
        Some(failure) => facts.row(page.t("webhooks-last-failure"), failure),
        None => facts,
    }
}

/// Every state; the one that is shown is no link.
fn filters(page: &Page, webhook: &Webhook, shown: Option<DeliveryState>) -> Vec<Markup> {
    let counted = |state| match state {
        DeliveryState::Waiting => Some(webhook.waiting),
        DeliveryState::Dead => Some(webhook.dead),
        DeliveryState::Delivered => None,
    };
    let href = format!("/admin/webhooks/{}", webhook.id);
    let filter = |state: Option<DeliveryState>| {
        let name =
            page.t(&state.map_or("webhooks-all".to_owned(), |state| format!("webhooks-delivery-{}", state.code())));
        let label = match state.and_then(counted) {
            Some(count) => page.t2("webhooks-filter", "state", name, "count", count),
            None => name,
        };
        match state {
            _ if state == shown => label.into(),
            Some(state) => Anchor::new(format!("{href}?state={}", state.code()), label).into(),
            None => Anchor::new(href.clone(), label).into(),
        }
    };
    let states = [DeliveryState::Waiting, DeliveryState::Delivered, DeliveryState::Dead].map(Some);
    std::iter::once(None).chain(states).map(filter).collect()
}

fn row(page: &Page, webhook: &Webhook, delivery: &WebhookDelivery) -> Vec<Markup> {
    let dash = || Markup::from("–");
    let href = format!("/admin/webhooks/{}/deliveries/{}", webhook.id, delivery.id);
    vec![
        Anchor::new(href, words::kind(page, &delivery.kind)).into(),
        delivery.reference.as_deref().map_or_else(dash, |reference| reference.into()),
        words::delivery_state(page, delivery.state).into(),
        delivery.last_result.as_deref().map_or_else(dash, |code| words::result(page, code).into()),
        delivery.last_attempt_at.map_or_else(dash, |at| page.own_when(at).into()),
        delivery.attempts.to_string().into(),
    ]
}
