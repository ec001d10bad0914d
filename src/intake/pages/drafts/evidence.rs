//! `/support/drafts/{id}/evidence`: the step of the form that takes files. A file is kept as soon as it is sent; nothing else is on the
//! page that could be lost.

use super::Step;
use super::filling::Filling;
use super::page::see_other;
use crate::app::Desk;
use crate::evidence::Holder;
use crate::evidence::pages::{Block, take, upload_field};
use crate::identity::Filer;
use crate::problem::InputError;
use crate::web::field::Field;
use crate::web::{Failure, FormFields, Html, Page, Reader};
use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{Either, HttpRequest, HttpResponse, Responder};
use askama::Template;

#[derive(Template)]
#[template(path = "intake/evidence_step.html")]
pub struct EvidenceStep {
    page: Page,
    place: String,
    block: Block,
    field: Field,
    action: String,
}

/// The files that are there, and the field for more.
pub async fn show(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
    http: HttpRequest,
) -> Result<Either<HttpResponse, Html<EvidenceStep>>, Failure> {
    let filling = Filling::load(filer, desk, reader, &id).await?;
    if filling.issue().is_none() {
        return Ok(Either::Left(see_other(&Step::Issue.href(filling.draft.id))));
    }
    Ok(Either::Right(Html(page(&filling, from_check(&http), &[]))))
}

/// Takes the files, names those that are not taken, and goes on when asked to.
pub async fn submit(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
    http: HttpRequest,
    form: Multipart,
) -> Result<Either<HttpResponse, impl Responder>, Failure> {
    let draft = Filling::load(filer.clone(), desk.clone(), reader.clone(), &id).await?.draft.id;
    let from_check = from_check(&http);
    let taken = take(&desk, &filer, Holder::Draft(draft), &http, form).await?;
    let errors = match taken.action.as_str() {
        "upload" => taken.errors_or_none_chosen(),
        "later" if taken.errors.is_empty() => return Ok(Either::Left(see_other("/support/requests?kept=1"))),
        _ if taken.errors.is_empty() => {
            let next = Step::Evidence.next().filter(|_| !from_check);
            let check = || format!("/support/drafts/{draft}/check");
            return Ok(Either::Left(see_other(&next.map_or_else(check, |step| step.href(draft)))));
        }
        _ => taken.errors,
    };
    if errors.is_empty() {
        return Ok(Either::Left(see_other(&action(draft, from_check))));
    }
    let filling = Filling::load(filer, desk, reader, &id).await?;
    let page = Html(page(&filling, from_check, &errors));
    Ok(Either::Right(page.customize().with_status(StatusCode::UNPROCESSABLE_ENTITY)))
}

fn from_check(http: &HttpRequest) -> bool {
    FormFields::from_query(http.query_string()).get("from") == "check"
}

fn action(draft: uuid::Uuid, from_check: bool) -> String {
    let href = Step::Evidence.href(draft);
    if from_check { format!("{href}?from=check") } else { href }
}

fn page(filling: &Filling, from_check: bool, errors: &[InputError]) -> EvidenceStep {
    let (lang, draft, step) = (filling.reader.lang, filling.draft.id, Step::Evidence);
    let (back, label) = match step.previous() {
        Some(previous) if !from_check => (previous.href(draft), "step-back"),
        _ => (filling.check_href(), "step-back-to-check"),
    };
    let page = filling.reader.page_titled(step.title(lang)).back_to(back, label);
    let filer = &filling.filer;
    let base = step.href(draft);
    let block = Block::to_manage(&page, &base, &filling.files, filer.mfa, Some(filer.object_id), filling.zone());
    let (field, summary) = upload_field(&page, &filling.files, errors);
    EvidenceStep {
        page: page.with_errors(summary),
        place: step.place(lang),
        block: block.untitled(),
        field: field.optional(),
        action: action(draft, from_check),
    }
}
