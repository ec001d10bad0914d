//! What is done with an endpoint, and the pages before what cannot be undone.

use super::{new, words};
use crate::app::Desk;
use crate::identity::Lead;
use crate::intake::pages::parts::one_line;
use crate::notify::webhooks::api::known_id;
use crate::notify::webhooks::{Webhook, manage, store};
use crate::problem::Kind;
use crate::web::components::{Notice, SummaryList, Tone};
use crate::web::page::Link;
use crate::web::pages::confirm::ConfirmPage;
use crate::web::{Failure, Html, Message, Page, Reader};
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

fn to(href: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, href)).finish()
}

/// The way back to where the endpoint stands now.
fn no_longer(href: &str) -> impl Fn(Failure) -> Failure {
    move |failure| failure.way_out(href, Message::new("webhooks-open"))
}

pub(super) async fn test(lead: Lead, desk: Data<Desk>, id: Path<String>) -> Result<HttpResponse, Failure> {
    let (id, href) = (known_id(&id)?, format!("/admin/webhooks/{id}"));
    manage::test(desk, lead, id).await.map_err(no_longer(&href))?;
    Ok(to(&href))
}

pub(super) async fn enable(lead: Lead, desk: Data<Desk>, id: Path<String>) -> Result<HttpResponse, Failure> {
    switch(lead, desk, &id, true).await
}

pub(super) async fn disable(lead: Lead, desk: Data<Desk>, id: Path<String>) -> Result<HttpResponse, Failure> {
    switch(lead, desk, &id, false).await
}

async fn switch(lead: Lead, desk: Data<Desk>, id: &str, enabled: bool) -> Result<HttpResponse, Failure> {
    let (id, href) = (known_id(id)?, format!("/admin/webhooks/{id}"));
    manage::switch(desk, lead, id, enabled).await.map_err(no_longer(&href))?;
    Ok(to(&href))
}

async fn found(desk: &Desk, id: &str) -> Result<Webhook, Failure> {
    let mut tx = desk.db.staff().await?;
    store::find(&mut tx, known_id(id)?).await?.ok_or_else(|| Failure::new(Kind::NotFound))
}

/// The page before what `verb` does to `webhook`.
fn confirm(page: Page, webhook: &Webhook, verb: &str, danger: bool) -> Html<ConfirmPage> {
    let href = format!("/admin/webhooks/{}", webhook.id);
    let facts = SummaryList::new()
        .row(page.t("webhooks-description"), words::name(webhook))
        .row(page.t("webhooks-url"), one_line(&webhook.url))
        .row(page.t("webhooks-waiting"), webhook.waiting.to_string());
    Html(ConfirmPage {
        facts,
        consequence: Notice::new(Tone::Warn, page.t(&format!("webhooks-{verb}-consequence"))),
        fields: Vec::new(),
        hidden: Vec::new(),
        action: format!("{href}/{verb}"),
        button: page.t(&format!("webhooks-{verb}")),
        danger,
        cancel: Link { href, label: page.t("webhooks-cancel") },
        page,
    })
}

pub(super) async fn ask_rotate(
    _lead: Lead,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    let webhook = found(&desk, &id).await?;
    if webhook.old_secret_until.is_some() {
        return Err(no_longer(&format!("/admin/webhooks/{id}"))(manage::rotated_lately()));
    }
    Ok(confirm(reader.page("webhooks-rotate-confirm").wide(), &webhook, "rotate", false))
}

pub(super) async fn rotate(
    lead: Lead,
    desk: Data<Desk>,
    id: Path<String>,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (id, href) = (known_id(&id)?, format!("/admin/webhooks/{id}"));
    let made = manage::rotate(desk, lead, id).await.map_err(no_longer(&href))?;
    Ok(new::secret(&http, made))
}

pub(super) async fn ask_delete(
    _lead: Lead,
    desk: Data<Desk>,
    reader: Reader,
    id: Path<String>,
) -> Result<Html<ConfirmPage>, Failure> {
    let webhook = found(&desk, &id).await?;
    Ok(confirm(reader.page("webhooks-delete-confirm").wide(), &webhook, "delete", true))
}

pub(super) async fn delete(lead: Lead, desk: Data<Desk>, id: Path<String>) -> Result<HttpResponse, Failure> {
    manage::delete(desk, lead, known_id(&id)?).await?;
    Ok(to("/admin/webhooks"))
}
