//! What a partner does with its exception: `/api/v1/exceptions/{id}/end`, `/not-us`.

use super::{known_id, shows_subjects};
use crate::app::Desk;
use crate::exceptions::view::ExceptionView;
use crate::exceptions::{Exception, partner};
use crate::identity::Filer;
use crate::intake;
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::Problem;
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, NoBody};
use actix_web::{HttpResponse, web};

/// `/api/v1/exceptions/{id}/end`, `/api/v1/exceptions/{id}/not-us`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/exceptions/{id}/end").post(end_exception))
        .service(web::resource("/api/v1/exceptions/{id}/not-us").post(dispute_exception));
}

/// Ends an exception of one's own tenant early.
#[utoipa::path(
    post, path = "/api/v1/exceptions/{id}/end", tag = "exceptions",
    params(("id" = uuid::Uuid, Path, description = "The exception's id"), ("If-Match" = String, Header, description = "Its `ETag`")),
    responses(
        (status = 200, description = "Ended; the feed's next version says so", body = ExceptionView),
        (status = 403, description = "Not a Global Admin or Admin Agent", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or another tenant's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It has ended already", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn end_exception(
    filer: Filer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    _: NoBody,
) -> Result<HttpResponse, Failure> {
    let exception = partner::end_early(desk.clone(), filer.clone(), known_id(&id)?, if_match).await?;
    told(&desk, &filer, &exception).await
}

/// "This was not us": ends an exception of one's own tenant at once, without MFA, and alarms the leads. Also of one that has ended.
#[utoipa::path(
    post, path = "/api/v1/exceptions/{id}/not-us", tag = "exceptions",
    params(("id" = uuid::Uuid, Path, description = "The exception's id"), ("If-Match" = String, Header, description = "Its `ETag`, or `*`")),
    responses(
        (status = 200, description = "Ended and marked; the feed's next version says so", body = ExceptionView),
        (status = 403, description = "Not a Global Admin or Admin Agent", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or another tenant's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "That was said before", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn dispute_exception(
    filer: Filer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    _: NoBody,
) -> Result<HttpResponse, Failure> {
    let exception = partner::dispute(desk.clone(), filer.clone(), known_id(&id)?, if_match).await?;
    told(&desk, &filer, &exception).await
}

async fn told(desk: &Desk, filer: &Filer, exception: &Exception) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.partner(filer.tenant).await?;
    let own = intake::filed_by(&mut tx, &[exception.request_id], filer.object_id).await?;
    let view = ExceptionView::new(exception, desk.clock.now(), shows_subjects(filer, !own.is_empty()));
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}
