//! `/api/v1/webhooks`

use super::api_deliveries::{list_deliveries, resend_delivery};
use super::change::change;
use super::{Webhook, WebhookBody, WebhookDelivery, WebhookWithSecret, manage, store};
use crate::app::Desk;
use crate::clock;
use crate::identity::{Lead, parse_guid};
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::{Kind, Problem};
use crate::web::idempotency::{self, Created, Key};
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonBody, NoBody};
use actix_web::web::{Data, Path, ServiceConfig, resource};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// `/api/v1/webhooks…`
pub fn routes(cfg: &mut ServiceConfig) {
    let at = |path: &str| resource(format!("/api/v1/webhooks{path}"));
    cfg.service(at("").get(list_webhooks).post(add_webhook))
        .service(at("/{id}").get(get_webhook).put(put_webhook).delete(delete_webhook))
        .service(at("/{id}/enable").post(enable_webhook))
        .service(at("/{id}/disable").post(disable_webhook))
        .service(at("/{id}/rotate").post(rotate_webhook))
        .service(at("/{id}/test").post(test_webhook))
        .service(at("/{id}/deliveries").get(list_deliveries))
        .service(at("/{id}/deliveries/{event}/resend").post(resend_delivery));
}

/// The endpoints.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookList {
    /// Newest first.
    pub items: Vec<Webhook>,
}

/// A path's id.
pub(super) fn known_id(id: &str) -> Result<Uuid, Failure> {
    parse_guid(id).ok_or_else(|| Failure::new(Kind::NotFound))
}

/// Every endpoint, newest first; at most 50 can be.
#[utoipa::path(
    get, path = "/api/v1/webhooks", tag = "webhooks",
    responses(
        (status = 200, description = "Newest first", body = WebhookList),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_webhooks(_lead: Lead, desk: Data<Desk>) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.staff().await?;
    Ok(HttpResponse::Ok().json(WebhookList { items: store::list(&mut tx, None).await? }))
}

/// Adds an endpoint. The answer has its secret, which is not shown again but to repeats with the same `Idempotency-Key`.
#[utoipa::path(
    post, path = "/api/v1/webhooks", tag = "webhooks",
    request_body = WebhookBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Yours alone; repeats within 24 hours get the first answer")),
    responses(
        (status = 201, description = "Added, and enabled", body = WebhookWithSecret, headers(("Location" = String, description = "The endpoint"))),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The first call with this `Idempotency-Key` still runs", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It cannot be an endpoint, there are 50, or the `Idempotency-Key` was used for something else", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn add_webhook(
    lead: Lead,
    desk: Data<Desk>,
    http: HttpRequest,
    JsonBody(body): JsonBody<WebhookBody>,
) -> Result<HttpResponse, Failure> {
    let id = clock::fresh_id(desk.clock.now());
    let key = Key::of(&http, &lead, &body)?.map(|key| key.own(&lead));
    let (id, added) = match manage::add(desk.clone(), lead, id, key, body).await? {
        Created::Now(added) => (id, serde_json::to_value(added).map_err(Failure::internal)?),
        Created::Before(first) => {
            let added = manage::opened(&desk, &first).ok_or_else(|| Failure::new(Kind::IdempotencyKeyReused))?;
            (first.created, added)
        }
    };
    Ok(idempotency::answer(&format!("/api/v1/webhooks/{id}"), added.to_string()))
}

/// An endpoint.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(("id" = Uuid, Path, description = "Its id")),
    responses(
        (status = 200, description = "The endpoint", body = Webhook),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_webhook(_lead: Lead, desk: Data<Desk>, id: Path<String>) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.staff().await?;
    let webhook = store::find(&mut tx, known_id(&id)?).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    Ok(HttpResponse::Ok().insert_header(etag(webhook.version)).json(webhook))
}

/// Changes an endpoint: everything that the body does not name is as in a new one. Its secret stays.
#[utoipa::path(
    put, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(("id" = Uuid, Path, description = "Its id"), ("If-Match" = String, Header, description = "Its `ETag`: the version you saw")),
    request_body = WebhookBody,
    responses(
        (status = 200, description = "As it is now", body = Webhook),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It cannot be an endpoint", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Versioned,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn put_webhook(
    lead: Lead,
    desk: Data<Desk>,
    id: Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<WebhookBody>,
) -> Result<HttpResponse, Failure> {
    let webhook = change(desk, lead, known_id(&id)?, if_match, body).await?;
    Ok(HttpResponse::Ok().insert_header(etag(webhook.version)).json(webhook))
}

/// Deletes an endpoint, with its secrets and what was or is to be sent to it.
#[utoipa::path(
    delete, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(("id" = Uuid, Path, description = "Its id")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn delete_webhook(lead: Lead, desk: Data<Desk>, id: Path<String>) -> Result<HttpResponse, Failure> {
    manage::delete(desk, lead, known_id(&id)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sends events to an endpoint again: first those that waited when it was disabled, not those that happened meanwhile.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/enable", tag = "webhooks",
    params(("id" = Uuid, Path, description = "Its id")),
    responses(
        (status = 200, description = "Enabled", body = Webhook),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is enabled", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn enable_webhook(
    lead: Lead,
    desk: Data<Desk>,
    id: Path<String>,
    _body: NoBody,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(manage::switch(desk, lead, known_id(&id)?, true).await?))
}

/// Sends nothing to an endpoint until it is enabled.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/disable", tag = "webhooks",
    params(("id" = Uuid, Path, description = "Its id")),
    responses(
        (status = 200, description = "Disabled", body = Webhook),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is disabled", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn disable_webhook(
    lead: Lead,
    desk: Data<Desk>,
    id: Path<String>,
    _body: NoBody,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(manage::switch(desk, lead, known_id(&id)?, false).await?))
}

/// Gives an endpoint a new secret, shown this once. For a day, the one before signs besides it.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/rotate", tag = "webhooks",
    params(("id" = Uuid, Path, description = "Its id")),
    responses(
        (status = 200, description = "The new secret", body = WebhookWithSecret),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The day of the last rotation is not over", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn rotate_webhook(
    lead: Lead,
    desk: Data<Desk>,
    id: Path<String>,
    _body: NoBody,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(manage::rotate(desk, lead, known_id(&id)?).await?))
}

/// Sends the event `test` to an endpoint.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/test", tag = "webhooks",
    params(("id" = Uuid, Path, description = "Its id")),
    responses(
        (status = 200, description = "It waits to be sent", body = WebhookDelivery),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is disabled", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn test_webhook(
    lead: Lead,
    desk: Data<Desk>,
    id: Path<String>,
    _body: NoBody,
) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(manage::test(desk, lead, known_id(&id)?).await?))
}
