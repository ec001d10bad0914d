//! The work that falls due on the next business days of the desk's own calendar, against the hours that are staffed then.
//!
//! Work: so many minutes for each request and each after-check that falls due (`[reports]`). Staffed: the calendar's working
//! hours of the day for each reviewer. What falls due on a closed day is work of the business day before it that is listed.

use super::figure::{Figure, Key, Number, Row, float};
use super::period::{Span, midnight};
use super::store;
use crate::app::Desk;
use crate::config::Reports;
use crate::db::Tx;
use crate::identity::Role;
use crate::sla::Calendar;
use crate::web::Failure;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

/// So many business days are listed.
const DAYS: usize = 5;
/// A calendar has a business day at least so often.
const LOOKED_AT: usize = 60;
/// Reviewers who signed in within so many days are counted, unless the configuration says how many there are.
const SEEN_WITHIN: TimeDelta = TimeDelta::days(14);
const MEASURES: &[&str] = &["requests_due", "after_checks_due", "hours_due", "hours_staffed"];

/// A business day that lies ahead.
struct Day {
    date: NaiveDate,
    /// Working hours of one person that are left of it.
    hours: f64,
}

/// The figure, at `now`.
///
/// # Errors
/// When the database is away, or the calendar is gone.
pub async fn figure(desk: &Desk, tx: &mut Tx, now: DateTime<Utc>) -> Result<Figure, Failure> {
    let told = &desk.config.reports;
    let calendar = calendar(desk, told)?;
    let days = days(&calendar, now);
    // Part 0 is overdue; part n is due before the business day after the nth begins.
    let after = |place: usize| match days.get(place + 1) {
        Some(next) => next.date,
        None => days[place].date.succ_opt().unwrap_or(days[place].date),
    };
    let ends = (0..days.len()).map(|place| midnight(calendar.zone(), after(place)));
    let bounds: Vec<_> = [now].into_iter().chain(ends).collect();
    let mut due = vec![[0; 2]; days.len() + 1];
    for counted in store::due(tx, &bounds).await? {
        let measure = usize::from(counted.what == "after_check");
        if let Some(cell) = usize::try_from(counted.bucket).ok().and_then(|part| due.get_mut(part)?.get_mut(measure)) {
            *cell += counted.count;
        }
    }
    let reviewers = match told.reviewers {
        Some(reviewers) => f64::from(reviewers),
        None => {
            let roles = [Role::Reviewer, Role::LeadReviewer].map(|role| role.code().to_owned());
            float(store::reviewers_since(tx, &roles, now - SEEN_WITHIN).await?)
        }
    };
    let row = |key, [requests, checks]: [i64; 2], staffed: Option<f64>| {
        let minutes = float(requests) * f64::from(told.minutes_per_request)
            + float(checks) * f64::from(told.minutes_per_after_check);
        let counts = [requests, checks].map(|count| Some(Number::Count(count)));
        let hours = [Some(Number::Hours(minutes / 60.0)), staffed.map(Number::Hours)];
        Row { key, values: counts.into_iter().chain(hours).collect() }
    };
    let mut rows = vec![row(Key::Group("overdue"), due[0], None)];
    rows.extend(days.iter().zip(&due[1..]).map(|(day, due)| {
        let span = Span { from: day.date, until: day.date };
        row(Key::Days(span), *due, Some(day.hours * reviewers))
    }));
    Ok(Figure { code: "work_ahead", measures: MEASURES, rows })
}

/// The desk's own calendar, with the days that were announced to be closed.
fn calendar(desk: &Desk, told: &Reports) -> Result<Calendar, Failure> {
    let gone = || Failure::internal(anyhow::anyhow!("there is no calendar `{}`", told.calendar));
    let calendar = desk.calendars.get(&told.calendar).ok_or_else(gone)?;
    let known = desk.closed_days.now();
    let closed = known.get(&told.calendar).into_iter().flatten().filter(|day| day.withdrawn_at.is_none());
    Ok(calendar.closed_on(closed))
}

/// The next business days at `now`, today as long as some of it is left.
fn days(calendar: &Calendar, now: DateTime<Utc>) -> Vec<Day> {
    let local = now.with_timezone(&calendar.zone()).naive_local();
    let left = |date: NaiveDate| {
        let midnight = date.and_time(NaiveTime::MIN);
        let passed = (local - midnight).max(TimeDelta::zero());
        let left =
            calendar.hours(date).iter().map(|span| (span.closes - span.opens.max(passed)).max(TimeDelta::zero()));
        Day { date, hours: float(left.sum::<TimeDelta>().num_minutes()) / 60.0 }
    };
    let days = local.date().iter_days().take(LOOKED_AT).map(left);
    days.filter(|day| day.hours > 0.0).take(DAYS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sla::Calendars;

    fn listed(calendar: &str, now: &str) -> Vec<(String, f64)> {
        let calendars = Calendars::shipped();
        let days = days(calendars.get(calendar).unwrap(), now.parse().unwrap());
        days.into_iter().map(|day| (day.date.to_string(), day.hours)).collect()
    }

    #[test]
    fn today_counts_with_what_is_left_of_it_and_closed_days_do_not() {
        // Friday 20 November 2026, 15:00 in Japan; Monday the 23rd is a holiday there.
        let days = listed("jp", "2026-11-20T06:00:00Z");
        let dates: Vec<_> = days.iter().map(|(date, _)| date.as_str()).collect();
        assert_eq!(dates, ["2026-11-20", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"]);
        assert_eq!((days[0].1, days[1].1), (3.0, 9.0));
    }

    #[test]
    fn an_evening_begins_with_tomorrow() {
        assert_eq!(listed("utc", "2026-11-24T17:00:00Z")[0].0, "2026-11-25");
    }
}
