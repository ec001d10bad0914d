//! Announcing closed days on a running desk: what they move is shown before, and written in one transaction.

use super::api::AnnouncementMade;
use super::checks;
use super::known::refresh;
use super::plan::{self, Moved};
use super::store::{self, Closure};
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::clock;
use crate::db;
use crate::identity::PolicyAdmin;
use crate::locale::Bilingual;
use crate::problem::{InputError, Kind};
use crate::sla::{Calendar, ClosedDay};
use crate::web::Failure;
use crate::web::idempotency::{Created, Key, once};
use actix_web::web::Data;
use chrono::{DateTime, Datelike, NaiveDate, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Most days of one announcement.
pub const MOST_DAYS: usize = 400;
/// Longest name of a day, in characters.
pub const MAX_NAME: usize = 100;

/// A day to be announced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClosedDay)]
pub struct NewDay {
    /// The local date.
    #[schema(example = "2026-12-30")]
    pub day: NaiveDate,
    /// What people call it.
    pub name: Bilingual,
}

/// What an announcement comes to.
#[derive(Debug)]
pub struct Announced {
    /// The days that close; days that are closed already are left out.
    pub days: Vec<ClosedDay>,
    /// How many were left out.
    pub closed_already: usize,
    /// The deadlines that it moves, by reference.
    pub moved: Vec<Moved>,
}

/// An announcement that was made, and what it came to.
#[derive(Debug)]
pub struct Announcement {
    /// Which days were announced together.
    pub id: Uuid,
    /// Why they are closed.
    pub kind: Closure,
    /// When they were announced.
    pub announced_at: DateTime<Utc>,
    /// What it came to.
    pub announced: Announced,
}

/// What announcing `days` at `now` would come to; nothing is kept.
///
/// # Errors
/// 404 for an unknown calendar; 422 for days that cannot be announced, or when a clock would need a day beyond the covered years;
/// 503.
pub async fn preview(desk: &Desk, calendar: &str, days: &[NewDay]) -> Result<Announced, Failure> {
    let mut tx = desk.db.staff().await?;
    reckon(&mut tx, known_calendar(desk, calendar)?, days, desk.clock.now()).await
}

/// Announces `days`: they are kept, and every deadline that they move is moved, with its history, or nothing is. A repeat under the
/// same `key` announces nothing more.
///
/// # Errors
/// As [`preview`]; 409 while the key's first call runs; 422 when the key was used for something else.
pub async fn announce(
    desk: Data<Desk>,
    admin: PolicyAdmin,
    calendar: &str,
    (kind, days): (Closure, Vec<NewDay>),
    key: Option<Key>,
) -> Result<Created<Announcement>, Failure> {
    let calendar = known_calendar(&desk, calendar)?.id().to_owned();
    db::to_the_end(async move {
        let now = desk.clock.now().trunc_subsecs(6);
        let mut tx = desk.db.staff().await?;
        let made = once(&mut tx, key, now, async |tx, key| {
            let made = make(&desk, tx, &admin, &calendar, (kind, &days), now).await?;
            key.remember(tx, made.id, &AnnouncementMade::new(&calendar, &made)).await?;
            Ok(made)
        });
        let made = made.await;
        let made = db::finish(tx, made).await?;
        know_at_once(&desk).await;
        Ok(made)
    })
    .await
}

async fn make(
    desk: &Desk,
    tx: &mut db::Tx,
    admin: &PolicyAdmin,
    calendar: &str,
    (kind, days): (Closure, &[NewDay]),
    now: DateTime<Utc>,
) -> Result<Announcement, Failure> {
    store::alone(tx).await?;
    plan::hold(tx, calendar, now).await?;
    let announced = reckon(tx, known_calendar(desk, calendar)?, days, now).await?;
    let id = clock::fresh_id(now);
    store::insert(tx, id, (calendar, kind), &announced.days, admin.object_id.0).await?;
    plan::write(tx, &announced.moved, admin.actor(), Some(id), now).await?;
    let days: Vec<_> = announced.days.iter().map(|day| day.day).collect();
    let details =
        json!({ "calendar": calendar, "kind": kind.code(), "days": days, "deadlines_moved": announced.moved.len() });
    record(tx, admin, "calendar.days_announced", id, details, now).await?;
    Ok(Announcement { id, kind, announced_at: now, announced })
}

/// What is committed is done; this desk knows it at the next look at the latest.
async fn know_at_once(desk: &Desk) {
    if let Err(error) = refresh(desk).await {
        tracing::debug!(%error, "the announced days could not be looked up");
    }
}

/// Takes the announcement `id` back: clocks that are set from now on count its days again; what was promised stays.
///
/// # Errors
/// 409 when there is nothing to take back; 503.
pub async fn withdraw(desk: Data<Desk>, admin: PolicyAdmin, id: Uuid) -> Result<(), Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now().trunc_subsecs(6);
        let mut tx = desk.db.staff().await?;
        store::alone(&mut tx).await?;
        let days = store::withdraw(&mut tx, id, now).await?;
        if days == 0 {
            return Err(Failure::new(Kind::WrongState));
        }
        record(&mut tx, &admin, "calendar.days_withdrawn", id, json!({ "days": days }), now).await?;
        tx.commit().await?;
        know_at_once(&desk).await;
        Ok(())
    })
    .await
}

