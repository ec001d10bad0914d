//! Instants as the common rule keeps and compares them.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};

/// An instant in whole microseconds, packed so that its order is that of time: the year in 18 bits (chrono ends with
/// 262,142), the day of the year in 9, the second of the day in 17, the microsecond in 20.
///
/// Chrono keeps the same parts, so this costs a decision a few shifts; counting the days since 1970 would cost ten times
/// as much.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// The last one that is not after `at`; the years before Christ are all before any other.
    pub fn up_to(at: DateTime<Utc>) -> Self {
        let (date, time) = (at.naive_utc().date(), at.naive_utc().time());
        let Ok(year) = u64::try_from(date.year()) else { return Self(0) };
        // A leap second is to chrono a 59th with too many nanoseconds; they must not reach into the next second.
        let micros = u64::from(time.nanosecond() / 1_000).min(999_999);
        let day = year << 9 | u64::from(date.ordinal());
        Self((day << 17 | u64::from(time.num_seconds_from_midnight())) << 20 | micros)
    }

    /// `at` itself, if it can be packed without loss.
    pub fn exactly(at: DateTime<Utc>) -> Option<Self> {
        let moment = Self::up_to(at);
        (moment.instant() == Some(at)).then_some(moment)
    }

    /// The instant that was packed.
    pub fn instant(self) -> Option<DateTime<Utc>> {
        let part = |lowest: u32, bits: u32| u32::try_from(self.0 >> lowest & ((1 << bits) - 1)).ok();
        let date = NaiveDate::from_yo_opt(part(46, 18)?.try_into().ok()?, part(37, 9)?)?;
        let second = part(20, 17)?;
        Some(date.and_hms_micro_opt(second / 3_600, second / 60 % 60, second % 60, part(0, 20)?)?.and_utc())
    }

    pub fn to_bytes(self) -> [u8; 8] {
        self.0.to_ne_bytes()
    }

    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_ne_bytes(bytes))
    }
}
