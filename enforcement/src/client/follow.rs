//! Following the feed by its changes, over a stream or by questions that wait.

use super::check;
use super::error::PullError;
use super::events::Event;
use super::ladder::{Follow, chance};
use super::line::{Heard, Line, Question, Stream};
use super::pull::{FeedClient, Outcome};
use crate::wire::CHANGES_TYP;
use reqwest::RequestBuilder;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING};
use std::time::Duration;
use tokio::time::Instant;

/// Time that the answer to a waiting question may take besides its waiting.
const ANSWER: Duration = Duration::from_secs(30);

impl FeedClient {
    /// One step of following: an event or an answer is used, or a second passes. Gives the way that was taken.
    pub(super) async fn follow(&mut self) -> (Follow, Result<Outcome, PullError>) {
        let way = self.ladder.way(Instant::now());
        if let Err(error) = self.prepare().await {
            return (way, Err(error));
        }
        if way == Follow::Poll || self.needs_everything() {
            return (Follow::Poll, self.pull().await);
        }
        let result = if way == Follow::Stream { self.listen().await } else { self.question().await };
        if let Err(error) = &result {
            self.wants_everything |= error.asks_for_everything();
            if matches!(error, PullError::Status { status: 401, .. }) {
                self.tokens.forget();
            }
        }
        (way, result)
    }

    fn needs_everything(&mut self) -> bool {
        self.wants_everything
            || self.fresh_copy_at.take_if(|at| Instant::now() >= *at).is_some()
            || self.handle.read().held.is_none()
    }

    async fn listen(&mut self) -> Result<Outcome, PullError> {
        let mut stream = match self.line.take() {
            Some(Line::Stream(stream)) => stream,
            _ => Box::new(self.open().await?),
        };
        let outcome = match stream.listen().await? {
            Heard::Event(Event::Changes(compact)) => self.take_changes(compact).await?,
            Heard::Event(Event::ResyncRequired) => return Err(PullError::ResyncRequired),
            Heard::Nothing if stream.age() >= self.config.silence && self.is_running_out() => {
                return Err(PullError::Stalled);
            }
            Heard::Nothing => Outcome::Waiting,
            Heard::End => {
                // Whoever may not read the feed any more is told so when asking for the next token.
                self.tokens.forget();
                return Ok(Outcome::Waiting);
            }
        };
        self.line = Some(Line::Stream(stream));
        Ok(outcome)
    }

    async fn open(&mut self) -> Result<Stream, PullError> {
        let request = self.request("feed/v1/stream", |epoch, version, request| {
            request.header("last-event-id", format!("{epoch}:{version}"))
        });
        let request = request.await?.header(ACCEPT, "text/event-stream").header(ACCEPT_ENCODING, "identity");
        Stream::open(request, self.config.longest_change, self.config.silence).await
    }

    /// Whether the freshness is nearly over; the desk renews it after a third of its time.
    fn is_running_out(&self) -> bool {
        self.handle.read().held.as_ref().is_some_and(|held| {
            let left = held.stamp.expires_at - (self.clock)();
            left < (held.stamp.expires_at - held.stamp.issued_at) / 4
        })
    }

    async fn question(&mut self) -> Result<Outcome, PullError> {
        let mut question = match self.line.take() {
            Some(Line::Question(question)) => question,
            _ => {
                let wait = self.config.wait.as_secs();
                let request = self.request("feed/v1/changes", |epoch, version, request| {
                    request.query(&[("epoch", epoch), ("after", version), ("wait", wait.to_string())])
                });
                let request = request.await?.header(ACCEPT, "application/jose");
                Question::ask(request, self.config.longest_change, self.config.wait + ANSWER)
            }
        };
        match question.answer().await? {
            Some(compact) => self.take_changes(compact).await,
            None => {
                self.line = Some(Line::Question(question));
                Ok(Outcome::Waiting)
            }
        }
    }

    /// A question about what is held, by its epoch and version.
    async fn request(
        &mut self,
        path: &str,
        about: impl FnOnce(String, String, RequestBuilder) -> RequestBuilder,
    ) -> Result<RequestBuilder, PullError> {
        let token = self.tokens.current(&self.http).await?;
        let held = self.handle.read().held.as_ref().map(|held| (held.stamp.epoch, held.stamp.version));
        let (epoch, version) = held.ok_or(PullError::ResyncRequired)?;
        let request = self.patient.get(self.config.below_desk(path)).bearer_auth(token);
        Ok(about(epoch.to_string(), version.to_string(), request))
    }

    /// Checks signed changes and, if they pass, keeps and uses them.
    async fn take_changes(&mut self, compact: String) -> Result<Outcome, PullError> {
        let compact = compact.trim().to_owned();
        let trust = self.trust(&compact, CHANGES_TYP).await?;
        let (handle, store, mut state) = (self.handle.clone(), self.store.clone(), self.state.clone());
        let latest = self.latest_time();
        let taken = tokio::task::spawn_blocking(move || -> Result<_, PullError> {
            let shared = handle.read();
            let held = shared.held.as_ref().ok_or(PullError::ResyncRequired)?;
            let step = check::changes(&compact, held, &trust)?;
            let is_new_key = !held.kids.contains(&step.kid);
            let is_held = held.stamp == step.stamp;
            drop(shared);
            state.baseline = Some(step.baseline.clone());
            state.latest_time = latest.max(Some(step.stamp.issued_at));
            if is_held {
                return Ok((state, None));
            }
            let stamp = step.stamp.clone();
            // Kept before they are used, so that a crash cannot bring back an older state; used even if they cannot be
            // kept, because what they revoke must not stay open for a full disk.
            let kept = store.add_changes(&compact).and_then(|()| store.save_state(&state));
            handle.carry_out(step);
            Ok((state, Some((stamp, kept, is_new_key))))
        });
        let (state, taken) = taken.await??;
        let Some((stamp, kept, is_new_key)) = taken else { return Ok(Outcome::Unchanged) };
        self.state = state;
        self.renewed(stamp.issued_at);
        if is_new_key || kept.is_err() || self.store.has_many_changes() {
            self.fetch_fresh_copy_soon();
        }
        self.kept_time = self.state.latest_time;
        kept?;
        Ok(Outcome::Accepted { version: stamp.version })
    }

    /// Plans a snapshot to take the place of all that was kept since the last: signed by one key, short, and whole. Some time
    /// within ten minutes, so that not all gates ask together.
    fn fetch_fresh_copy_soon(&mut self) {
        let soon = Duration::from_secs(600).mul_f64(chance());
        self.fresh_copy_at.get_or_insert_with(|| Instant::now() + soon);
    }
}
