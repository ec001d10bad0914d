//! `/support/requests/{reference}/evidence`: the files of a request, and a form that adds more.

use super::block::Block;
use super::request_of;
use crate::app::Desk;
use crate::db;
use crate::evidence::receive::{self, receive};
use crate::evidence::record::{Evidence, Holder, of};
use crate::evidence::{MAX_BYTES, MAX_FILES, Scan, scanning};
use crate::identity::Filer;
use crate::intake::request::Request;
use crate::problem::{InputError, Kind};
use crate::web::field::Field;
use crate::web::page::Page;
use crate::web::{Failure, Form, FormFields, Html, Message, Reader};
use actix_multipart::Multipart;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, Responder};
use askama::Template;
use chrono_tz::Tz;

/// What a browser offers first; what is taken, the content decides.
const ACCEPT: &str = ".pdf,.png,.jpg,.jpeg,.txt,.log,.eml";

#[derive(Template)]
#[template(path = "evidence/page.html")]
pub(super) struct EvidencePage {
    page: Page,
    lead: String,
    block: Block,
    form: Option<UploadForm>,
}

/// Where files are sent, and the field for them.
struct UploadForm {
    action: String,
    field: Field,
}

pub(super) async fn show(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    reference: Path<String>,
) -> Result<Html<EvidencePage>, Failure> {
    let (request, files) = load(&desk, &filer, &reference).await?;
    Ok(Html(EvidencePage::of_request(&desk, &reader, &filer, &request, &files, &[])))
}

/// Takes every file that can be taken, and names those that cannot.
pub(super) async fn add(
    filer: Filer,
    desk: Data<Desk>,
    reference: Path<String>,
    http: HttpRequest,
    form: Multipart,
) -> Result<HttpResponse, Failure> {
    let (request, _) = load(&desk, &filer, &reference).await?;
    if !request.status.is_open() {
        return Err(closed(&request));
    }
    let errors = take(&desk, &filer, Holder::Request(request.id), &http, form).await?;
    if errors.is_empty() {
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, super::href(&reference))).finish());
    }
    let (request, files) = load(&desk, &filer, &reference).await?;
    let page = EvidencePage::of_request(&desk, &Reader::of(&http), &filer, &request, &files, &errors);
    let mut response = Html(page).respond_to(&http);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// What is wrong with the files sent; those that are not named are kept. Waits a moment for the scanner, so that the page that follows
/// has its answer in most cases.
async fn take(
    desk: &Data<Desk>,
    filer: &Filer,
    holder: Holder,
    http: &HttpRequest,
    form: Multipart,
) -> Result<Vec<InputError>, Failure> {
    if http.content_type() != "multipart/form-data" {
        return Err(Failure::new(Kind::UnsupportedMediaType));
    }
    if receive::is_beyond(http, receive::SEVERAL) {
        return Err(Failure::new(Kind::TooLarge).detail(Message::new("evidence-form-too-large").with("max", MAX_FILES)));
    }
    let (shared, person) = (desk.clone(), filer.clone());
    let received =
        db::to_the_end(async move { receive(&shared, &person, holder, form, receive::SEVERAL, 2 * MAX_FILES).await });
    let (mut errors, mut kept) = (Vec::new(), Vec::new());
    for one in received.await? {
        match one {
            Ok(evidence) => kept.push(evidence.id),
            Err(failure) => errors.extend_from_slice(failure.errors()),
        }
    }
    if errors.is_empty() && kept.is_empty() {
        errors.push(InputError::new("/file", "evidence_none_chosen"));
    }
    scanning::settled(desk, &kept).await;
    Ok(errors)
}

async fn load(desk: &Desk, filer: &Filer, reference: &str) -> Result<(Request, Vec<Evidence>), Failure> {
    let mut tx = desk.db.person(filer.tenant, filer.object_id).await?;
    let request = request_of(&mut tx, reference).await?;
    let files = of(&mut tx, Holder::Request(request.id)).await?;
    Ok((request, files))
}

fn closed(request: &Request) -> Failure {
    let detail = Message::new("evidence-closed").with("reference", request.reference.as_str());
    let back = format!("/support/requests/{}", request.reference);
    Failure::new(Kind::WrongState).detail(detail).way_out(back, Message::new("withdraw-back"))
}

impl EvidencePage {
    fn of_request(
        desk: &Desk,
        reader: &Reader,
        filer: &Filer,
        request: &Request,
        files: &[Evidence],
        errors: &[InputError],
    ) -> Self {
        let (reference, open) = (request.reference.as_str(), request.status.is_open());
        let title = Message::new("evidence-of-request").with("reference", reference).text(reader.lang);
        let page = reader.page_titled(title).back_to(format!("/support/requests/{reference}"), "withdraw-back");
        let zone = desk.calendars.get(&request.calendar).map_or(Tz::UTC, crate::sla::Calendar::zone);
        let base = super::href(reference);
        let block = Block::to_manage(&page, &base, files, filer.mfa, open.then_some(filer.object_id), zone);
        let form = open.then(|| UploadForm::new(&page, base, files, errors));
        let lead = page.t(if open { "evidence-lead" } else { "evidence-lead-closed" });
        let (form, summary) = form.map_or_else(Default::default, |(form, summary)| (Some(form), summary));
        Self { page: page.with_errors(summary), lead, block, form }
    }
}

impl UploadForm {
    fn new(
        page: &Page,
        action: String,
        files: &[Evidence],
        errors: &[InputError],
    ) -> (Self, Vec<crate::web::components::SummaryEntry>) {
        let values = FormFields::default();
        let mut form = Form::new(page.lang(), &values, errors);
        let left = MAX_FILES - files.iter().filter(|file| file.scan != Scan::Infected).count().min(MAX_FILES);
        let hint = Message::new("evidence-hint").with("megabytes", MAX_BYTES >> 20).with("left", left);
        let field = form.input("/file", page.t("evidence-files")).files(ACCEPT).hint(page.say(&hint));
        let summary = form.summary();
        (Self { action, field }, summary)
    }
}
