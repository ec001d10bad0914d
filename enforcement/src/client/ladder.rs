//! Which way the feed is followed: the one asked for while it works, else the next simpler one, and up again later.

use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;
use tokio::time::Instant;

/// How a client learns of changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Follow {
    /// It stays connected and is told (`GET /feed/v1/stream`).
    #[default]
    Stream,
    /// It asks, and is answered when there is something (`GET /feed/v1/changes`).
    Changes,
    /// It asks for everything, again and again (`GET /feed/v1/rules`).
    Poll,
}

/// Failures in a row after which a way counts as broken.
const MOST_BREAKS: u32 = 3;
/// Time in a simpler way before the one asked for is tried again; doubled each time that this fails.
const CLIMB_AFTER: Duration = Duration::from_secs(60);
/// Longest such time.
const CLIMB_AFTER_AT_MOST: Duration = Duration::from_secs(15 * 60);

/// The way taken now, and what is known of the others.
pub(super) struct Ladder {
    wanted: Follow,
    now: Follow,
    breaks: u32,
    /// The way asked for has just been tried again.
    on_trial: bool,
    climb_after: Duration,
    climb_at: Option<Instant>,
}

impl Follow {
    /// The way that needs less of what is between gate and desk.
    fn simpler(self) -> Option<Self> {
        match self {
            Self::Stream => Some(Self::Changes),
            Self::Changes => Some(Self::Poll),
            Self::Poll => None,
        }
    }

    /// Its name in configuration, status and metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Changes => "changes",
            Self::Poll => "poll",
        }
    }
}

impl Ladder {
    pub fn from(wanted: Follow) -> Self {
        let (breaks, on_trial) = (0, false);
        Self { wanted, now: wanted, breaks, on_trial, climb_after: CLIMB_AFTER, climb_at: None }
    }

    /// The way to take at `now`: the one asked for again, when it is time.
    pub fn way(&mut self, now: Instant) -> Follow {
        if self.climb_at.is_some_and(|at| now >= at) {
            (self.now, self.breaks, self.on_trial, self.climb_at) = (self.wanted, 0, true, None);
        }
        self.now
    }

    /// The way taken last.
    pub fn current(&self) -> Follow {
        self.now
    }

    /// The way brought something at `now`. `chance` (0 to 1) keeps gates from climbing all together.
    pub fn worked(&mut self, now: Instant, chance: f64) {
        (self.breaks, self.on_trial) = (0, false);
        if self.now == self.wanted {
            self.climb_after = CLIMB_AFTER;
        } else if self.climb_at.is_none() {
            self.climb_at = Some(now + self.climb_after.mul_f64(1.0 + chance / 2.0));
        }
    }

    /// The way failed; with `is_offered` false it need not be tried twice.
    pub fn broke(&mut self, is_offered: bool) {
        self.breaks += 1;
        let is_enough = self.breaks >= MOST_BREAKS || self.on_trial || !is_offered;
        if is_enough && let Some(simpler) = self.now.simpler() {
            if self.on_trial && self.now == self.wanted {
                self.climb_after = (self.climb_after * 2).min(CLIMB_AFTER_AT_MOST);
            }
            (self.now, self.breaks) = (simpler, 0);
        }
    }
}

/// How long to wait after `failures` in a row: twice as long each time up to `longest`, and between half of that and all of
/// it by `chance` (0 to 1), so that the gates of a desk that was away do not come back at once.
pub(super) fn pause_after(failures: u32, shortest: Duration, longest: Duration, chance: f64) -> Duration {
    let doubled = shortest.saturating_mul(1 << failures.saturating_sub(1).min(16));
    doubled.min(longest.max(shortest)).mul_f64((1.0 + chance) / 2.0)
}

/// A number from 0 to 1 by chance.
pub(super) fn chance() -> f64 {
    // A new `RandomState` has other keys each time; nothing here needs to be secret.
    let number = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(number >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_steps_down_after_three_failures_or_at_once_where_a_way_is_not_offered() {
        let (mut ladder, now) = (Ladder::from(Follow::Stream), Instant::now());
        for _ in 0..2 {
            ladder.broke(true);
        }
        ladder.worked(now, 0.0);
        for expected in [Follow::Stream, Follow::Stream, Follow::Changes] {
            ladder.broke(true);
            assert_eq!(ladder.way(now), expected);
        }
        ladder.broke(false);
        assert_eq!(ladder.way(now), Follow::Poll);
        for _ in 0..9 {
            ladder.broke(true);
        }
        assert_eq!(ladder.way(now), Follow::Poll, "there is nothing simpler");
    }

    #[test]
    fn it_climbs_again_after_a_while_in_which_the_simpler_way_worked() {
        let (mut ladder, mut now) = (Ladder::from(Follow::Stream), Instant::now());
        ladder.broke(false);
        ladder.broke(false);
        now += Duration::from_secs(3600);
        assert_eq!(ladder.way(now), Follow::Poll, "with everything broken there is no use in climbing");
        let mut waits = Vec::new();
        for _ in 0..6 {
            ladder.worked(now, 0.0);
            let begun = now;
            while ladder.way(now) == Follow::Poll {
                now += Duration::from_secs(1);
                ladder.worked(now, 1.0);
            }
            waits.push((now - begun).as_secs());
            ladder.way(now);
            ladder.broke(true);
            assert_eq!(ladder.way(now), Follow::Changes, "on trial one failure is enough");
            ladder.broke(true);
        }
        // One second longer each: the last step of the loop is counted with it.
        assert_eq!(waits, [60, 120, 240, 480, 900, 900]);
    }

    #[test]
    fn pauses_double_up_to_a_bound_and_are_spread() {
        let pause = |failures, chance| {
            pause_after(failures, Duration::from_secs(1), Duration::from_secs(5), chance).as_millis()
        };
        assert_eq!([1, 2, 3, 4, 99].map(|failures| pause(failures, 1.0)), [1000, 2000, 4000, 5000, 5000]);
        assert_eq!(pause(3, 0.0), 2000);
        assert!((0..100).map(|_| chance()).all(|chance| (0.0..=1.0).contains(&chance)));
    }
}
