//! `/api/v1/webhooks`

use super::{DeliveryState, Webhook, WebhookBody, WebhookDelivery, WebhookWithSecret, manage, store};
use crate::app::Desk;
use crate::clock;
use crate::identity::{Lead, parse_guid};
use crate::openapi::{Authenticated, JsonIn};
use crate::problem::{Kind, Problem};
use crate::web::{Failure, JsonBody, NoBody, Paging, QueryOf};
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, ServiceConfig, resource};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// `/api/v1/webhooks…`
pub fn routes(cfg: &mut ServiceConfig) {
    let at = |path: &str| resource(format!("/api/v1/webhooks{path}"));
    cfg.service(at("").get(list_webhooks).post(add_webhook))
        .service(at("/{id}").get(get_webhook).delete(delete_webhook))
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

/// A part of the list of an endpoint's deliveries.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookDeliveryList {
    /// Newest first.
    pub items: Vec<WebhookDelivery>,
}

/// Which deliveries are asked for.
#[derive(Debug, Deserialize)]
pub struct Filter {
    /// Those in this state.
    pub state: Option<DeliveryState>,
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

/// Adds an endpoint. The answer has its secret, which is not shown again; so it is not kept for repeats either (no `Idempotency-Key`).
#[utoipa::path(
    post, path = "/api/v1/webhooks", tag = "webhooks",
    request_body = WebhookBody,
    responses(
        (status = 201, description = "Added, and enabled", body = WebhookWithSecret, headers(("Location" = String, description = "The endpoint"))),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It cannot be an endpoint, or there are 50", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn add_webhook(
    lead: Lead,
    desk: Data<Desk>,
    JsonBody(body): JsonBody<WebhookBody>,
) -> Result<HttpResponse, Failure> {
    let id = clock::fresh_id(desk.clock.now());
    let added = manage::add(desk, lead, id, body).await?;
    Ok(HttpResponse::Created().insert_header((LOCATION, format!("/api/v1/webhooks/{id}"))).json(added))
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
    Ok(HttpResponse::Ok().json(webhook))
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

/// What was and is to be sent to an endpoint in the last 30 days, newest first.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks",
    params(
        ("id" = Uuid, Path, description = "The endpoint's id"),
        ("state" = Option<DeliveryState>, Query, description = "Those in this state"),
        ("limit" = Option<u16>, Query, description = "1 to 200, else 50"),
        ("after" = Option<String>, Query, description = "Cursor of the page before"),
    ),
    responses(
        (status = 200, description = "Newest first; `Link: rel=\"next\"` when there are more", body = WebhookDeliveryList),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad `state`, `limit` or `after`", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_deliveries(
    _lead: Lead,
    desk: Data<Desk>,
    id: Path<String>,
    QueryOf(filter): QueryOf<Filter>,
    paging: Paging,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let id = known_id(&id)?;
    let mut tx = desk.db.staff().await?;
    store::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let rows = store::deliveries(&mut tx, id, filter.state, paging.after()?, paging.fetch()).await?;
    Ok(paging.cut(rows, |delivery| delivery.id).answer(&request))
}

/// Has an event that was delivered or given up sent again, with the same `webhook-id`.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/deliveries/{event}/resend", tag = "webhooks",
    params(("id" = Uuid, Path, description = "The endpoint's id"), ("event" = Uuid, Path, description = "The event's id")),
    responses(
        (status = 200, description = "It waits to be sent", body = WebhookDelivery),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It waits already", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn resend_delivery(
    lead: Lead,
    desk: Data<Desk>,
    path: Path<(String, String)>,
    _body: NoBody,
) -> Result<HttpResponse, Failure> {
    let (id, event) = (known_id(&path.0)?, known_id(&path.1)?);
    Ok(HttpResponse::Ok().json(manage::resend(desk, lead, id, event).await?))
}
