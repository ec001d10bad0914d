//! `HEAD` is `GET` without the body (RFC 9110 9.3.2), for every address that answers `GET`.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;

/// Middleware, outermost: routes see `GET`; the connection, which was asked `HEAD`, sends no body.
///
/// # Errors
/// Those of the handler.
pub async fn as_get<B: MessageBody + 'static>(
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if *req.method() == Method::HEAD {
        req.head_mut().method = Method::GET;
    }
    next.call(req).await
}
