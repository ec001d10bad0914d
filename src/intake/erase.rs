//! Erasing what people wrote with requests that are over: texts, names and files go; decisions, codes, dates, figures and
//! references stay. The database does it, all or nothing, and refuses while anything can still come of a request
//! (`migrations/*_erasure.sql`).

use crate::app::Desk;
use crate::audit::{self, Actor, Erasure, Event};
use crate::db::Db;
use crate::identity::TenantId;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

/// How many requests lose their texts in one transaction.
const BATCH: i64 = 100;

/// Erases what was written with the requests that `erasure` names and that are over, each with its own event. Returns how many
/// there were.
///
/// # Errors
/// When the database is away; what was erased by then stays so, and is told of.
pub async fn erase(db: &Db, erasure: &Erasure, now: DateTime<Utc>) -> Result<usize, sqlx::Error> {
    let mut all = 0;
    loop {
        let mut tx = db.eraser().await?;
        let erased = sqlx::query!(
            r#"UPDATE requests AS r SET erased_at = $1
             WHERE r.id IN (
                 SELECT o.id FROM requests AS o
                 WHERE o.erased_at IS NULL AND o.decided_at < $2 AND ($3::uuid IS NULL OR o.tenant = $3)
                   AND request_over_since(o.id) < $2
                 ORDER BY o.decided_at, o.id LIMIT $4 FOR UPDATE SKIP LOCKED)
             RETURNING r.id, r.tenant, (SELECT count(*) FROM evidence AS e WHERE e.request_id = r.id) AS "files!""#,
            now,
            erasure.before.map_or(now, |before| before.min(now)),
            erasure.tenant.map(|tenant| tenant.0),
            BATCH,
        )
        .fetch_all(&mut *tx)
        .await?;
        if erased.is_empty() {
            return Ok(all);
        }
        all += erased.len();
        let events = erased.into_iter().map(|request| Event {
            actor: Actor::System,
            action: "request.erased",
            subject_kind: "request",
            subject_id: request.id,
            tenant: Some(TenantId(request.tenant)),
            details: json!({ "before": erasure.before, "files": request.files }),
            personal: erasure.reason.as_ref().map(|reason| json!({ "reason": reason })),
        });
        audit::record_all(&mut tx, now, events.collect()).await?;
        tx.commit().await?;
    }
}

/// Erases what the configuration keeps no longer.
///
/// # Errors
/// When the database is away.
pub async fn retain(desk: &Desk) -> Result<(), sqlx::Error> {
    let Some(days) = desk.config.intake.personal_retention_days else { return Ok(()) };
    let now = desk.clock.now();
    let erasure = Erasure { before: Some(now - TimeDelta::days(days.into())), ..Erasure::default() };
    erase(&desk.db, &erasure, now).await.map(drop)
}
