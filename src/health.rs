//! Whether the desk is alive, ready, and publishing; and its figures.

use crate::app::Desk;
use crate::config::Config;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Serialize;

/// `/health/…`; `/metrics` too, unless it has an address of its own.
pub fn routes(config: &Config) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
    let own_address = config.server.metrics_bind.is_some();
    move |cfg| {
        cfg.service(web::resource("/health/live").get(live))
            .service(web::resource("/health/ready").get(ready))
            .service(web::resource("/health/feed").get(feed))
            .service(web::resource("/health/scanner").get(scanner));
        if !own_address {
            cfg.configure(metrics_routes);
        }
    }
}

/// `/metrics`
pub fn metrics_routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/metrics").get(metrics));
}

/// What a health check says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Health {
    /// Whether it holds.
    pub ok: bool,
    /// What does not hold, for operators: `database_away`, `migrations_missing`, `demo_database`, `policy_unknown`, `feed_stale`,
    /// `feed_stopped`, `scanner_away`.
    pub reason: Option<&'static str>,
}

fn health(reason: Option<&'static str>) -> HttpResponse {
    let status = if reason.is_none() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    HttpResponse::build(status).json(Health { ok: reason.is_none(), reason })
}

/// The process answers.
#[utoipa::path(get, path = "/health/live", tag = "operating", responses((status = 200, description = "It does", body = Health)))]
pub async fn live() -> HttpResponse {
    health(None)
}

/// The database answers, and every migration is applied.
#[utoipa::path(get, path = "/health/ready", tag = "operating", responses(
    (status = 200, description = "Ready", body = Health),
    (status = 503, description = "Not ready", body = Health)
))]
pub async fn ready(desk: web::Data<Desk>) -> HttpResponse {
    health(match desk.db.is_migrated().await {
        Ok(true) if desk.feed.refuses_demo_data() => Some("demo_database"),
        Ok(true) if !desk.policies.is_fresh() => Some("policy_unknown"),
        Ok(true) => None,
        Ok(false) => Some("migrations_missing"),
        Err(_) => Some("database_away"),
    })
}

/// A fresh feed document is in memory.
#[utoipa::path(get, path = "/health/feed", tag = "operating", responses(
    (status = 200, description = "Fresh", body = Health),
    (status = 503, description = "Stale, or stopped because the database is not the one that was published from", body = Health)
))]
pub async fn feed(desk: web::Data<Desk>) -> HttpResponse {
    health(match desk.feed.current() {
        Some(_) => None,
        None if desk.feed.stop().is_some() => Some("feed_stopped"),
        None => Some("feed_stale"),
    })
}

/// The virus scanner answers, or none is configured.
#[utoipa::path(get, path = "/health/scanner", tag = "operating", responses(
    (status = 200, description = "It does", body = Health),
    (status = 503, description = "It does not: uploaded files stay blocked until it does", body = Health)
))]
pub async fn scanner(desk: web::Data<Desk>) -> HttpResponse {
    health(desk.evidence.scanner_is_away().then_some("scanner_away"))
}

/// Prometheus text.
pub async fn metrics(desk: web::Data<Desk>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(desk.metrics.render())
}
