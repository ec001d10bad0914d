//! What a partner does with a request under way: `/api/v1/requests/{id}/reply`, `/reopen`.

use super::known_id;
use crate::app::Desk;
use crate::evidence;
use crate::identity::Filer;
use crate::intake::view::RequestView;
use crate::intake::{ReplyBody, Request, reopen, reply};
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::Problem;
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonBody, NoBody};
use actix_web::{HttpResponse, web};

/// `/api/v1/requests/{id}/reply`, `/api/v1/requests/{id}/reopen`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/requests/{id}/reply").post(reply_to_request))
        .service(web::resource("/api/v1/requests/{id}/reopen").post(reopen_request));
}

/// Replies to the desk's question: the request is in review again, and its clock runs on.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/reply", tag = "requests",
    params(("id" = uuid::Uuid, Path, description = "The request's id"), ("If-Match" = String, Header, description = "Its `ETag`")),
    request_body = ReplyBody,
    responses(
        (status = 200, description = "In review again", body = RequestView),
        (status = 403, description = "Not a Global Admin or Admin Agent", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or another tenant's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It does not wait for a reply", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No text, or too long a one", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn reply_to_request(
    filer: Filer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<ReplyBody>,
) -> Result<HttpResponse, Failure> {
    let request = reply(desk.clone(), filer.clone(), known_id(&id)?, if_match, &body.text).await?;
    told(&desk, &filer, &request).await
}

/// Reopens a request that was withdrawn because no reply came: it waits for the reply for ten business days more.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/reopen", tag = "requests",
    params(("id" = uuid::Uuid, Path, description = "The request's id"), ("If-Match" = String, Header, description = "Its `ETag`")),
    responses(
        (status = 200, description = "Waits for the partner again; the clock goes on with what was left, at least one business day", body = RequestView),
        (status = 403, description = "Not a Global Admin or Admin Agent", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or another tenant's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It was not withdrawn by itself, the time to reopen is over, or another request for the issue is open", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn reopen_request(
    filer: Filer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    _: NoBody,
) -> Result<HttpResponse, Failure> {
    let request = reopen(desk.clone(), filer.clone(), known_id(&id)?, if_match).await?;
    told(&desk, &filer, &request).await
}

/// `request`, which has no exception yet, as its filer sees it after a change.
///
/// # Errors
/// When its edition or calendar is gone, or the database is away.
pub async fn told(desk: &Desk, filer: &Filer, request: &Request) -> Result<HttpResponse, Failure> {
    let files = evidence::of_requests(&mut filer.begin(&desk.db).await?, &[request.id]).await?;
    let view = RequestView::new(desk, request, None, false, &files, filer)?;
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}
