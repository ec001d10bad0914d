//! Instants to time on the wall clock, and back.
//!
//! Working hours are said in wall-clock time, so all counting happens there: the wall clock advances from 00:00 to 24:00
//! every day, whatever the offset does. Two conventions make that a time line that never goes back:
//!
//! - where the clock is set forward, the hour that is skipped passes in the instant of the shift;
//! - where it is set back, the hour counts the first time, and while it repeats the wall clock stands at its end.
//!
//! So a day of 24 working hours has 24 of them on the days of a shift too, and only instants move. The shipped calendars
//! never meet this: no zone of theirs shifts within working hours.

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

/// The time on the wall clock of `zone` at `at`. Never goes back as `at` advances.
pub fn time(zone: Tz, at: DateTime<Utc>) -> NaiveDateTime {
    let at = without_leap_second(at);
    match repeat(zone, at) {
        Some(repeat) => repeat.end,
        None => at.with_timezone(&zone).naive_local(),
    }
}

/// The earliest instant at which the wall clock of `zone` has reached `wall`.
pub fn instant(zone: Tz, wall: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&wall) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => {
            let at = at.to_utc();
            // Where an hour has just repeated, the clock had reached its end before.
            repeat(zone, at - TimeDelta::nanoseconds(1)).map_or(at, |repeat| repeat.shift)
        }
        // A skipped time: no offset is over 14 hours, so the shift lies within a day.
        MappedLocalTime::None => {
            shift_between(zone, wall.and_utc() - TimeDelta::days(1), wall.and_utc() + TimeDelta::days(1))
        }
    }
}

/// An hour that is on the wall for the second time.
struct Repeat {
    /// When it began: the clock was set back.
    shift: DateTime<Utc>,
    /// The wall-clock time at which it was over the first time.
    end: NaiveDateTime,
}

/// The hour that repeats at `at`, if one does.
fn repeat(zone: Tz, at: DateTime<Utc>) -> Option<Repeat> {
    match zone.from_local_datetime(&at.with_timezone(&zone).naive_local()) {
        MappedLocalTime::Ambiguous(first, second) if second == at => {
            let shift = shift_between(zone, first.to_utc(), at);
            Some(Repeat { shift, end: shift.naive_utc() + first.offset().fix() })
        }
        _ => None,
    }
}

/// The instant after `before`, at or before `after`, at which the offset changes. Shifts happen at whole seconds.
fn shift_between(zone: Tz, before: DateTime<Utc>, after: DateTime<Utc>) -> DateTime<Utc> {
    let offset = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix();
    let at = |seconds: i64| before + TimeDelta::seconds(seconds) - TimeDelta::nanoseconds(before.nanosecond().into());
    let old = offset(before);
    let (mut unchanged, mut changed) = (0, after.timestamp() - before.timestamp());
    while changed - unchanged > 1 {
        let middle = unchanged + (changed - unchanged) / 2;
        if offset(at(middle)) == old { unchanged = middle } else { changed = middle }
    }
    at(changed)
}

/// RFC 3339 may write second 60, which chrono keeps as a second of two; as in POSIX time, it is the next second's start.
fn without_leap_second(at: DateTime<Utc>) -> DateTime<Utc> {
    let beyond = at.nanosecond().checked_sub(1_000_000_000);
    match beyond.and_then(|nanos| Some((at.with_nanosecond(0)?, nanos))) {
        Some((second, nanos)) => second + TimeDelta::seconds(1) + TimeDelta::nanoseconds(nanos.into()),
        None => at,
    }
}
