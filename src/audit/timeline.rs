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
    /// What came of it: a request's or an appeal's status.
    pub outcome: Option<String>,
    /// From when to when a deadline moved: `{"due_at": {"before", "after"}}`.
    pub moved: Option<Value>,
}

/// Everything that happened to the things `subjects`, oldest first. A partner's transaction sees its own tenant's alone.
///
/// # Errors
/// When the database is away.
pub async fn of(tx: &mut Tx, subjects: &[Uuid]) -> Result<Vec<Step>, sqlx::Error> {
    sqlx::query_as!(
        Step,
        "SELECT at, actor_kind, action, outcome, moved FROM audit_events WHERE subject_id = ANY($1) ORDER BY at, id",
        subjects,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The same for staff alone, who read besides from when to when an after-check moved. For a transaction of the staff role.
///
/// # Errors
/// When the database is away.
pub async fn for_staff(tx: &mut Tx, subjects: &[Uuid]) -> Result<Vec<Step>, sqlx::Error> {
    sqlx::query_as!(
        Step,
        "SELECT at, actor_kind, action, outcome,
             CASE WHEN action = 'exception.after_check_moved' THEN details ELSE moved END AS moved
         FROM audit_events WHERE subject_id = ANY($1) ORDER BY at, id",
        subjects,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The request that was refused before the request `filed` and made a guard send it to a person. For staff.
///
/// # Errors
/// When the database is away.
pub async fn earlier_request(tx: &mut Tx, filed: Uuid) -> Result<Option<Uuid>, sqlx::Error> {
    let earlier = sqlx::query_scalar!(
        "SELECT details->>'earlier_request' FROM audit_events WHERE subject_id = $1 AND action = 'request.filed'",
        filed,
    );
    Ok(earlier.fetch_optional(&mut **tx).await?.flatten().and_then(|id| id.parse().ok()))
}
