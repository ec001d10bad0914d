//! Internal notes on the review page: what staff told each other, and one line to add to it.

use super::dossier::Dossier;
use super::form;
use super::show::ReviewPage;
use crate::app::Desk;
use crate::identity::{Person, Reviewer, Role};
use crate::intake::pages::parts;
use crate::intake::pages::said::Said;
use crate::problem::{InputError, Kind};
use crate::review::notes::{MAX_NOTE, NoteBody, write as write_note};
use crate::web::components::{Event, SummaryEntry, Timeline};
use crate::web::field::Field;
use crate::web::idempotency::{FIELD, Key, fresh_name};
use crate::web::{Failure, Form, FormFields, Html, Page, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use askama::filters::HtmlSafe;
use chrono_tz::Tz;

/// Where the note stands in the form, and its errors in the problem document.
const TEXT: &str = "/text";

/// The notes, and for who may write one a field for it.
#[derive(Template)]
#[template(path = "review/notes.html")]
pub struct Notes {
    heading: String,
    hint: String,
    timeline: Option<Timeline>,
    field: Option<Field>,
    action: String,
    /// So that a button pressed twice writes once.
    key: (&'static str, String),
    button: String,
    /// What is wrong with it.
    pub errors: Vec<SummaryEntry>,
}

impl HtmlSafe for Notes {}

impl Notes {
    /// The notes of `dossier` for `viewer`, the field holding `values`, found wrong at those of `errors` that are its own.
    pub fn new(
        page: &Page,
        dossier: &Dossier,
        viewer: &Person,
        zone: Tz,
        values: &FormFields,
        errors: &[InputError],
    ) -> Self {
        let own: Vec<_> = errors.iter().filter(|error| is_own(error)).cloned().collect();
        let mut form = Form::new(page.lang(), values, &own);
        let field = form.area(TEXT, page.t("note-text")).rows(3).max_length(MAX_NOTE).answered();
        let said = Said::with(&dossier.request, zone, page.lang());
        let events = dossier.notes.iter().map(|note| Event {
            when: page.when(note.written_at, zone),
            what: page.t("note"),
            who: Some(parts::one_line(&note.author_name)),
            quote: Some(said.staffs(&note.text)),
        });
        let timeline = Timeline { events: events.collect() };
        Self {
            heading: page.t("notes"),
            hint: page.t("notes-hint"),
            timeline: (!timeline.events.is_empty()).then_some(timeline),
            field: (viewer.has_any(&[Role::Reviewer, Role::LeadReviewer]) && said.erased().is_none()).then_some(field),
            action: format!("/review/{}/notes", dossier.request.reference),
            key: (FIELD, fresh_name()),
            button: page.t("note-write"),
            errors: form.summary(),
        }
    }
}

/// Whether `error` is the note's.
pub fn is_own(error: &InputError) -> bool {
    error.pointer == TEXT
}

/// Writes a note.
pub async fn write(
    reviewer: Reviewer,
    desk: Data<Desk>,
    reference: Path<String>,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let dossier = Dossier::read(&desk, &reference).await?;
    let body = NoteBody { text: fields.get("text").to_owned() };
    let key = Key::in_form(&fields, &reviewer, http.path(), &body)?;
    match write_note(desk.clone(), reviewer.clone(), dossier.request.id, body, key).await {
        Ok(_) => {
            let href = format!("/review/{}#notes", dossier.request.reference);
            Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish())
        }
        Err(failure) if failure.kind() == Kind::InvalidInput => {
            let values = form::prefilled(&dossier.scope()).with("text", fields.get("text"));
            let reader = Reader::of(&http);
            let page = ReviewPage::new(&desk, reader, &reviewer, &dossier, &values, failure.errors())?;
            let mut response = Html(page).respond_to(&http);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(failure) => Err(failure),
    }
}
