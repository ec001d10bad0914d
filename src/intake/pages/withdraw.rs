//! `/support/requests/{reference}/withdraw`: what follows from taking a request back, and the button that does it.

use super::parts;
use crate::app::Desk;
use crate::identity::Filer;
use crate::intake::request::{self, Request};
use crate::intake::withdraw::withdraw;
use crate::problem::Kind;
use crate::web::components::{Notice, SummaryList, Tone};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, FormFields, Html, IfMatch, Message, Reader};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{Either, HttpResponse, Responder};

/// Asks before it is done.
pub(super) async fn ask(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    reference: Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    let request = find(&desk, &filer, &reference).await?;
    if !request.status.is_open() {
        return Err(closed(&request));
    }
    Ok(Html(confirmation(&reader, &request, None)))
}

/// Takes the request back, as it was when the page was shown; when it changed meanwhile, asks again.
pub(super) async fn submit(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    reference: Path<String>,
    fields: FormFields,
) -> Result<Either<HttpResponse, impl Responder>, Failure> {
    let request = find(&desk, &filer, &reference).await?;
    let seen = IfMatch::Versions(fields.get("version").parse().into_iter().collect());
    match withdraw(desk.clone(), filer.clone(), request.id, seen).await {
        Ok(_) => {
            let location = format!("/support/requests/{}", request.reference);
            Ok(Either::Left(HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()))
        }
        Err(failure) if failure.kind() == Kind::VersionMismatch => {
            let request = find(&desk, &filer, &reference).await?;
            if !request.status.is_open() {
                return Err(closed(&request));
            }
            let page = confirmation(&reader, &request, Some("withdraw-changed"));
            Ok(Either::Right(Html(page).customize().with_status(StatusCode::PRECONDITION_FAILED)))
        }
        Err(failure) if failure.kind() == Kind::WrongState => Err(closed(&request)),
        Err(failure) => Err(failure),
    }
}

async fn find(desk: &Desk, filer: &Filer, reference: &str) -> Result<Request, Failure> {
    let mut tx = desk.db.partner(filer.tenant).await?;
    request::find_by_reference(&mut tx, reference).await?.ok_or_else(|| Failure::new(Kind::NotFound))
}

/// What has an answer cannot be taken back; the way on is that answer.
fn closed(request: &Request) -> Failure {
    Failure::new(Kind::WrongState)
        .detail(Message::new("withdraw-closed").with("reference", &request.reference))
        .way_out(format!("/support/requests/{}", request.reference), Message::new("open-request-show"))
}

fn confirmation(reader: &Reader, request: &Request, changed: Option<&str>) -> ConfirmPage {
    let title = reader.lang.text_with("withdraw-title", &[("reference", request.reference.clone().into())]);
    let href = format!("/support/requests/{}", request.reference);
    let page = reader.page_titled(title).back_to(href.as_str(), "withdraw-back");
    let notice = Notice::new(Tone::Warn, page.t("withdraw-consequence"));
    ConfirmPage {
        facts: SummaryList::new()
            .row(page.t("withdraw-about"), parts::one_line(&request.asked.title))
            .row(page.t("scope-status"), parts::status_tag(request.status, reader.lang)),
        consequence: match changed {
            Some(key) => notice.title(page.t(key)),
            None => notice,
        },
        fields: Vec::new(),
        hidden: vec![("version", request.version.to_string())],
        action: format!("{href}/withdraw"),
        button: page.t("withdraw-do"),
        danger: true,
        cancel: Link { href, label: page.t("withdraw-cancel") },
        page,
    }
}
