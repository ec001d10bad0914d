//! What a client looks after between two steps: its clock, an operator's anchor, withdrawn keys, what was found on disk.

use super::accept::Baseline;
use super::error::PullError;
use super::handle::{CLOCK_TOLERANCE, Held};
use super::pull::FeedClient;
use super::store::{State, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// How far the clock may run before the latest time seen is saved again.
const TIME_KEPT_EVERY: TimeDelta = TimeDelta::seconds(60);

/// Compares the own clock, which can be set, with the one that counts the time since the machine started.
#[derive(Clone, Copy, Default)]
pub(super) struct ClockWatch(Option<(DateTime<Utc>, Instant)>);

impl ClockWatch {
    /// By how much the clock was set since the last look, if that is more than is tolerated.
    pub fn look(&mut self, now: DateTime<Utc>, counted: Instant) -> Option<TimeDelta> {
        let (then, since) = self.0.replace((now, counted))?;
        let passed = TimeDelta::from_std(counted.saturating_duration_since(since)).ok()?;
        let step = (now - then) - passed;
        (step.abs() > CLOCK_TOLERANCE).then_some(step)
    }
}

impl FeedClient {
    /// Everything that comes before a question.
    pub(super) async fn prepare(&mut self) -> Result<(), PullError> {
        self.take_up_anchor()?;
        self.look_at_clock();
        self.keep_time()?;
        self.drop_what_a_withdrawn_key_signed().await?;
        self.use_what_was_found().await;
        Ok(())
    }

    /// The latest time seen, as it goes on.
    pub(super) fn latest_time(&self) -> Option<DateTime<Utc>> {
        self.handle.read().latest.map(|latest| latest.by_now())
    }

    /// The desk said something new, which it signed at `issued_at`.
    pub(super) fn renewed(&self, issued_at: DateTime<Utc>) {
        let mut shared = self.handle.write();
        shared.see(issued_at);
        shared.trust_clock((self.clock)());
    }

    fn look_at_clock(&mut self) {
        let now = (self.clock)();
        let step = self.watch.look(now, Instant::now());
        let mut shared = self.handle.write();
        if let Some(step) = step {
            tracing::warn!(seconds = step.num_seconds(), "the clock was set");
            shared.clock_step = Some(step);
        }
        shared.see(now);
    }

    fn keep_time(&mut self) -> Result<(), StoreError> {
        let Some(latest) = self.latest_time() else { return Ok(()) };
        if self.kept_time.is_none_or(|kept| latest - kept >= TIME_KEPT_EVERY) {
            self.state.latest_time = Some(latest);
            self.store.save_state(&self.state)?;
            self.kept_time = Some(latest);
        }
        Ok(())
    }

    async fn drop_what_a_withdrawn_key_signed(&mut self) -> Result<(), PullError> {
        let keys = self.keys.current(&self.http, None).await?;
        let is_withdrawn = |held: &Held| held.kids.iter().any(|kid| !keys.has(kid));
        let withdrawn = self.handle.read().held.as_ref().is_some_and(is_withdrawn);
        if withdrawn {
            tracing::warn!("a key that signed what is held was withdrawn; it suppresses nothing any more");
            self.drop_held();
        }
        Ok(())
    }

    fn take_up_anchor(&mut self) -> Result<(), StoreError> {
        let Some(anchor) = self.store.waiting_anchor()? else { return Ok(()) };
        let same_epoch = self.state.baseline.take().filter(|baseline| baseline.epoch == anchor.epoch);
        // Within an epoch nothing goes back, not even by an operator's word.
        let baseline = match same_epoch {
            Some(baseline) if baseline.version >= anchor.at_least => baseline,
            _ => Baseline { epoch: anchor.epoch, version: anchor.at_least, seen: None },
        };
        let counts = |held: &Held| held.stamp.epoch == baseline.epoch && held.stamp.version >= baseline.version;
        let still_counts = self.handle.read().held.as_ref().is_some_and(counts);
        self.state = State { baseline: Some(baseline), latest_time: None };
        self.handle.write().latest = None;
        if !still_counts {
            self.drop_held();
        }
        self.store.save_state(&self.state)?;
        self.kept_time = None;
        self.store.forget_anchor()
    }

    fn drop_held(&mut self) {
        self.handle.hold(None);
        (self.line, self.etag) = (None, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_clock_that_is_set_is_noticed_and_one_that_is_slow_is_not() {
        let (mut watch, counted) = (ClockWatch::default(), Instant::now());
        let at = |seconds: i64| DateTime::from_timestamp(1_795_341_600 + seconds, 0).expect("an instant");
        let later = |seconds| counted + Duration::from_secs(seconds);
        assert_eq!(watch.look(at(0), later(0)), None);
        assert_eq!(watch.look(at(3600), later(3590)), None, "ten seconds in an hour");
        assert_eq!(watch.look(at(3600 + 700), later(3600)), Some(TimeDelta::seconds(690)), "set forward");
        assert_eq!(watch.look(at(3600), later(3610)), Some(TimeDelta::seconds(-710)), "set back");
        assert_eq!(watch.look(at(3600), later(3680)), Some(TimeDelta::seconds(-70)), "held fast");
    }
}
