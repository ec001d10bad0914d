//! `/settings/mail`: where a reviewer's mails go, and what they want of them.

use super::address::{self, PAGE};
use super::form::{self, SettingsForm};
use super::settings::MailSettings;
use super::store::{self, Mailbox};
use crate::app::Desk;
use crate::identity::{Reviewer, Role};
use crate::notify::confirmation::MAX_ADDRESS;
use crate::problem::{InputError, Kind};
use crate::web::components::{Notice, SummaryList, Tone};
use crate::web::field::Field;
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, Form, FormFields, Html, Page, QueryOf, Reader};
use actix_web::HttpResponse;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, ServiceConfig, resource};
use askama::Template;
use serde::Deserialize;

/// `/settings/mail…`
pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource(PAGE).get(show).post(save))
        .service(resource("/settings/mail/address").post(ask))
        .service(resource("/settings/mail/address/remove").post(remove))
        .service(resource("/settings/mail/confirm").get(look).post(confirm));
}

#[derive(Template)]
#[template(path = "mail/settings.html")]
struct SettingsPage {
    page: Page,
    /// What was done, or that nobody can be mailed.
    notices: Vec<Notice>,
    /// Where mail goes.
    facts: SummaryList,
    address: Field,
    /// Whether there is an address to forget.
    removable: bool,
    form: SettingsForm,
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
    reviewer: Reviewer,
    desk: Data<Desk>,
    reader: Reader,
    QueryOf(after): QueryOf<After>,
) -> Result<Html<SettingsPage>, Failure> {
    let mailbox = store::mailbox(&desk.db, &reviewer).await?;
    let mut page = shown(&desk, &reader, &reviewer, &mailbox, None, &[]);
    let done = after.done.as_deref().filter(|done| ["saved", "asked", "confirmed", "removed"].contains(done));
    let told = done.map(|done| Notice::new(Tone::Ok, page.page.t(&format!("staff-mail-done-{done}"))));
    page.notices.splice(0..0, told);
    Ok(Html(page))
}

async fn save(
    reviewer: Reviewer,
    desk: Data<Desk>,
    reader: Reader,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let settings = form::read(&fields).and_then(|settings| settings.checked(&desk, is_lead(&reviewer)));
    match settings {
        Ok(settings) => {
            store::save(desk, &reviewer, settings).await?;
            Ok(to("saved"))
        }
        Err(errors) => again(&desk, &reader, &reviewer, &fields, &errors).await,
    }
}

async fn ask(
    reviewer: Reviewer,
    desk: Data<Desk>,
    reader: Reader,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    match address::ask(desk.clone(), reviewer.clone(), fields.get("address")).await {
        Ok(()) => Ok(to("asked")),
        Err(failure) if failure.kind() == Kind::InvalidInput => {
            again(&desk, &reader, &reviewer, &fields, failure.errors()).await
        }
        Err(failure) => Err(failure),
    }
}

async fn remove(reviewer: Reviewer, desk: Data<Desk>) -> Result<HttpResponse, Failure> {
    address::remove(desk, reviewer).await?;
    Ok(to("removed"))
}

/// What the link of a mail leads to: it asks before it does anything, so that programs that open every link confirm nothing.
async fn look(
    reviewer: Reviewer,
    desk: Data<Desk>,
    reader: Reader,
    QueryOf(sealed): QueryOf<Sealed>,
) -> Result<Html<ConfirmPage>, Failure> {
    let address = address::behind(&desk, &reviewer, &sealed.link).await?;
    let page = reader.page("staff-mail-confirm-title");
    Ok(Html(ConfirmPage {
        facts: SummaryList::new().row(page.t("staff-mail-address"), address),
        consequence: Notice::new(Tone::Info, page.t("staff-mail-confirm-text")),
        fields: Vec::new(),
        hidden: vec![("link", sealed.link)],
        action: "/settings/mail/confirm".to_owned(),
        button: page.t("staff-mail-confirm"),
        danger: false,
        cancel: Link { href: PAGE.to_owned(), label: page.t("staff-mail-confirm-cancel") },
        page,
    }))
}

