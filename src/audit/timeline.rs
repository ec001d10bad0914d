//! The course of one thing, for the people it concerns.

use crate::db::Tx;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

/// One step in the life of a request or an exception.
#[derive(Clone, Debug)]
pub struct Step {
    /// When.
    pub at: DateTime<Utc>,
    /// `person`, `client` or `system`.
    pub actor_kind: String,
    /// What, as `noun.verb`.
    pub action: String,
    /// Codes and instants.
    pub details: Value,
}

/// Everything that happened to the things `subjects`, oldest first. A partner's transaction sees its own tenant's alone.
///
/// # Errors
/// When the database is away.
pub async fn of(tx: &mut Tx, subjects: &[Uuid]) -> Result<Vec<Step>, sqlx::Error> {
    sqlx::query_as!(
        Step,
        "SELECT at, actor_kind, action, details FROM audit_events WHERE subject_id = ANY($1) ORDER BY at, id",
        subjects,
    )
    .fetch_all(&mut **tx)
    .await
}
