//! Pauses: while a request waits for the partner, its clock stands still.

use super::due::{ClockError, Stretch};
use super::wall;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A time during which the clock stands still: from `from` (inclusive) to `to` (exclusive), or still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// When the clock stopped.
    pub from: DateTime<Utc>,
    /// When it went on; `None` while it still stands.
    pub to: Option<DateTime<Utc>>,
}

/// All pauses of a request as one, in wall-clock time.
pub(super) struct Standstill {
    // INVARIANT: in order and apart.
    closed: Vec<Stretch>,
    /// The earliest pause that is still open.
    open: Option<(DateTime<Utc>, NaiveDateTime)>,
}

impl Standstill {
    pub fn new(zone: Tz, pauses: &[Pause]) -> Result<Self, ClockError> {
        let mut closed = Vec::new();
        for &Pause { from, to } in pauses {
            match to {
                Some(to) if to < from => return Err(ClockError::PauseEndsBeforeItStarts { from, to }),
                Some(to) => closed.push(Stretch { start: wall::time(zone, from), end: wall::time(zone, to) }),
                None => {}
            }
        }
        closed.retain(|pause: &Stretch| pause.start < pause.end);
        closed.sort_unstable_by_key(|pause| pause.start);
        closed.dedup_by(|next, merged| {
            let overlaps = next.start <= merged.end;
            if overlaps {
                merged.end = merged.end.max(next.end);
            }
            overlaps
        });
        let open = pauses.iter().filter(|pause| pause.to.is_none()).map(|pause| pause.from).min();
        Ok(Self { closed, open: open.map(|from| (from, wall::time(zone, from))) })
    }

    /// When the pause began that is still open at the end of `date`.
    pub fn open_after(&self, date: NaiveDate) -> Option<DateTime<Utc>> {
        let midnight = date.and_time(NaiveTime::MIN) + TimeDelta::days(1);
        self.open.filter(|(_, wall)| *wall <= midnight).map(|(from, _)| from)
    }

    /// `hours` up to the open pause, cut at the edges of the closed ones: the pieces in order, each with whether the
    /// clock runs in it.
    pub fn cut(&self, hours: Stretch) -> Vec<(Stretch, bool)> {
        let end = self.open.map_or(hours.end, |(_, wall)| wall.min(hours.end));
        let mut start = hours.start;
        let mut pieces = Vec::new();
        let first = self.closed.partition_point(|pause| pause.end <= start);
        for pause in self.closed[first..].iter().take_while(|pause| pause.start < end) {
            let still = Stretch { start: pause.start.max(start), end: pause.end.min(end) };
            pieces.push((Stretch { start, end: still.start }, true));
            pieces.push((still, false));
            start = still.end;
        }
        pieces.push((Stretch { start, end }, true));
        // Also when `hours` lies wholly after the open pause: then every piece ends before it starts.
        pieces.retain(|(piece, _)| piece.start < piece.end);
        pieces
    }
}
