//! Counts by exception and hour, in bounded memory.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// Most exceptions and hours that are counted at a time: 2 MB.
const MOST: usize = 20_000;
/// What is older is not sent any more: the desk takes 14 days.
const OLDEST: TimeDelta = TimeDelta::days(13);

/// What exceptions did that was not reported yet.
#[derive(Default)]
pub struct Tally(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    /// By hour first, so that the oldest go first.
    counts: BTreeMap<(DateTime<Utc>, Uuid), (u64, u64)>,
    lost: u64,
}

/// What an exception did in an hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hits {
    /// The exception.
    pub exception: Uuid,
    /// The hour's first instant.
    pub hour: DateTime<Utc>,
    /// Decisions that it made allow.
    pub suppressed: u64,
    /// Decisions that it covered without being needed.
    pub would_have_passed: u64,
}

impl Tally {
    /// Counts one decision at `at`.
    pub fn count(&self, exception: Uuid, at: DateTime<Utc>, passed: bool) {
        let hour = at.duration_trunc(TimeDelta::hours(1)).unwrap_or(at);
        let (suppressed, would_have_passed) = if passed { (0, 1) } else { (1, 0) };
        self.lock().add(&Hits { exception, hour, suppressed, would_have_passed });
    }

    /// Counts what was counted before, such as before a restart.
    pub fn put_back(&self, hits: &[Hits]) {
        let mut counts = self.lock();
        hits.iter().for_each(|hits| counts.add(hits));
    }

    /// Takes out at most `most` entries, the oldest first. What is too old for the desk is dropped; how many decisions were lost
    /// since the last time comes with it.
    pub fn take(&self, most: usize, now: DateTime<Utc>) -> (Vec<Hits>, u64) {
        let mut counts = self.lock();
        let mut taken = Vec::new();
        while taken.len() < most
            && let Some(((hour, exception), (suppressed, would_have_passed))) = counts.counts.pop_first()
        {
            if hour < now - OLDEST {
                counts.lost += suppressed + would_have_passed;
            } else {
                taken.push(Hits { exception, hour, suppressed, would_have_passed });
            }
        }
        (taken, std::mem::take(&mut counts.lost))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.lock().counts.len()
    }

    /// Everything, to be kept.
    pub fn all(&self) -> Vec<Hits> {
        let counts = self.lock();
        let hits = |(&(hour, exception), &(suppressed, would_have_passed)): (&(_, _), &(_, _))| Hits {
            exception,
            hour,
            suppressed,
            would_have_passed,
        };
        counts.counts.iter().map(hits).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn add(&mut self, hits: &Hits) {
        let key = (hits.hour, hits.exception);
        if self.counts.len() >= MOST && !self.counts.contains_key(&key) {
            self.lost += hits.suppressed + hits.would_have_passed;
            return;
        }
        let sum = self.counts.entry(key).or_default();
        *sum = (sum.0.saturating_add(hits.suppressed), sum.1.saturating_add(hits.would_have_passed));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn decisions_add_up_by_exception_and_hour_and_are_taken_once() {
        let tally = Tally::default();
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        tally.count(one, at("2026-11-26T02:10:00Z"), false);
        tally.count(one, at("2026-11-26T02:59:59Z"), false);
        tally.count(one, at("2026-11-26T02:30:00Z"), true);
        tally.count(two, at("2026-11-26T01:00:00Z"), false);
        let now = at("2026-11-26T03:00:00Z");
        let (first, _) = tally.take(1, now);
        assert_eq!((first.len(), first[0].exception), (1, two), "the oldest hour first");
        let (rest, lost) = tally.take(9, now);
        assert_eq!((rest[0].suppressed, rest[0].would_have_passed, lost), (2, 1, 0));
        assert!(tally.take(9, now).0.is_empty());
    }

    #[test]
    fn memory_is_bounded_and_what_is_lost_is_told() {
        let tally = Tally::default();
        let now = at("2026-11-26T03:00:00Z");
        for number in 0..=MOST {
            tally.count(Uuid::from_u128(number as u128), now, false);
        }
        tally.count(Uuid::from_u128(0), now, false);
        let (taken, lost) = tally.take(usize::MAX, now);
        assert_eq!((taken.len(), lost), (MOST, 1), "what is counted already goes on counting");
        assert_eq!(taken[0].suppressed, 2);
    }

    #[test]
    fn what_the_desk_would_not_take_is_not_sent() {
        let tally = Tally::default();
        tally.count(Uuid::nil(), at("2026-11-01T00:00:00Z"), false);
        assert_eq!(tally.take(9, at("2026-11-26T03:00:00Z")), (Vec::new(), 1));
    }

    #[test]
    fn what_was_kept_counts_on() {
        let (before, after) = (Tally::default(), Tally::default());
        let now = at("2026-11-26T03:00:00Z");
        before.count(Uuid::nil(), now, true);
        after.put_back(&before.all());
        after.count(Uuid::nil(), now, true);
        assert_eq!(after.take(9, now).0[0].would_have_passed, 2);
    }
}
