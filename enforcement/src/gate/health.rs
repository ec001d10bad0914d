//! Whether the gate lives, is ready, and has a fresh feed.

use super::state::Shared;
use crate::Freshness;
use actix_web::HttpResponse;
use serde_json::json;

/// `GET /health/live`: the process answers.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"live": true}))
}

/// `GET /health/ready`: it can judge. It can without a feed too: then nothing is suppressed, which is the safe side.
pub async fn ready() -> HttpResponse {
    HttpResponse::Ok().json(json!({"ready": true}))
}

/// `GET /health/feed`: 200 while the feed can suppress, else 503; both with what is held.
pub async fn feed(state: Shared) -> HttpResponse {
    let status = state.feed.status(state.now());
    let fresh = status.feed == Freshness::Fresh;
    if fresh { HttpResponse::Ok().json(status) } else { HttpResponse::ServiceUnavailable().json(status) }
}
