//! Held exceptions over the API: `/api/v1/held-exceptions`.

use super::checked_reason;
use crate::app::Desk;
use crate::exceptions::held;
use crate::exceptions::view::ExceptionView;
use crate::identity::{Lead, StaffReader};
use crate::openapi::{Authenticated, JsonIn};
use crate::problem::Problem;
use crate::web::{Failure, JsonBody, Paging};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `/api/v1/held-exceptions…`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/held-exceptions").get(list_held))
        .service(web::resource("/api/v1/held-exceptions/confirm").post(confirm_held));
}

/// A part of the list of held exceptions.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct HeldList {
    /// The oldest first.
    pub items: Vec<ExceptionView>,
}

/// Which exceptions to publish again, and why they are right.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmBody {
    /// 1 to 200 ids of held exceptions: all are confirmed, or none.
    #[schema(min_items = 1, max_items = 200)]
    pub exceptions: Vec<Uuid>,
    /// 1 to 2000 characters, for the audit log.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// How many are published again.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Confirmed {
    /// The number of exceptions.
    pub confirmed: usize,
}

/// The exceptions that a new epoch of the feed holds, the oldest first.
#[utoipa::path(
    get, path = "/api/v1/held-exceptions", tag = "exceptions",
    params(("limit" = Option<u16>, Query, description = "1 to 200, else 25"), ("after" = Option<String>, Query, description = "Cursor of the page before")),
    responses(
        (status = 200, description = "The oldest first; `Link: rel=\"next\"` when there are more", body = HeldList),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad `limit` or `after`", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_held(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    paging: Paging,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let now = desk.clock.now();
    let mut tx = desk.db.staff().await?;
    let rows = held::list(&mut tx, paging.after()?, paging.fetch(), now).await?;
    let slice = paging.cut(rows, |exception| exception.id);
    Ok(slice.map(|exception| ExceptionView::new(&exception, now, true)).answer(&request))
}

/// Publishes held exceptions again, all or none.
#[utoipa::path(
    post, path = "/api/v1/held-exceptions/confirm", tag = "exceptions",
    request_body = ConfirmBody,
    responses(
        (status = 200, description = "Confirmed; the feed's next version has them", body = Confirmed),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "None, too many, or one that is not held or is of the lead's own tenant; no reason", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn confirm_held(
    lead: Lead,
    desk: web::Data<Desk>,
    JsonBody(body): JsonBody<ConfirmBody>,
) -> Result<HttpResponse, Failure> {
    let reason = checked_reason(&body.reason)?;
    let confirmed = held::confirm(desk, lead, body.exceptions, reason).await?;
    Ok(HttpResponse::Ok().json(Confirmed { confirmed }))
}
