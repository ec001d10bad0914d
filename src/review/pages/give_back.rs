//! `/review/{ref}/return`: a second person disagrees with the first approval, with a reason for the colleagues.

use super::dossier::Dossier;
use super::form;
use super::words;
use crate::app::Desk;
use crate::identity::Reviewer;
use crate::intake::pages::parts;
use crate::problem::{InputError, Kind};
use crate::review::approval::may_decide;
use crate::review::{DecisionBody, DecisionOutcome, decide};
use crate::web::components::{Notice, Quote, SummaryList, Tone};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, Form, FormFields, Html, IfMatch, Message, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder};

/// What was approved, and why the viewer disagrees.
pub async fn ask(
    reviewer: Reviewer,
    desk: Data<Desk>,
    reader: Reader,
    reference: Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    let dossier = Dossier::read(&desk, &reference).await?;
    may_decide(&reviewer, &dossier.request, &dossier.says)?;
    page(&desk, reader, &reviewer, &dossier, &FormFields::default(), &[]).map(Html)
}

/// Returns it, at the version that was shown.
pub async fn act(
    reviewer: Reviewer,
    desk: Data<Desk>,
    reference: Path<String>,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let dossier = Dossier::read(&desk, &reference).await?;
    let href = format!("/review/{}", dossier.request.reference);
    let seen = IfMatch::Versions(vec![form::version(&fields)]);
    let reason = fields.get("reason").to_owned();
    let body = DecisionBody { outcome: DecisionOutcome::Return, reason, scope: None };
    match decide(desk.clone(), reviewer.clone(), dossier.request.id, seen, body).await {
        Ok(_) => Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish()),
        Err(failure) if failure.kind() == Kind::InvalidInput => {
            let page = page(&desk, Reader::of(&http), &reviewer, &dossier, &fields, failure.errors())?;
            let mut response = Html(page).respond_to(&http);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(failure) => Err(failure.way_out(href, Message::new("after-check-open"))),
    }
}

fn page(
    desk: &Desk,
    reader: Reader,
    reviewer: &Reviewer,
    dossier: &Dossier,
    values: &FormFields,
    errors: &[InputError],
) -> Result<ConfirmPage, Failure> {
    let (request, lang) = (&dossier.request, reader.lang);
    let review = format!("/review/{}", request.reference);
    let refused = |key| {
        let failure = Failure::new(Kind::WrongState).detail(Message::new(key));
        failure.way_out(review.clone(), Message::new("after-check-open"))
    };
    let first = dossier.waiting().ok_or_else(|| refused("wrong-state-no-first-approval"))?;
    if first.by == reviewer.object_id.0 {
        return Err(refused("wrong-state-own-approval"));
    }
    let edition = desk.edition_of(&request.classification)?;
    let zone = parts::zone_of(desk, request);
    let title = Message::new("return-title").with("reference", request.reference.as_str()).text(lang);
    let page = reader.page_titled(title).wide();
    let mut form = Form::new(lang, values, errors);
    let reason = form.area("/reason", page.t("review-reason")).hint(page.t("return-reason-hint")).max_length(2000);
    let page = page.with_errors(form.summary());
    let labels = Some(&request.subject_labels);
    let scope =
        first.scope.as_ref().map(|scope| parts::asked_scope(&scope.0, labels, &edition, reader.zones(zone), lang));
    let facts: SummaryList = scope.unwrap_or_default();
    Ok(ConfirmPage {
        facts: facts
            .row(page.t("return-first"), words::who(&first, lang))
            .row(page.t("review-approved-at"), page.when(first.at, zone))
            .row(page.t("review-approved-because"), Quote::new(&first.reason, None)),
        consequence: Notice::new(Tone::Warn, page.t("return-consequence")),
        fields: vec![reason],
        hidden: vec![("version", request.version.to_string())],
        action: format!("{review}/return"),
        button: page.t("return-button"),
        danger: false,
        cancel: Link { href: review, label: page.t("review-confirm-cancel") },
        page,
    })
}
