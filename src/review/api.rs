//! `/api/v1/queue` and `/api/v1/requests/{id}/decision`.

use super::{DecisionBody, decide};
use crate::app::Desk;
use crate::evidence;
use crate::identity::{CaseReader, Reviewer, StaffReader};
use crate::intake::api::{RequestList, known_id, views};
use crate::intake::request::queue;
use crate::intake::view::RequestView;
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::Problem;
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonBody, Paging, Slice};
use actix_web::{HttpRequest, HttpResponse, web};

/// `/api/v1/queue`, `/api/v1/requests/{id}/decision`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/queue").get(get_queue))
        .service(web::resource("/api/v1/requests/{id}/decision").post(post_decision));
}

/// The requests that wait for a person, by due time: what is breached stands on top.
#[utoipa::path(
    get, path = "/api/v1/queue", tag = "review",
    params(("limit" = Option<u16>, Query, description = "1 to 200, else 50"), ("after" = Option<String>, Query, description = "Cursor of the page before")),
    responses(
        (status = 200, description = "By due time; `Link: rel=\"next\"` when there are more", body = RequestList),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad `limit` or `after`", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_queue(
    staff: StaffReader,
    desk: web::Data<Desk>,
    paging: Paging,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.staff().await?;
    let rows = queue(&mut tx, paging.after()?, paging.fetch()).await?;
    let slice = paging.cut(rows, |request| (request.due_at, request.id));
    let items = views(&desk, &CaseReader::Staff(staff), &mut tx, slice.items).await?;
    Ok(Slice { items, next: slice.next }.answer(&http))
}

/// Accepts or denies a request.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/decision", tag = "review",
    params(("id" = uuid::Uuid, Path, description = "The request's id"), ("If-Match" = String, Header, description = "Its `ETag`: the version you saw")),
    request_body = DecisionBody,
    responses(
        (status = 200, description = "Decided", body = RequestView),
        (status = 202, description = "`pending_second_approval`: every user, over 50 users or over 90 days take two people, one of them a lead", body = RequestView),
        (status = 403, description = "Not a reviewer with MFA, or your own tenant's or filing", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not in review, or you have approved it already", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No reason, or a scope beyond what was asked", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn post_decision(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<DecisionBody>,
) -> Result<HttpResponse, Failure> {
    let decided = decide(desk.clone(), reviewer.clone(), known_id(&id)?, if_match, body).await?;
    let pending = decided.pending_second_approval;
    let files = evidence::of_requests(&mut desk.db.staff().await?, &[decided.request.id]).await?;
    let view = RequestView::new(&desk, &decided.request, decided.exception.as_ref(), pending, &files, &reviewer)?;
    let mut answer = if pending { HttpResponse::Accepted() } else { HttpResponse::Ok() };
    Ok(answer.insert_header(etag(view.version)).json(view))
}
