//! Reopening a request that was withdrawn by itself: it waits for the reply once more.

use super::clock::{Wait, clock_of, due, wait};
use super::course::ClockSet;
use super::file::open_already;
use super::request::{self, Request, Status};
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::db::{self, Tx};
use crate::identity::Filer;
use crate::problem::Kind;
use crate::web::{Failure, IfMatch, Message};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// Reopening never breaches at once: where less than this is left, the clock is set anew for it.
const AT_LEAST_DAYS: u32 = 1;

/// Reopens the request `id` of the filer's tenant. It waits for the reply for ten business days more; the clock, which stands
/// still meanwhile, goes on with what was left, at least one business day.
///
/// # Errors
/// 404 unknown or another tenant's; 409 when it was not withdrawn by itself, its time to reopen is over, or another request for
/// the issue is open; 412; 503.
pub async fn reopen(desk: Data<Desk>, filer: Filer, id: Uuid, if_match: IfMatch) -> Result<Request, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.partner(filer.tenant).await?;
        let request = request::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        if_match.holds_for(request.version)?;
        may_reopen(&request, now)?;
        refuse_second_open(&mut tx, &request).await?;
        let request = wait_again(&desk, &mut tx, request, now).await?;
        let event = Event {
            actor: filer.actor(),
            action: "request.reopened",
            subject_kind: "request",
            subject_id: id,
            tenant: Some(request.tenant),
            details: json!({
                "before": "withdrawn",
                "version": request.version,
                "clock_from": request.course.clock.map(|clock| clock.from),
                "waiting_until": request.course.waiting_until,
            }),
            personal: None,
        };
        audit::record(&mut tx, now, event).await?;
        tx.commit().await?;
        Ok(request)
    })
    .await
}

/// Whether `request` can be reopened at `now`.
///
/// # Errors
/// 409 that says why not.
pub fn may_reopen(request: &Request, now: DateTime<Utc>) -> Result<(), Failure> {
    match request.course.reopen_until {
        None => Err(Failure::new(Kind::WrongState)),
        Some(until) if now > until => Err(Failure::new(Kind::WrongState).detail(Message::new("reopen-too-late"))),
        Some(_) => Ok(()),
    }
}

/// Takes the lock of the tenant's filings, so that the look holds until the transaction ends.
///
/// # Errors
/// 409 when another request of the tenant for the issue is open; 503.
pub async fn refuse_second_open(tx: &mut Tx, request: &Request) -> Result<(), Failure> {
    db::lock_tenant(tx, request.tenant).await?;
    match request::find_open(tx, request.tenant, &request.asked.issue).await? {
        Some(open) if open.id != request.id => Err(open_already(&open.reference)),
        _ => Ok(()),
    }
}

async fn wait_again(desk: &Desk, tx: &mut Tx, mut request: Request, now: DateTime<Utc>) -> Result<Request, Failure> {
    let least = ClockSet { from: now, business_days: AT_LEAST_DAYS };
    let needed = due(desk, &request.calendar, least, &[])?.needed;
    let left = clock_of(desk, &request)?.map(|due| due.remaining(now));
    if left.is_none_or(|left| left < needed) {
        request.course.clock = Some(least);
    }
    let Wait { remind_at, until } = wait(desk, &request.calendar, now)?;
    let clock = request.course.clock.unwrap_or(least);
    let changed = sqlx::query!(
        "UPDATE requests SET status = 'waiting_for_partner', version = version + 1, decided_at = NULL, due_at = NULL,
             clock_from = $3, clock_days = $4, waiting_until = $5, remind_at = $6, reminded_at = NULL, reopen_until = NULL
         WHERE id = $1 AND version = $2 AND status = 'withdrawn'",
        request.id,
        request.version,
        clock.from,
        i32::try_from(clock.business_days).map_err(Failure::internal)?,
        until,
        remind_at,
    )
    .execute(&mut **tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(Failure::new(Kind::VersionMismatch));
    }
    request.course.waiting_until = Some(until);
    request.course.reopen_until = None;
    let status = Status::WaitingForPartner;
    Ok(Request { status, version: request.version + 1, decided_at: None, due_at: None, ..request })
}
