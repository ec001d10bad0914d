//! What further closed days move of after-checks: those that nobody has done and that are not late.

use super::plan::{Moved, Span, later};
use crate::audit::{self, Actor, Event};
use crate::db::Tx;
use crate::identity::TenantId;
use crate::sla::{Calendar, ClockError};
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// An after-check that is open and not late.
#[derive(Debug)]
pub struct OpenCheck {
    request: Uuid,
    reference: String,
    tenant: Uuid,
    tenant_name: String,
    exception: Uuid,
    due_at: DateTime<Utc>,
}

/// The due time of an after-check that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedCheck {
    /// What was granted.
    exception: Uuid,
    /// When it is to be checked.
    pub due: Span,
}

/// The after-checks of `calendar` that are open and not late at `now`.
///
/// # Errors
/// When the database is away.
pub async fn open(tx: &mut Tx, calendar: &str, now: DateTime<Utc>) -> Result<Vec<OpenCheck>, sqlx::Error> {
    sqlx::query_as!(
        OpenCheck,
        "SELECT r.id AS request, r.reference, r.tenant, p.name AS tenant_name, c.exception_id AS exception, c.due_at
         FROM after_checks AS c JOIN requests AS r ON r.id = c.request_id JOIN partners AS p ON p.tenant = r.tenant
         WHERE c.outcome IS NULL AND c.due_at > $2 AND r.calendar = $1",
        calendar,
        now,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Holds the requests of those until `tx` ends, as whoever does an after-check does first.
///
/// # Errors
/// When the database is away.
pub async fn hold(tx: &mut Tx, calendar: &str, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "SELECT r.id FROM requests AS r JOIN after_checks AS c ON c.request_id = r.id
         WHERE c.outcome IS NULL AND c.due_at > $2 AND r.calendar = $1 ORDER BY r.id FOR UPDATE OF r",
        calendar,
        now,
    )
    .fetch_all(&mut **tx)
    .await
    .map(drop)
}

/// Those of `checks` that are later in the calendar `after`, which has more days closed than `before`: the working time that each has
/// from `now` on stays the same.
///
/// # Errors
/// When one would need a day beyond the covered years.
pub fn moves(
    (before, after): (&Calendar, &Calendar),
    checks: Vec<OpenCheck>,
    now: DateTime<Utc>,
) -> Result<Vec<Moved>, ClockError> {
    let mut moved = Vec::new();
    for check in checks {
        if let Some(due) = later((before, after), Some(check.due_at), now)? {
            moved.push(Moved {
                id: check.request,
                reference: check.reference,
                tenant: check.tenant,
                tenant_name: check.tenant_name,
                due: None,
                waiting: None,
                remind: None,
                reopening: None,
                check: Some(MovedCheck { exception: check.exception, due }),
            });
        }
    }
    Ok(moved)
}

/// Writes the due times that move, each with a record of old and new. What is no after-check is left alone.
///
/// # Errors
/// When the database is away.
pub async fn write(
    tx: &mut Tx,
    moved: &[Moved],
    actor: Actor,
    announcement: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let moved: Vec<_> = moved.iter().filter_map(|moved| Some((moved, moved.check?))).collect();
    sqlx::query!(
        "UPDATE after_checks AS c SET due_at = new.due_at
         FROM unnest($1::uuid[], $2::timestamptz[]) AS new (request_id, due_at)
         WHERE c.request_id = new.request_id AND c.outcome IS NULL",
        &moved.iter().map(|(moved, _)| moved.id).collect::<Vec<_>>(),
        &moved.iter().map(|(_, check)| check.due.after).collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    let event = |(moved, check): &(&Moved, MovedCheck)| Event {
        actor,
        action: "exception.after_check_moved",
        subject_kind: "exception",
        subject_id: check.exception,
        tenant: Some(TenantId(moved.tenant)),
        details: json!({ "request": moved.id, "announcement": announcement, "due_at": check.due }),
        personal: None,
    };
    audit::record_all(tx, now, moved.iter().map(event).collect()).await
}
