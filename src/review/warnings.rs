//! The clock's warnings: at half of it, at four fifths, and when it is breached; and the alarm that nobody may decide.
//!
//! Each is told once for each clock, however many desks look: the row that remembers it is the right to tell it. After a
//! standstill only the last one reached is told. A clock that stands still warns nobody; after it went on, the rest counts.
//! After-checks that are late are told likewise. On the way a due instant is put right that was promised by a desk which did not know all closed days yet.

use super::late_checks;
use super::looks::{self, Running};
use crate::app::Desk;
use crate::audit::{self, Actor, Event};
use crate::calendars;
use crate::db::Tx;
use crate::intake::clock;
use crate::intake::course::ClockSet;
use crate::intake::request::{self, Request, Status};
use crate::notify::{self, Kind, News};
use crate::sla::{Due, SlaState};
use crate::web::Failure;
use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::time::Duration;

/// How often the clocks are looked at.
const EVERY: Duration = Duration::from_secs(30);
/// After this time every desk knows the closed days that were announced before.
const SETTLED: Duration = Duration::from_secs(60);

/// What is warned of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Warning {
    HalfUsed,
    MostlyUsed,
    Breached,
    NobodyEligible,
}

impl Warning {
    fn code(self) -> &'static str {
        match self {
            Self::HalfUsed => "half_used",
            Self::MostlyUsed => "mostly_used",
            Self::Breached => "breached",
            Self::NobodyEligible => "nobody_eligible",
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::HalfUsed => Kind::ClockHalfUsed,
            Self::MostlyUsed => Kind::ClockMostlyUsed,
            Self::Breached => Kind::ClockBreached,
            Self::NobodyEligible => Kind::NobodyEligible,
        }
    }
}

/// Looks at the clocks for as long as the desk runs.
pub async fn watch(desk: Data<Desk>) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(failure) = warn(&desk).await {
            tracing::debug!(%failure, "the clocks could not be looked at");
        }
    }
}

