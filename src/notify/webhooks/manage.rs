//! What leads do with endpoints: each change with its row in the audit log.

use super::event::TEST;
use super::sign::Secret;
use super::store::{self, Kept};
use super::{NewWebhook, Webhook, WebhookBody, WebhookDelivery, sealed, target};
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::clock;
use crate::db::{self, Tx};
use crate::identity::{Lead, TenantId, partners};
use crate::problem::{InputError, Kind};
use crate::web::idempotency::{Created, First, Key, once};
use crate::web::{Failure, Message};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// Most endpoints of a desk.
const MOST: i64 = 50;
/// What the answer for repeats is sealed for.
const ANSWER: &str = "webhook-added";

/// An endpoint with a secret that was just made: this once.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct WebhookWithSecret {
    /// The endpoint.
    pub webhook: Webhook,
    /// What its receiver verifies signatures with. It is not shown again.
    #[schema(example = "whsec_c2VjcmV0IG9mIHRoZSBleGFtcGxlLCAzMiBieXRlcyE=")]
    pub secret: String,
}

pub(super) fn not_found() -> Failure {
    Failure::new(Kind::NotFound)
}

/// What is asked for does not suit how things stand: `key` says so, and what to do.
fn already(key: &'static str) -> Failure {
    Failure::new(Kind::WrongState).detail(Message::new(key))
}

/// The day of the last rotation is not over.
pub(super) fn rotated_lately() -> Failure {
    already("webhook-rotated-lately")
}

pub(super) fn event(lead: &Lead, action: &'static str, id: Uuid, details: Value, personal: Option<Value>) -> Event {
    // About no tenant: partners do not learn who is told what about them.
    Event { actor: lead.actor(), action, subject_kind: "webhook", subject_id: id, tenant: None, details, personal }
}

/// Adds the endpoint that `body` describes, with the id `id`, unless an earlier call with `key` has.
///
/// # Errors
/// 422 with every place; 409 when there is one of this id, or while the first call runs; 503.
pub async fn add(
    desk: Data<Desk>,
    lead: Lead,
    id: Uuid,
    key: Option<Key>,
    body: WebhookBody,
) -> Result<Created<WebhookWithSecret>, Failure> {
    let new = NewWebhook::read(&body, desk.webhooks.rules()).map_err(Failure::invalid)?;
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        let added = once(&mut tx, key, now, async |tx, memory| {
            let added = insert(&desk, tx, &lead, id, &new, now).await?;
            // The secret rests sealed, in the answer for repeats too.
            let answer = desk.seal.seal(ANSWER, &added).map_err(Failure::internal)?;
            memory.remember(tx, id, &answer).await?;
            Ok(added)
        });
        let added = added.await?;
        tx.commit().await?;
        Ok(added)
    })
    .await
}

async fn insert(
    desk: &Desk,
    tx: &mut Tx,
    lead: &Lead,
    id: Uuid,
    new: &NewWebhook,
    now: DateTime<Utc>,
) -> Result<WebhookWithSecret, Failure> {
    registered(tx, new.tenant).await?;
    if store::count(tx).await? >= MOST {
        return Err(Failure::invalid(vec![InputError::new("/url", "webhook_too_many").with("max", MOST)]));
    }
    if !store::insert(tx, id, new, lead.object_id.0, now).await? {
        return Err(Failure::new(Kind::WrongState));
    }
    let secret = give_secret(desk, tx, id, now).await?;
    let details = json!({ "types": new.types, "limited_to": new.tenant });
    let personal = json!({ "url": target::recorded(&new.url), "text": new.description });
    audit::record(tx, now, event(lead, "webhook.added", id, details, Some(personal))).await?;
    shown(tx, id, secret).await
}

/// Says that `tenant`, if one is named, is a registered partner's.
pub(super) async fn registered(tx: &mut Tx, tenant: Option<TenantId>) -> Result<(), Failure> {
    if let Some(tenant) = tenant
        && partners::find(tx, tenant).await?.is_none()
    {
        return Err(Failure::invalid(vec![InputError::new("/tenant", "tenant_not_registered")]));
    }
    Ok(())
}

/// The answer that an earlier call kept, with its secret; none with another key of the sessions.
pub(super) fn opened(desk: &Desk, first: &First) -> Option<Value> {
    let sealed: String = serde_json::from_str(first.answer.as_deref()?).ok()?;
    desk.seal.open(ANSWER, &sealed)
}

