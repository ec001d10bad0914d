//! States, results and types in words.

use crate::intake::pages::parts::one_line;
use crate::notify::Kind;
use crate::notify::webhooks::{DeliveryState, TEST, Webhook, WebhookState};
use crate::web::Page;
use crate::web::components::{Tag, Tone};

/// Whether events are sent to `webhook`.
pub fn state(page: &Page, webhook: &Webhook) -> Tag {
    match (webhook.state, webhook.disabled_because.as_deref()) {
        (WebhookState::Enabled, _) => Tag::new(Tone::Ok, page.t("webhooks-enabled")),
        (WebhookState::Disabled, Some("person")) => Tag::new(Tone::Quiet, page.t("webhooks-disabled")),
        (WebhookState::Disabled, _) => Tag::new(Tone::Bad, page.t("webhooks-disabled")),
    }
}

/// How far a delivery has come.
pub fn delivery_state(page: &Page, state: DeliveryState) -> Tag {
    let tone = match state {
        DeliveryState::Waiting => Tone::Info,
        DeliveryState::Delivered => Tone::Ok,
        DeliveryState::Dead => Tone::Bad,
    };
    Tag::new(tone, page.t(&format!("webhooks-delivery-{}", state.code())))
}

/// What came of an attempt: the status of the answer, or a code of the desk's own in words.
pub fn result(page: &Page, code: &str) -> String {
    match code.strip_prefix("http_") {
        Some(status) => page.t1("webhooks-result-http", "status", status),
        None => {
            let words = page.lang().try_text(&format!("webhooks-result-{}", code.replace('_', "-")));
            words.unwrap_or_else(|| code.to_owned())
        }
    }
}

/// What an event of this type tells; its code when another version of the desk wrote it.
pub fn kind(page: &Page, code: &str) -> String {
    if code == TEST {
        return page.t("webhooks-type-test");
    }
    Kind::from_code(code).map_or_else(|| code.to_owned(), |kind| kind.name(page.lang()))
}

/// What an endpoint is called.
pub fn name(webhook: &Webhook) -> String {
    one_line(&webhook.description)
}
