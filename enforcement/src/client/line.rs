//! What the desk was asked and has not answered to the end yet, in pieces of a second, so that the client can look after
//! other things in between.

use super::error::PullError;
use super::events::{Event, Events};
use super::http;
use reqwest::{RequestBuilder, Response};
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// Longest time that a line is listened to before other things are looked after.
const TURN: Duration = Duration::from_secs(1);
/// Age from which on the end of a stream is no failure.
const OLD: Duration = Duration::from_secs(60);

/// A line to the desk.
pub(super) enum Line {
    /// A stream that is open.
    Stream(Box<Stream>),
    /// A question that waits for its answer.
    Question(Question),
}

/// A stream of events.
pub(super) struct Stream {
    response: Response,
    events: Events,
    opened: Instant,
    heard: Instant,
    silence: Duration,
}

/// What a stream brought.
pub(super) enum Heard {
    Event(Event),
    /// Nothing yet.
    Nothing,
    /// It ended, as every stream does in time.
    End,
}

impl Stream {
    /// Opens the stream that `request` asks for, with events of up to `longest` bytes and no longer silence than `silence`.
    ///
    /// # Errors
    /// When the answer is no stream, or does not begin.
    pub async fn open(request: RequestBuilder, longest: usize, silence: Duration) -> Result<Self, PullError> {
        let bound = silence.min(http::SILENCE);
        let answer = timeout(bound, request.send()).await.map_err(|_| PullError::Silence(bound))?;
        let response = http::successful(answer?)?;
        let content_type = response.headers().get(reqwest::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(|value| value.starts_with("text/event-stream")) {
            return Err(PullError::NoStream(response.url().clone()));
        }
        let now = Instant::now();
        Ok(Self { response, events: Events::up_to(longest), opened: now, heard: now, silence })
    }

    /// How long it has been open.
    pub fn age(&self) -> Duration {
        self.opened.elapsed()
    }

    /// Listens for a second at most.
    ///
    /// # Errors
    /// When it breaks, ends before its time, is silent for too long, or has too long an event.
    pub async fn listen(&mut self) -> Result<Heard, PullError> {
        let until = Instant::now() + TURN.min(self.silence);
        loop {
            if let Some(event) = self.events.next()? {
                return Ok(Heard::Event(event));
            }
            if Instant::now() >= until {
                return if self.heard.elapsed() >= self.silence {
                    Err(PullError::Silence(self.silence))
                } else {
                    Ok(Heard::Nothing)
                };
            }
            match timeout_at(until, self.response.chunk()).await {
                Err(_) => {}
                Ok(Ok(Some(bytes))) => {
                    self.heard = Instant::now();
                    self.events.push(&bytes);
                }
                Ok(Ok(None)) if self.age() >= OLD => return Ok(Heard::End),
                Ok(Ok(None)) => return Err(PullError::Ended(self.age())),
                Ok(Err(error)) => return Err(error.into()),
            }
        }
    }
}

/// A question that the desk may let wait.
pub(super) struct Question(Pin<Box<dyn Future<Output = Result<String, PullError>> + Send>>);

impl Question {
    /// Asks; the whole answer may have `longest` bytes and take `bound`.
    pub fn ask(request: RequestBuilder, longest: usize, bound: Duration) -> Self {
        Self(Box::pin(async move {
            let answer = async {
                let response = http::successful(request.send().await?)?;
                http::text(response, longest).await
            };
            timeout(bound, answer).await.map_err(|_| PullError::Silence(bound))?
        }))
    }

    /// Waits a second at most for the answer; gives none when it has not come yet.
    ///
    /// # Errors
    /// When the answer cannot be used.
    pub async fn answer(&mut self) -> Result<Option<String>, PullError> {
        match timeout(TURN, self.0.as_mut()).await {
            Ok(answer) => answer.map(Some),
            Err(_) => Ok(None),
        }
    }
}
