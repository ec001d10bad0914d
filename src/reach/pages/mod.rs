//! `/enforcement…`: how far the rules got, for staff.

mod act;
mod day;
pub mod draw;
mod overview;
mod point;
mod spread;
mod unneeded;
mod words;

use actix_web::web::{ServiceConfig, resource};

/// `/enforcement…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/enforcement").get(overview::show))
        .service(resource("/enforcement/reach/{version}").get(spread::show))
        .service(resource("/enforcement/days").get(day::show))
        .service(resource("/enforcement/unneeded").get(unneeded::list))
        .service(resource("/enforcement/unneeded/{reference}").get(unneeded::ask).post(unneeded::act))
        .service(resource("/enforcement/clients/{tenant}/{client}").get(act::ask_expected).post(act::act_expected))
        .service(resource("/enforcement/{id}/retire").get(act::ask_retire).post(act::act_retire))
        .service(resource("/enforcement/{id}").get(point::show));
}
