//! Changing an endpoint: where it is, what it is for, what it gets. Its secret stays.

use super::manage::{event, not_found, registered};
use super::{NewWebhook, Webhook, WebhookBody, store, target};
use crate::app::Desk;
use crate::audit;
use crate::db;
use crate::identity::Lead;
use crate::problem::Kind;
use crate::web::{Failure, IfMatch};
use actix_web::web::Data;
use serde_json::json;
use uuid::Uuid;

/// Makes the endpoint `id` what `body` describes. What waits is sent to where it is then; what it is no longer for is forgotten.
///
/// # Errors
/// 404; 412 when it was changed since the caller saw it; 422 with every place; 503.
pub(super) async fn change(
    desk: Data<Desk>,
    lead: Lead,
    id: Uuid,
    if_match: IfMatch,
    body: WebhookBody,
) -> Result<Webhook, Failure> {
    let new = NewWebhook::read(&body, desk.webhooks.rules()).map_err(Failure::invalid)?;
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        let before = store::find(&mut tx, id).await?.ok_or_else(not_found)?;
        let seen = if_match.holds_for(before.version)?;
        registered(&mut tx, new.tenant).await?;
        if new.is(&before) {
            return Ok(before);
        }
        if !store::update(&mut tx, id, seen, &new).await? {
            return Err(Failure::new(Kind::VersionMismatch));
        }
        store::forget_beyond(&mut tx, id, &new).await?;
        let details = json!({
            "before": { "types": before.types, "limited_to": before.tenant },
            "after": { "types": new.types, "limited_to": new.tenant },
            "url_changed": before.url != new.url,
        });
        let personal = json!({
            "before": { "url": target::recorded(&before.url), "text": before.description },
            "after": { "url": target::recorded(&new.url), "text": new.description },
        });
        let now = desk.clock.now();
        audit::record(&mut tx, now, event(&lead, "webhook.changed", id, details, Some(personal))).await?;
        let after = store::find(&mut tx, id).await?.ok_or_else(not_found)?;
        tx.commit().await?;
        Ok(after)
    })
    .await
}
