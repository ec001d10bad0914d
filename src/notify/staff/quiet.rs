//! When a person is not to be mailed, in their own time, and when their digest is due. Pure: it takes instants and gives instants.
//!
//! Both are said in wall-clock time, which passes as it does for the clock of requests (`sla::wall`): it never goes back, and an
//! hour that autumn repeats counts the first time.

use crate::sla::wall;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

/// A calendar that knows no open day holds nothing for longer than this.
const LONGEST: TimeDelta = TimeDelta::days(31);

/// When a person is not to be mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// The person's time zone.
    pub zone: Tz,
    /// From (inclusive) until (exclusive), each day; over midnight when the first is the later one. They differ.
    pub hours: Option<(NaiveTime, NaiveTime)>,
    /// Also the whole of the days that `is_closed`.
    pub closed_days: bool,
}

impl Quiet {
    /// The earliest instant at or after `at` at which mail is welcome.
    pub fn welcome_at(&self, at: DateTime<Utc>, is_closed: impl Fn(NaiveDate) -> bool) -> DateTime<Utc> {
        let start = wall::time(self.zone, at);
        let mut time = start;
        while let Some(end) = self.end(time, &is_closed).filter(|_| time - start < LONGEST) {
            time = end;
        }
        if time == start { at } else { wall::instant(self.zone, time) }
    }

    /// When the quiet time that holds at `time` may be over; none when it is not quiet.
    fn end(&self, time: NaiveDateTime, is_closed: impl Fn(NaiveDate) -> bool) -> Option<NaiveDateTime> {
        let day = time.date();
        if self.closed_days && is_closed(day) {
            return Some(day.and_time(NaiveTime::MIN) + TimeDelta::days(1));
        }
        let ((from, until), now) = (self.hours?, time.time());
        let until_today = if from < until { from <= now && now < until } else { now < until };
        let until_tomorrow = until < from && from <= now;
        let end = day.and_time(until);
        match (until_today, until_tomorrow) {
            (true, _) => Some(end),
            (false, true) => Some(end + TimeDelta::days(1)),
            (false, false) => None,
        }
    }
}

/// The day in `zone` whose digest, due at `at` on days that are open, is to be made at `now`; none when it is not due yet, or was due
/// before `since`.
pub fn digest_day(
    zone: Tz,
    at: NaiveTime,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    is_closed: impl Fn(NaiveDate) -> bool,
) -> Option<NaiveDate> {
    let day = wall::time(zone, now).date();
    let due = wall::instant(zone, day.and_time(at));
    (due <= now && since <= due && !is_closed(day)).then_some(day)
}

/// The first instant of the day after `day` in `zone`.
pub fn end_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    wall::instant(zone, day.and_time(NaiveTime::MIN) + TimeDelta::days(1))
}

#[cfg(test)]
#[path = "quiet_tests.rs"]
mod tests;
