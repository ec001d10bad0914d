//! `/api/v1/requests/{id}/after-check`

use crate::app::Desk;
use crate::identity::{CaseReader, Reviewer, StaffReader};
use crate::intake::api::{known_id, shown};
use crate::intake::view::RequestView;
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::Problem;
use crate::review::after_check::{AfterCheckBody, check};
use crate::web::{Failure, IfMatch, JsonBody};
use actix_web::{HttpResponse, web};

/// Confirms or overturns what the policy granted at once. Overturning revokes the exception and places the tenant on hold.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/after-check", tag = "review",
    params(("id" = uuid::Uuid, Path, description = "The request's id"), ("If-Match" = String, Header, description = "Its `ETag`: the version you saw")),
    request_body = AfterCheckBody,
    responses(
        (status = 200, description = "Checked", body = RequestView),
        (status = 403, description = "Not a reviewer with MFA, or your own tenant's or filing", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The policy granted nothing to it, or it was checked before", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Overturned without a reason, or too long a one", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn post_after_check(
    reviewer: Reviewer,
    staff: StaffReader,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<AfterCheckBody>,
) -> Result<HttpResponse, Failure> {
    let id = known_id(&id)?;
    check(desk.clone(), reviewer, id, if_match, body).await?;
    shown(&desk, &CaseReader::Staff(staff), id).await
}
