//! Taking a request back.

use super::course::Course;
use super::request::{self, Request, Status};
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::db;
use crate::identity::Filer;
use crate::problem::Kind;
use crate::web::{Failure, IfMatch};
use actix_web::web::Data;
use serde_json::json;
use uuid::Uuid;

/// Withdraws the open request `id` of the filer's tenant.
///
/// # Errors
/// 404 unknown or another tenant's; 409 when it is closed; 412 when it changed meanwhile; 503.
pub async fn withdraw(desk: Data<Desk>, filer: Filer, id: Uuid, if_match: IfMatch) -> Result<Request, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.partner(filer.tenant).await?;
        let request = request::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        let version = if_match.holds_for(request.version)?;
        if !request.status.is_open() {
            return Err(Failure::new(Kind::WrongState));
        }
        let changed = sqlx::query!(
            "UPDATE requests SET status = 'withdrawn', version = version + 1, decided_at = $3, waiting_until = NULL, remind_at = NULL
             WHERE id = $1 AND version = $2 AND status IN ('in_review', 'waiting_for_partner')",
            id,
            version,
            now,
        )
        .execute(&mut *tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(Failure::new(Kind::VersionMismatch));
        }
        let event = Event {
            actor: filer.actor(),
            action: "request.withdrawn",
            subject_kind: "request",
            subject_id: id,
            tenant: Some(request.tenant),
            details: json!({ "before": request.status }),
            personal: None,
        };
        audit::record(&mut tx, now, event).await?;
        tx.commit().await?;
        let course = Course { waiting_until: None, ..request.course };
        Ok(Request { course, status: Status::Withdrawn, version: version + 1, decided_at: Some(now), ..request })
    })
    .await
}