async fn give_secret(desk: &Desk, tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> Result<Secret, Failure> {
    let secret = Secret::fresh();
    let sealed = sealed::seal(&desk.seal, id, &secret).map_err(Failure::internal)?;
    store::put_secret(tx, id, clock::fresh_id(now), &sealed, now).await?;
    Ok(secret)
}

async fn shown(tx: &mut Tx, id: Uuid, secret: Secret) -> Result<WebhookWithSecret, Failure> {
    let webhook = store::find(tx, id).await?.ok_or_else(not_found)?;
    Ok(WebhookWithSecret { webhook, secret: secret.shown().to_owned() })
}

/// Gives the endpoint `id` a new secret; the one before signs besides it for a day.
///
/// # Errors
/// 404; 409 while the day of the last rotation is not over; 503.
pub(super) async fn rotate(desk: Data<Desk>, lead: Lead, id: Uuid) -> Result<WebhookWithSecret, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        store::find(&mut tx, id).await?.ok_or_else(not_found)?;
        if !store::end_secret(&mut tx, id).await? {
            return Err(rotated_lately());
        }
        let secret = give_secret(&desk, &mut tx, id, now).await?;
        audit::record(&mut tx, now, event(&lead, "webhook.secret_rotated", id, json!({}), None)).await?;
        let made = shown(&mut tx, id, secret).await?;
        tx.commit().await?;
        Ok(made)
    })
    .await
}

/// Enables or disables the endpoint `id`. What waited when it was disabled is sent when it is enabled again.
///
/// # Errors
/// 404; 409 when it is so already; 503.
pub(super) async fn switch(desk: Data<Desk>, lead: Lead, id: Uuid, enabled: bool) -> Result<Webhook, Failure> {
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        let before = store::find(&mut tx, id).await?.ok_or_else(not_found)?;
        if !store::switch(&mut tx, id, enabled).await? {
            return Err(already(if enabled { "webhook-enabled-already" } else { "webhook-disabled-already" }));
        }
        let (action, details) = match enabled {
            true => ("webhook.enabled", json!({ "was_disabled_because": before.disabled_because })),
            false => ("webhook.disabled", json!({ "because": "person" })),
        };
        audit::record(&mut tx, desk.clock.now(), event(&lead, action, id, details, None)).await?;
        let after = store::find(&mut tx, id).await?.ok_or_else(not_found)?;
        tx.commit().await?;
        Ok(after)
    })
    .await
}

/// Sends the event `test` to the endpoint `id` alone.
///
/// # Errors
/// 404; 409 when it is disabled; 503.
pub(super) async fn test(desk: Data<Desk>, lead: Lead, id: Uuid) -> Result<WebhookDelivery, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        let webhook = store::find(&mut tx, id).await?.ok_or_else(not_found)?;
        if webhook.disabled_at.is_some() {
            return Err(already("webhook-disabled-no-test"));
        }
        let sent = clock::fresh_id(now);
        let data = json!({ "webhook": id, "link": format!("/admin/webhooks/{id}") });
        store::insert_test(&mut tx, id, sent, &data, now).await?;
        audit::record(&mut tx, now, event(&lead, "webhook.tested", id, json!({ "event": sent }), None)).await?;
        let Kept { delivery, .. } = store::delivery(&mut tx, id, sent).await?.ok_or_else(not_found)?;
        tx.commit().await?;
        debug_assert_eq!(delivery.kind, TEST);
        Ok(delivery)
    })
    .await
}

/// Deletes the endpoint `id`, with its secrets and what was or is to be sent to it.
///
/// # Errors
/// 404; 503.
pub(super) async fn delete(desk: Data<Desk>, lead: Lead, id: Uuid) -> Result<(), Failure> {
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        let before = store::find(&mut tx, id).await?.ok_or_else(not_found)?;
        store::delete(&mut tx, id).await?;
        let details = json!({ "types": before.types, "limited_to": before.tenant, "waiting": before.waiting, "dead": before.dead });
        let personal = json!({ "url": target::recorded(&before.url), "text": before.description });
        let event = event(&lead, "webhook.deleted", id, details, Some(personal));
        audit::record(&mut tx, desk.clock.now(), event).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// Has the event `sent`, which the endpoint `id` took or which was given up, sent again with the same `webhook-id`.
///
/// # Errors
/// 404; 409 when it waits already; 503.
pub(super) async fn resend(desk: Data<Desk>, lead: Lead, id: Uuid, sent: Uuid) -> Result<WebhookDelivery, Failure> {
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        let before = store::delivery(&mut tx, id, sent).await?.ok_or_else(not_found)?.delivery;
        if !store::send_again(&mut tx, id, sent).await? {
            return Err(already("webhook-waits-already"));
        }
        let details = json!({ "event": sent, "type": before.kind, "reference": before.reference, "before": before.state, "last_result": before.last_result });
        audit::record(&mut tx, desk.clock.now(), event(&lead, "webhook.resent", id, details, None)).await?;
        let after = store::delivery(&mut tx, id, sent).await?.ok_or_else(not_found)?.delivery;
        tx.commit().await?;
        Ok(after)
    })
    .await
}
