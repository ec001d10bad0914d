//! What further closed days move: the deadlines that are open, old and new.

use super::checks::{self, MovedCheck, OpenCheck};
use crate::app::Desk;
use crate::audit::{self, Actor, Event};
use crate::db::Tx;
use crate::sla::{Calendar, ClockError, ClosedDay, Pause};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

/// A request whose deadlines are open.
#[derive(Debug)]
pub struct Open {
    pub id: Uuid,
    pub reference: String,
    pub tenant: Uuid,
    pub tenant_name: String,
    pub status: String,
    pub clock_from: DateTime<Utc>,
    pub clock_days: i32,
    pub pauses: Json<Vec<Pause>>,
    pub due_at: Option<DateTime<Utc>>,
    pub waiting_until: Option<DateTime<Utc>>,
    pub remind_at: Option<DateTime<Utc>>,
    pub reminded: bool,
    pub reopen_until: Option<DateTime<Utc>>,
}

/// An instant that moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = MovedInstant)]
pub struct Span {
    /// Where it was.
    pub before: DateTime<Utc>,
    /// Where it is then.
    pub after: DateTime<Utc>,
}

/// A request and what moves of it.
#[derive(Debug)]
pub struct Moved {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub reference: String,
    /// Whose.
    pub tenant: Uuid,
    /// Their name.
    pub tenant_name: String,
    /// When the answer is due.
    pub due: Option<Span>,
    /// When it is withdrawn without a reply.
    pub waiting: Option<Span>,
    /// When the partner is reminded of that.
    pub(super) remind: Option<Span>,
    /// Until when it can be reopened.
    pub reopening: Option<Span>,
    /// When what was granted to it at once is to be checked; only staff know.
    pub check: Option<MovedCheck>,
}