async fn record(
    tx: &mut db::Tx,
    admin: &PolicyAdmin,
    action: &'static str,
    id: Uuid,
    details: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let actor = admin.actor();
    let subject_kind = "calendar";
    audit::record(tx, now, Event { actor, action, subject_kind, subject_id: id, tenant: None, details, personal: None })
        .await
}

/// Whether a day can be called so.
pub fn good_name(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control)
}

/// The calendar `id` of the files.
///
/// # Errors
/// 404.
pub fn known_calendar<'a>(desk: &'a Desk, id: &str) -> Result<&'a Calendar, Failure> {
    desk.calendars.get(id).ok_or_else(|| Failure::new(Kind::NotFound))
}

async fn reckon(
    tx: &mut db::Tx,
    calendar: &Calendar,
    days: &[NewDay],
    now: DateTime<Utc>,
) -> Result<Announced, Failure> {
    let known = store::by_calendar(&store::all(tx).await?).remove(calendar.id()).unwrap_or_default();
    let new = checked(calendar, &known, days, now)?;
    let requests = plan::open(tx, calendar.id(), now).await?;
    let checks = checks::open(tx, calendar.id(), now).await?;
    let moved = plan::moves(calendar, (&requests, checks), &known, &new, now).map_err(|error| {
        tracing::info!(calendar = calendar.id(), %error, "closed days would need a day that nobody knows");
        InputError::new("/day", "closed_days_not_covered").with("last", calendar.years().end().to_string())
    })?;
    Ok(Announced { closed_already: days.len() - new.len(), days: new, moved })
}

/// Those of `days` that are not closed yet, each once, by date.
fn checked(
    calendar: &Calendar,
    known: &[ClosedDay],
    days: &[NewDay],
    now: DateTime<Utc>,
) -> Result<Vec<ClosedDay>, InputError> {
    if days.is_empty() {
        return Err(InputError::new("/day", "empty"));
    }
    if days.len() > MOST_DAYS {
        return Err(InputError::new("/day", "too_many").with("max", MOST_DAYS));
    }
    if days.iter().any(|day| !calendar.years().contains(&day.day.year())) {
        let years = calendar.years();
        let error = InputError::new("/day", "closed_day_outside_years").with("first", years.start().to_string());
        return Err(error.with("last", years.end().to_string()));
    }
    let is_closed = |day: NaiveDate| {
        let announced = known.iter().any(|known| known.day == day && known.withdrawn_at.is_none());
        announced || calendar.holidays().contains_key(&day)
    };
    let mut new: Vec<_> = days
        .iter()
        .filter(|day| !is_closed(day.day))
        .map(|day| ClosedDay { day: day.day, name: day.name.clone(), announced_at: now, withdrawn_at: None })
        .collect();
    new.sort_by_key(|day| day.day);
    new.dedup_by_key(|day| day.day);
    if new.is_empty() { Err(InputError::new("/day", "closed_already")) } else { Ok(new) }
}
