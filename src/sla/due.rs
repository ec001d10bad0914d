//! The arithmetic of the clock: from when, how much working time, with which pauses, until when.

use super::calendar::{Calendar, Span};
use super::pause::{Pause, Standstill};
use super::wall;
use crate::locale::{Bilingual, Lang};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A stretch of wall-clock time, from `start` (inclusive) to `end` (exclusive).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First instant within.
    pub start: NaiveDateTime,
    /// First instant after.
    pub end: NaiveDateTime,
}

impl Stretch {
    /// How long it is.
    pub fn length(self) -> TimeDelta {
        self.end - self.start
    }
}

/// What a clock comes to, with its receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The id of the calendar.
    pub calendar: String,
    /// The zone of the receipt's times.
    pub zone: Tz,
    /// When the clock was set: the submission, also outside working hours.
    pub from: DateTime<Utc>,
    /// The business days given.
    pub business_days: u32,
    /// The working time they stand for.
    pub needed: TimeDelta,
    /// When that much has passed.
    pub end: End,
    /// Every day from `from` to the end, with what it counted.
    pub receipt: Vec<ReceiptDay>,
}

/// How a clock ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// At this instant.
    At(DateTime<Utc>),
    /// Not yet to be said: a pause is open, with this much working time left when it ends.
    Paused {
        /// When the pause began, or the clock was set if that was later.
        since: DateTime<Utc>,
        /// Working time left, above zero.
        remaining: TimeDelta,
    },
}

impl End {
    /// The instant, unless a pause is open.
    pub fn at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::At(at) => Some(at),
            Self::Paused { .. } => None,
        }
    }
}

/// One day of a [`Due`]'s arithmetic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptDay {
    /// The local date.
    pub date: NaiveDate,
    /// The calendar's hours of that day; none on a holiday or day off.
    pub hours: Vec<Span>,
    /// The holiday's name.
    pub holiday: Option<Bilingual>,
    /// What counted, in order, in local time.
    pub counted: Vec<Stretch>,
    /// Working time within the clock that stood still.
    pub paused: TimeDelta,
}

impl ReceiptDay {
    /// How much counted.
    pub fn length(&self) -> TimeDelta {
        self.counted.iter().map(|stretch| stretch.length()).sum()
    }
}

/// Where a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlaState {
    /// Undecided, and there is time.
    Running,
    /// Undecided, and the clock stands still.
    Paused,
    /// Decided in time.
    Met,
    /// Not decided in time.
    Breached,
}

impl SlaState {
    /// The word on its status tag.
    pub fn text(self, lang: Lang) -> String {
        lang.text(match self {
            Self::Running => "sla-state-running",
            Self::Paused => "sla-state-paused",
            Self::Met => "sla-state-met",
            Self::Breached => "sla-state-breached",
        })
    }
}

/// Why a clock comes to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockError {
    /// Fewer business days than one.
    NoBusinessDays,
    /// A pause whose end is before its start.
    PauseEndsBeforeItStarts {
        /// Its start.
        from: DateTime<Utc>,
        /// Its end.
        to: DateTime<Utc>,
    },
    /// The clock needs a day whose holidays nobody knows.
    NotCovered {
        /// The id of the calendar.
        calendar: String,
        /// The first such day.
        date: NaiveDate,
        /// The first and the last year that the calendar covers.
        years: (i32, i32),
    },
}

impl ClockError {
    /// The error as a reader of `lang` sees it.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            Self::NoBusinessDays => lang.text("sla-error-no-business-days"),
            Self::PauseEndsBeforeItStarts { from, to } => lang.text_with(
                "sla-error-pause-backwards",
                &[("from", from.to_rfc3339().into()), ("to", to.to_rfc3339().into())],
            ),
            Self::NotCovered { calendar, date, years: (first, last) } => lang.text_with(
                "sla-error-not-covered",
                &[
                    ("calendar", calendar.clone().into()),
                    ("date", date.to_string().into()),
                    ("first", first.to_string().into()),
                    ("last", last.to_string().into()),
                ],
            ),
        }
    }
}

impl fmt::Display for ClockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for ClockError {}

impl Calendar {
    /// When a clock of `business_days` that is set at `from` ends: at the earliest instant at which that much working
    /// time has passed, exact to the nanosecond. While a pause lasts no time passes; pauses may overlap, and may begin
    /// before `from`. With an open pause that begins before the clock has ended, how much working time is left then.
    ///
    /// # Errors
    /// No business days, a pause that ends before it starts, or a day needed that the calendar does not cover.
    pub fn due(&self, from: DateTime<Utc>, business_days: u32, pauses: &[Pause]) -> Result<Due, ClockError> {
        let needed = self.working_time(business_days).ok_or_else(|| self.not_covered(self.first_day_beyond()))?;
        if needed.is_zero() {
            return Err(ClockError::NoBusinessDays);
        }
        self.run(from, business_days, needed, pauses)
    }