async fn confirm(reviewer: Reviewer, desk: Data<Desk>, fields: FormFields) -> Result<HttpResponse, Failure> {
    address::confirm(desk, reviewer, fields.get("link")).await?;
    Ok(to("confirmed"))
}

fn is_lead(reviewer: &Reviewer) -> bool {
    reviewer.has_any(&[Role::LeadReviewer])
}

fn to(done: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, format!("{PAGE}?done={done}"))).finish()
}

/// The page with what was typed and what is wrong with it.
async fn again(
    desk: &Desk,
    reader: &Reader,
    reviewer: &Reviewer,
    fields: &FormFields,
    errors: &[InputError],
) -> Result<HttpResponse, Failure> {
    let mailbox = store::mailbox(&desk.db, reviewer).await?;
    let page = shown(desk, reader, reviewer, &mailbox, Some(fields), errors);
    let html = page.render().map_err(Failure::internal)?;
    Ok(HttpResponse::UnprocessableEntity().content_type("text/html; charset=utf-8").body(html))
}

/// The page; `typed` is what the form that was sent says, the other form shows what is kept.
fn shown(
    desk: &Desk,
    reader: &Reader,
    reviewer: &Reviewer,
    mailbox: &Mailbox,
    typed: Option<&FormFields>,
    errors: &[InputError],
) -> SettingsPage {
    let page = reader.page("staff-mail-title").back_to("/settings", "staff-mail-back");
    let kept = mailbox.settings.as_ref().map_or_else(|| MailSettings::usual(desk), |settings| settings.0.clone());
    let suggestion = mailbox.pending.as_ref().or(mailbox.suggested.as_ref()).filter(|_| mailbox.address.is_none());
    let kept = form::fields(&kept).with("address", suggestion.map(String::as_str).unwrap_or_default());
    let values = match typed {
        Some(typed) if typed.has("address") => typed.clone().and(kept.only(|name| name != "address")),
        Some(typed) => typed.clone().and(kept.only(|name| name == "address")),
        None => kept,
    };
    let mut fields = Form::new(page.lang(), &values, errors);
    let address = fields
        .input("/address", page.t("staff-mail-address-new"))
        .hint(page.t("staff-mail-address-hint"))
        .of_type("email")
        .autocomplete("email")
        .max_length(MAX_ADDRESS)
        .answered();
    let form = SettingsForm::new(desk, &page, &mut fields, is_lead(reviewer));
    let errors = fields.summary();
    SettingsPage {
        notices: notices(desk, &page, mailbox),
        facts: facts(&page, mailbox),
        removable: mailbox.address.is_some() || mailbox.pending.is_some(),
        address,
        form,
        page: page.with_errors(errors),
    }
}

fn notices(desk: &Desk, page: &Page, mailbox: &Mailbox) -> Vec<Notice> {
    let none = mailbox.address.is_none().then(|| Notice::new(Tone::Warn, page.t("staff-mail-no-address")));
    let waits = mailbox.pending.as_ref();
    let waits = waits.map(|address| Notice::new(Tone::Info, page.t1("staff-mail-waits", "address", address)));
    let server = desk.mail.is_none().then(|| Notice::new(Tone::Warn, page.t("staff-mail-no-server")));
    server.into_iter().chain(none).chain(waits).collect()
}

fn facts(page: &Page, mailbox: &Mailbox) -> SummaryList {
    let address = mailbox.address.clone().unwrap_or_else(|| page.t("staff-mail-none"));
    let facts = SummaryList::new().row(page.t("staff-mail-address"), address);
    let source = if mailbox.by_sign_in { "staff-mail-by-sign-in" } else { "staff-mail-by-link" };
    match mailbox.address {
        Some(_) => facts.row(page.t("staff-mail-confirmed"), page.t(source)),
        None => facts,
    }
}
