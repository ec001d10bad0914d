//! The client itself: one question for news after another.

use super::accept::Baseline;
use super::config::ClientConfig;
use super::error::{PullError, SetupError};
use super::handle::{FeedHandle, Held};
use super::http;
use super::jws::{JwsError, KeySet, Unverified};
use super::keys::Keys;
use super::store::{State, Store, StoreError};
use super::token::Tokens;
use crate::index::RuleIndex;
use crate::wire::{SNAPSHOT_TYP, Snapshot};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{ACCEPT, ETAG, IF_NONE_MATCH};
use reqwest::{Client, Response, StatusCode};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

/// Where the current instant comes from.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// How far the clock may run before the latest time seen is saved again.
const TIME_KEPT_EVERY: TimeDelta = TimeDelta::seconds(60);
/// Longest pause between two questions while the desk does not answer.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Longest pause that a desk may ask for (`Retry-After`).
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60);

/// What a question for news brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing new.
    Unchanged,
    /// A document was accepted: a new version, or a newer issue of the same.
    Accepted {
        /// Its version.
        version: u64,
    },
}

/// Pulls the feed of one desk into a [`FeedHandle`].
pub struct FeedClient {
    config: ClientConfig,
    clock: Clock,
    http: Client,
    handle: FeedHandle,
    store: Arc<Store>,
    state: State,
    /// The latest time as it stands on disk.
    kept_time: Option<DateTime<Utc>>,
    /// The document found on disk at the start, until the keys to verify it are there.
    found: Option<String>,
    etag: Option<String>,
    keys: Keys,
    tokens: Tokens,
}

/// A document that may be used, and the baseline it makes.
struct Checked {
    held: Held,
    baseline: Baseline,
}

impl FeedClient {
    /// Opens the state directory; asks nothing of the network yet.
    ///
    /// # Errors
    /// When an address is not private, or the state directory cannot be used.
    pub fn new(config: ClientConfig, clock: Clock) -> Result<Self, SetupError> {
        let http = http::client(&config)?;
        let store = Store::open(&config.state_dir)?;
        // An operator's anchor is the way out of a damaged state.
        let state = match store.state() {
            Err(StoreError::Damaged { .. }) if store.waiting_anchor()?.is_some() => State::default(),
            state => state?,
        };
        let handle = FeedHandle::default();
        handle.write().latest_time = state.latest_time;
        Ok(Self {
            http,
            handle,
            kept_time: state.latest_time,
            found: store.document()?,
            state,
            store: Arc::new(store),
            etag: None,
            keys: Keys::at(config.below_desk(".well-known/jwks.json")),
            tokens: Tokens::from(config.token.clone()),
            clock,
            config,
        })
    }

    /// The feed as readers see it.
    pub fn handle(&self) -> FeedHandle {
        self.handle.clone()
    }

