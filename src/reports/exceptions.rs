//! Exceptions: how many are in force, when those that are open end, and for which issues they are.

use super::asked::Asked;
use super::figure::{Figure, Key, Number, Row, Tally};
use super::period::{Span, midnight};
use super::store::{self, Only, Open};
use crate::db::Tx;
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeMap;

/// So many weeks ahead are listed, the running one included.
const WEEKS: u64 = 13;
const BY_ISSUE: &[&str] = &["automatic", "people", "scheduled", "every_user"];

/// The report.
///
/// # Errors
/// When the database is away.
pub async fn figures(tx: &mut Tx, asked: &Asked, now: DateTime<Utc>) -> Result<Vec<Figure>, sqlx::Error> {
    let only = Only::from(asked);
    let weeks = weeks(now.with_timezone(&asked.period.zone).date_naive());
    let ends = weeks.iter().filter_map(|week| week.until.succ_opt()).map(|day| midnight(asked.period.zone, day));
    let bounds: Vec<_> = [now].into_iter().chain(ends).collect();
    let open = store::exceptions_open(tx, &only, &bounds, now).await?;
    Ok(vec![over_time(tx, &only, asked, now).await?, ending(weeks, &open), by_issue(&open)])
}

/// This week from `today`, and the weeks after it.
fn weeks(today: NaiveDate) -> Vec<Span> {
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let week =
        |nth: u64| Span { from: (monday + Days::new(7 * nth)).max(today), until: monday + Days::new(7 * nth + 6) };
    (0..WEEKS).map(week).collect()
}

async fn over_time(tx: &mut Tx, only: &Only, asked: &Asked, now: DateTime<Utc>) -> Result<Figure, sqlx::Error> {
    let spans = asked.period.spans();
    // A part that is not over is counted as it is now.
    let just_now = now + TimeDelta::microseconds(1);
    let bounds: Vec<_> = asked.period.bounds().into_iter().map(|bound| bound.min(just_now)).collect();
    let mut change = vec![[0; 2]; spans.len() + 1];
    for course in store::exceptions_course(tx, only, &bounds).await? {
        let measure = usize::from(!course.automatic);
        if let Some(cell) = usize::try_from(course.bucket).ok().and_then(|at| change.get_mut(at)?.get_mut(measure)) {
            *cell += course.began - course.ended;
        }
    }
    let mut open = change.first().copied().unwrap_or_default();
    let rows = spans.into_iter().zip(change.into_iter().skip(1)).map(|(span, change)| {
        open = [open[0] + change[0], open[1] + change[1]];
        Row { key: Key::Days(span), values: open.map(|count| Some(Number::Count(count))).into() }
    });
    Ok(Figure { code: "exceptions_over_time", measures: &["automatic", "people"], rows: rows.collect() })
}

fn ending(weeks: Vec<Span>, open: &[Open]) -> Figure {
    let last = i32::try_from(weeks.len()).unwrap_or(i32::MAX);
    let mut tally = Tally::new(weeks, 2);
    let mut later = [0; 2];
    for one in open {
        let measure = usize::from(!one.automatic);
        match one.bucket {
            bucket if bucket > last => later[measure] += one.count,
            bucket => tally.add(bucket, measure, one.count),
        }
    }
    let mut rows = tally.rows();
    rows.push(Row { key: Key::Group("later"), values: later.map(|count| Some(Number::Count(count))).into() });
    Figure { code: "exceptions_ending", measures: &["automatic", "people"], rows }
}

fn by_issue(open: &[Open]) -> Figure {
    let mut issues: BTreeMap<&str, [i64; BY_ISSUE.len()]> = BTreeMap::new();
    for one in open {
        let counts = issues.entry(&one.issue).or_default();
        let measure = match (one.active, one.automatic) {
            (false, _) => 2,
            (true, true) => 0,
            (true, false) => 1,
        };
        counts[measure] += one.count;
        counts[3] += if one.every_user { one.count } else { 0 };
    }
    let mut rows: Vec<_> = issues.into_iter().collect();
    rows.sort_by_key(|(_, counts)| std::cmp::Reverse(counts[0] + counts[1] + counts[2]));
    let row = |(issue, counts): (&str, [i64; BY_ISSUE.len()])| Row {
        key: Key::Issue(issue.to_owned()),
        values: counts.map(|count| Some(Number::Count(count))).into(),
    };
    Figure { code: "exceptions_by_issue", measures: BY_ISSUE, rows: rows.into_iter().map(row).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weeks_ahead_begin_today_and_then_on_mondays() {
        let weeks = weeks("2026-11-25".parse().unwrap());
        let days = weeks.iter().map(|week| (week.from.to_string(), week.until.to_string())).collect::<Vec<_>>();
        assert_eq!(days[0], ("2026-11-25".to_owned(), "2026-11-29".to_owned()));
        assert_eq!(days[1], ("2026-11-30".to_owned(), "2026-12-06".to_owned()));
        assert_eq!(days.len(), 13);
    }
}
