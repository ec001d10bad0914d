//! What the configuration says of publishing the feed.

use super::limits::ClientLimits;
use crate::app::Purpose;
use crate::config::Config;
use chrono::TimeDelta;

/// How a feed is published.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The desk's public address.
    pub issuer: String,
    /// How long a document stays fresh.
    pub ttl: TimeDelta,
    /// How many versions back changes are told.
    pub changes_kept: usize,
    /// Which clients get a part of it.
    pub limits: ClientLimits,
    /// Whether a demonstration's data may be published.
    pub purpose: Purpose,
}

impl Settings {
    /// What `config` says.
    pub fn of(config: &Config, purpose: Purpose) -> Self {
        Self {
            issuer: config.public_base(),
            ttl: TimeDelta::seconds(config.feed.ttl_seconds.into()),
            changes_kept: usize::try_from(config.feed.changes_kept.get()).unwrap_or(usize::MAX),
            limits: ClientLimits::of(&config.feed.clients),
            purpose,
        }
    }
}
