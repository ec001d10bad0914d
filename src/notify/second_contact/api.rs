//! `/api/v1/settings/second-contact`

use super::change;
use super::store::{self, SecondContact};
use crate::app::Desk;
use crate::identity::FilerWithMfa;
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::Problem;
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonBody, Reader};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const PATH: &str = "/api/v1/settings/second-contact";

/// `/api/v1/settings/second-contact…`
pub(super) fn routes(cfg: &mut web::ServiceConfig) {
    let one = web::resource(PATH);
    cfg.service(one.get(get_second_contact).put(put_second_contact).delete(delete_second_contact))
        .service(web::resource(format!("{PATH}/confirm")).post(confirm_second_contact));
}

/// The second contact of the caller's tenant.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SecondContact, example = json!({
    "address": "it-team@tailspin.example", "confirmed_at": "2026-11-24T01:05:00Z", "pending_address": null, "link_until": null, "version": 2,
}))]
pub struct SecondContactView {
    /// The address that gets copies; null for none.
    pub address: Option<String>,
    /// Since when it does.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// An address that waits for its reader to open the link mailed to it.
    pub pending_address: Option<String>,
    /// After this instant that link counts no more.
    pub link_until: Option<DateTime<Utc>>,
    /// Rises with each change; its `ETag`.
    pub version: i64,
}

impl SecondContactView {
    /// As it is at `now`.
    pub(super) fn at(contact: SecondContact, now: DateTime<Utc>) -> Self {
        let pending = contact.pending.filter(|pending| pending.until() > now);
        Self {
            address: contact.address,
            confirmed_at: contact.confirmed_at,
            link_until: pending.as_ref().map(store::Pending::until),
            pending_address: pending.map(|pending| pending.address),
            version: contact.version,
        }
    }
}

/// Who is to be the second contact.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "address": "it-team@tailspin.example" }))]
pub struct SecondContactBody {
    /// One address, at most 254 characters.
    #[schema(max_length = 254)]
    pub address: String,
}

/// The link that was mailed to a second contact.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "link": "the value of `link` in the mailed address" }))]
pub struct SecondContactLinkBody {
    /// The value of `link` in the mailed address.
    pub link: String,
}

/// The second contact of the caller's tenant: an address that gets a copy of what the contacts of its requests are mailed.
#[utoipa::path(
    get, path = "/api/v1/settings/second-contact", tag = "mails",
    responses(
        (status = 200, description = "As it is now; `ETag` is its version", body = SecondContactView),
        (status = 403, description = "Not somebody who files, or without MFA", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_second_contact(filer: FilerWithMfa, desk: web::Data<Desk>) -> Result<HttpResponse, Failure> {
    let mut tx = filer.begin(&desk.db).await?;
    Ok(answer(StatusCode::OK, &desk, store::find(&mut tx, filer.tenant).await?))
}

/// Names the second contact: a link is mailed to the address, and copies go there once its reader has opened it and said so. Until then they
/// go where they went before. The tenant's security contact is told.
#[utoipa::path(
    put, path = "/api/v1/settings/second-contact", tag = "mails",
    params(("If-Match" = String, Header, description = "Its `ETag`: the version you saw")),
    request_body = SecondContactBody,
    responses(
        (status = 202, description = "The link is mailed; it counts for 24 hours", body = SecondContactView),
        (status = 403, description = "Not somebody who files, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not an address", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "A link was mailed less than a minute ago, or five within a day; `Retry-After` says when to try again", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Versioned,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn put_second_contact(
    filer: FilerWithMfa,
    desk: web::Data<Desk>,
    reader: Reader,
    if_match: IfMatch,
    JsonBody(body): JsonBody<SecondContactBody>,
) -> Result<HttpResponse, Failure> {
    let named = change::name(desk.clone(), filer, if_match, &body.address, reader.lang).await?;
    Ok(answer(StatusCode::ACCEPTED, &desk, named))
}

/// Forgets the second contact, also one that waits to be confirmed: no copies are mailed any more. The tenant's security contact is told.
#[utoipa::path(
    delete, path = "/api/v1/settings/second-contact", tag = "mails",
    params(("If-Match" = String, Header, description = "Its `ETag`: the version you saw")),
    responses(
        (status = 204, description = "There is none"),
        (status = 403, description = "Not somebody who files, or without MFA", body = Problem, content_type = "application/problem+json"),
        Versioned,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn delete_second_contact(
    filer: FilerWithMfa,
    desk: web::Data<Desk>,
    reader: Reader,
    if_match: IfMatch,
) -> Result<HttpResponse, Failure> {
    change::remove(desk, filer, if_match, reader.lang).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes the address that a link was mailed to the second contact. Who has the link needs no credentials.
#[utoipa::path(
    post, path = "/api/v1/settings/second-contact/confirm", tag = "mails",
    request_body = SecondContactLinkBody,
    responses(
        (status = 204, description = "Copies go there from now on"),
        (status = 404, description = "Not a link of this desk, over, used, or not the latest", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No link", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The database is away; `Retry-After` says when to try again", body = Problem, content_type = "application/problem+json"),
        JsonIn,
    ),
)]
pub async fn confirm_second_contact(
    desk: web::Data<Desk>,
    JsonBody(body): JsonBody<SecondContactLinkBody>,
) -> Result<HttpResponse, Failure> {
    change::confirm(desk, body.link).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn answer(status: StatusCode, desk: &Desk, contact: SecondContact) -> HttpResponse {
    let view = SecondContactView::at(contact, desk.clock.now());
    HttpResponse::build(status).insert_header(etag(view.version)).json(view)
}
