//! What every request of the gate shares.

use super::config::Config;
use super::health::Counters;
use super::sessions::{Pending, Session, Store};
use super::texts::Texts;
use crate::{Decision, DecisionInput, Routes};
use chrono::{DateTime, Utc};
use relying_party::RelyingParty;
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// Where the current instant comes from; tests set it.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The system's clock.
pub fn system_clock() -> Clock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the gate reads the system's clock")]
    Arc::new(Utc::now)
}

/// The rules that the gate decides by: the feed client, or a fixed set in tests.
pub trait Rules: Send + Sync {
    /// The decision by the rules of this moment.
    fn decide(&self, input: &DecisionInput) -> Decision;

    /// What is held, for health and metrics.
    fn status(&self, at: DateTime<Utc>) -> FeedStatus;
}

/// What the gate holds of the feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FeedStatus {
    /// Whether it can suppress MFA now.
    pub fresh: bool,
    /// The lineage of versions.
    pub epoch: Option<Uuid>,
    /// The version held.
    pub version: Option<u64>,
    /// End of its freshness.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many rules it has.
    pub rules: usize,
    /// Why the last attempt to read the feed failed, if it did.
    pub last_error: Option<String>,
}

/// What every request shares.
pub(super) struct State {
    pub config: Config,
    pub routes: Routes,
    pub party: RelyingParty,
    pub rules: Arc<dyn Rules>,
    pub clock: Clock,
    pub sessions: Store<Session>,
    pub pending: Store<Pending>,
    pub counters: Counters,
    pub texts: Texts,
}

impl State {
    /// Now, by the gate's clock.
    pub fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }
}
