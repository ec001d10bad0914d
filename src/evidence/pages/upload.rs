//! A form that adds files: its field, and what comes of what it sends.

use crate::app::Desk;
use crate::db;
use crate::evidence::receive::{self, Bounds, receive};
use crate::evidence::record::{Evidence, Holder};
use crate::evidence::{MAX_BYTES, MAX_FILES, Scan, scanning};
use crate::identity::Filer;
use crate::problem::{InputError, Kind};
use crate::web::components::SummaryEntry;
use crate::web::field::Field;
use crate::web::idempotency::Created;
use crate::web::{Failure, Form, FormFields, Message, Page};
use actix_multipart::Multipart;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest};

/// What a browser offers first; what is taken, the content decides.
const ACCEPT: &str = ".pdf,.png,.jpg,.jpeg,.txt,.log,.eml";

/// What came of a form with files.
pub struct Taken {
    /// What is wrong with each file that was not taken.
    pub errors: Vec<InputError>,
    /// How many were taken.
    pub kept: usize,
    /// The button that was pressed.
    pub action: String,
}

impl Taken {
    /// The errors; that nothing was chosen, when nothing was.
    pub fn errors_or_none_chosen(self) -> Vec<InputError> {
        match self.errors.is_empty() && self.kept == 0 {
            true => vec![InputError::new("/file", "evidence_none_chosen")],
            false => self.errors,
        }
    }
}

/// Takes every file for `holder` that can be taken. Waits a moment for the scanner, so that the page that follows has its answer in most
/// cases.
///
/// # Errors
/// 415 and 400 when it is no form with files; 413 when it is larger than all files together may be; 503.
pub async fn take(
    desk: &Data<Desk>,
    filer: &Filer,
    holder: Holder,
    http: &HttpRequest,
    form: Multipart,
) -> Result<Taken, Failure> {
    if http.content_type() != "multipart/form-data" {
        return Err(Failure::new(Kind::UnsupportedMediaType));
    }
    if receive::is_beyond(http, receive::SEVERAL) {
        return Err(Failure::new(Kind::TooLarge).detail(Message::new("evidence-form-too-large").with("max", MAX_FILES)));
    }
    let (shared, person) = (desk.clone(), filer.clone());
    let received = db::to_the_end(async move {
        // A button that is pressed twice sends the same files, and those are the same.
        let bounds = Bounds { bytes: receive::SEVERAL, files: 2 * MAX_FILES, key: None };
        receive(&shared, &person, holder, form, bounds).await
    });
    let received = received.await?;
    let (mut errors, mut kept) = (Vec::new(), Vec::new());
    for one in received.files {
        match one {
            Ok(Created::Now(file)) => kept.push(file.id),
            Ok(Created::Before(first)) => kept.push(first.created),
            Err(failure) => errors.extend_from_slice(failure.errors()),
        }
    }
    scanning::settled(desk, &kept).await;
    Ok(Taken { errors, kept: kept.len(), action: received.action })
}

/// The field for more files beside `files`, found wrong at `errors`, and the summary of those.
pub fn upload_field(page: &Page, files: &[Evidence], errors: &[InputError]) -> (Field, Vec<SummaryEntry>) {
    let values = FormFields::default();
    let mut form = Form::new(page.lang(), &values, errors);
    let left = MAX_FILES - files.iter().filter(|file| file.scan != Scan::Infected).count().min(MAX_FILES);
    let hint = Message::new("evidence-hint").with("megabytes", MAX_BYTES >> 20).with("left", left);
    let field = form.input("/file", page.t("evidence-files")).files(ACCEPT).hint(page.say(&hint));
    (field, form.summary())
}
