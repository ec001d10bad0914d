//! `/api/v1/webhooks/{id}/deliveries`

use super::api::known_id;
use super::{DeliveryState, WebhookDelivery, manage, store};
use crate::app::Desk;
use crate::identity::Lead;
use crate::openapi::{Authenticated, JsonIn};
use crate::problem::{Kind, Problem};
use crate::web::{Failure, NoBody, Paging, QueryOf};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

/// What was and is to be sent to an endpoint in the last 30 days, newest first.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks",
    params(
        ("id" = Uuid, Path, description = "The endpoint's id"),
        ("state" = Option<DeliveryState>, Query, description = "Those in this state"),
        ("limit" = Option<u16>, Query, description = "1 to 200, else 25"),
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
