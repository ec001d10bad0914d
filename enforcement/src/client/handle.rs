//! What the front ends see of the feed: a handle that decides, and tells how the feed stands.

use crate::decision::{Decision, DecisionInput, Feed, Freshness, decide};
use crate::index::RuleIndex;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use uuid::Uuid;

/// How far the own clock may be behind the latest time seen before nothing is suppressed any more.
pub const CLOCK_TOLERANCE: TimeDelta = TimeDelta::seconds(60);

/// The feed as the client last accepted it. Clones share it; readers never wait for the network.
#[derive(Clone, Default)]
pub struct FeedHandle(Arc<RwLock<Shared>>);

#[derive(Default)]
pub(super) struct Shared {
    pub held: Option<Held>,
    pub latest_time: Option<DateTime<Utc>>,
    pub last_success: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
}

/// An accepted document.
pub(super) struct Held {
    pub rules: RuleIndex,
    pub epoch: Uuid,
    pub version: u64,
    pub rules_digest: String,
    pub issued_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// The key that signed it.
    pub kid: String,
}

/// How the feed stands, for status pages, health checks and reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FeedStatus {
    /// Whether it can suppress MFA.
    pub feed: Freshness,
    /// Whether nothing is suppressed because the own clock is behind.
    pub clock_behind: bool,
    /// The version held, if one is.
    pub held: Option<HeldStatus>,
    /// The latest instant at which the desk confirmed or renewed it.
    pub last_success: Option<DateTime<Utc>>,
    /// Why the last pull failed, if it did.
    pub last_error: Option<String>,
}

/// The document held.
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
            held: shared.held.as_ref().map(|held| HeldStatus {
                epoch: held.epoch,
                version: held.version,
                rules_digest: held.rules_digest.clone(),
                issued_at: held.issued_at,
                expires_at: held.expires_at,
                rules: held.rules.len(),
                heap_bytes: held.rules.heap_bytes(),
            }),
            last_success: shared.last_success,
            last_error: shared.last_error.clone(),
        }
    }

    /// A handle that holds `rules` until `expires_at` without any client behind it, for tests of front ends.
    #[cfg(test)]
    #[expect(dead_code, reason = "for the tests of the gate")]
    pub(crate) fn holding(rules: &[crate::Rule], expires_at: DateTime<Utc>) -> Self {
        let handle = Self::default();
        handle.write().held = Some(Held {
            rules: RuleIndex::of(rules),
            epoch: Uuid::nil(),
            version: 1,
            rules_digest: crate::RulesDigest::of(rules).to_string(),
            issued_at: expires_at,
            expires_at,
            kid: String::new(),
        });
        handle
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Shared> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Shared> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts another document in place; the old one is taken apart outside the lock, as a million rules take a while.
    pub(super) fn hold(&self, held: Option<Held>) {
        let old = std::mem::replace(&mut self.write().held, held);
        drop(old);
    }
}

impl Shared {
    fn feed(&self, at: DateTime<Utc>) -> Feed<'_> {
        match &self.held {
            None => Feed::Absent,
            Some(_) if self.clock_behind(at) => Feed::Unusable,
            Some(held) => Feed::Held { rules: &held.rules, expires_at: held.expires_at },
        }
    }

    fn clock_behind(&self, at: DateTime<Utc>) -> bool {
        self.latest_time.is_some_and(|latest| latest - at > CLOCK_TOLERANCE)
    }
}
