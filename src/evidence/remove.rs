//! Taking a file back: by whoever uploaded it, while nothing is decided.

use super::add::details;
use super::record::{Evidence, Holder, Scan, find};
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::db;
use crate::identity::Filer;
use crate::problem::Kind;
use crate::web::{Failure, Message};
use actix_web::web::Data;
use serde_json::json;
use uuid::Uuid;

/// Removes the file `id` of `holder`.
///
/// # Errors
/// 404; 403 for somebody else's upload; 409 when the request is closed, or the file is on record as infected; 503.
pub async fn remove(desk: Data<Desk>, filer: Filer, holder: Holder, id: Uuid) -> Result<Evidence, Failure> {
    db::to_the_end(async move {
        let mut tx = desk.db.person(filer.tenant, filer.object_id).await?;
        let evidence = find(&mut tx, holder, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        if evidence.uploaded_by != filer.object_id {
            return Err(Failure::new(Kind::NotAllowed).detail(Message::new("evidence-not-yours")));
        }
        if evidence.scan == Scan::Infected {
            return Err(Failure::new(Kind::WrongState).detail(Message::new("evidence-was-infected")));
        }
        // Row-level security lets open requests' files go, and no others.
        let gone = sqlx::query_scalar!("DELETE FROM evidence WHERE id = $1 RETURNING content", id)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or_else(|| Failure::new(Kind::WrongState))?;
        if let Some(key) = gone {
            sqlx::query!("INSERT INTO evidence_loose (key, tenant) VALUES ($1, $2)", key, evidence.tenant.0)
                .execute(&mut *tx)
                .await?;
        }
        let event = Event {
            actor: filer.actor(),
            action: "evidence.removed",
            subject_kind: holder.kind(),
            subject_id: holder.id(),
            tenant: Some(evidence.tenant),
            details: details(&evidence),
            personal: Some(json!({ "name": evidence.name })),
        };
        audit::record(&mut tx, desk.clock.now(), event).await?;
        tx.commit().await?;
        if let Some(key) = gone
            && let Err(error) = desk.evidence.discard(&desk.db, key).await
        {
            tracing::debug!(%error, "the bytes of a removed file are left to the sweep");
        }
        Ok(evidence)
    })
    .await
}
