//! Days that are announced to be closed when clocks already run: late holidays, and closures of the office.
//!
//! Such a day moves the deadlines that are open when it is announced, and no other: a clock that has been answered or breached
//! by then keeps its due instant. So the order of announcements is part of the arithmetic, and each says what it moved.

use super::calendar::Calendar;
use super::due::{ClockError, Due, End};
use super::pause::Pause;
use super::wall;
use crate::locale::Bilingual;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// A day that was announced to be closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedDay {
    /// The local date.
    pub day: NaiveDate,
    /// What people call it.
    pub name: Bilingual,
    /// When it was announced.
    pub announced_at: DateTime<Utc>,
    /// When it was taken back: clocks set from then on count the day again.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// A clock whose deadline may have been moved while it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reckoned {
    /// What it comes to.
    pub due: Due,
    /// What was announced while it ran, the first announced first; only what moved it.
    pub moves: Vec<Move>,
}

/// One announcement that moved a deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// When it was announced.
    pub announced_at: DateTime<Utc>,
    /// The days, by date.
    pub days: Vec<ClosedDay>,
    /// How the clock would have ended.
    pub before: End,
    /// How it ends since.
    pub after: End,
}

impl Calendar {
    /// This calendar with further days closed.
    #[must_use]
    pub fn closed_on<'a>(&self, days: impl IntoIterator<Item = &'a ClosedDay>) -> Self {
        let mut calendar = self.clone();
        for day in days {
            calendar.holidays.entry(day.day).or_insert_with(|| day.name.clone());
        }
        calendar
    }

    /// When the working time that this calendar has from `now` to `until` has passed in `closer`, which has more days closed:
    /// where a deadline is then that was open at `now`.
    ///
    /// # Errors
    /// When it needs a day that the calendar does not cover.
    pub fn postponed(
        &self,
        closer: &Self,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, ClockError> {
        let mut left = TimeDelta::zero();
        let (start, end) = (wall::time(self.zone, now), wall::time(self.zone, until));
        for date in start.date().iter_days().take_while(|date| *date <= end.date()) {
            let open = self.hours(date).iter().map(|span| span.on(date));
            left += open.map(|open| (open.end.min(end) - open.start.max(start)).max(TimeDelta::zero())).sum();
        }
        if left.is_zero() {
            return Ok(until);
        }
        Ok(closer.run(now, 0, left, &[])?.at().map_or(until, |at| at.max(until)))
    }

    /// Like [`due`](Self::due), with the `closed` days of this calendar, the first announced first: those that were announced
    /// when the clock was set, and those that were announced while it ran and the request was not decided.
    ///
    /// # Errors
    /// As [`due`](Self::due).
    pub fn reckon(
        &self,
        from: DateTime<Utc>,
        business_days: u32,
        pauses: &[Pause],
        closed: &[ClosedDay],
        decided_at: Option<DateTime<Utc>>,
    ) -> Result<Reckoned, ClockError> {
        let counts = |day: &&ClosedDay| day.withdrawn_at.is_none_or(|at| at > from) && !self.hours(day.day).is_empty();
        let (known, late): (Vec<_>, Vec<_>) = closed.iter().filter(counts).partition(|day| day.announced_at <= from);
        let mut calendar = if known.is_empty() { None } else { Some(self.closed_on(known)) };
        let mut due = calendar.as_ref().unwrap_or(self).due(from, business_days, pauses)?;
        let mut moves = Vec::new();
        for days in late.chunk_by(|one, next| one.announced_at == next.announced_at) {
            let Some(announced_at) = days.first().map(|day| day.announced_at) else { continue };
            let answered = decided_at.is_some_and(|at| at <= announced_at);
            if answered || due.at().is_some_and(|at| at < announced_at) {
                continue;
            }
            let closer = calendar.as_ref().unwrap_or(self).closed_on(days.iter().copied());
            let moved = closer.due(from, business_days, pauses)?;
            if moved.end != due.end {
                let days = days.iter().map(|day| (*day).clone()).collect();
                moves.push(Move { announced_at, days, before: due.end, after: moved.end });
            }
            (calendar, due) = (Some(closer), moved);
        }
        Ok(Reckoned { due, moves })
    }
}
