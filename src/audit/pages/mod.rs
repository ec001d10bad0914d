//! The audit log's pages, for auditors: what happened, one event, a sample of decisions, the export, the signed head.

mod export;
mod list;
mod rows;
mod sample;
mod show;

use actix_web::web::{ServiceConfig, resource};

/// `/audit…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/audit").get(list::show))
        .service(resource("/audit/events/{id}").get(show::show))
        .service(resource("/audit/sample").get(sample::show))
        .service(resource("/audit/export").get(export::ask))
        .service(resource("/audit/export/events").get(export::download))
        .service(resource("/audit/head").get(export::head));
}
