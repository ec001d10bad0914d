//! Adding an endpoint, and the one page that shows a secret.

use crate::app::Desk;
use crate::clock;
use crate::identity::{Lead, parse_guid, partners};
use crate::intake::pages::parts::one_line;
use crate::notify::Kind as EventKind;
use crate::notify::webhooks::body::MAX_DESCRIPTION;
use crate::notify::webhooks::{WebhookBody, WebhookWithSecret, manage};
use crate::problem::{InputError, Kind};
use crate::web::components::{Notice, SummaryList, Tone};
use crate::web::field::{Choice, Field};
use crate::web::idempotency::Created;
use crate::web::{Failure, Form, FormFields, Html, Page, Reader};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;
use uuid::Uuid;

/// Most partners that the choice offers.
const PARTNERS: i64 = 1000;

#[derive(Template)]
#[template(path = "webhooks/new.html")]
struct NewPage {
    page: Page,
    fields: Vec<Field>,
    /// The endpoint's id, so that a button pressed twice adds one.
    id: Uuid,
}

#[derive(Template)]
#[template(path = "webhooks/secret.html")]
struct SecretPage {
    page: Page,
    notice: Notice,
    facts: SummaryList,
    secret: String,
    href: String,
}

/// The page with the secret of an endpoint that was just made, this once.
pub(super) fn secret(http: &HttpRequest, made: WebhookWithSecret) -> HttpResponse {
    let page = Reader::of(http).page("webhooks-secret-title");
    let facts = SummaryList::new()
        .row(page.t("webhooks-description"), one_line(&made.webhook.description))
        .row(page.t("webhooks-url"), one_line(&made.webhook.url));
    Html(SecretPage {
        notice: Notice::new(Tone::Warn, page.t("webhooks-secret-once")),
        facts,
        secret: made.secret,
        href: format!("/admin/webhooks/{}", made.webhook.id),
        page,
    })
    .respond_to(http)
}

pub(super) async fn show(_lead: Lead, desk: Data<Desk>, http: HttpRequest) -> Result<HttpResponse, Failure> {
    let values = FormFields::default().with("which", "all");
    form(&desk, &http, &values, &[], StatusCode::OK).await
}

async fn form(
    desk: &Desk,
    http: &HttpRequest,
    values: &FormFields,
    errors: &[InputError],
    status: StatusCode,
) -> Result<HttpResponse, Failure> {
    let page = Reader::of(http).page("webhooks-new").back_to("/admin/webhooks", "webhooks-back");
    let mut form = Form::new(page.lang(), values, errors);
    let fields = fields(desk, &page, &mut form).await?;
    let errors = form.summary();
    let id = parse_guid(values.get("id")).unwrap_or_else(|| clock::fresh_id(desk.clock.now()));
    let mut response = Html(NewPage { page: page.with_errors(errors), fields, id }).respond_to(http);
    *response.status_mut() = status;
    Ok(response)
}

/// The fields of what an endpoint is.
pub(super) async fn fields(desk: &Desk, page: &Page, form: &mut Form<'_>) -> Result<Vec<Field>, Failure> {
    let mut tx = desk.db.staff().await?;
    let partners = partners::list(&mut tx, None, PARTNERS).await?;
    let lang = page.lang();
    let which = ["all", "some"].map(|which| Choice::new(which, page.t(&format!("webhooks-types-{which}")))).to_vec();
    let types = EventKind::events().map(|kind| Choice::new(kind.code(), kind.name(lang)).hint(kind.code())).collect();
    let everybody = Choice::new("", page.t("webhooks-tenant-all"));
    let partners = partners.iter().map(|partner| Choice::new(partner.tenant.to_string(), one_line(&partner.name)));
    Ok(vec![
        form.input("/url", page.t("webhooks-url")).hint(page.t("webhooks-url-hint")).of_type("url"),
        form.input("/description", page.t("webhooks-description"))
            .hint(page.t("webhooks-description-hint"))
            .max_length(MAX_DESCRIPTION),
        form.radios("/which", page.t("webhooks-types-which"), which),
        form.checkboxes("/types", page.t("webhooks-types"), types).hint(page.t("webhooks-types-hint")).answered(),
        form.select("/tenant", page.t("webhooks-tenant"), std::iter::once(everybody).chain(partners).collect())
            .hint(page.t("webhooks-tenant-hint"))
            .answered(),
    ])
}

/// What the form means.
pub(super) fn body(fields: &FormFields) -> Result<WebhookBody, Vec<InputError>> {
    let tenant = match fields.get("tenant") {
        "" => None,
        tenant => Some(parse_guid(tenant).ok_or_else(|| vec![InputError::new("/tenant", "partner_not_chosen")])?),
    };
    let types = (fields.get("which") == "some").then(|| fields.all("types").map(str::to_owned).collect());
    Ok(WebhookBody {
        url: fields.get("url").to_owned(),
        description: fields.get("description").to_owned(),
        types,
        tenant,
    })
}

pub(super) async fn add(
    lead: Lead,
    desk: Data<Desk>,
    http: HttpRequest,
    fields: FormFields,
) -> Result<HttpResponse, Failure> {
    let id = parse_guid(fields.get("id")).unwrap_or_else(|| clock::fresh_id(desk.clock.now()));
    let added = match body(&fields) {
        Ok(body) => manage::add(desk.clone(), lead, id, None, body).await,
        Err(errors) => Err(Failure::invalid(errors)),
    };
    match added {
        Ok(Created::Now(made)) => Ok(secret(&http, made)),
        Err(failure) if failure.kind() == Kind::InvalidInput => {
            form(&desk, &http, &fields, failure.errors(), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        // The button was pressed twice: the first press added it.
        Ok(Created::Before(_)) => Ok(to(id)),
        Err(failure) if failure.kind() == Kind::WrongState => Ok(to(id)),
        Err(failure) => Err(failure),
    }
}

fn to(id: Uuid) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, format!("/admin/webhooks/{id}"))).finish()
}
