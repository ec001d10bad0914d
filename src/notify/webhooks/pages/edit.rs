//! Changing an endpoint.

use super::new;
use crate::app::Desk;
use crate::identity::Lead;
use crate::notify::webhooks::api::known_id;
use crate::notify::webhooks::{Webhook, change, store};
use crate::problem::{InputError, Kind};
use crate::web::field::Field;
use crate::web::{Failure, Form, FormFields, Html, IfMatch, Message, Page, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;

#[derive(Template)]
#[template(path = "webhooks/edit.html")]
struct EditPage {
    page: Page,
    fields: Vec<Field>,
    /// The page of the endpoint.
    href: String,
    /// The version that is changed.
    version: i64,
}

pub(super) async fn show(
    _lead: Lead,
    desk: Data<Desk>,
    http: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.staff().await?;
    let webhook = store::find(&mut tx, known_id(&id)?).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let which = if webhook.types.is_some() { "some" } else { "all" };
    let tenant = webhook.tenant.map(|tenant| tenant.to_string()).unwrap_or_default();
    let values = FormFields::default()
        .with("url", webhook.url.clone())
        .with("description", webhook.description.clone())
        .with("which", which)
        .with("tenant", tenant);
    let types = webhook.types.iter().flatten();
    let values = types.fold(values, |values, code| values.with("types", code.clone()));
    form(&desk, &http, &webhook, webhook.version, (&values, &[]), StatusCode::OK).await
}

async fn form(
    desk: &Desk,
    http: &HttpRequest,
    webhook: &Webhook,
    version: i64,
    (values, errors): (&FormFields, &[InputError]),
    status: StatusCode,
) -> Result<HttpResponse, Failure> {
    let href = format!("/admin/webhooks/{}", webhook.id);
    let page = Reader::of(http).page("webhooks-change").back_to(&href, "webhooks-back-to-one");
    let mut form = Form::new(page.lang(), values, errors);
    let fields = new::fields(desk, &page, &mut form).await?;
    let errors = form.summary();
    let mut response = Html(EditPage { page: page.with_errors(errors), fields, href, version }).respond_to(http);
    *response.status_mut() = status;
    Ok(response)
}

pub(super) async fn act(
    lead: Lead,
    desk: Data<Desk>,
    http: HttpRequest,
    id: Path<String>,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let id = known_id(&id)?;
    let mut tx = desk.db.staff().await?;
    let webhook = store::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    drop(tx);
    let version = fields.get("version").parse().unwrap_or(0);
    let changed = match new::body(&fields) {
        Ok(body) => change::change(desk.clone(), lead, id, IfMatch::Versions(vec![version]), body).await,
        Err(errors) => Err(Failure::invalid(errors)),
    };
    let href = format!("/admin/webhooks/{id}");
    match changed {
        Ok(_) => Ok(HttpResponse::SeeOther().insert_header((LOCATION, href)).finish()),
        Err(failure) if failure.kind() == Kind::InvalidInput => {
            let typed = (&fields, failure.errors());
            form(&desk, &http, &webhook, version, typed, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(failure) => Err(failure.way_out(&href, Message::new("webhooks-open"))),
    }
}
