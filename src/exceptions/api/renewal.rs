//! `POST /api/v1/exceptions/{id}/renewal`: a request for another exception of the same kind, filled in.

use super::known_id;
use crate::app::Desk;
use crate::identity::Filer;
use crate::intake::drafts::{DraftView, renew};
use crate::openapi::{Authenticated, JsonIn};
use crate::problem::Problem;
use crate::web::idempotency::Key;
use crate::web::{Failure, NoBody};
use actix_web::{HttpRequest, HttpResponse, web};

/// `/api/v1/exceptions/{id}/renewal`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/exceptions/{id}/renewal").post(renew_exception));
}

/// Begins a draft that asks for what the exception granted once more, from its end. Nothing is filed by it.
#[utoipa::path(
    post, path = "/api/v1/exceptions/{id}/renewal", tag = "exceptions",
    params(
        ("id" = uuid::Uuid, Path, description = "The exception's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 200 printable ASCII characters; a repeat within 24 hours gives the draft that the first call began"),
    ),
    responses(
        (status = 201, description = "Begun; submit it as any draft", body = DraftView),
        (status = 403, description = "Not a Global Admin or Admin Agent", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or another tenant's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It has not begun or was ended early; or the caller has 20 drafts already", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none. Or the key was used for another draft, or by a colleague", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn renew_exception(
    filer: Filer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    http: HttpRequest,
    _: NoBody,
) -> Result<HttpResponse, Failure> {
    let id = known_id(&id)?;
    let key = Key::of(&http, &filer, &())?;
    let begun = renew(desk, filer, id, key).await?;
    begun.answer(|view| view.id, |id| format!("/api/v1/drafts/{id}"))
}
