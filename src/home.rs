//! The home page.

use crate::web::{Failure, Reader};
use actix_web::{HttpResponse, web};

/// `/`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/").get(home));
}

/// Signed out: what this is. Signed in: what waits for you.
pub async fn home(_reader: Reader) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().finish())
}
