//! An event on its way to one endpoint: how it fares, what it says, sending it again.

use super::words;
use crate::app::Desk;
use crate::identity::Lead;
use crate::notify::webhooks::api::known_id;
use crate::notify::webhooks::store::Kept;
use crate::notify::webhooks::{DeliveryState, Webhook, WebhookDelivery, manage, store};
use crate::problem::Kind;
use crate::web::components::{Anchor, Quote, SummaryList};
use crate::web::{Failure, Html, Message, Page, Reader};
use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use askama::Template;
use serde_json::Value;

#[derive(Template)]
#[template(path = "webhooks/delivery.html")]
pub(super) struct DeliveryPage {
    page: Page,
    facts: SummaryList,
    body: Quote,
    /// Where it is sent again.
    action: Option<String>,
}

pub(super) async fn show(
    _lead: Lead,
    desk: Data<Desk>,
    reader: Reader,
    path: Path<(String, String)>,
) -> Result<Html<DeliveryPage>, Failure> {
    let (id, event) = (known_id(&path.0)?, known_id(&path.1)?);
    let not_found = || Failure::new(Kind::NotFound);
    let mut tx = desk.db.staff().await?;
    let webhook = store::find(&mut tx, id).await?.ok_or_else(not_found)?;
    let Kept { delivery, event } = store::delivery(&mut tx, id, event).await?.ok_or_else(not_found)?;
    let href = format!("/admin/webhooks/{id}");
    let title = words::kind(&reader.page("webhooks-title"), &delivery.kind);
    let page = reader.page_titled(title).wide().back_to(href.clone(), "webhooks-back-to-one");
    let sent = event.body(&desk.config.public_base());
    let pretty = serde_json::from_str::<Value>(&sent).and_then(|body| serde_json::to_string_pretty(&body));
    Ok(Html(DeliveryPage {
        facts: facts(&page, &webhook, &delivery),
        body: Quote::new(&pretty.unwrap_or(sent), None),
        action: (delivery.state != DeliveryState::Waiting).then(|| format!("{href}/deliveries/{}/resend", delivery.id)),
        page,
    }))
}

fn facts(page: &Page, webhook: &Webhook, delivery: &WebhookDelivery) -> SummaryList {
    let to = Anchor::new(format!("/admin/webhooks/{}", webhook.id), words::name(webhook));
    let facts = SummaryList::new().row(page.t("webhooks-to"), to);
    let facts = match &delivery.reference {
        Some(reference) => facts.row(page.t("webhooks-about"), Anchor::new(format!("/review/{reference}"), reference)),
        None => facts,
    };
    let facts = facts
        .row(page.t("webhooks-delivery-state"), words::delivery_state(page, delivery.state))
        .row(page.t("webhooks-occurred"), page.own_when(delivery.occurred_at))
        .row(page.t("webhooks-attempts"), delivery.attempts.to_string());
    let instants = [
        ("webhooks-last-attempt", delivery.last_attempt_at),
        ("webhooks-next-attempt", delivery.next_attempt_at),
        ("webhooks-done", delivery.done_at),
    ];
    let instants = instants.into_iter().filter_map(|(key, at)| Some((key, at?)));
    let facts = instants.fold(facts, |facts, (key, at)| facts.row(page.t(key), page.own_when(at)));
    let facts = match &delivery.last_result {
        Some(code) => facts.row(page.t("webhooks-last-result"), words::result(page, code)),
        None => facts,
    };
    facts.row(page.t("webhooks-id"), delivery.id.to_string())
}

pub(super) async fn resend(
    lead: Lead,
    desk: Data<Desk>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let (id, event) = (known_id(&path.0)?, known_id(&path.1)?);
    let href = format!("/admin/webhooks/{id}/deliveries/{event}");
    let sent = manage::resend(desk, lead, id, event).await;
    sent.map_err(|failure| failure.way_out(&href, Message::new("webhooks-open-delivery")))?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish())
}
