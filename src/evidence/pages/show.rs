//! `/support/requests/{reference}/evidence`: the files of a request, and a form that adds more.

use super::block::Block;
use super::request_of;
use super::upload::{take, upload_field};
use crate::app::Desk;
use crate::evidence::record::{Evidence, Holder, of};
use crate::identity::Filer;
use crate::intake::request::Request;
use crate::problem::{InputError, Kind};
use crate::web::field::Field;
use crate::web::page::Page;
use crate::web::{Failure, Html, Message, Reader};
use actix_multipart::Multipart;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use chrono_tz::Tz;

#[derive(Template)]
#[template(path = "evidence/page.html")]
pub(super) struct EvidencePage {
    page: Page,
    lead: String,
    block: Block,
    action: String,
    /// The field for more files, while there can be more.
    field: Option<Field>,
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
    let errors = take(&desk, &filer, Holder::Request(request.id), &http, form).await?.errors_or_none_chosen();
    if errors.is_empty() {
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, super::href(&reference))).finish());
    }
    let (request, files) = load(&desk, &filer, &reference).await?;
    let page = EvidencePage::of_request(&desk, &Reader::of(&http), &filer, &request, &files, &errors);
    let mut response = Html(page).respond_to(&http);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
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
    Failure::new(Kind::WrongState).detail(detail).way_out(back, Message::new("step-back-to-request"))
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
        let page = reader.page_titled(title).back_to(format!("/support/requests/{reference}"), "step-back-to-request");
        let zone = desk.calendars.get(&request.calendar).map_or(Tz::UTC, crate::sla::Calendar::zone);
        let base = super::href(reference);
        let block = Block::to_manage(&page, &base, files, filer.mfa, open.then_some(filer.object_id), zone).untitled();
        let lead = page.t(if open { "evidence-lead" } else { "evidence-lead-closed" });
        let (field, summary) = open.then(|| upload_field(&page, files, errors)).unzip();
        Self { page: page.with_errors(summary.unwrap_or_default()), lead, block, action: base, field }
    }
}