    /// The clock of `needed` working time, above zero.
    pub(super) fn run(
        &self,
        from: DateTime<Utc>,
        business_days: u32,
        needed: TimeDelta,
        pauses: &[Pause],
    ) -> Result<Due, ClockError> {
        let standstill = Standstill::new(self.zone, pauses)?;
        let start = wall::time(self.zone, from);
        let mut receipt = Vec::new();
        let mut left = needed;
        for date in start.date().iter_days() {
            if !self.years.contains(&date.year()) {
                return Err(self.not_covered(date));
            }
            let (day, ended) = self.count(date, start, &standstill, &mut left);
            receipt.push(day);
            let paused = standstill.open_after(date);
            let paused = paused.map(|since| End::Paused { since: since.max(from), remaining: left });
            if let Some(end) = ended.map(End::At).or(paused) {
                let calendar = self.id.clone();
                return Ok(Due { calendar, zone: self.zone, from, business_days, needed, end, receipt });
            }
        }
        Err(self.not_covered(self.first_day_beyond()))
    }

    fn working_time(&self, business_days: u32) -> Option<TimeDelta> {
        self.business_day.checked_mul(i32::try_from(business_days).ok()?)
    }

    fn first_day_beyond(&self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.years.end() + 1, 1, 1).unwrap_or(NaiveDate::MAX)
    }

    fn not_covered(&self, date: NaiveDate) -> ClockError {
        let years = (*self.years.start(), *self.years.end());
        ClockError::NotCovered { calendar: self.id.clone(), date, years }
    }

    /// Counts one day of a clock that was set at `start`, taking from what is `left`; the due instant, if it lies within.
    fn count(
        &self,
        date: NaiveDate,
        start: NaiveDateTime,
        standstill: &Standstill,
        left: &mut TimeDelta,
    ) -> (ReceiptDay, Option<DateTime<Utc>>) {
        let hours = self.hours(date).to_vec();
        let holiday = self.holidays.get(&date).cloned();
        let mut day = ReceiptDay { date, hours, holiday, counted: Vec::new(), paused: TimeDelta::zero() };
        for open in self.hours(date).iter().map(|span| span.on(date)) {
            for (piece, runs) in standstill.cut(Stretch { start: open.start.max(start), ..open }) {
                if !runs {
                    day.paused += piece.length();
                    continue;
                }
                let counted = Stretch { start: piece.start, end: piece.end.min(piece.start + *left) };
                day.counted.push(counted);
                *left -= counted.length();
                if left.is_zero() {
                    return (day, Some(wall::instant(self.zone, counted.end)));
                }
            }
        }
        (day, None)
    }
}

impl Due {
    /// The due instant, unless a pause is open.
    pub fn at(&self) -> Option<DateTime<Utc>> {
        self.end.at()
    }

    /// The working time that is left at `now`; zero past the due instant.
    pub fn remaining(&self, now: DateTime<Utc>) -> TimeDelta {
        let now = wall::time(self.zone, now);
        let passed = self.counted().map(|stretch| (stretch.end.min(now) - stretch.start).max(TimeDelta::zero())).sum();
        self.needed - passed
    }

    /// The instant at which `percent` (1 to 100) of the working time has passed, for warnings; `None` when an open pause
    /// comes before.
    pub fn passed_at(&self, percent: u8) -> Option<DateTime<Utc>> {
        let mut left = self.needed * i32::from(percent) / 100;
        for stretch in self.counted() {
            if left <= stretch.length() {
                return Some(wall::instant(self.zone, stretch.start + left));
            }
            left -= stretch.length();
        }
        None
    }

    /// Where the clock stands at `now`, for a request decided at `decided_at` or not yet. A decision at the due instant
    /// has met it.
    pub fn state(&self, now: DateTime<Utc>, decided_at: Option<DateTime<Utc>>) -> SlaState {
        let in_time = self.at().is_none_or(|due| decided_at.unwrap_or(now) <= due);
        match (in_time, decided_at, self.end) {
            (false, ..) => SlaState::Breached,
            (true, Some(_), _) => SlaState::Met,
            (true, None, End::Paused { .. }) => SlaState::Paused,
            (true, None, End::At(_)) => SlaState::Running,
        }
    }

    fn counted(&self) -> impl Iterator<Item = Stretch> {
        self.receipt.iter().flat_map(|day| day.counted.iter().copied())
    }
}
