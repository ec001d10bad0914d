//! What a genuine document must fulfil, besides its signature, to lead on from what is held.

use crate::rule_set::ChangeError;
use crate::wire::{Changes, Snapshot};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Longest freshness that is believed: no desk can be configured for more than a day.
const LONGEST_LIFE: TimeDelta = TimeDelta::hours(24);
/// Most versions that a desk can be ahead: a thousand changes a second for thirty years. A gate that took a larger number
/// would refuse every later one for ever.
const LONGEST_LEAP: u64 = 1 << 40;

/// What a document says of the state that it leads to, be it a snapshot or changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The desk that issued it.
    pub issuer: String,
    /// The lineage of the desk's database.
    pub epoch: Uuid,
    /// The version.
    pub version: u64,
    /// The digest of its rules.
    pub rules_digest: String,
    /// When it was made.
    pub issued_at: DateTime<Utc>,
    /// First instant at which it no longer counts.
    pub expires_at: DateTime<Utc>,
}

/// The newest state of the feed that was ever accepted: nothing behind it is accepted again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The lineage of the desk's database.
    pub epoch: Uuid,
    /// The newest version; after an anchor, the lowest to accept.
    pub version: u64,
    /// What that version contained; not known right after an anchor.
    pub seen: Option<Seen>,
}

/// What is known of the newest version besides its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Its `rules_digest`.
    pub rules_digest: String,
    /// The newest `issued_at`.
    pub issued_at: DateTime<Utc>,
}

/// Why a genuine document is refused all the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It comes from another desk.
    #[error("issued by `{0}`, which is not the configured issuer")]
    OtherIssuer(String),
    /// It no longer counted when it arrived.
    #[error("expired at {0}, before it arrived")]
    Expired(DateTime<Utc>),
    /// It would count for longer than any desk can want.
    #[error("fresh until {0}, more than 24 hours after it was issued")]
    LastsTooLong(DateTime<Utc>),
    /// Some of its rules cannot be read.
    #[error("{0} of its rules cannot be read")]
    UnreadableRules(usize),
    /// Its digest is not that of its rules, or two of its entries are about one rule.
    #[error(transparent)]
    Rules(#[from] ChangeError),
    /// Changes of another version than the one that is held.
    #[error("changes from version {from}, while version {held} is held")]
    WrongBase {
        /// The version that they apply to.
        from: u64,
        /// The version held.
        held: u64,
    },
    /// It belongs to another lineage of the database.
    #[error(
        "its epoch `{0}` is not the one held; after a restore, run `mfa-gate anchor` with the epoch that the desk's operator announces"
    )]
    OtherEpoch(Uuid),
    /// It is older than one already accepted.
    #[error("version {version} is older than version {newest}, which was seen already")]
    OlderVersion {
        /// Of the document.
        version: u64,
        /// Of the baseline.
        newest: u64,
    },
    /// So far ahead that no desk can have come there.
    #[error("version {version} is further from version {newest} than a desk can come")]
    Leap {
        /// Of the document.
        version: u64,
        /// Of the baseline; 0 without one.
        newest: u64,
    },
    /// The same version was seen with other rules.
    #[error("version {0} was seen with other rules: the feed has forked")]
    Fork(u64),
    /// It was issued before one already accepted.
    #[error("issued at {0}, earlier than a document that was seen already")]
    OlderIssue(DateTime<Utc>),
}

impl From<&Snapshot> for Stamp {
    fn from(document: &Snapshot) -> Self {
        Self {
            issuer: document.issuer.clone(),
            epoch: document.epoch,
            version: document.version,
            rules_digest: document.rules_digest.clone(),
            issued_at: document.issued_at,
            expires_at: document.expires_at,
        }
    }
}

impl From<&Changes> for Stamp {
    fn from(changes: &Changes) -> Self {
        Self {
            issuer: changes.issuer.clone(),
            epoch: changes.epoch,
            version: changes.version,
            rules_digest: changes.rules_digest.clone(),
            issued_at: changes.issued_at,
            expires_at: changes.expires_at,
        }
    }
}

impl Stamp {
    /// What holds whenever it is read: it comes from the desk `issuer` and does not count for too long.
    pub(super) fn check(&self, issuer: &str) -> Result<(), Refusal> {
        if self.issuer != issuer {
            return Err(Refusal::OtherIssuer(self.issuer.clone()));
        }
        if self.expires_at - self.issued_at > LONGEST_LIFE {
            return Err(Refusal::LastsTooLong(self.expires_at));
        }
        Ok(())
    }

    /// Whether it counts at `now`.
    pub(super) fn check_freshness(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        if self.expires_at <= now { Err(Refusal::Expired(self.expires_at)) } else { Ok(()) }
    }
}

impl Baseline {
    /// The baseline that the state of `stamp` makes after `held`; `None` stands for a first start.
    ///
    /// # Errors
    /// When that state is behind `held`, beside it, or impossibly far ahead.
    pub fn followed_by(held: Option<&Self>, stamp: &Stamp) -> Result<Self, Refusal> {
        let newest = held.map_or(0, |held| held.version);
        if let Some(held) = held {
            held.check(stamp)?;
        }
        if stamp.version.saturating_sub(newest) > LONGEST_LEAP {
            return Err(Refusal::Leap { version: stamp.version, newest });
        }
        let seen = Seen { rules_digest: stamp.rules_digest.clone(), issued_at: stamp.issued_at };
        Ok(Self { epoch: stamp.epoch, version: stamp.version, seen: Some(seen) })
    }

    fn check(&self, stamp: &Stamp) -> Result<(), Refusal> {
        if stamp.epoch != self.epoch {
            return Err(Refusal::OtherEpoch(stamp.epoch));
        }
        if stamp.version < self.version {
            return Err(Refusal::OlderVersion { version: stamp.version, newest: self.version });
        }
        let Some(seen) = &self.seen else { return Ok(()) };
        if stamp.version == self.version && stamp.rules_digest != seen.rules_digest {
            return Err(Refusal::Fork(stamp.version));
        }
        if stamp.issued_at < seen.issued_at {
            return Err(Refusal::OlderIssue(stamp.issued_at));
        }
        Ok(())
    }
}
