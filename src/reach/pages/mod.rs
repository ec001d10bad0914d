//! `/enforcement…`: how far the rules got, for staff.

mod act;
mod draw;
mod overview;
mod point;
mod spread;
mod words;

use actix_web::web::{ServiceConfig, resource};

/// `/enforcement…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/enforcement").get(overview::show))
        .service(resource("/enforcement/reach/{version}").get(spread::show))
        .service(resource("/enforcement/clients/{tenant}/{client}").get(act::ask_expected).post(act::act_expected))
        .service(resource("/enforcement/{id}/retire").get(act::ask_retire).post(act::act_retire))
        .service(resource("/enforcement/{id}").get(point::show));
}
