//! The client itself: one step of following after another.

use super::config::ClientConfig;
use super::error::{PullError, SetupError};
use super::handle::{FeedHandle, Latest};
use super::http;
use super::keys::Keys;
use super::ladder::{Follow, Ladder, chance, pause_after};
use super::line::Line;
use super::store::{Found, State, Store, StoreError};
use super::token::Tokens;
use super::upkeep::ClockWatch;
use chrono::{DateTime, Utc};
use reqwest::Client;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Where the current instant comes from.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Longest pause between two tries while the desk does not answer.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often is looked for an operator's anchor while nothing is asked.
const LOOK_FOR_ANCHOR: Duration = Duration::from_secs(1);
/// Longest pause that a desk may ask for (`Retry-After`).
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

/// What a question for news, or a step of following, brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The desk has not said anything yet.
    Waiting,
    /// Nothing new.
    Unchanged,
    /// A document was accepted: a new version, or a newer issue of the same.
    Accepted {
        /// Its version.
        version: u64,
    },
}

/// Brings the feed of one desk into a [`FeedHandle`].
pub struct FeedClient {
    pub(super) config: ClientConfig,
    pub(super) clock: Clock,
    pub(super) watch: ClockWatch,
    pub(super) http: Client,
    pub(super) patient: Client,
    pub(super) handle: FeedHandle,
    pub(super) store: Arc<Store>,
    pub(super) state: State,
    /// The latest time as it stands on disk.
    pub(super) kept_time: Option<DateTime<Utc>>,
    /// What was found on disk at the start, until the keys to verify it are there.
    pub(super) found: Option<Found>,
    pub(super) etag: Option<String>,
    pub(super) keys: Keys,
    pub(super) tokens: Tokens,
    pub(super) ladder: Ladder,
    pub(super) line: Option<Line>,
    /// The changes cannot be followed from what is held.
    pub(super) wants_everything: bool,
    /// When a snapshot is to take the place of the one held and all changes since.
    pub(super) fresh_copy_at: Option<Instant>,
    failures: u32,
}

impl FeedClient {
    /// Opens the state directory; asks nothing of the network yet.
    ///
    /// # Errors
    /// When an address is not private, or the state directory cannot be used.
    pub fn new(config: ClientConfig, clock: Clock) -> Result<Self, SetupError> {
        let store = Store::open(&config.state_dir)?;
        // An operator's anchor is the way out of a damaged state.
        let state = match store.state() {
            Err(StoreError::Damaged { .. }) if store.waiting_anchor()?.is_some() => State::default(),
            state => state?,
        };
        let handle = FeedHandle::default();
        {
            let mut shared = handle.write();
            shared.latest = state.latest_time.map(Latest::of);
            shared.follows = config.follow;
        }
        Ok(Self {
            http: http::client(&config)?,
            patient: http::patient_client(&config)?,
            handle,
            watch: ClockWatch::default(),
            kept_time: state.latest_time,
            found: store.found(config.longest_document)?,
            state,
            store: Arc::new(store),
            etag: None,
            keys: Keys::at(config.below_desk(".well-known/jwks.json")),
            tokens: Tokens::from(config.token.clone()),
            ladder: Ladder::from(config.follow),
            line: None,
            wants_everything: false,
            fresh_copy_at: None,
            failures: 0,
            clock,
            config,
        })
    }

    /// The feed as readers see it.
    pub fn handle(&self) -> FeedHandle {
        self.handle.clone()
    }

    /// Follows the feed until `stop` is ready.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut pause;
        loop {
            tokio::select! {
                biased;
                () = &mut stop => return,
                result = self.step() => pause = self.pause_after(&result),
            }
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = tokio::time::sleep(pause) => {}
                () = self.anchored() => {}
            }
        }
    }

    /// Ready when an operator has left an anchor: however long the desk asked to wait, what is anchored is asked for now.
    async fn anchored(&mut self) {
        loop {
            tokio::time::sleep(LOOK_FOR_ANCHOR).await;
            if matches!(self.store.waiting_anchor(), Ok(Some(_))) {
                return;
            }
        }
    }

    /// One step of following, in the configured way or the best that works: what the desk says is used, or a second
    /// passes. Everything is asked for first, where nothing is held.
    ///
    /// # Errors
    /// Why there is no news; what is held stays held.
    pub async fn step(&mut self) -> Result<Outcome, PullError> {
        let (way, result) = self.follow().await;
        match &result {
            // What another way brought says nothing about this one.
            Ok(Outcome::Unchanged | Outcome::Accepted { .. }) if way == self.ladder.current() => {
                self.failures = 0;
                self.ladder.worked(Instant::now(), chance());
            }
            Ok(_) => {}
            Err(error) => {
                self.failures = self.failures.saturating_add(1);
                self.ladder.broke(!error.is_not_offered());
            }
        }
        self.tell(&result);
        result
    }

    /// Asks once for everything, whatever the configured way.
    ///
    /// # Errors
    /// Why there is no news; what is held stays held.
    pub async fn poll(&mut self) -> Result<Outcome, PullError> {
        let result = match self.prepare().await {
            Ok(()) => self.pull().await,
            Err(error) => Err(error),
        };
        self.tell(&result);
        result
    }

    fn tell(&mut self, result: &Result<Outcome, PullError>) {
        let mut shared = self.handle.write();
        let follows = self.ladder.current();
        if follows != shared.follows {
            tracing::info!(from = shared.follows.name(), to = follows.name(), "the feed is followed in another way");
            shared.follows = follows;
        }
        if let Ok(Outcome::Waiting) = result {
            return;
        }
        let error = result.as_ref().err().map(ToString::to_string);
        if error != shared.last_error {
            match &error {
                Some(error) => tracing::warn!(%error, "no news of the feed"),
                None => tracing::info!("the feed answers"),
            }
        }
        if error.is_none() {
            shared.last_success = Some((self.clock)());
        }
        shared.last_error = error;
    }

    /// How long to wait before the next step.
    fn pause_after(&self, result: &Result<Outcome, PullError>) -> Duration {
        match result {
            Ok(Outcome::Waiting) => Duration::ZERO,
            // A stream says by itself when there is more; so does a question that waits, unless its answer was no news.
            Ok(Outcome::Accepted { .. }) if self.ladder.current() != Follow::Poll => Duration::ZERO,
            Ok(Outcome::Unchanged) if self.ladder.current() == Follow::Stream => Duration::ZERO,
            Ok(_) => self.config.poll,
            Err(error) if error.is_not_offered() && self.ladder.current() != Follow::Poll => Duration::ZERO,
            Err(PullError::Status { retry_after: Some(asked), .. }) => {
                (*asked).clamp(self.config.poll, LONGEST_RETRY_AFTER.max(self.config.poll))
            }
            Err(_) => pause_after(self.failures, self.config.poll, LONGEST_PAUSE, chance()),
        }
    }
}
