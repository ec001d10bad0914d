//! `/not-us?link=…`: the page behind the link of a mail. It asks before it does anything, so that programs that open every link of a
//! mail end nothing.

use crate::app::Desk;
use crate::exceptions::{Exception, Status, not_us};
use crate::identity::partners;
use crate::intake::pages::parts;
use crate::web::components::{Notice, SummaryList, Tag, Tone};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, FormFields, Html, IfMatch, Page, QueryOf, Reader};
use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, ServiceConfig, resource};
use askama::Template;
use serde::Deserialize;

/// `/not-us`, `/not-us/said`
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/not-us").get(ask).post(act)).service(resource("/not-us/said").get(said));
}

#[derive(Deserialize)]
struct Sealed {
    link: String,
}

#[derive(Template)]
#[template(path = "exceptions/not_us_said.html")]
struct SaidPage {
    page: Page,
    notice: Notice,
}

async fn ask(desk: Data<Desk>, reader: Reader, QueryOf(sealed): QueryOf<Sealed>) -> Result<Html<ConfirmPage>, Failure> {
    let exception = not_us::behind(&desk, &sealed.link).await?;
    page(&desk, &reader, &exception, sealed.link).await.map(Html)
}

async fn act(desk: Data<Desk>, fields: FormFields) -> Result<HttpResponse, Failure> {
    let seen = IfMatch::Versions(fields.get("version").parse().into_iter().collect());
    not_us::say(desk, fields.get("link"), seen).await?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, "/not-us/said")).finish())
}

async fn said(reader: Reader) -> Html<SaidPage> {
    let page = reader.page("not-us-said");
    Html(SaidPage { notice: Notice::new(Tone::Ok, page.t("not-us-said-text")), page })
}

/// Whom it covers is not shown: who has the link need not know.
async fn page(desk: &Desk, reader: &Reader, exception: &Exception, link: String) -> Result<ConfirmPage, Failure> {
    let (lang, edition) = (reader.lang, super::edition(desk)?);
    let partner = partners::find(&mut desk.db.staff().await?, exception.tenant).await?;
    let page = reader.page_titled(lang.text_with("not-us-title", &[("reference", exception.reference.clone().into())]));
    let status = exception.status(desk.clock.now());
    let consequence = match status {
        Status::Scheduled | Status::Active | Status::Held => "not-us-consequence",
        Status::Expired | Status::Revoked => "not-us-consequence-ended",
    };
    let facts = SummaryList::new()
        .row(page.t("facts-issue"), parts::issue_title(&exception.issue, &edition, lang))
        .row(page.t("scope-status"), Tag::of_status(status.code(), lang))
        .row(page.t("scope-where"), parts::surface_labels(&exception.surfaces, &edition, lang))
        .row(page.t("scope-until"), page.when(exception.expires_at, super::zone_of(desk, partner.as_ref())));
    Ok(ConfirmPage {
        facts,
        consequence: Notice::new(Tone::Bad, page.t(consequence)),
        fields: Vec::new(),
        hidden: vec![("version", exception.version.to_string()), ("link", link)],
        action: "/not-us".to_owned(),
        button: page.t("not-us-do"),
        danger: true,
        cancel: Link { href: "/".to_owned(), label: page.t("not-us-cancel") },
        page,
    })
}
