//! Follows the feed, believes it only when it is genuine and newer, keeps it, and lets front ends decide by it.
//!
//! Nothing but a fresh, genuine feed suppresses MFA. So every failure leaves the gate with what it had, until that
//! expires; a first start suppresses nothing until a document was fetched; and whoever controls the network, an old
//! backup or the clock gains at most what is still fresh.
//!
//! ```no_run
//! # async fn example(config: mfa_enforcement::client::ClientConfig, clock: mfa_enforcement::client::Clock)
//! # -> Result<(), mfa_enforcement::client::SetupError> {
//! let client = mfa_enforcement::client::FeedClient::new(config, clock)?;
//! let feed = client.handle(); // `feed.decide(&input)`, `feed.status(now)`
//! client.run(std::future::pending()).await;
//! # Ok(()) }
//! ```

mod accept;
mod check;
mod config;
mod error;
mod events;
mod follow;
mod handle;
mod http;
mod jws;
mod keys;
mod ladder;
mod line;
mod pull;
mod report;
mod snapshot;
mod store;
mod token;
mod upkeep;

pub use accept::{Baseline, Refusal, Seen, Stamp};
pub use config::{ClientConfig, Secret, TokenConfig};
pub use error::{PullError, SetupError};
pub use handle::{CLOCK_TOLERANCE, FeedHandle, FeedStatus, HeldStatus};
pub use jws::{JwsError, KeySet, KeySetError, Unverified};
pub use ladder::Follow;
pub use pull::{Clock, FeedClient, Outcome};
pub use report::{ReportSettings, ReportTask, Reporter};
pub use store::{Anchor, StoreError, write_anchor};
