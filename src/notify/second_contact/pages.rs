//! `/settings/second-contact`: which address gets copies, for those who file; and the page behind the link that was mailed to it, for whoever
//! has it.

use super::api::SecondContactView;
use super::{change, store};
use crate::app::Desk;
use crate::identity::{FilerWithMfa, TenantId, partners};
use crate::intake::pages::parts::one_line;
use crate::notify::confirmation::MAX_ADDRESS;
use crate::problem::{InputError, Kind};
use crate::web::components::{Notice, SummaryList, Tone};
use crate::web::field::Field;
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, Form, FormFields, Html, IfMatch, Page, QueryOf, Reader};
use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, ServiceConfig, resource};
use askama::Template;
use chrono_tz::Tz;
use serde::Deserialize;

const PAGE: &str = "/settings/second-contact";

/// `/settings/second-contact…`
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource(PAGE).get(show).post(name))
        .service(resource("/settings/second-contact/remove").post(remove))
        .service(resource("/settings/second-contact/confirm").get(look).post(confirm))
        .service(resource("/settings/second-contact/confirmed").get(said));
}

#[derive(Template)]
#[template(path = "mail/second_contact.html")]
struct SecondContactPage {
    page: Page,
    /// What was done, or what waits.
    notices: Vec<Notice>,
    /// Where copies go.
    facts: SummaryList,
    address: Field,
    version: i64,
    /// Whether there is an address to forget.
    removable: bool,
}

#[derive(Template)]
#[template(path = "mail/second_contact_said.html")]
struct SaidPage {
    page: Page,
    notice: Notice,
}

/// What happened before the page is shown.
#[derive(Deserialize)]
struct After {
    done: Option<String>,
}

#[derive(Deserialize)]
struct Sealed {
    link: String,
}

async fn show(
    filer: FilerWithMfa,
    desk: Data<Desk>,
    reader: Reader,
    QueryOf(after): QueryOf<After>,
) -> Result<Html<SecondContactPage>, Failure> {
    let mut page = shown(&desk, &reader, &filer, &FormFields::default(), &[]).await?;
    let done = after.done.as_deref().filter(|done| ["asked", "removed"].contains(done));
    let told = done.map(|done| Notice::new(Tone::Ok, page.page.t(&format!("second-contact-done-{done}"))));
    page.notices.splice(0..0, told);
    Ok(Html(page))
}

async fn name(
    filer: FilerWithMfa,
    desk: Data<Desk>,
    reader: Reader,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    match change::name(desk.clone(), filer.clone(), seen(&fields), fields.get("address"), reader.lang).await {
        Ok(_) => Ok(to(&format!("{PAGE}?done=asked"))),
        Err(failure) if failure.kind() == Kind::InvalidInput => {
            let page = shown(&desk, &reader, &filer, &fields, failure.errors()).await?;
            let html = page.render().map_err(Failure::internal)?;
            Ok(HttpResponse::UnprocessableEntity().content_type("text/html; charset=utf-8").body(html))
        }
        Err(failure) => Err(failure),
    }
}

async fn remove(
    filer: FilerWithMfa,
    desk: Data<Desk>,
    reader: Reader,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    change::remove(desk, filer, seen(&fields), reader.lang).await?;
    Ok(to(&format!("{PAGE}?done=removed")))
}

/// What the link of a mail leads to: it asks before it does anything, so that programs that open every link confirm nothing.
async fn look(
    desk: Data<Desk>,
    reader: Reader,
    QueryOf(sealed): QueryOf<Sealed>,
) -> Result<Html<ConfirmPage>, Failure> {
    let (partner, address) = change::behind(&desk, &sealed.link).await?;
    let page = reader.page("second-contact-confirm-title");
    Ok(Html(ConfirmPage {
        facts: SummaryList::new()
            .row(page.t("second-contact-address"), one_line(&address))
            .row(page.t("mail-fact-partner"), one_line(&partner)),
        consequence: Notice::new(Tone::Info, page.t("second-contact-confirm-text")),
        fields: Vec::new(),
        hidden: vec![("link", sealed.link)],
        action: "/settings/second-contact/confirm".to_owned(),
        button: page.t("second-contact-confirm"),
        danger: false,
        cancel: Link { href: "/".to_owned(), label: page.t("second-contact-confirm-cancel") },
        page,
    }))
}

async fn confirm(desk: Data<Desk>, fields: FormFields) -> Result<HttpResponse, Failure> {
    change::confirm(desk, fields.get("link").to_owned()).await?;
    Ok(to("/settings/second-contact/confirmed"))
}

async fn said(reader: Reader) -> Html<SaidPage> {
    let page = reader.page("second-contact-said");
    Html(SaidPage { notice: Notice::new(Tone::Ok, page.t("second-contact-said-text")), page })
}

fn to(href: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, href)).finish()
}

/// The version that the form was made of.
fn seen(fields: &FormFields) -> IfMatch {
    IfMatch::Versions(fields.get("version").parse().into_iter().collect())
}

/// The page with what was `typed` and what is wrong with it.
async fn shown(
    desk: &Desk,
    reader: &Reader,
    filer: &FilerWithMfa,
    typed: &FormFields,
    errors: &[InputError],
) -> Result<SecondContactPage, Failure> {
    let mut tx = filer.begin(&desk.db).await?;
    let contact = SecondContactView::at(store::find(&mut tx, filer.tenant).await?, desk.clock.now());
    let zone = zone(desk, &mut tx, filer.tenant).await?;
    let page = reader.page("second-contact-title").back_to("/settings", "staff-mail-back");
    let mut form = Form::new(page.lang(), typed, errors);
    let address = form
        .input("/address", page.t("second-contact-new"))
        .hint(page.t("second-contact-hint"))
        .of_type("email")
        .max_length(MAX_ADDRESS)
        .answered();
    let errors = form.summary();
    Ok(SecondContactPage {
        notices: notices(desk, &page, &contact, zone),
        facts: facts(&page, &contact, zone),
        address,
        version: contact.version,
        removable: contact.address.is_some() || contact.pending_address.is_some(),
        page: page.with_errors(errors),
    })
}

async fn zone(desk: &Desk, tx: &mut crate::db::Tx, tenant: TenantId) -> Result<Tz, sqlx::Error> {
    let partner = partners::find(tx, tenant).await?;
    Ok(partner.map_or(Tz::UTC, |partner| partner.calendar_in(&desk.calendars).zone()))
}

fn notices(desk: &Desk, page: &Page, contact: &SecondContactView, zone: Tz) -> Vec<Notice> {
    let server = desk.mail.is_none().then(|| Notice::new(Tone::Warn, page.t("second-contact-no-server")));
    let waits = contact.pending_address.as_ref().zip(contact.link_until).map(|(address, until)| {
        let until = page.when(until, zone).text();
        Notice::new(Tone::Info, page.t2("second-contact-waits", "address", one_line(address), "until", until))
    });
    server.into_iter().chain(waits).collect()
}

fn facts(page: &Page, contact: &SecondContactView, zone: Tz) -> SummaryList {
    let address = contact.address.as_deref().map_or_else(|| page.t("second-contact-none"), one_line);
    let facts = SummaryList::new().row(page.t("second-contact-address"), address);
    match contact.confirmed_at {
        Some(at) => facts.row(page.t("second-contact-confirmed-at"), page.when(at, zone)),
        None => facts,
    }
}
