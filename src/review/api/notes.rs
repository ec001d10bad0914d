//! `/api/v1/requests/{id}/notes`

use crate::app::Desk;
use crate::identity::{Reviewer, StaffReader};
use crate::intake::api::known_id;
use crate::intake::request;
use crate::openapi::{Authenticated, JsonIn, Repeatable};
use crate::problem::{Kind, Problem};
use crate::review::notes::{Note, NoteBody, list, write};
use crate::web::idempotency::Key;
use crate::web::{Failure, JsonBody, Paging};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

/// A part of the notes on a request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct NoteList {
    /// Oldest first.
    pub items: Vec<Note>,
}

/// What staff told each other about a request.
#[utoipa::path(
    get, path = "/api/v1/requests/{id}/notes", tag = "review",
    params(("id" = uuid::Uuid, Path, description = "The request's id"), ("limit" = Option<u16>, Query, description = "1 to 200, else 25"),
        ("after" = Option<String>, Query, description = "Cursor of the page before")),
    responses(
        (status = 200, description = "Oldest first; `Link: rel=\"next\"` when there are more", body = NoteList),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad `limit` or `after`", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_notes(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    paging: Paging,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (id, after) = (known_id(&id)?, paging.after()?);
    let mut tx = desk.db.staff().await?;
    request::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let rows = list(&mut tx, id, after, paging.fetch()).await?;
    Ok(paging.cut(rows, |note| note.id).answer(&http))
}

/// Writes a note for colleagues. No partner reads it, and no mail says it.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/notes", tag = "review",
    params(("id" = uuid::Uuid, Path, description = "The request's id")),
    request_body = NoteBody,
    responses(
        (status = 201, description = "Written", body = Note),
        (status = 403, description = "Not a reviewer with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No text, or too long a one; or the key was used for another body", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        Repeatable,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn post_note(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    http: HttpRequest,
    JsonBody(body): JsonBody<NoteBody>,
) -> Result<HttpResponse, Failure> {
    let (id, key) = (known_id(&id)?, Key::of(&http, &reviewer, &body)?);
    let created = write(desk, reviewer, id, body, key).await?;
    created.answer(|note| note.id, |_| format!("/api/v1/requests/{id}/notes"))
}
