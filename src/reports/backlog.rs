//! What is open: by age, over time, and the work that falls due against the hours that are staffed.

use super::ahead;
use super::asked::Asked;
use super::figure::{Figure, Key, Number, Row};
use super::store::{self, Only};
use crate::app::Desk;
use crate::db::Tx;
use crate::web::Failure;
use chrono::{DateTime, TimeDelta, Utc};

/// Ages by the days that they begin with, the youngest first; words are the messages `reports-group-CODE`.
const AGES: [(&str, i64); 6] = [
    ("age_under_1_day", 0),
    ("age_1_to_3_days", 1),
    ("age_3_to_7_days", 3),
    ("age_7_to_14_days", 7),
    ("age_14_to_30_days", 14),
    ("age_over_30_days", 30),
];
const BY_AGE: &[&str] = &["in_review", "waiting_for_partner", "after_checks", "overdue"];

/// The report.
///
/// # Errors
/// When the database is away.
pub async fn figures(desk: &Desk, tx: &mut Tx, asked: &Asked, now: DateTime<Utc>) -> Result<Vec<Figure>, Failure> {
    let only = Only::from(asked);
    Ok(vec![ahead::figure(desk, tx, now).await?, by_age(tx, &only, now).await?, over_time(tx, &only, asked).await?])
}

async fn by_age(tx: &mut Tx, only: &Only, now: DateTime<Utc>) -> Result<Figure, sqlx::Error> {
    // The oldest first, as instants go; part 0 is older than the first of them.
    let bounds: Vec<_> =
        AGES.iter().rev().filter(|(_, days)| *days > 0).map(|(_, days)| now - TimeDelta::days(*days)).collect();
    let mut counts = [[0; BY_AGE.len()]; AGES.len()];
    for counted in store::open_by_age(tx, only, &bounds, now).await? {
        let measure = match counted.what.as_str() {
            "in_review" => 0,
            "waiting_for_partner" => 1,
            "after_check" => 2,
            _ => 3,
        };
        let age = usize::try_from(counted.bucket).ok().and_then(|bucket| (AGES.len() - 1).checked_sub(bucket));
        if let Some(cell) = age.and_then(|age| counts.get_mut(age)?.get_mut(measure)) {
            *cell += counted.count;
        }
    }
    let rows = AGES.iter().zip(counts).map(|((group, _), counts)| Row {
        key: Key::Group(group),
        values: counts.into_iter().map(|count| Some(Number::Count(count))).collect(),
    });
    Ok(Figure { code: "backlog_by_age", measures: BY_AGE, rows: rows.collect() })
}

async fn over_time(tx: &mut Tx, only: &Only, asked: &Asked) -> Result<Figure, sqlx::Error> {
    let spans = asked.period.spans();
    let mut change = vec![0; spans.len() + 1];
    for counted in store::opened_and_ended(tx, only, &asked.period.bounds()).await? {
        let sign = if counted.what == "opened" { 1 } else { -1 };
        if let Some(cell) = usize::try_from(counted.bucket).ok().and_then(|bucket| change.get_mut(bucket)) {
            *cell += sign * counted.count;
        }
    }
    let mut open = change.first().copied().unwrap_or_default();
    let rows = spans.into_iter().zip(change.into_iter().skip(1)).map(|(span, change)| {
        open += change;
        Row { key: Key::Days(span), values: vec![Some(Number::Count(open))] }
    });
    Ok(Figure { code: "backlog_over_time", measures: &["open"], rows: rows.collect() })
}
