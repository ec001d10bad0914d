//! The task that reports: one report at a time, until the desk answers it.

use super::ReportSettings;
use super::kept::{Body, Kept, Pending};
use super::tally::Tally;
use crate::client::error::PullError;
use crate::client::handle::FeedHandle;
use crate::client::http;
use crate::client::pull::Clock;
use crate::client::token::Tokens;
use chrono::{DateTime, Utc};
use reqwest::{Client, StatusCode};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;
use uuid::Uuid;

/// Entries in a report; what is more comes with the next.
const MOST_HITS: usize = 1000;
/// How often it is looked whether another version is applied.
const LOOK: Duration = Duration::from_millis(250);
/// The pause after a report that was not answered: twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// What came of an attempt.
enum Sent {
    /// The desk has it, or will never take it.
    Answered,
    /// The same, and there is more to say at once.
    More,
    /// It is sent again, after this long at the least.
    Later(Option<Duration>),
}

/// A version, and since when it is applied.
type Applied = (Uuid, u64, DateTime<Utc>);

pub struct Worker {
    http: Client,
    url: Url,
    tokens: Tokens,
    directory: PathBuf,
    settings: ReportSettings,
    feed: FeedHandle,
    clock: Clock,
    tally: Arc<Tally>,
    applied: Option<Applied>,
    pending: Option<Pending>,
    /// Whether the last attempt failed: a failure is told once.
    failing: bool,
}

impl Worker {
    #[expect(clippy::too_many_arguments, reason = "each is another thing, and there is one caller")]
    pub fn new(
        http: Client,
        url: Url,
        tokens: Tokens,
        directory: PathBuf,
        settings: ReportSettings,
        feed: FeedHandle,
        clock: Clock,
        tally: Arc<Tally>,
    ) -> Self {
        let Kept { pending, hits } = Kept::read(&directory);
        tally.put_back(&hits);
        let pending = pending.filter(|pending| !pending.is_over(clock()));
        Self { http, url, tokens, directory, settings, feed, clock, tally, applied: None, pending, failing: false }
    }

    /// Reports until `stop` is ready.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let (mut due, mut pause) = (Instant::now(), FIRST_PAUSE);
        loop {
            // Another version is told at once, also in the middle of a pause: after what waits, which goes first.
            if self.look() {
                due = Instant::now();
            }
            if Instant::now() >= due {
                let sent = tokio::select! {
                    biased;
                    () = &mut stop => break,
                    sent = self.report() => sent,
                };
                let (next, then) = match sent {
                    Sent::Answered => (self.settings.every, FIRST_PAUSE),
                    Sent::More => (Duration::ZERO, FIRST_PAUSE),
                    Sent::Later(wish) => {
                        (wish.unwrap_or_default().max(pause).min(LONGEST_PAUSE), (pause * 2).min(LONGEST_PAUSE))
                    }
                };
                due = Instant::now() + next;
                pause = then;
            }
            tokio::select! {
                biased;
                () = &mut stop => break,
                () = tokio::time::sleep(LOOK.min(due.saturating_duration_since(Instant::now()))) => {}
            }
        }
        self.keep();
    }

    /// Whether another version is applied than at the last look.
    fn look(&mut self) -> bool {
        let now = (self.clock)();
        let held = self.feed.status(now).held.map(|held| (held.epoch, held.version));
        let before = self.applied.map(|(epoch, version, _)| (epoch, version));
        if held == before {
            return false;
        }
        self.applied = held.map(|(epoch, version)| (epoch, version, now));
        self.applied.is_some()
    }

    /// Sends the report that waits, or makes one and sends it.
    async fn report(&mut self) -> Sent {
        let now = (self.clock)();
        if self.pending.as_ref().is_some_and(|pending| pending.is_over(now)) {
            tracing::warn!("a report was not answered for a day; its counts are lost");
            self.pending = None;
        }
        let is_old = self.pending.is_some();
        if !is_old {
            // Without a feed there is no version to tell of; the counts wait.
            let Some(applied) = self.applied else { return Sent::Answered };
            self.pending = Some(self.make(applied, now));
            self.keep();
        }
        let Some(pending) = self.pending.clone() else { return Sent::Answered };
        match self.send(&pending).await {
            Ok(()) => {
                self.pending = None;
                self.keep();
                self.tell(None);
                // What waited may have said an older version: the present one is told right after.
                if is_old || self.tally.len() >= MOST_HITS { Sent::More } else { Sent::Answered }
            }
            Err(error) => {
                let wish = match &error {
                    PullError::Status { retry_after, .. } => *retry_after,
                    _ => None,
                };
                self.tell(Some(&error));
                Sent::Later(wish)
            }
        }
    }

    fn make(&self, (epoch, version, applied_at): Applied, now: DateTime<Utc>) -> Pending {
        let (hits, lost) = self.tally.take(MOST_HITS, now);
        if lost > 0 {
            tracing::warn!(lost, "decisions were counted no more, or are too old to be reported");
        }
        let body = Body { gate: self.settings.gate.clone(), epoch, version, applied_at, hits };
        Pending { key: Uuid::new_v4().to_string(), made_at: now, body }
    }

    /// Sends it; an answer that will not change is as good as having arrived.
    async fn send(&mut self, pending: &Pending) -> Result<(), PullError> {
        let token = self.tokens.current(&self.http).await?;
        let call = self.http.post(self.url.clone()).bearer_auth(token);
        let answer = call.header("Idempotency-Key", &pending.key).json(&pending.body).send().await?;
        let status = answer.status();
        match status {
            _ if status.is_success() => Ok(()),
            StatusCode::UNAUTHORIZED => {
                self.tokens.forget();
                Err(http::refused(&answer))
            }
            // Said again, it would be refused again.
            _ if status.is_client_error() && !matches!(status.as_u16(), 408 | 409 | 425 | 429) => {
                tracing::error!(%status, gate = %self.settings.gate, "the desk does not take the report");
                Ok(())
            }
            _ => Err(http::refused(&answer)),
        }
    }

    fn tell(&mut self, error: Option<&PullError>) {
        let failing = error.is_some();
        if failing != self.failing {
            match error {
                Some(error) => tracing::warn!(%error, "reports do not reach the desk; they are kept"),
                None => tracing::info!("reports reach the desk"),
            }
        }
        self.failing = failing;
    }

    /// Keeps what was not answered. Small and seldom: some hundred kilobytes at the very most.
    fn keep(&self) {
        let kept = Kept { pending: self.pending.clone(), hits: self.tally.all() };
        if let Err(error) = kept.write(&self.directory) {
            tracing::warn!(%error, "counts of decisions cannot be kept");
        }
    }
}
