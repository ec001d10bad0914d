//! Whether the gate lives, is ready, and has a fresh feed; and its counters.

use super::check::Outcome;
use super::state::State;
use crate::Freshness;
use crate::client::Follow;
use actix_web::{HttpResponse, web};
use serde_json::json;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many requests came to which outcome.
#[derive(Default)]
pub struct Counters([AtomicU64; Outcome::NAMES.len()]);

impl Counters {
    /// Counts an outcome.
    pub fn count(&self, outcome: &Outcome) {
        self.0[outcome.position()].fetch_add(1, Ordering::Relaxed);
    }
}

/// `GET /health/live`: the process answers.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"live": true}))
}

/// `GET /health/ready`: it can judge. It can without a feed too: then nothing is suppressed, which is the safe side.
pub async fn ready() -> HttpResponse {
    HttpResponse::Ok().json(json!({"ready": true}))
}

/// `GET /health/feed`: 200 while the feed can suppress, else 503; both with what is held.
pub async fn feed(state: web::Data<State>) -> HttpResponse {
    let status = state.feed.status(state.now());
    let fresh = status.feed == Freshness::Fresh;
    if fresh { HttpResponse::Ok().json(status) } else { HttpResponse::ServiceUnavailable().json(status) }
}

/// `GET /metrics`, Prometheus text.
pub async fn metrics(state: web::Data<State>) -> HttpResponse {
    let status = state.feed.status(state.now());
    let held = status.held.as_ref();
    let mut text = String::new();
    let mut gauge = |name: &str, help: &str, value: i64| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# HELP mfa_gate_{name} {help}\n# TYPE mfa_gate_{name} gauge\nmfa_gate_{name} {value}");
    };
    gauge("feed_fresh", "Whether the feed can suppress MFA now.", i64::from(status.feed == Freshness::Fresh));
    gauge("clock_behind", "Whether the clock is too far behind to suppress MFA.", i64::from(status.clock_behind));
    gauge("feed_version", "Version of the feed held; 0 without one.", whole(held.map_or(0, |held| held.version)));
    gauge("feed_rules", "Rules in the feed held.", whole(held.map_or(0, |held| held.rules as u64)));
    let ends = held.map_or(0, |held| held.expires_at.timestamp());
    gauge("feed_expires_at_seconds", "When the feed held stops counting (Unix time).", ends);
    let success = status.last_success.map_or(0, |at| at.timestamp());
    gauge("feed_last_success_seconds", "When the desk last confirmed or renewed the feed (Unix time).", success);
    gauge("feed_failing", "Whether the last question for news failed.", i64::from(status.last_error.is_some()));
    gauge("sessions", "Sessions held.", whole(state.sessions.len() as u64));
    let _ = writeln!(text, "# HELP mfa_gate_feed_follows How the feed is followed now.");
    let _ = writeln!(text, "# TYPE mfa_gate_feed_follows gauge");
    for way in [Follow::Stream, Follow::Changes, Follow::Poll] {
        let now = u8::from(status.follows == way);
        let _ = writeln!(text, "mfa_gate_feed_follows{{way=\"{}\"}} {now}", way.name());
    }
    let _ = writeln!(text, "# HELP mfa_gate_outcomes_total Requests judged, by outcome.");
    let _ = writeln!(text, "# TYPE mfa_gate_outcomes_total counter");
    for (label, count) in Outcome::NAMES.iter().zip(&state.counters.0) {
        let count = count.load(Ordering::Relaxed);
        let _ = writeln!(text, "mfa_gate_outcomes_total{{outcome=\"{label}\"}} {count}");
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
