//! Waiting has an end: the partner is reminded one business day before, then the request is withdrawn by itself.

use super::clock::end_of_wait;
use super::course::Course;
use super::request::{self, Request, Status};
use crate::app::Desk;
use crate::audit::{self, Actor, Event};
use crate::db::Tx;
use crate::notify;
use crate::web::Failure;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// Most requests looked at in one round; the next round has the rest.
const MOST: i64 = 200;

/// Reminds and withdraws what is due at the database's own time, so that several desks agree.
///
/// # Errors
/// When the database is away.
pub async fn tend_waiting(desk: &Desk) -> Result<(), Failure> {
    let mut tx = desk.db.staff().await?;
    let now = sqlx::query_scalar!(r#"SELECT now() AS "now!""#).fetch_one(&mut *tx).await?;
    drop(tx);
    tend_waiting_at(desk, now).await
}

/// The same at `now`. Every step is taken once, however many desks try: each is a compare-and-set on the request's row.
///
/// # Errors
/// When the database is away. What cannot be reckoned (a calendar is gone) is logged and left for the next round.
pub async fn tend_waiting_at(desk: &Desk, now: DateTime<Utc>) -> Result<(), Failure> {
    for id in due(desk, now).await? {
        if let Err(failure) = tend(desk, id, now).await {
            tracing::warn!(request = %id, %failure, "a request that waits for its partner could not be tended");
        }
    }
    Ok(())
}

async fn due(desk: &Desk, now: DateTime<Utc>) -> Result<Vec<Uuid>, sqlx::Error> {
    let mut tx = desk.db.staff().await?;
    sqlx::query_scalar!(
        "SELECT id FROM requests WHERE status = 'waiting_for_partner'
           AND (waiting_until <= $1 OR (remind_at <= $1 AND reminded_at IS NULL)) ORDER BY waiting_until LIMIT $2",
        now,
        MOST,
    )
    .fetch_all(&mut *tx)
    .await
}

async fn tend(desk: &Desk, id: Uuid, now: DateTime<Utc>) -> Result<(), Failure> {
    let mut tx = desk.db.staff().await?;
    let Some(request) = request::find(&mut tx, id).await? else { return Ok(()) };
    let Some(until) = request.course.waiting_until.filter(|_| request.status == Status::WaitingForPartner) else {
        return Ok(());
    };
    let done = if until <= now {
        withdraw(desk, &mut tx, request, now).await?
    } else {
        remind(desk, &mut tx, &request, until, now).await?
    };
    if done {
        tx.commit().await?;
    }
    Ok(())
}

async fn withdraw(desk: &Desk, tx: &mut Tx, mut request: Request, now: DateTime<Utc>) -> Result<bool, Failure> {
    let reopen_until = end_of_wait(desk, &request.calendar, now)?;
    let changed = sqlx::query!(
        "UPDATE requests SET status = 'withdrawn', version = version + 1, decided_at = $3, waiting_until = NULL,
             remind_at = NULL, reopen_until = $4
         WHERE id = $1 AND version = $2 AND status = 'waiting_for_partner' AND waiting_until <= $3",
        request.id,
        request.version,
        now,
        reopen_until,
    )
    .execute(&mut **tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    let details = json!({ "before": request.status, "version": request.version + 1, "reopen_until": reopen_until });
    record(tx, &request, "request.lapsed", details, now).await?;
    request.course = Course { waiting_until: None, reopen_until: Some(reopen_until), ..request.course };
    let request = Request { status: Status::Withdrawn, decided_at: Some(now), due_at: None, ..request };
    let edition = desk.edition_of(&request.classification)?;
    notify::tell(tx, notify::of_request(&request, &edition).as_slice(), now).await?;
    Ok(true)
}

/// The mark says that the partner was told; it is set once for each wait.
async fn remind(
    desk: &Desk,
    tx: &mut Tx,
    request: &Request,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let changed = sqlx::query!(
        "UPDATE requests SET reminded_at = $3
         WHERE id = $1 AND version = $2 AND status = 'waiting_for_partner' AND reminded_at IS NULL",
        request.id,
        request.version,
        now,
    )
    .execute(&mut **tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    record(tx, request, "request.reminded", json!({ "waiting_until": until }), now).await?;
    let edition = desk.edition_of(&request.classification)?;
    notify::tell(tx, &[notify::reply_due(request, &edition)], now).await?;
    Ok(true)
}

async fn record(
    tx: &mut Tx,
    request: &Request,
    action: &'static str,
    details: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let event = Event {
        actor: Actor::System,
        action,
        subject_kind: "request",
        subject_id: request.id,
        tenant: Some(request.tenant),
        details,
        personal: None,
    };
    audit::record(tx, now, event).await
}
