//! Erasing personal text: what people wrote goes, its salted digest stays, and the chain holds as before.

use super::record::{Actor, Event, record};
use crate::app::Desk;
use crate::db::Db;
use crate::identity::TenantId;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// The action of the event that tells of an erasure.
pub const ACTION: &str = "audit.erased";
/// How many events lose their text in one transaction.
const BATCH: i64 = 1000;

/// What loses its personal text, events of the audit log or requests: what meets every condition.
#[derive(Clone, Debug, Default)]
pub struct Erasure {
    /// Events that happened before, requests that were over before.
    pub before: Option<DateTime<Utc>>,
    /// What is about this tenant.
    pub tenant: Option<TenantId>,
    /// Why, for the audit log.
    pub reason: Option<String>,
}

/// How many erasures an event with these details (JSON) tells of.
pub fn count_in(details: &str) -> i64 {
    let details: Value = serde_json::from_str(details).unwrap_or_default();
    details["count"].as_i64().filter(|count| *count > 0).unwrap_or_default()
}

/// Erases the personal text of the sealed events that `erasure` names, each batch with its own event. Returns how many there were.
///
/// # Errors
/// When the database is away; what was erased by then stays so, and is told of.
pub async fn erase(db: &Db, erasure: &Erasure, now: DateTime<Utc>) -> Result<i64, sqlx::Error> {
    let mut all = 0;
    loop {
        let mut tx = db.sealer().await?;
        // The conditions stand outside too: another desk may have erased a row while this one waited for it.
        let erased = sqlx::query!(
            "UPDATE audit_events SET personal = NULL, personal_salt = NULL, erased_at = $1
             WHERE erased_at IS NULL AND id IN (
                 SELECT id FROM audit_events
                 WHERE personal_digest IS NOT NULL AND erased_at IS NULL AND chain_position IS NOT NULL
                   AND ($2::timestamptz IS NULL OR at < $2) AND ($3::uuid IS NULL OR tenant = $3)
                 ORDER BY at, id LIMIT $4)",
            now,
            erasure.before,
            erasure.tenant.map(|tenant| tenant.0),
            BATCH,
        )
        .execute(&mut *tx)
        .await?;
        let count = i64::try_from(erased.rows_affected()).unwrap_or(i64::MAX);
        if count == 0 {
            return Ok(all);
        }
        let event = Event {
            actor: Actor::System,
            action: ACTION,
            subject_kind: "audit_log",
            subject_id: erasure.tenant.map_or(Uuid::nil(), |tenant| tenant.0),
            tenant: erasure.tenant,
            details: json!({ "count": count, "before": erasure.before }),
            personal: erasure.reason.as_ref().map(|reason| json!({ "reason": reason })),
        };
        record(&mut tx, now, event).await?;
        tx.commit().await?;
        all += count;
    }
}

/// Erases the personal text that is older than the configuration keeps it.
///
/// # Errors
/// When the database is away.
pub async fn retain(desk: &Desk) -> Result<(), sqlx::Error> {
    let Some(days) = desk.config.audit.personal_retention_days else { return Ok(()) };
    let now = desk.clock.now();
    let erasure = Erasure { before: Some(now - TimeDelta::days(days.into())), ..Erasure::default() };
    erase(&desk.db, &erasure, now).await.map(drop)
}
