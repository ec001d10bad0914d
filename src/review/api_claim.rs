//! `/api/v1/requests/{id}/claim` and `/release`.

use super::claim::{ClaimBody, claim, release};
use crate::app::Desk;
use crate::db::Tx;
use crate::identity::{CaseReader, Reviewer, StaffReader};
use crate::intake::Request;
use crate::intake::api::{known_id, views};
use crate::intake::view::RequestView;
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::{Kind, Problem};
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonOrNothing, NoBody};
use actix_web::{HttpResponse, web};

/// `/api/v1/requests/{id}/claim`, `/release`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/requests/{id}/claim").post(post_claim))
        .service(web::resource("/api/v1/requests/{id}/release").post(post_release));
}

/// Claims a request: until the lease ends nobody else decides it or asks its partner. Claiming again renews the lease. A lead can
/// take it over from somebody, or give it to somebody.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/claim", tag = "review",
    params(("id" = uuid::Uuid, Path, description = "The request's id"), ("If-Match" = String, Header, description = "Its `ETag`: the version you saw")),
    request_body = Option<ClaimBody>,
    responses(
        (status = 200, description = "Claimed; `claim` says by whom and until when", body = RequestView),
        (status = 403, description = "Not a reviewer with MFA, your own tenant's or filing, an appeal against your own denial, or a lead's step", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Closed, claimed by somebody else, or not for the reviewer who is named", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No reviewer who is known has that object id", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn post_claim(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    JsonOrNothing(body): JsonOrNothing<ClaimBody>,
) -> Result<HttpResponse, Failure> {
    let (request, _) = claim(desk.clone(), reviewer.clone(), known_id(&id)?, if_match, body).await?;
    told(&desk, reviewer, request).await
}

/// Gives a claimed request back. A lead can do that for anybody.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/release", tag = "review",
    params(("id" = uuid::Uuid, Path, description = "The request's id"), ("If-Match" = String, Header, description = "Its `ETag`: the version you saw")),
    responses(
        (status = 200, description = "Nobody's", body = RequestView),
        (status = 403, description = "Not a reviewer with MFA, your own tenant's or filing, or an appeal against your own denial", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Closed, not claimed, or claimed by somebody else", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn post_release(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    _: NoBody,
) -> Result<HttpResponse, Failure> {
    let request = release(desk.clone(), reviewer.clone(), known_id(&id)?, if_match).await?;
    told(&desk, reviewer, request).await
}

async fn told(desk: &Desk, reviewer: Reviewer, request: Request) -> Result<HttpResponse, Failure> {
    let mut tx: Tx = desk.db.staff().await?;
    let reader = CaseReader::Staff(StaffReader::from(reviewer));
    let view = views(desk, &reader, &mut tx, vec![request]).await?.pop().ok_or_else(|| Failure::new(Kind::NotFound))?;
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}