/// Tells what is due at the database's own time, so that several desks agree.
async fn warn(desk: &Desk) -> Result<(), Failure> {
    let mut tx = desk.db.staff().await?;
    let now = sqlx::query_scalar!(r#"SELECT now() AS "now!""#).fetch_one(&mut *tx).await?;
    drop(tx);
    warn_at(desk, now).await
}

/// Tells what is due at `now`.
///
/// # Errors
/// When the database is away. What cannot be reckoned (a calendar is gone) is logged and left for the next round.
pub async fn warn_at(desk: &Desk, now: DateTime<Utc>) -> Result<(), Failure> {
    loop {
        let (running, more) = looks::running(desk, now).await?;
        let mut looked = Vec::new();
        for running in running {
            let next = look(desk, &running, now).await.unwrap_or_else(|failure| {
                tracing::warn!(request = %running.id, %failure, "a clock could not be looked at");
                Some(now + EVERY)
            });
            looked.push((running, next));
        }
        looks::keep(desk, &looked).await?;
        if !more {
            break;
        }
    }
    late_checks::tell_late_at(desk, now).await
}

/// Marks and tells what `running` has reached at `now` and nobody was told yet; when to look again, if ever.
async fn look(desk: &Desk, running: &Running, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Failure> {
    let business_days = u32::try_from(running.clock_days).map_err(Failure::internal)?;
    let clock = ClockSet { from: running.clock_from, business_days };
    let due = clock::due(desk, &running.calendar, clock, &running.pauses.0)?;
    let reached = reached(&due, now);
    let alarm = (!running.eligible).then_some(Warning::NobodyEligible);
    let fresh = |warning: &Warning| !running.told.iter().any(|told| told == warning.code());
    let marks: Vec<_> = reached.iter().copied().chain(alarm).filter(fresh).collect();
    let over = alarm.is_none() && !fresh(&Warning::NobodyEligible);
    let kept = running.due_at.map(|at| at.timestamp_micros());
    let reckoned = due.at().map(|at| at.timestamp_micros());
    // Announced days only lengthen a clock: what is reckoned shorter than what was promised does not know all of them yet.
    if reckoned < kept {
        return Ok(Some(now + SETTLED));
    }
    let moved = running.due_at.is_some_and(|at| at >= now) && kept < reckoned;
    // A clock that was just set may have been set by a desk that did not know all of them.
    let settled = running.unseen.then_some(now + SETTLED);
    let next = next(&due, now).into_iter().chain(settled).min();
    if marks.is_empty() && !over && !moved {
        return Ok(next);
    }
    let mut tx = desk.db.staff().await?;
    request::lock(&mut tx, running.id).await?;
    let Some(request) = request::find(&mut tx, running.id).await? else { return Ok(None) };
    // Somebody may have acted on it since.
    if request.status != Status::InReview || clock::clock_of(desk, &request)?.as_ref() != Some(&due) {
        return Ok(Some(now + EVERY));
    }
    if over {
        forget_alarm(&mut tx, &request, clock).await?;
    }
    if let Some(at) = due.at().filter(|_| moved) {
        calendars::follow(desk, &mut tx, &request, at).await?;
    }
    // Of the shares of the clock only the last is told: four fifths say that half is over.
    let news = [reached.last().copied(), alarm].into_iter().flatten().filter(|warning| marks.contains(warning));
    let news: Vec<_> = news.collect();
    for warning in marks {
        if mark(&mut tx, &request, clock, warning, now).await? && news.contains(&warning) {
            tell(desk, &mut tx, &request, &due, warning, now).await?;
        }
    }
    tx.commit().await?;
    Ok(next)
}

/// When the next share of the clock will have passed, after `now`.
fn next(due: &Due, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    // At the due instant itself the clock is met.
    let breached = due.at().map(|at| at + TimeDelta::microseconds(1));
    [due.passed_at(50), due.passed_at(80), breached].into_iter().flatten().filter(|at| *at > now).min()
}

/// Which shares of the clock have passed at `now`, in order.
fn reached(due: &Due, now: DateTime<Utc>) -> Vec<Warning> {
    let passed = |percent| due.passed_at(percent).is_some_and(|at| at <= now);
    let breached = due.state(now, None) == SlaState::Breached;
    let all = [(Warning::HalfUsed, passed(50)), (Warning::MostlyUsed, passed(80)), (Warning::Breached, breached)];
    all.into_iter().filter_map(|(warning, is)| is.then_some(warning)).collect()
}

/// Whether this desk is the one that may tell it.
async fn mark(
    tx: &mut Tx,
    request: &Request,
    clock: ClockSet,
    warning: Warning,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let marked = sqlx::query!(
        "INSERT INTO clock_warnings (request_id, tenant, clock_from, warning, reached_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
        request.id,
        request.tenant.0,
        clock.from,
        warning.code(),
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(marked.rows_affected() == 1)
}

/// Somebody may decide again: should they go, the alarm is a new one.
async fn forget_alarm(tx: &mut Tx, request: &Request, clock: ClockSet) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM clock_warnings WHERE request_id = $1 AND clock_from = $2 AND warning = 'nobody_eligible'",
        request.id,
        clock.from,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

async fn tell(
    desk: &Desk,
    tx: &mut Tx,
    request: &Request,
    due: &Due,
    warning: Warning,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let edition = desk.edition_of(&request.classification)?;
    let issue = &request.asked.issue;
    let title = edition.issue(issue).map_or(issue.as_str(), |issue| issue.title().get(request.language));
    let news = News {
        kind: warning.kind(),
        tenant: request.tenant,
        request: request.id,
        exception: None,
        language: request.language,
        data: json!({
            "reference": request.reference,
            "issue": issue,
            "issue_title": title,
            "calendar": request.calendar,
            "due_at": due.at(),
            "tenant_name": request.tenant_name,
        }),
    };
    notify::tell(tx, &[news], now).await?;
    if warning != Warning::Breached {
        return Ok(());
    }
    let event = Event {
        actor: Actor::System,
        action: "request.breached",
        subject_kind: "request",
        subject_id: request.id,
        tenant: Some(request.tenant),
        details: json!({ "due_at": due.at(), "version": request.version }),
        personal: None,
    };
    Ok(audit::record(tx, now, event).await?)
}
