//! What every request of the gate shares.

use super::config::Config;
use super::health::Counters;
use super::sessions::{Pending, Session, Store};
use super::texts::Texts;
use crate::Routes;
use crate::client::{Clock, FeedHandle, Reporter};
use chrono::{DateTime, Utc};
use relying_party::RelyingParty;
use std::sync::Arc;

/// The system's clock.
pub fn system_clock() -> Clock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the gate reads the system's clock")]
    Arc::new(Utc::now)
}

/// What every request shares.
pub(super) struct State {
    pub config: Config,
    pub routes: Routes,
    pub party: RelyingParty,
    pub feed: FeedHandle,
    /// Counts decisions, where the gate reports.
    pub reporter: Option<Reporter>,
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
