//! `/exceptions/{ref}/revoke`: ends an exception at once, after asking.

use crate::app::Desk;
use crate::exceptions::api::{checked_reason, end};
use crate::exceptions::{Exception, Status, find_by_reference};
use crate::identity::Lead;
use crate::identity::partners::{self, Partner};
use crate::intake::pages::parts::{self, SubjectsList, one_line};
use crate::problem::{InputError, Kind};
use crate::web::components::{Markup, Notice, SummaryList, Tag, Tone};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, Form, FormFields, Html, IfMatch, Message, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, ServiceConfig, resource};
use actix_web::{HttpRequest, HttpResponse, Responder};

/// `/exceptions/{ref}/revoke`
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/exceptions/{ref}/revoke").get(ask).post(act));
}

async fn ask(
    _lead: Lead,
    desk: Data<Desk>,
    reader: Reader,
    reference: Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    let (exception, partner) = read(&desk, &reference).await?;
    page(&desk, reader, &exception, partner.as_ref(), &FormFields::default(), &[]).map(Html)
}

async fn act(
    lead: Lead,
    desk: Data<Desk>,
    reference: Path<String>,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let (exception, partner) = read(&desk, &reference).await?;
    let reason = match checked_reason(fields.get("reason")) {
        Ok(reason) => reason,
        Err(failure) => {
            let page = page(&desk, Reader::of(&http), &exception, partner.as_ref(), &fields, failure.errors())?;
            let mut response = Html(page).respond_to(&http);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(response);
        }
    };
    let seen = IfMatch::Versions(vec![fields.get("version").parse().unwrap_or(0)]);
    let href = format!("/exceptions/{}", exception.reference);
    let ended = end(desk, lead, exception.id, seen, reason).await;
    ended.map_err(|failure| failure.way_out(&href, Message::new("exception-open")))?;
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish())
}

/// The exception, if it can still be ended.
async fn read(desk: &Desk, reference: &str) -> Result<(Exception, Option<Partner>), Failure> {
    let mut tx = desk.db.staff().await?;
    let exception = find_by_reference(&mut tx, reference).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    if !exception.status(desk.clock.now()).is_open() {
        let href = format!("/exceptions/{}", exception.reference);
        return Err(Failure::new(Kind::WrongState).way_out(href, Message::new("exception-open")));
    }
    let partner = partners::find(&mut tx, exception.tenant).await?;
    Ok((exception, partner))
}

/// What ends, whom it concerns, and why it is ended.
fn page(
    desk: &Desk,
    reader: Reader,
    exception: &Exception,
    partner: Option<&Partner>,
    values: &FormFields,
    errors: &[InputError],
) -> Result<ConfirmPage, Failure> {
    let edition = super::edition(desk)?;
    let lang = reader.lang;
    let title = Message::new("revoke-title").with("reference", exception.reference.as_str()).text(lang);
    let page = reader.page_titled(title).wide();
    let mut form = Form::new(lang, values, errors);
    let reason = form.area("/reason", page.t("revoke-reason")).hint(page.t("revoke-reason-hint")).max_length(2000);
    let page = page.with_errors(form.summary());
    let zone = super::zone_of(desk, partner);
    let users = SubjectsList::granted(&exception.subjects, lang);
    let facts = SummaryList::new()
        .row(page.t("revoke-partner"), partner.map(|partner| one_line(&partner.name)).unwrap_or_default())
        .row(page.t("revoke-issue"), parts::issue_title(&exception.issue, &edition, lang))
        .row(page.t("revoke-status"), Tag::of_status(exception.status(desk.clock.now()).code(), lang))
        .row(page.t("revoke-who"), Markup::of(&users))
        .row(page.t("revoke-where"), parts::surface_labels(&exception.surfaces, &edition, lang))
        .row(page.t("revoke-until"), page.when(exception.expires_at, zone));
    let consequence = match exception.status(desk.clock.now()) {
        Status::Scheduled => Message::new("revoke-consequence-scheduled"),
        _ => Message::new("revoke-consequence").with("users", users.count()),
    };
    let href = format!("/exceptions/{}", exception.reference);
    Ok(ConfirmPage {
        facts,
        consequence: Notice::new(Tone::Bad, page.say(&consequence)),
        fields: vec![reason],
        hidden: vec![("version", exception.version.to_string())],
        action: format!("{href}/revoke"),
        button: page.t("revoke-button"),
        danger: true,
        cancel: Link { href, label: page.t("revoke-cancel") },
        page,
    })
}