/// The requests of `calendar` that are open, or can be reopened at `now`, by reference.
///
/// # Errors
/// When the database is away.
pub async fn open(tx: &mut Tx, calendar: &str, now: DateTime<Utc>) -> Result<Vec<Open>, sqlx::Error> {
    sqlx::query_as!(
        Open,
        r#"SELECT r.id, r.reference, r.tenant, p.name AS tenant_name, r.status, r.clock_from AS "clock_from!", r.clock_days,
             (SELECT coalesce(jsonb_agg(jsonb_build_object('from', s.paused_at, 'to', s.resumed_at)), '[]')
              FROM pauses AS s WHERE s.request_id = r.id) AS "pauses!: Json<Vec<Pause>>",
             r.due_at, r.waiting_until, r.remind_at, r.reminded_at IS NOT NULL AS "reminded!", r.reopen_until
           FROM requests AS r JOIN partners AS p ON p.tenant = r.tenant
           WHERE r.calendar = $1 AND r.clock_from IS NOT NULL
             AND (r.status IN ('in_review', 'waiting_for_partner') OR r.reopen_until >= $2)
           ORDER BY r.reference"#,
        calendar,
        now,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Holds those requests, and those whose after-checks are open, until `tx` ends.
///
/// # Errors
/// When the database is away.
pub async fn hold(tx: &mut Tx, calendar: &str, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "SELECT id FROM requests WHERE calendar = $1
           AND (status IN ('in_review', 'waiting_for_partner') OR reopen_until >= $2) ORDER BY id FOR UPDATE",
        calendar,
        now,
    )
    .fetch_all(&mut **tx)
    .await?;
    checks::hold(tx, calendar, now).await
}

/// What moves of `requests` when the days `new` are announced at `now` on top of those that are `known`: an answer that is due,
/// a wait that is going on, a time to reopen that is not over, one of the `checks` that is open. What is breached by then moves no more.
///
/// # Errors
/// When a clock would need a day beyond the covered years.
pub fn moves(
    calendar: &Calendar,
    (requests, checks): (&[Open], Vec<OpenCheck>),
    known: &[ClosedDay],
    new: &[ClosedDay],
    now: DateTime<Utc>,
) -> Result<Vec<Moved>, ClockError> {
    let all: Vec<_> = known.iter().chain(new).cloned().collect();
    let before = calendar.closed_on(known.iter().filter(|day| day.withdrawn_at.is_none()));
    let after = before.closed_on(new);
    let mut moved = checks::moves((&before, &after), checks, now)?;
    for request in requests {
        let later = |at| later((&before, &after), at, now);
        let due = match request.due_at.filter(|_| request.status == "in_review") {
            Some(due_at) => {
                let days = u32::try_from(request.clock_days).unwrap_or(0);
                let reckoned = calendar.reckon(request.clock_from, days, &request.pauses.0, &all, None)?;
                reckoned.due.at().and_then(|at| changed(due_at, at))
            }
            None => None,
        };
        let waiting = later(request.waiting_until)?;
        let remind = later(request.remind_at.filter(|_| !request.reminded))?;
        let reopening = later(request.reopen_until)?;
        // A clock that stands still has no due instant yet: its wait alone moves.
        if due.is_some() || waiting.is_some() || remind.is_some() || reopening.is_some() {
            moved.push(Moved {
                id: request.id,
                reference: request.reference.clone(),
                tenant: request.tenant,
                tenant_name: request.tenant_name.clone(),
                due,
                waiting,
                remind,
                reopening,
                check: None,
            });
        }
    }
    moved.sort_by(|one, other| one.reference.cmp(&other.reference));
    Ok(moved)
}

/// Where `at` is in the calendar `after`, which has more days closed than `before`; none when it is over at `now`, or stays.
///
/// # Errors
/// When it would need a day beyond the covered years.
pub(super) fn later(
    (before, after): (&Calendar, &Calendar),
    at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Option<Span>, ClockError> {
    let Some(at) = at.filter(|at| *at > now) else { return Ok(None) };
    Ok(changed(at, before.postponed(after, now, at)?))
}

/// The database keeps microseconds: less is no change.
fn changed(before: DateTime<Utc>, after: DateTime<Utc>) -> Option<Span> {
    (before.timestamp_micros() != after.timestamp_micros()).then_some(Span { before, after })
}

/// Writes what moves, each with the history of the request or of what was granted to it: old and new, and why. Versions stay: nothing was decided anew.
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
    checks::write(tx, moved, actor, announcement, now).await?;
    let moved: Vec<_> = moved.iter().filter(|moved| moved.check.is_none()).collect();
    let after = |span: fn(&Moved) -> Option<Span>| -> Vec<Option<DateTime<Utc>>> {
        moved.iter().map(|moved| span(moved).map(|span| span.after)).collect()
    };
    sqlx::query!(
        "UPDATE requests AS r SET due_at = coalesce(new.due_at, r.due_at), waiting_until = coalesce(new.waiting_until, r.waiting_until),
             remind_at = coalesce(new.remind_at, r.remind_at), reopen_until = coalesce(new.reopen_until, r.reopen_until)
         FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
             AS new (id, due_at, waiting_until, remind_at, reopen_until)
         WHERE r.id = new.id",
        &moved.iter().map(|moved| moved.id).collect::<Vec<_>>(),
        after(|moved| moved.due) as _,
        after(|moved| moved.waiting) as _,
        after(|moved| moved.remind) as _,
        after(|moved| moved.reopening) as _,
    )
    .execute(&mut **tx)
    .await?;
    let event = |moved: &&Moved| Event {
        actor,
        action: "request.deadline_moved",
        subject_kind: "request",
        subject_id: moved.id,
        tenant: Some(crate::identity::TenantId(moved.tenant)),
        details: json!({
            "announcement": announcement,
            "due_at": moved.due,
            "waiting_until": moved.waiting,
            "reopen_until": moved.reopening,
        }),
        personal: None,
    };
    audit::record_all(tx, now, moved.iter().map(event).collect()).await
}

/// Puts the due instant of `request` right where it was promised by a desk that did not know all closed days yet: what is kept
/// becomes what the clock comes to. The caller holds the request; it is in review and not breached.
///
/// # Errors
/// When the database is away.
pub async fn follow(
    desk: &Desk,
    tx: &mut Tx,
    request: &crate::intake::Request,
    due_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let Some(due) = request.due_at.and_then(|before| changed(before, due_at)) else { return Ok(()) };
    let moved = Moved {
        id: request.id,
        reference: request.reference.clone(),
        tenant: request.tenant.0,
        tenant_name: request.tenant_name.clone(),
        due: Some(due),
        waiting: None,
        remind: None,
        reopening: None,
        check: None,
    };
    write(tx, &[moved], Actor::System, None, desk.clock.now()).await
}
