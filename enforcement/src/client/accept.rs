//! What a genuine document must fulfil, besides its signature, to replace the one that is held.

use crate::RulesDigest;
use crate::wire::Reading;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    /// Some of its rules cannot be read.
    #[error("{0} of its rules cannot be read")]
    UnreadableRules(usize),
    /// Its digest is not that of its rules.
    #[error("its `rules_digest` does not fit its rules")]
    WrongDigest,
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
    /// The same version was seen with other rules.
    #[error("version {0} was seen with other rules: the feed has forked")]
    Fork(u64),
    /// It was issued before one already accepted.
    #[error("issued at {0}, earlier than a document that was seen already")]
    OlderIssue(DateTime<Utc>),
}

impl Baseline {
    /// Whether the document may replace what is held, and the baseline it makes; `None` stands for a first start.
    ///
    /// `now` is the instant of receipt.
    ///
    /// # Errors
    /// Why it may not.
    pub fn accept(held: Option<&Self>, issuer: &str, reading: &Reading, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let document = &reading.snapshot;
        if document.issuer != issuer {
            return Err(Refusal::OtherIssuer(document.issuer.clone()));
        }
        if document.expires_at <= now {
            return Err(Refusal::Expired(document.expires_at));
        }
        if reading.unreadable > 0 {
            return Err(Refusal::UnreadableRules(reading.unreadable));
        }
        if let Some(held) = held {
            held.follow(document.epoch, document.version, &document.rules_digest, document.issued_at)?;
        }
        if RulesDigest::of(&document.rules).to_string() != document.rules_digest {
            return Err(Refusal::WrongDigest);
        }
        let seen = Seen { rules_digest: document.rules_digest.clone(), issued_at: document.issued_at };
        Ok(Self { epoch: document.epoch, version: document.version, seen: Some(seen) })
    }

    fn follow(&self, epoch: Uuid, version: u64, digest: &str, issued_at: DateTime<Utc>) -> Result<(), Refusal> {
        if epoch != self.epoch {
            return Err(Refusal::OtherEpoch(epoch));
        }
        if version < self.version {
            return Err(Refusal::OlderVersion { version, newest: self.version });
        }
        let Some(seen) = &self.seen else { return Ok(()) };
        if version == self.version && digest != seen.rules_digest {
            return Err(Refusal::Fork(version));
        }
        if issued_at < seen.issued_at {
            return Err(Refusal::OlderIssue(issued_at));
        }
        Ok(())
    }
}
