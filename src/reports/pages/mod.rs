//! The reports' pages: one for each report, with its plots, the tables behind them, and the file.

mod draw;
mod form;
mod show;

use actix_web::web::{ServiceConfig, resource};

/// `/reports…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/reports").get(show::first))
        .service(resource("/reports/{report}.csv").get(show::download))
        .service(resource("/reports/{report}").get(show::show));
}
