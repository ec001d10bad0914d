//! What can go wrong between a gate and its feed.

use super::accept::Refusal;
use super::jws::{JwsError, KeySetError};
use super::store::StoreError;
use std::time::Duration;
use url::Url;

/// Why a client cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The token and the feed would cross the network in the open.
    #[error("`{0}` is not `https`: plain HTTP is for loopback addresses only")]
    PlainHttp(Url),
    /// TLS or the certificate authority.
    #[error("cannot set up HTTPS: {0}")]
    Tls(#[from] reqwest::Error),
    /// The state directory.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a question for news brought none. What is held stays held, until it expires.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The network.
    #[error("cannot reach the other side: {0}")]
    Network(#[from] reqwest::Error),
    /// An answer that is no answer to this question.
    #[error("`{url}` answers with status {status}")]
    Status {
        /// What was asked.
        url: Url,
        /// The status.
        status: u16,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// More bytes than stated.
    #[error("`{url}` answers with more than {limit} bytes")]
    TooLong {
        /// What was asked.
        url: Url,
        /// The most that is accepted.
        limit: usize,
    },
    /// An event of the stream with more bytes than stated.
    #[error("the stream has an event of more than {limit} bytes")]
    LongEvent {
        /// The most that is accepted.
        limit: usize,
    },
    /// Whatever answers in the desk's place, it is no stream of events.
    #[error("`{0}` answers with something else than a stream of events")]
    NoStream(Url),
    /// Nothing came, not even a sign of life.
    #[error("the desk has been silent for {} seconds", .0.as_secs())]
    Silence(Duration),
    /// Signs of life came, but the freshness was not renewed.
    #[error("the stream does not renew the freshness of the feed")]
    Stalled,
    /// A stream that ended long before its time.
    #[error("the stream ended after {} seconds", .0.as_secs())]
    Ended(Duration),
    /// The desk does not know the changes since the version held.
    #[error("the desk cannot tell the changes since the version held")]
    ResyncRequired,
    /// The token endpoint answers something else.
    #[error("the token endpoint gives no bearer token")]
    NoToken,
    /// The desk's keys cannot be used.
    #[error("the desk's key set cannot be used: {0}")]
    Keys(#[from] KeySetError),
    /// The desk's keys could not be fetched, and not enough time has passed to try again.
    #[error("the desk's key set is not there yet")]
    NoKeys,
    /// Not a genuine document.
    #[error("the feed document is refused: {0}")]
    Signature(#[from] JwsError),
    /// Genuine, but not a feed document.
    #[error("the feed document cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Genuine, but it must not replace what is held.
    #[error("the feed document is refused: {0}")]
    Refused(#[from] Refusal),
    /// Applied, but not kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The check of a document broke off.
    #[error("the check of the feed document broke off: {0}")]
    BrokenOff(#[from] tokio::task::JoinError),
}

impl PullError {
    /// Whether the changes cannot be followed from the version held, so that everything must be fetched.
    pub(super) fn asks_for_everything(&self) -> bool {
        match self {
            Self::Status { status, .. } => *status == 410,
            Self::Refused(refusal) => {
                matches!(refusal, Refusal::WrongBase { .. } | Refusal::Rules(_) | Refusal::UnreadableRules(_))
            }
            Self::ResyncRequired | Self::LongEvent { .. } | Self::TooLong { .. } => true,
            _ => false,
        }
    }

    /// Whether the desk, or a proxy before it, does not offer what was asked for.
    pub(super) fn is_not_offered(&self) -> bool {
        matches!(self, Self::Status { status: 404 | 405 | 406 | 501, .. } | Self::NoStream(_))
    }
}