    /// Asks again and again until `stop` is ready.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut pause = self.config.poll;
        loop {
            tokio::select! {
                biased;
                () = &mut stop => return,
                result = self.poll() => pause = self.next_pause(pause, &result),
            }
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Asks once.
    ///
    /// # Errors
    /// Why there is no news; what is held stays held.
    pub async fn poll(&mut self) -> Result<Outcome, PullError> {
        let result = self.pull().await;
        let error = result.as_ref().err().map(ToString::to_string);
        let mut shared = self.handle.write();
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
        drop(shared);
        result
    }

    fn next_pause(&self, last: Duration, result: &Result<Outcome, PullError>) -> Duration {
        match result {
            Ok(_) => self.config.poll,
            Err(PullError::Status { retry_after: Some(asked), .. }) => {
                (*asked).clamp(self.config.poll, LONGEST_RETRY_AFTER.max(self.config.poll))
            }
            Err(_) => (last * 2).min(LONGEST_PAUSE.max(self.config.poll)),
        }
    }

    async fn pull(&mut self) -> Result<Outcome, PullError> {
        self.take_up_anchor()?;
        self.see((self.clock)());
        self.keep_time()?;
        self.drop_what_a_withdrawn_key_signed().await?;
        self.use_what_was_found().await;
        let response = self.ask().await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Outcome::Unchanged);
        }
        let etag = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        let body = http::body(http::successful(response)?, self.config.longest_document).await?;
        let compact = String::from_utf8(body).map_err(|_| JwsError::Malformed)?;
        let outcome = self.take(compact, true).await?;
        self.etag = etag;
        Ok(outcome)
    }

    /// The answer to the question for news: 200, 304 when that was asked for, or an error.
    async fn ask(&mut self) -> Result<Response, PullError> {
        let token = self.tokens.current(&self.http).await?;
        let url = self.config.below_desk("feed/v1/rules");
        let mut request = self.http.get(url).header(ACCEPT, "application/jose").bearer_auth(token);
        // "Nothing new" helps only him who has something that still counts.
        let has_fresh = self.handle.read().held.as_ref().is_some_and(|held| (self.clock)() < held.expires_at);
        let condition = self.etag.as_ref().filter(|_| has_fresh);
        if let Some(etag) = condition {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let was_conditional = condition.is_some();
        let response = request.send().await?;
        match response.status() {
            StatusCode::OK => Ok(response),
            StatusCode::NOT_MODIFIED if was_conditional => Ok(response),
            status => {
                if status == StatusCode::UNAUTHORIZED {
                    self.tokens.forget();
                }
                Err(http::refused(&response))
            }
        }
    }

    /// Checks a signed document and, if it passes, uses it; `keep` writes it to disk as well.
    async fn take(&mut self, compact: String, keep: bool) -> Result<Outcome, PullError> {
        let kid = Unverified::read(compact.trim(), SNAPSHOT_TYP)?.kid().to_owned();
        let keys = self.keys.current(&self.http, Some(&kid)).await?.clone();
        let (baseline, issuer) = (self.state.baseline.clone(), self.config.issuer.clone());
        let now = (self.clock)();
        // A million rules take seconds: not on a thread that serves others.
        let checking = move || (check(compact.trim(), &keys, baseline.as_ref(), &issuer, now), compact);
        let (checked, compact) = tokio::task::spawn_blocking(checking).await?;
        let Checked { held, baseline } = checked?;
        let (version, issued_at) = (held.version, held.issued_at);
        let is_held = self.handle.read().held.as_ref().is_some_and(|old| {
            (old.issued_at, old.expires_at, old.version) == (held.issued_at, held.expires_at, held.version)
        });
        if is_held {
            return Ok(Outcome::Unchanged);
        }
        self.see(issued_at);
        self.state.baseline = Some(baseline);
        // Kept before it is used, so that a crash cannot bring back an older one; used even if it cannot be kept,
        // because what it revokes must not stay open for a full disk.
        let kept = if keep { self.keep(compact).await } else { Ok(()) };
        self.handle.hold(Some(held));
        kept?;
        Ok(Outcome::Accepted { version })
    }

    async fn keep(&mut self, compact: String) -> Result<(), PullError> {
        let (store, state) = (self.store.clone(), self.state.clone());
        tokio::task::spawn_blocking(move || {
            store.save_document(&compact)?;
            store.save_state(&state)
        })
        .await??;
        self.kept_time = self.state.latest_time;
        Ok(())
    }

    /// Uses the document that was on disk, if it still passes.
    async fn use_what_was_found(&mut self) {
        if let Some(compact) = self.found.take()
            && let Err(error) = self.take(compact, false).await
        {
            tracing::warn!(%error, "the feed document on disk is not used");
        }
    }

    async fn drop_what_a_withdrawn_key_signed(&mut self) -> Result<(), PullError> {
        let keys = self.keys.current(&self.http, None).await?;
        let withdrawn = self.handle.read().held.as_ref().is_some_and(|held| !keys.has(&held.kid));
        if withdrawn {
            tracing::warn!("the key that signed the feed document was withdrawn; it suppresses nothing any more");
            self.handle.hold(None);
            self.etag = None;
        }
        Ok(())
    }

    fn take_up_anchor(&mut self) -> Result<(), StoreError> {
        let Some(anchor) = self.store.waiting_anchor()? else { return Ok(()) };
        let same_epoch = self.state.baseline.take().filter(|baseline| baseline.epoch == anchor.epoch);
        // Within an epoch nothing goes back, not even by an operator's word.
        let baseline = match same_epoch {
            Some(baseline) if baseline.version >= anchor.at_least => baseline,
            _ => Baseline { epoch: anchor.epoch, version: anchor.at_least, seen: None },
        };
        let counts = |held: &Held| held.epoch == baseline.epoch && held.version >= baseline.version;
        let still_counts = self.handle.read().held.as_ref().is_some_and(counts);
        self.state = State { baseline: Some(baseline), latest_time: None };
        if !still_counts {
            self.handle.hold(None);
            self.etag = None;
        }
        self.store.save_state(&self.state)?;
        self.kept_time = None;
        self.store.forget_anchor()
    }

    /// Remembers that it was `time` once.
    fn see(&mut self, time: DateTime<Utc>) {
        let latest = self.state.latest_time.max(Some(time));
        self.state.latest_time = latest;
        self.handle.write().latest_time = latest;
    }

    fn keep_time(&mut self) -> Result<(), StoreError> {
        let Some(latest) = self.state.latest_time else { return Ok(()) };
        if self.kept_time.is_none_or(|kept| latest - kept >= TIME_KEPT_EVERY) {
            self.store.save_state(&self.state)?;
            self.kept_time = Some(latest);
        }
        Ok(())
    }
}

/// Everything between a signed document and its use.
fn check(
    compact: &str,
    keys: &KeySet,
    baseline: Option<&Baseline>,
    issuer: &str,
    now: DateTime<Utc>,
) -> Result<Checked, PullError> {
    let unverified = Unverified::read(compact, SNAPSHOT_TYP)?;
    let reading = Snapshot::read(&unverified.verify(keys)?)?;
    let baseline = Baseline::accept(baseline, issuer, &reading, now)?;
    let document = reading.snapshot;
    let held = Held {
        rules: RuleIndex::of(&document.rules),
        epoch: document.epoch,
        version: document.version,
        rules_digest: document.rules_digest,
        issued_at: document.issued_at,
        expires_at: document.expires_at,
        kid: unverified.kid().to_owned(),
    };
    Ok(Checked { held, baseline })
}
