//! The feed as a stream: every change as it comes, signed, to readers that stay connected.

use super::places::Place;
use super::{Published, Share};
use crate::app::Desk;
use crate::identity::FeedReader;
use crate::openapi::Authenticated;
use crate::problem::Kind;
use crate::web::Failure;
use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::unfold;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use uuid::Uuid;

/// Something is sent at least so often, so that both sides notice when the other is gone.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A stream ends after this time; who comes again shows a token again, and goes on where it was.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// Bytes of an event that are handed over at once: a reader that is slow holds back no copy of a long one.
const PART: usize = 64 * 1024;

/// A reader of the stream.
struct Reader {
    desk: Data<Desk>,
    share: Share,
    epoch: Uuid,
    version: u64,
    until: Instant,
    state: State,
    /// What is left of the event under way; its bytes are shared by all readers.
    parts: VecDeque<Bytes>,
    _place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing was sent yet.
    Begun,
    /// It has what is published.
    Waiting,
    /// It was told to begin again.
    Lost,
}

/// Changes as Server-Sent Events.
///
/// Each event has `id: EPOCH:VERSION`, `event: changes` and as data the signed document of `/feed/v1/changes`, from the version of the
/// event before. The first event comes at once, from the version of `Last-Event-ID`, else without changes at the current
/// version; one without changes follows whenever the freshness ends later. A comment is sent every 15 seconds. `event: resync_required`
/// ends a stream that cannot go on, and every stream ends after 30 minutes: come again with `Last-Event-ID`.
#[utoipa::path(
    get,
    path = "/feed/v1/stream",
    tag = "feed",
    params(("Last-Event-ID" = Option<String>, Header, description = "`EPOCH:VERSION` of the document you have")),
    responses(
        (status = 200, description = "Events without end", content_type = "text/event-stream", body = String),
        (status = 403, description = "Without the role `Feed.Read` of an operator tenant", body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 410, description = "`resync-required`: that version or its epoch is not known (any more); fetch `/feed/v1/rules`", body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 429, description = "As many readers are connected as one desk takes, or half of them with your client id; `Retry-After` says when to come again", body = crate::problem::Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn stream(reader: FeedReader, desk: Data<Desk>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let place = desk.feed.stream_place(&reader.0.client_id);
    let place = place.ok_or_else(|| Failure::new(Kind::TooManyRequests).retry_after(30))?;
    let mut share = desk.feed.share_of(&reader.0);
    let document = share.current().ok_or_else(|| Failure::new(desk.feed.why_absent()))?;
    let current = (document.snapshot.epoch, document.snapshot.version);
    let (epoch, version) = match request.headers().get("last-event-id") {
        Some(id) => id.to_str().ok().and_then(read_id).ok_or_else(|| Failure::new(Kind::ResyncRequired))?,
        None => current,
    };
    if epoch != current.0 || !document.leads_from(version) {
        return Err(Failure::new(Kind::ResyncRequired));
    }
    let until = Instant::now() + LONGEST;
    let (state, parts) = (State::Begun, VecDeque::new());
    let reader = Reader { desk, share, epoch, version, until, state, parts, _place: place };
    let events = unfold(reader, |mut reader| async {
        let event = reader.next().await?;
        Some((Ok::<_, actix_web::Error>(event), reader))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        // nginx keeps answers back in a buffer otherwise.
        .insert_header(("x-accel-buffering", "no"))
        .content_type("text/event-stream")
        .streaming(events))
}

/// `EPOCH:VERSION`
fn read_id(id: &str) -> Option<(Uuid, u64)> {
    let (epoch, version) = id.split_once(':')?;
    Some((epoch.parse().ok()?, version.parse().ok()?))
}

impl Reader {
    /// What is sent next; none at the end.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(part) = self.parts.pop_front() {
            return Some(part);
        }
        if self.state == State::Lost || Instant::now() >= self.until {
            return None;
        }
        let first = std::mem::replace(&mut self.state, State::Waiting) == State::Begun;
        if !first && timeout(HEARTBEAT, self.share.changed()).await.is_err() {
            return Some(Bytes::from_static(b":\n\n"));
        }
        match self.share.current() {
            Some(document) => Some(self.event(document).await),
            None => Some(Bytes::from_static(b":\n\n")),
        }
    }

    /// What leads to `document`, or the word that it cannot be told.
    async fn event(&mut self, document: Arc<Published>) -> Bytes {
        let snapshot = &document.snapshot;
        let (epoch, version) = (snapshot.epoch, snapshot.version);
        match self.desk.feed.changes_since(document.clone(), self.version).await {
            Ok(Some(changes)) if epoch == self.epoch => {
                self.version = version;
                let mut parts = parts(&changes.event(epoch, version));
                let first = parts.next().unwrap_or_default();
                self.parts = parts.collect();
                first
            }
            Ok(_) => {
                self.state = State::Lost;
                Bytes::from_static(b"event: resync_required\ndata:\n\n")
            }
            Err(failure) => self.failed(&failure),
        }
    }

    /// Ends the stream; the reader comes again.
    fn failed(&mut self, failure: &Failure) -> Bytes {
        tracing::warn!(?failure, "a change could not be streamed");
        self.state = State::Lost;
        Bytes::from_static(b":\n\n")
    }
}

/// `event` in parts of [`PART`] bytes at most, all of one memory.
fn parts(event: &Bytes) -> impl Iterator<Item = Bytes> + use<> {
    let event = event.clone();
    (0..event.len()).step_by(PART).map(move |start| event.slice(start..event.len().min(start + PART)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_event_is_handed_over_in_parts_that_share_its_memory() {
        for length in [0, 1, PART - 1, PART, PART + 1, 5 * PART + 7] {
            let jws = Bytes::from((0..length).map(|n| (n % 251) as u8).collect::<Vec<_>>());
            let parts: Vec<_> = parts(&jws).collect();
            assert!(parts.iter().all(|part| (1..=PART).contains(&part.len())), "{length}");
            assert_eq!(parts.concat(), jws, "{length}");
            assert!(parts.iter().all(|part| jws.as_ptr_range().contains(&part.as_ptr())), "{length}");
        }
    }
}
