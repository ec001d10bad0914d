//! Instants as the common rule keeps and compares them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

/// An instant in whole microseconds from 1970 to 2111, as a number of 52 bits whose order is that of time: microseconds
/// since the beginning of 1970, if every year had 366 days.
///
/// Chrono keeps the year and the day of the year, so this costs a decision three multiplications; counting the days
/// since 1970 would cost several times as much.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

const SECOND: u64 = 1_000_000;
const DAY: u64 = 86_400 * SECOND;
const FIRST_YEAR: i32 = 1970;
const YEARS: u32 = 142;
/// Days of a year.
const YEAR: u32 = 366;

impl Moment {
    /// The last one that is not after `at`, if `at` is within those years.
    #[inline]
    pub fn up_to(at: DateTime<Utc>) -> Option<Self> {
        let (date, time) = (at.naive_utc().date(), at.naive_utc().time());
        let year = u32::try_from(date.year() - FIRST_YEAR).ok().filter(|&year| year < YEARS)?;
        // A leap second is to chrono a 59th with too many nanoseconds; they must not reach into the next second.
        let micros = u64::from(time.nanosecond() / 1_000).min(SECOND - 1);
        let day = u64::from(year * YEAR + date.ordinal0());
        Some(Self(day * DAY + u64::from(time.num_seconds_from_midnight()) * SECOND + micros))
    }

    /// `at` itself, if it can be packed without loss.
    pub fn exactly(at: DateTime<Utc>) -> Option<Self> {
        Self::up_to(at).filter(|moment| moment.instant() == Some(at))
    }

    /// The instant whose number this is, if there is one: most years have a day less.
    pub fn instant(self) -> Option<DateTime<Utc>> {
        let (day, micros) = (u32::try_from(self.0 / DAY).ok()?, self.0 % DAY);
        let date = NaiveDate::from_yo_opt(FIRST_YEAR + i32::try_from(day / YEAR).ok()?, day % YEAR + 1)?;
        Some(date.and_time(NaiveTime::MIN).and_utc() + TimeDelta::microseconds(micros.try_into().ok()?))
    }

    #[inline]
    pub fn bits(self) -> u64 {
        self.0
    }

    pub fn from_bits(bits: u64) -> Self {
        Self(bits)
    }
}
