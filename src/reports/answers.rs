//! Answers within the clock, and how long they took: people's and the policy's own apart.

use super::asked::Asked;
use super::figure::{Figure, Key, Number, Row, Tally};
use super::store::{self, Answered, Only};
use crate::db::Tx;
use chrono::{DateTime, Utc};

const SUMMARY: &[&str] = &["answered", "in_time", "late", "share_in_time", "median_hours", "p90_hours", "overdue"];
const SECONDS_PER_HOUR: f64 = 3600.0;

/// The report.
///
/// # Errors
/// When the database is away.
pub async fn figures(tx: &mut Tx, asked: &Asked, now: DateTime<Utc>) -> Result<Vec<Figure>, sqlx::Error> {
    let (only, bounds, spans) = (Only::from(asked), asked.period.bounds(), asked.period.spans());
    let answers = store::answered(tx, &only, &bounds).await?;
    let checks = store::checked(tx, &only, &bounds).await?;
    let at_once = store::answered_at_once(tx, &only, &bounds).await?;
    let overdue = store::overdue(tx, &only, now).await?;

    let of = |appeal| answers.iter().find(|answer| answer.appeal == Some(appeal));
    let automatic = at_once.iter().map(|counted| counted.count).sum();
    let mut only_counted = vec![Some(Number::Count(automatic))];
    only_counted.resize(SUMMARY.len(), None);
    let summary = vec![
        summed("requests", of(false), overdue[0]),
        summed("appeals", of(true), overdue[1]),
        summed("after_checks", checks.as_ref(), overdue[2]),
        Row { key: Key::Group("automatic"), values: only_counted },
    ];

    let mut in_time = Tally::new(spans.clone(), 2);
    let mut times: Vec<_> = spans.iter().map(|span| Row { key: Key::Days(*span), values: vec![None, None] }).collect();
    for answer in &answers {
        let Some(bucket) = answer.bucket else { continue };
        in_time.add(bucket, 0, answer.in_time);
        in_time.add(bucket, 1, answer.late);
        let place = usize::try_from(bucket - 1).ok();
        if let Some(row) = place.and_then(|place| times.get_mut(place)) {
            row.values = hours(answer);
        }
    }
    let mut automatic = Tally::new(spans, 2);
    for counted in &at_once {
        automatic.add(counted.bucket, usize::from(counted.what == "denied"), counted.count);
    }
    Ok(vec![
        Figure { code: "answers_summary", measures: SUMMARY, rows: summary },
        Figure { code: "answers_in_time", measures: &["in_time", "late"], rows: in_time.rows() },
        Figure { code: "time_to_answer", measures: &["median_hours", "p90_hours"], rows: times },
        Figure { code: "answers_automatic", measures: &["accepted", "denied"], rows: automatic.rows() },
    ])
}

fn summed(group: &'static str, answer: Option<&Answered>, overdue: i64) -> Row {
    let (in_time, late) = answer.map_or((0, 0), |answer| (answer.in_time, answer.late));
    let counts = [in_time + late, in_time, late].map(|count| Some(Number::Count(count)));
    let times = answer.map_or_else(|| vec![None, None], hours);
    let values = counts.into_iter().chain([Number::share(in_time, in_time + late)]).chain(times);
    Row { key: Key::Group(group), values: values.chain([Some(Number::Count(overdue))]).collect() }
}

/// Median and 90th percentile.
fn hours(answer: &Answered) -> Vec<Option<Number>> {
    let hours = |place: usize| answer.seconds.get(place).map(|seconds| Number::Hours(seconds / SECONDS_PER_HOUR));
    vec![hours(0), hours(1)]
}
