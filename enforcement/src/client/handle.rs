//! What the front ends see of the feed: a handle that decides, and tells how the feed stands.

use super::accept::Stamp;
use super::check::Step;
use super::ladder::Follow;
use crate::decision::{Decision, DecisionInput, Feed, Freshness, decide};
use crate::index::RuleIndex;
use crate::rule_set::RuleSet;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::time::Instant;
use uuid::Uuid;

/// How far the own clock may be behind the latest time seen before nothing is suppressed any more.
pub const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(60);

/// The feed as the client last accepted it. Clones share it; readers never wait for the network.
#[derive(Clone, Default)]
pub struct FeedHandle(Arc<RwLock<Shared>>);

#[derive(Default)]
pub(super) struct Shared {
    pub held: Option<Held>,
    pub latest: Option<Latest>,
    pub clock_step: Option<TimeDelta>,
    pub follows: Follow,
    pub last_success: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
}

/// An accepted state of the feed.
pub(super) struct Held {
    pub rules: RuleSet,
    pub stamp: Stamp,
    /// The keys that signed the snapshot and the changes since.
    pub kids: BTreeSet<String>,
    /// Whether there were changes since the snapshot.
    pub changed: bool,
}

/// The latest time seen on the own clock or in a signed document, and when that was by a clock that nobody can set.
#[derive(Clone, Copy)]
pub(super) struct Latest {
    time: DateTime<Utc>,
    seen: Instant,
}

/// How the feed stands, for status pages, health checks and reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FeedStatus {
    /// Whether it can suppress MFA.
    pub feed: Freshness,
    /// Whether nothing is suppressed because the own clock is behind.
    pub clock_behind: bool,
    /// By how many seconds the own clock was last set forward (or back, if negative) while this gate ran, if it was by
    /// more than a minute.
    pub clock_step_seconds: Option<i64>,
    /// How it is followed now; not as configured where that does not work.
    pub follows: Follow,
    /// The version held, if one is.
    pub held: Option<HeldStatus>,
    /// The latest instant at which the desk confirmed or renewed it.
    pub last_success: Option<DateTime<Utc>>,
    /// Why the last question for news failed, if it did.
    pub last_error: Option<String>,
}

/// The state held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldStatus {
    /// The lineage of the desk's database.
    pub epoch: Uuid,
    /// The version.
    pub version: u64,
    /// The digest of its rules.
    pub rules_digest: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// First instant at which it no longer counts.
    pub expires_at: DateTime<Utc>,
    /// How many rules it has.
    pub rules: usize,
    /// Bytes that they take in memory, estimated.
    pub heap_bytes: usize,
}

impl FeedHandle {
    /// Decides by the feed held. A clock (`input.at`) too far behind the latest time seen suppresses nothing.
    pub fn decide(&self, input: &DecisionInput) -> Decision {
        let shared = self.read();
        decide(shared.feed(input.at), input)
    }

    /// How the feed stands at `at`.
    pub fn status(&self, at: DateTime<Utc>) -> FeedStatus {
        let shared = self.read();
        FeedStatus {
            feed: shared.feed(at).freshness(at),
            clock_behind: shared.clock_behind(at),
            clock_step_seconds: shared.clock_step.map(|step| step.num_seconds()),
            follows: shared.follows,
            held: shared.held.as_ref().map(Held::status),
            last_success: shared.last_success,
            last_error: shared.last_error.clone(),
        }
    }

    /// A handle that holds `rules` until `expires_at` without any client behind it, for tests of front ends.
    #[cfg(test)]
    #[expect(dead_code, reason = "for the tests of the gate")]
    pub(crate) fn holding(rules: &[crate::Rule], expires_at: DateTime<Utc>) -> Self {
        let handle = Self::default();
        let rules = RuleSet::of(rules).expect("rules with different ids");
        let stamp = Stamp {
            issuer: String::new(),
            epoch: Uuid::nil(),
            version: 1,
            rules_digest: rules.digest().to_string(),
            issued_at: expires_at,
            expires_at,
        };
        handle.write().held = Some(Held { rules, stamp, kids: BTreeSet::new(), changed: false });
        handle
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Shared> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Shared> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts another state in place; the old one is taken apart outside the lock, as a million rules take a while.
    pub(super) fn hold(&self, held: Option<Held>) {
        let old = std::mem::replace(&mut self.write().held, held);
        drop(old);
    }

    /// Carries out changes that were planned for what is held. Decisions wait for that and nothing else.
    pub(super) fn carry_out(&self, step: Step) {
        let left = self.write().held.as_mut().and_then(|held| held.carry_out(step));
        drop(left);
    }
}

impl Held {
    /// Carries out changes that were planned for this very state; see [`RuleSet::carry_out`].
    #[must_use]
    pub fn carry_out(&mut self, step: Step) -> Option<RuleIndex> {
        (self.stamp, self.changed) = (step.stamp, true);
        self.kids.insert(step.kid);
        self.rules.carry_out(step.plan)
    }

    fn status(&self) -> HeldStatus {
        HeldStatus {
            epoch: self.stamp.epoch,
            version: self.stamp.version,
            rules_digest: self.stamp.rules_digest.clone(),
            issued_at: self.stamp.issued_at,
            expires_at: self.stamp.expires_at,
            rules: self.rules.rules().len(),
            heap_bytes: self.rules.rules().heap_bytes(),
        }
    }
}

impl Latest {
    /// `time`, seen just now.
    pub fn of(time: DateTime<Utc>) -> Self {
        Self { time, seen: Instant::now() }
    }

    /// The time that it must be by now, in whole seconds after it was seen.
    pub fn by_now(self) -> DateTime<Utc> {
        let seconds = i64::try_from(self.seen.elapsed().as_secs()).unwrap_or(i64::MAX);
        TimeDelta::try_seconds(seconds).and_then(|passed| self.time.checked_add_signed(passed)).unwrap_or(self.time)
    }
}

impl Shared {
    /// Remembers that it was `time` once.
    pub fn see(&mut self, time: DateTime<Utc>) {
        if self.latest.is_none_or(|latest| latest.by_now() < time) {
            self.latest = Some(Latest::of(time));
        }
    }

    /// Takes the own clock, at `now`, for right again, after the desk said something new: a clock that is drawn back by
    /// seconds, now and then, must not count as behind one day.
    pub fn trust_clock(&mut self, now: DateTime<Utc>) {
        if !self.clock_behind(now) {
            self.latest = Some(Latest::of(self.latest.map_or(now, |latest| latest.time.max(now))));
        }
    }

    fn feed(&self, at: DateTime<Utc>) -> Feed<'_> {
        match &self.held {
            None => Feed::Absent,
            Some(_) if self.clock_behind(at) => Feed::Unusable,
            Some(held) => Feed::Held { rules: held.rules.rules(), expires_at: held.stamp.expires_at },
        }
    }

    fn clock_behind(&self, at: DateTime<Utc>) -> bool {
        self.latest.is_some_and(|latest| latest.by_now() - at > CLOCK_TOLERANCE)
    }
}
