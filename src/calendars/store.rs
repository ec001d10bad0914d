//! The rows of closed days.

use crate::db::Tx;
use crate::locale::{Bilingual, Lang};
use crate::sla::ClosedDay;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Why a day is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Closure {
    /// A public holiday that the calendar's file does not know.
    Holiday,
    /// The office is closed, whatever the public does.
    OfficeClosure,
}

impl Closure {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Holiday, Self::OfficeClosure];

    /// The name in the database and in forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::Holiday => "holiday",
            Self::OfficeClosure => "office_closure",
        }
    }

    /// The closure whose [`code`](Self::code) this is.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|closure| closure.code() == code)
    }

    /// What people call it.
    pub fn label(self, lang: Lang) -> String {
        lang.text(match self {
            Self::Holiday => "calendars-holiday",
            Self::OfficeClosure => "calendars-office-closure",
        })
    }
}

/// A closed day with what is kept beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Which days were announced together.
    pub announcement: Uuid,
    /// The calendar's id.
    pub calendar: String,
    /// Why it is closed.
    pub kind: Closure,
    /// The day itself.
    pub closed: ClosedDay,
}

/// Every closed day, the first announced first, also those that were taken back.
///
/// # Errors
/// When the database is away.
pub async fn all(tx: &mut Tx) -> Result<Vec<Stored>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT announcement, calendar, day, kind, name_en, name_ja, announced_at, withdrawn_at FROM closed_days
         ORDER BY announced_at, announcement, day"
    )
    .fetch_all(&mut **tx)
    .await?;
    let stored = rows.into_iter().map(|row| {
        let kind = Closure::from_code(&row.kind).unwrap_or(Closure::Holiday);
        let name = Bilingual::of(|lang| if lang == Lang::En { row.name_en.clone() } else { row.name_ja.clone() });
        let (announced_at, withdrawn_at) = (row.announced_at, row.withdrawn_at);
        let closed = ClosedDay { day: row.day, name, announced_at, withdrawn_at };
        Stored { announcement: row.announcement, calendar: row.calendar, kind, closed }
    });
    Ok(stored.collect())
}

/// The days of each calendar.
pub fn by_calendar(stored: &[Stored]) -> BTreeMap<String, Vec<ClosedDay>> {
    let mut days: BTreeMap<String, Vec<ClosedDay>> = BTreeMap::new();
    for stored in stored {
        days.entry(stored.calendar.clone()).or_default().push(stored.closed.clone());
    }
    days
}

/// Lets nobody else announce or take back until `tx` ends.
///
/// # Errors
/// When the database is away.
pub async fn alone(tx: &mut Tx) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('closed days')) IS NULL AS done").fetch_one(&mut **tx).await?;
    Ok(())
}

/// Keeps the days of one announcement.
///
/// # Errors
/// When the database is away.
pub async fn insert(
    tx: &mut Tx,
    announcement: Uuid,
    (calendar, kind): (&str, Closure),
    days: &[ClosedDay],
    by: Uuid,
) -> Result<(), sqlx::Error> {
    let dates: Vec<NaiveDate> = days.iter().map(|day| day.day).collect();
    let names = |lang| days.iter().map(|day| day.name.get(lang).to_owned()).collect::<Vec<_>>();
    let announced_at: Option<DateTime<Utc>> = days.first().map(|day| day.announced_at);
    let ids: Vec<Uuid> =
        announced_at.map(|at| days.iter().map(|_| crate::clock::fresh_id(at)).collect()).unwrap_or_default();
    sqlx::query!(
        "INSERT INTO closed_days (id, announcement, calendar, day, kind, name_en, name_ja, announced_at, announced_by)
         SELECT id, $2, $3, day, $4, name_en, name_ja, $8, $9
         FROM unnest($1::uuid[], $5::date[], $6::text[], $7::text[]) AS new (id, day, name_en, name_ja)",
        &ids,
        announcement,
        calendar,
        kind.code(),
        &dates,
        &names(Lang::En),
        &names(Lang::Ja),
        announced_at,
        by,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Takes the days of an announcement back; how many they were.
///
/// # Errors
/// When the database is away.
pub async fn withdraw(tx: &mut Tx, announcement: Uuid, now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    sqlx::query!(
        "UPDATE closed_days SET withdrawn_at = $2 WHERE announcement = $1 AND withdrawn_at IS NULL",
        announcement,
        now
    )
    .execute(&mut **tx)
    .await
    .map(|done| done.rows_affected())
}
