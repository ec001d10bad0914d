//! What a calendar says: time zone, weekly hours, holidays, and the years for which it knows them.

use super::due::Stretch;
use crate::locale::{Bilingual, Lang};
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Working hours of one place. Made from a calendar file by [`Calendars`](super::Calendars); cannot be wrong in itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub(super) id: String,
    pub(super) name: Bilingual,
    pub(super) countries: Vec<String>,
    pub(super) zone: Tz,
    pub(super) zone_name: Bilingual,
    pub(super) business_day: TimeDelta,
    pub(super) years: RangeInclusive<i32>,
    pub(super) source: String,
    // INVARIANT: Monday first; each day's spans in order and apart; one span at least in the week.
    pub(super) week: [Vec<Span>; 7],
    pub(super) holidays: BTreeMap<NaiveDate, Bilingual>,
}

/// Working hours within one day, as time since local midnight: `opens` (inclusive) to `closes` (exclusive, up to 24 h).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Opening, 0 h or later.
    pub opens: TimeDelta,
    /// Closing, after opening, 24 h at most.
    pub closes: TimeDelta,
}

impl Span {
    /// This span on `date`.
    pub(super) fn on(self, date: NaiveDate) -> Stretch {
        let midnight = date.and_time(NaiveTime::MIN);
        Stretch { start: midnight + self.opens, end: midnight + self.closes }
    }
}

impl Calendar {
    /// The name in commands, files and records, such as `jp`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name for people.
    pub fn name(&self, lang: Lang) -> &str {
        self.name.get(lang)
    }

    /// Countries (ISO 3166-1, two letters) whose partners get this calendar.
    pub fn countries(&self) -> &[String] {
        &self.countries
    }

    /// The time zone in which the hours are said.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// What people call the zone's time, such as "Japan time".
    pub fn zone_name(&self, lang: Lang) -> &str {
        self.zone_name.get(lang)
    }

    /// The working time that one business day stands for.
    pub fn business_day(&self) -> TimeDelta {
        self.business_day
    }

    /// The years whose holidays are known.
    pub fn years(&self) -> &RangeInclusive<i32> {
        &self.years
    }

    /// Where the holidays come from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Every holiday, by date.
    pub fn holidays(&self) -> &BTreeMap<NaiveDate, Bilingual> {
        &self.holidays
    }

    /// The working hours of a weekday that is no holiday, in order.
    pub fn weekly_hours(&self, day: Weekday) -> &[Span] {
        &self.week[day.num_days_from_monday() as usize]
    }

    /// The working hours of `date`, in order; none on a holiday.
    pub fn hours(&self, date: NaiveDate) -> &[Span] {
        if self.holidays.contains_key(&date) {
            return &[];
        }
        self.weekly_hours(date.weekday())
    }
}
