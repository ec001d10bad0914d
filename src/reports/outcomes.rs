//! How much was asked, and what came of it by issue: before any appeal.

use super::asked::Asked;
use super::figure::{Figure, Key, Number, Row, Tally};
use super::store::{self, Only};
use crate::db::Tx;
use std::collections::BTreeMap;

const OUTCOMES: &[&str] = &[
    "accepted_automatically",
    "denied_automatically",
    "accepted_by_people",
    "denied_by_people",
    "withdrawn",
    "open",
    "filed",
];

/// The report.
///
/// # Errors
/// When the database is away.
pub async fn figures(tx: &mut Tx, asked: &Asked) -> Result<Vec<Figure>, sqlx::Error> {
    let (only, bounds) = (Only::from(asked), asked.period.bounds());
    let mut volume = Tally::new(asked.period.spans(), 2);
    for counted in store::filed(tx, &only, &bounds).await? {
        volume.add(counted.bucket, usize::from(counted.what == "people"), counted.count);
    }
    let mut issues: BTreeMap<String, [i64; OUTCOMES.len()]> = BTreeMap::new();
    for outcome in store::outcomes(tx, &only, &bounds).await? {
        let measure = match (outcome.status.as_str(), outcome.automatic) {
            ("accepted", true) => 0,
            ("denied", true) => 1,
            ("accepted", false) => 2,
            ("denied", false) => 3,
            ("withdrawn", _) => 4,
            _ => 5,
        };
        let counts = issues.entry(outcome.issue).or_default();
        counts[measure] += outcome.count;
        counts[6] += outcome.count;
    }
    let mut rows: Vec<_> = issues.into_iter().collect();
    // The issue that is asked for most comes first.
    rows.sort_by_key(|(_, counts)| std::cmp::Reverse(counts[6]));
    let row = |(issue, counts): (String, [i64; OUTCOMES.len()])| Row {
        key: Key::Issue(issue),
        values: counts.into_iter().map(|count| Some(Number::Count(count))).collect(),
    };
    let rows = rows.into_iter().map(row).collect();
    Ok(vec![
        Figure { code: "volume", measures: &["automatic", "people"], rows: volume.rows() },
        Figure { code: "outcomes_by_issue", measures: OUTCOMES, rows },
    ])
}
