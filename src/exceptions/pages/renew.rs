//! `/exceptions/{ref}/renew`: begins a request that is filled in already, after saying so.

use super::partner::{Read, back_to, read};
use crate::app::Desk;
use crate::identity::Filer;
use crate::intake::drafts::{may_renew, renew};
use crate::intake::pages::parts;
use crate::web::components::{Notice, SummaryList, Tone};
use crate::web::idempotency::{Created, FIELD, Key, fresh_name};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, FormFields, Html, Message, Reader};
use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, ServiceConfig, resource};

/// `/exceptions/{ref}/renew`
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/exceptions/{ref}/renew").get(ask).post(begin));
}

async fn ask(
    filer: Filer,
    desk: Data<Desk>,
    reader: Reader,
    reference: Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    let read = read(&desk, &filer, &reference).await?;
    let exception = &read.exception;
    may_renew(exception, desk.clock.now()).map_err(|failure| back_to(exception, failure))?;
    let edition = super::edition(&desk)?;
    let title = Message::new("renew-title").with("reference", exception.reference.as_str()).text(reader.lang);
    let href = format!("/exceptions/{}", exception.reference);
    let page = reader.page_titled(title).back_to(href.as_str(), "end-back");
    let facts = SummaryList::new()
        .row(page.t("facts-issue"), parts::issue_title(&exception.issue, &edition, reader.lang))
        .row(page.t("scope-who"), read.who(reader.lang))
        .row(page.t("scope-where"), parts::surface_labels(&exception.surfaces, &edition, reader.lang))
        .row(page.t("scope-until"), page.when(exception.expires_at, super::zone_of(&desk, read.partner.as_ref())));
    Ok(Html(ConfirmPage {
        facts,
        consequence: Notice::new(Tone::Info, page.t("renew-consequence")),
        fields: Vec::new(),
        hidden: vec![(FIELD, fresh_name())],
        action: format!("{href}/renew"),
        button: page.t("renew-do"),
        danger: false,
        cancel: Link { href, label: page.t("renew-cancel") },
        page,
    }))
}

async fn begin(
    filer: Filer,
    desk: Data<Desk>,
    reference: Path<String>,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let Read { exception, .. } = read(&desk, &filer, &reference).await?;
    let key = Key::in_form(&fields, &filer, &format!("/exceptions/{}/renew", exception.reference), &())?;
    let begun = renew(desk, filer, exception.id, key).await.map_err(|failure| back_to(&exception, failure))?;
    let id = match begun {
        Created::Now(draft) => draft.id,
        Created::Before(first) => first.created,
    };
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, format!("/support/drafts/{id}/check"))).finish())
}
