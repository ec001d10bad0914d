//! Tells the desk which version is applied, and how often each exception let somebody through.
//!
//! Decisions are counted in memory, by exception and hour; nothing about a person is kept. A task sends what came together as
//! one report, every so often and as soon as another version is applied. A report that may have arrived is sent again, the same
//! to the letter and with the same `Idempotency-Key`, until the desk answers; what cannot be sent yet is kept in the state
//! directory. When there is too much to keep, counts are lost, never decisions.

mod kept;
mod tally;
mod worker;

use super::config::ClientConfig;
use super::error::SetupError;
use super::handle::FeedHandle;
use super::http;
use super::pull::Clock;
use super::token::Tokens;
use crate::decision::{Decision, DecisionInput, Reason};
use std::sync::Arc;
use std::time::Duration;
use tally::Tally;
use worker::Worker;

/// As whom to report, and how often.
#[derive(Clone, Debug)]
pub struct ReportSettings {
    /// The enforcement point's name at the desk, 1 to 100 characters; no other point has it.
    pub gate: String,
    /// Time between two reports when nothing happens.
    pub every: Duration,
}

/// Counts decisions. Clones count together.
#[derive(Clone)]
pub struct Reporter {
    feed: FeedHandle,
    tally: Arc<Tally>,
}

impl Reporter {
    /// A reporter on the decisions by `feed`, and the task that reports until its argument is ready.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up.
    pub fn new(
        config: &ClientConfig,
        settings: ReportSettings,
        feed: FeedHandle,
        clock: Clock,
    ) -> Result<(Self, ReportTask), SetupError> {
        let tally = Arc::new(Tally::default());
        let worker = Worker::new(
            http::client(config)?,
            config.below_desk("feed/v1/reports"),
            Tokens::from(config.token.clone()),
            config.state_dir.clone(),
            settings,
            feed.clone(),
            clock,
            Arc::clone(&tally),
        );
        Ok((Self { feed, tally }, ReportTask(worker)))
    }

    /// Counts `decision`, which the feed gave for `input`.
    pub fn decided(&self, input: &DecisionInput, decision: &Decision) {
        match (decision.reason, decision.exception) {
            (Reason::MfaSuppressed, Some(exception)) => self.tally.count(exception, input.at, false),
            (Reason::MfaVerified, _) => {
                let without_mfa = DecisionInput { mfa: false, ..input.clone() };
                if let Some(exception) = self.feed.decide(&without_mfa).exception {
                    self.tally.count(exception, input.at, true);
                }
            }
            _ => {}
        }
    }
}

/// The task that reports.
pub struct ReportTask(Worker);

impl ReportTask {
    /// Reports until `stop` is ready, then keeps what was not sent.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        self.0.run(stop).await;
    }
}
