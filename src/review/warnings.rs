//! The clock's warnings: at half of it, at four fifths, and when it is breached; and the alarm that nobody may decide.
//!
//! Each is told once for each clock, however many desks look: the row that remembers it is the right to tell it. After a
//! standstill only the last one reached is told. A clock that stands still warns nobody; after it went on, the rest counts.
//! After-checks that are late are told likewise. On the way a due instant is put right that was promised by a desk which did not know all closed days yet.

use super::late_checks;
use crate::app::Desk;
use crate::audit::{self, Actor, Event};
use crate::calendars;
use crate::db::Tx;
use crate::identity::{Role, staff};
use crate::intake::clock;
use crate::intake::course::ClockSet;
use crate::intake::request::{self, Request, Status};
use crate::notify::{self, Kind, News};
use crate::sla::{Due, Pause, SlaState};
use crate::web::Failure;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::types::Json;
use std::time::Duration;
use uuid::Uuid;

/// How often the clocks are looked at.
const EVERY: Duration = Duration::from_secs(30);

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

/// A request in review, as far as its warnings go.
struct Running {
    id: Uuid,
    calendar: String,
    clock_from: DateTime<Utc>,
    clock_days: i32,
    pauses: Json<Vec<Pause>>,
    due_at: Option<DateTime<Utc>>,
    told: Vec<String>,
    eligible: bool,
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
    for running in running(desk, now).await? {
        if let Err(failure) = look(desk, &running, now).await {
            tracing::warn!(request = %running.id, %failure, "a clock could not be looked at");
        }
    }
    late_checks::tell_late_at(desk, now).await
}

/// Somebody is eligible who has signed in lately, is neither of the tenant nor the filer, has not denied the request before, and
/// can complete a first approval where there is one: another person, and a lead unless the first was.
async fn running(desk: &Desk, now: DateTime<Utc>) -> Result<Vec<Running>, sqlx::Error> {
    let mut tx = desk.db.staff().await?;
    sqlx::query_as!(
        Running,
        r#"SELECT r.id, r.calendar, r.clock_from AS "clock_from!", r.clock_days, r.due_at,
             (SELECT coalesce(jsonb_agg(jsonb_build_object('from', s.paused_at, 'to', s.resumed_at)), '[]')
              FROM pauses AS s WHERE s.request_id = r.id) AS "pauses!: Json<Vec<Pause>>",
             ARRAY(SELECT w.warning FROM clock_warnings AS w
                   WHERE w.request_id = r.id AND w.clock_from = r.clock_from) AS "told!",
             EXISTS (SELECT FROM staff AS s
                 WHERE s.last_seen_at > $1 AND s.roles && $2 AND s.tenant <> r.tenant AND s.object_id <> r.filed_by
                   AND NOT EXISTS (SELECT FROM decisions AS d WHERE d.request_id = r.id
                       AND (d.outcome = 'deny' AND d.decided_by = s.object_id
                         OR d.outcome = 'accept' AND d.request_version = r.version
                           AND (d.decided_by = s.object_id OR NOT (d.decided_as_lead OR $3 = ANY (s.roles)))))
             ) OR NOT EXISTS (SELECT FROM staff) AS "eligible!"
           FROM requests AS r WHERE r.status = 'in_review' AND r.clock_from IS NOT NULL"#,
        now - staff::LIFETIME,
        &[Role::Reviewer, Role::LeadReviewer].map(|role| role.code().to_owned()),
        Role::LeadReviewer.code(),
    )
    .fetch_all(&mut *tx)
    .await
}

/// Marks and tells what `running` has reached at `now` and nobody was told yet.
async fn look(desk: &Desk, running: &Running, now: DateTime<Utc>) -> Result<(), Failure> {
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
        return Ok(());
    }
    let moved = running.due_at.is_some_and(|at| at >= now) && kept < reckoned;
    if marks.is_empty() && !over && !moved {
        return Ok(());
    }
    let mut tx = desk.db.staff().await?;
    request::lock(&mut tx, running.id).await?;
    let Some(request) = request::find(&mut tx, running.id).await? else { return Ok(()) };
    // Somebody may have acted on it since.
    if request.status != Status::InReview || clock::clock_of(desk, &request)?.as_ref() != Some(&due) {
        return Ok(());
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
    Ok(tx.commit().await?)
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
