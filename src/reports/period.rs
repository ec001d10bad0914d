//! The days that a report is about, and the parts in which they are counted.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Serialize;

/// The most days of a report: three years, with two to spare.
pub const MOST_DAYS: i64 = 1098;

/// A period that ends today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// 7 days.
    Week,
    /// 30 days.
    Month,
    /// 13 weeks.
    Quarter,
    /// 365 days.
    Year,
    /// 1096 days.
    ThreeYears,
}

impl Preset {
    /// Every one, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Week, Self::Month, Self::Quarter, Self::Year, Self::ThreeYears];

    /// The name in addresses; words are the message `reports-period-CODE`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::ThreeYears => "three_years",
        }
    }

    /// The period whose [`code`](Self::code) this is.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.code() == code)
    }

    fn days(self) -> u64 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 91,
            Self::Year => 365,
            Self::ThreeYears => 1096,
        }
    }
}

/// How long the parts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReportStep)]
pub enum Step {
    /// Days: up to 31 of them.
    Day,
    /// Weeks from Monday: up to 200 days.
    Week,
    /// Calendar months.
    Month,
}

impl Step {
    /// The first day of the part after the one in which `day` lies.
    fn next(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => day.succ_opt(),
            Self::Week => day.checked_add_days(Days::new(7 - u64::from(day.weekday().num_days_from_monday()))),
            Self::Month => day.with_day(1)?.checked_add_months(Months::new(1)),
        }
    }
}

/// Days in a row, both meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub until: NaiveDate,
}

/// Days as a reader of `zone` counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// From when until when. INVARIANT: in order, at most [`MOST_DAYS`].
    pub days: Span,
    /// Whose midnight divides them.
    pub zone: Tz,
}

impl Period {
    /// The days of `preset` up to today in `zone`.
    pub fn until_today(preset: Preset, zone: Tz, now: DateTime<Utc>) -> Self {
        let today = now.with_timezone(&zone).date_naive();
        let from = today.checked_sub_days(Days::new(preset.days() - 1)).unwrap_or(today);
        Self { days: Span { from, until: today }, zone }
    }

    /// How the days are counted together, so that few parts show what many days come to.
    pub fn step(&self) -> Step {
        match (self.days.until - self.days.from).num_days() {
            ..31 => Step::Day,
            31..200 => Step::Week,
            _ => Step::Month,
        }
    }

    /// The parts; the first and the last may be cut by the period.
    pub fn spans(&self) -> Vec<Span> {
        let (mut spans, mut from) = (Vec::new(), self.days.from);
        while from <= self.days.until {
            let Some(next) = self.step().next(from) else { break };
            let until = next.pred_opt().unwrap_or(from).min(self.days.until);
            spans.push(Span { from, until });
            from = next;
        }
        spans
    }

    /// The instants between the parts, with the first and the last: one more than there are parts.
    pub fn bounds(&self) -> Vec<DateTime<Utc>> {
        let starts = self.spans().into_iter().map(|span| midnight(self.zone, span.from));
        starts.chain([self.end()]).collect()
    }

    /// Its first instant.
    pub fn start(&self) -> DateTime<Utc> {
        midnight(self.zone, self.days.from)
    }

    /// The first instant after it.
    pub fn end(&self) -> DateTime<Utc> {
        midnight(self.zone, self.days.until.succ_opt().unwrap_or(self.days.until))
    }
}

/// The first instant of `day` in `zone`; where clocks jump over midnight, the instant to which they jump.
pub fn midnight(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    let quarters = (0..96).map(|quarter| midnight + chrono::TimeDelta::minutes(15 * quarter));
    let first = quarters.filter_map(|time| zone.from_local_datetime(&time).earliest()).next();
    first.map_or_else(|| midnight.and_utc(), |first| first.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period(from: &str, until: &str, zone: Tz) -> Period {
        Period { days: Span { from: day(from), until: day(until) }, zone }
    }

    #[test]
    fn a_week_is_counted_by_day_a_quarter_by_week_and_years_by_month() {
        let now = "2026-11-24T16:00:00Z".parse().unwrap();
        let of = |preset| Period::until_today(preset, Tz::Asia__Tokyo, now);
        // In Japan it is the 25th already.
        assert_eq!(of(Preset::Week), period("2026-11-19", "2026-11-25", Tz::Asia__Tokyo));
        assert_eq!((of(Preset::Week).step(), of(Preset::Week).spans().len()), (Step::Day, 7));
        assert_eq!((of(Preset::Month).step(), of(Preset::Month).spans().len()), (Step::Day, 30));
        assert_eq!((of(Preset::Quarter).step(), of(Preset::Quarter).spans().len()), (Step::Week, 14));
        assert_eq!((of(Preset::ThreeYears).step(), of(Preset::ThreeYears).spans().len()), (Step::Month, 37));
    }

    #[test]
    fn parts_begin_on_mondays_and_on_the_first_and_are_cut_at_the_ends() {
        let weeks = period("2026-10-01", "2026-11-24", Tz::UTC).spans();
        assert_eq!(weeks[0], Span { from: day("2026-10-01"), until: day("2026-10-04") });
        assert_eq!(weeks[1], Span { from: day("2026-10-05"), until: day("2026-10-11") });
        assert_eq!(weeks[weeks.len() - 1], Span { from: day("2026-11-23"), until: day("2026-11-24") });
        let months = period("2024-01-31", "2026-02-01", Tz::UTC).spans();
        assert_eq!(months[1], Span { from: day("2024-02-01"), until: day("2024-02-29") });
    }

    #[test]
    fn a_day_without_a_midnight_begins_when_the_clocks_have_jumped() {
        // Beirut, 26 March 2023: 00:00 becomes 01:00.
        assert_eq!(midnight(Tz::Asia__Beirut, day("2023-03-26")).to_rfc3339(), "2023-03-25T22:00:00+00:00");
    }

    proptest! {
        #[test]
        fn the_parts_are_the_period_without_gap_or_overlap(start in 0_u64..4000, length in 0_u64..1098, tokyo in any::<bool>()) {
            let from = day("2020-01-01") + Days::new(start);
            let zone = if tokyo { Tz::Asia__Tokyo } else { Tz::America__New_York };
            let period = Period { days: Span { from, until: from + Days::new(length) }, zone };
            let spans = period.spans();
            prop_assert_eq!((spans[0].from, spans[spans.len() - 1].until), (period.days.from, period.days.until));
            prop_assert!(spans.windows(2).all(|pair| pair[0].until.succ_opt() == Some(pair[1].from)));
            prop_assert!(spans.len() <= 40);
            let bounds = period.bounds();
            prop_assert_eq!(bounds.len(), spans.len() + 1);
            prop_assert!(bounds.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
