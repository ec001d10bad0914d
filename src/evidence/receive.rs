//! Files off the wire: a form of several parts, within a number of bytes and a time, never whole in memory.

use super::add::{POINTER, Sent, add};
use super::record::Holder;
use super::view::EvidenceView;
use super::{MAX_BYTES, MAX_FILES};
use crate::app::Desk;
use crate::identity::Filer;
use crate::problem::Kind;
use crate::web::Failure;
use crate::web::idempotency::Created;
use actix_multipart::{Field, Multipart};
use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// What the parts of a form need besides the files.
const FRAME: u64 = 64 * 1024;
/// Most bytes of a form with one file.
pub const ONE: u64 = MAX_BYTES + FRAME;
/// Most bytes of a form with as many files as there may be.
pub const SEVERAL: u64 = MAX_BYTES * MAX_FILES as u64 + FRAME;

/// How long a form may take in all.
const WHOLE: Duration = Duration::from_secs(600);

/// What a form may bring.
#[derive(Clone, Copy)]
pub struct Bounds<'a> {
    /// Bytes at most.
    pub bytes: u64,
    /// Files at most.
    pub files: usize,
    /// The caller's `Idempotency-Key`, and the address that it was sent to.
    pub key: Option<(&'a str, &'a str)>,
}

/// What a form brought.
#[derive(Default)]
pub struct Received {
    /// Each file, or why there is none.
    pub files: Vec<Result<Created<EvidenceView>, Failure>>,
    /// The button that was pressed: the value of the field `action`.
    pub action: String,
}

/// Longer values of `action` are none of ours.
const ACTION: usize = 20;

/// Whether the caller says that the form is larger than `limit`. Asked before a byte of it is read.
pub fn is_beyond(http: &HttpRequest, limit: u64) -> bool {
    let length = http.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > limit)
}

/// A form under way.
struct Receiving {
    form: Multipart,
    until: Instant,
    silence: Duration,
    left: u64,
}

/// A part of it. A field must not be asked again once it has ended.
struct Part {
    field: Field,
    ended: bool,
}

/// Takes every part called `file` for `holder`, which the filer may add to. A form's empty file input sends a part without name and
/// content, which is none.
///
/// # Errors
/// 400 when it is no such form or stops coming; 413 beyond the bounds; 503. What is wrong with one file stands with it.
pub async fn receive(
    desk: &Data<Desk>,
    filer: &Filer,
    holder: Holder,
    form: Multipart,
    bounds: Bounds<'_>,
) -> Result<Received, Failure> {
    let silence = Duration::from_secs(u64::from(desk.config.evidence.upload_silence_seconds));
    let mut form = Receiving { form, until: Instant::now() + WHOLE, silence, left: bounds.bytes };
    let mut received = Received::default();
    while let Some(mut part) = form.next_part().await? {
        let disposition = part.field.content_disposition();
        let sent_name = disposition.and_then(|it| it.get_filename_ext().map(|ext| ext.value.clone()));
        let sent_name = sent_name.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let sent_name = sent_name.or_else(|| disposition?.get_filename().map(str::to_owned)).unwrap_or_default();
        if part.field.name() != Some("file") {
            let is_action = part.field.name() == Some("action");
            let value = form.next_bytes(&mut part).await?.filter(|value| is_action && value.len() <= ACTION);
            received.action.extend(value.map(|value| String::from_utf8_lossy(&value).into_owned()));
            form.pass_over(&mut part).await?;
            continue;
        }
        let first = form.next_bytes(&mut part).await?;
        if first.is_none() && sent_name.is_empty() {
            continue;
        }
        if received.files.len() == bounds.files {
            return Err(Failure::new(Kind::TooLarge));
        }
        let content = stream::iter(first.map(Ok)).chain(form.rest(&mut part)).boxed_local();
        let evidence = add(desk, filer, holder, Sent { name: &sent_name, key: bounds.key, content }).await;
        // What is no fault of the file ends the whole form.
        match evidence {
            Err(failure) if !is_about_the_file(&failure) => return Err(failure),
            _ => form.pass_over(&mut part).await?,
        }
        received.files.push(evidence);
    }
    Ok(received)
}

fn is_about_the_file(failure: &Failure) -> bool {
    failure.errors().iter().any(|error| error.pointer == POINTER)
}

impl Receiving {
    fn deadline(&self) -> Instant {
        self.until.min(Instant::now() + self.silence)
    }

    async fn next_part(&mut self) -> Result<Option<Part>, Failure> {
        let field = timeout_at(self.deadline(), self.form.try_next()).await;
        let field = field.map_err(|_| too_slow())?.map_err(|error| unreadable(&error))?;
        Ok(field.map(|field| Part { field, ended: false }))
    }

    /// The next bytes of a part; none at its end, however often they are asked for.
    async fn next_bytes(&mut self, part: &mut Part) -> Result<Option<Bytes>, Failure> {
        if part.ended {
            return Ok(None);
        }
        let bytes = timeout_at(self.deadline(), part.field.try_next()).await;
        let bytes = bytes.map_err(|_| too_slow())?.map_err(|error| unreadable(&error))?;
        part.ended = bytes.is_none();
        if let Some(bytes) = &bytes {
            self.left = self.left.checked_sub(bytes.len() as u64).ok_or_else(|| Failure::new(Kind::TooLarge))?;
        }
        Ok(bytes)
    }

    /// What is left of a part.
    fn rest<'a>(&'a mut self, part: &'a mut Part) -> impl Stream<Item = Result<Bytes, Failure>> + 'a {
        stream::try_unfold((self, part), |(form, part)| async move {
            let bytes = form.next_bytes(part).await?;
            Ok(bytes.map(|bytes| (bytes, (form, part))))
        })
    }

    /// The rest of a part that is not wanted, so that the next one can be read.
    async fn pass_over(&mut self, part: &mut Part) -> Result<(), Failure> {
        while self.next_bytes(part).await?.is_some() {}
        Ok(())
    }
}

fn unreadable(error: &actix_multipart::MultipartError) -> Failure {
    Failure::new(Kind::UnreadableBody).because(anyhow::anyhow!("{error}"))
}

fn too_slow() -> Failure {
    Failure::new(Kind::UnreadableBody).because(anyhow::anyhow!("the upload stopped coming"))
}
