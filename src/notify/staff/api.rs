//! `/api/v1/me/mail`: the caller's own mails.

use super::address;
use super::settings::MailSettings;
use super::store;
use crate::app::Desk;
use crate::identity::{Reviewer, Role};
use crate::openapi::{Authenticated, JsonIn};
use crate::problem::Problem;
use crate::web::{Failure, JsonBody};
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `/api/v1/me/mail…`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/me/mail").get(get_my_mail).put(put_my_mail))
        .service(web::resource("/api/v1/me/mail/address").post(ask_for_address).delete(remove_address))
        .service(web::resource("/api/v1/me/mail/address/confirm").post(confirm_address));
}

/// The caller's mails: where they go, and what the caller wants of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MyMail {
    /// Where mail goes; null for nowhere, and nobody mails the caller then.
    pub address: Option<String>,
    /// Whether the identity provider said that it has verified the address; else its reader opened the link mailed to it.
    pub verified_by_sign_in: bool,
    /// An address that waits for its reader to open the link mailed to it.
    pub pending_address: Option<String>,
    /// What holds, also where nothing was said yet.
    pub settings: MailSettings,
}

/// An address to be confirmed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MailAddressBody, example = json!({ "address": "reviewer@operator.example" }))]
pub struct AddressBody {
    /// One address, at most 254 characters.
    #[schema(max_length = 254)]
    pub address: String,
}

/// The link that was mailed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MailLinkBody, example = json!({ "link": "the value of `link` in the mailed address" }))]
pub struct LinkBody {
    /// The value of `link` in the mailed address.
    pub link: String,
}

/// Where the caller's mails go, and what the caller wants of them.
#[utoipa::path(
    get, path = "/api/v1/me/mail", tag = "mails",
    responses(
        (status = 200, description = "As it holds now", body = MyMail),
        (status = 403, description = "Not a reviewer or lead with MFA", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_my_mail(reviewer: Reviewer, desk: web::Data<Desk>) -> Result<HttpResponse, Failure> {
    shown(&desk, &reviewer).await
}

/// Replaces what the caller wants of their mails.
#[utoipa::path(
    put, path = "/api/v1/me/mail", tag = "mails",
    request_body = MailSettings,
    responses(
        (status = 200, description = "As it holds now", body = MyMail),
        (status = 403, description = "Not a reviewer or lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "An unknown zone or calendar, a time that is none, a topic in a digest that is not due at any time, or a breach that a lead does not want to know of at once", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn put_my_mail(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    JsonBody(settings): JsonBody<MailSettings>,
) -> Result<HttpResponse, Failure> {
    let settings = settings.checked(&desk, reviewer.has_any(&[Role::LeadReviewer])).map_err(Failure::invalid)?;
    store::save(desk.clone(), &reviewer, settings).await?;
    shown(&desk, &reviewer).await
}

/// Has a link mailed to an address, which becomes the caller's once they open it. Until then mails go where they went before.
#[utoipa::path(
    post, path = "/api/v1/me/mail/address", tag = "mails",
    request_body = AddressBody,
    responses(
        (status = 202, description = "The link is mailed; it counts for 24 hours", body = MyMail),
        (status = 403, description = "Not a reviewer or lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not an address", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "A link was mailed less than a minute ago; `Retry-After` says when to try again", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn ask_for_address(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    JsonBody(body): JsonBody<AddressBody>,
) -> Result<HttpResponse, Failure> {
    address::ask(desk.clone(), reviewer.clone(), &body.address).await?;
    Ok(HttpResponse::Accepted().json(view(&desk, &reviewer).await?))
}

/// Makes the address that a link was mailed to the caller's.
#[utoipa::path(
    post, path = "/api/v1/me/mail/address/confirm", tag = "mails",
    request_body = LinkBody,
    responses(
        (status = 200, description = "Mails go there from now on", body = MyMail),
        (status = 403, description = "Not a reviewer or lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not a link for the caller, over, used, or not the latest", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No link", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn confirm_address(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    JsonBody(body): JsonBody<LinkBody>,
) -> Result<HttpResponse, Failure> {
    address::confirm(desk.clone(), reviewer.clone(), &body.link).await?;
    shown(&desk, &reviewer).await
}

/// Forgets the caller's address, also one that waits to be confirmed: nobody mails them any more.
#[utoipa::path(
    delete, path = "/api/v1/me/mail/address", tag = "mails",
    responses(
        (status = 204, description = "Forgotten"),
        (status = 403, description = "Not a reviewer or lead with MFA", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn remove_address(reviewer: Reviewer, desk: web::Data<Desk>) -> Result<HttpResponse, Failure> {
    address::remove(desk, reviewer).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn view(desk: &Desk, reviewer: &Reviewer) -> Result<MyMail, Failure> {
    let mailbox = store::mailbox(&desk.db, reviewer).await?;
    Ok(MyMail {
        address: mailbox.address,
        verified_by_sign_in: mailbox.by_sign_in,
        pending_address: mailbox.pending,
        settings: mailbox.settings.map_or_else(|| MailSettings::usual(desk), |settings| settings.0),
    })
}

async fn shown(desk: &Desk, reviewer: &Reviewer) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(view(desk, reviewer).await?))
}
