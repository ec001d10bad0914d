//! The gate's figures as Prometheus reads them.

use super::state::{Shared, State};
use crate::Freshness;
use crate::client::Follow;
use actix_web::HttpResponse;
use std::fmt::Write;

/// `GET /metrics`, Prometheus text.
pub async fn metrics(state: Shared) -> HttpResponse {
    let mut text = String::new();
    gauges(&state, &mut text);
    counters(&state, &mut text);
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text)
}

fn gauges(state: &State, text: &mut String) {
    let status = state.feed.status(state.now());
    let held = status.held.as_ref();
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
    let confirmed = status.last_success.map_or(0, |at| at.timestamp());
    gauge("feed_last_success_seconds", "When the desk last confirmed or renewed the feed (Unix time).", confirmed);
    gauge("feed_failing", "Whether the last question for news failed.", i64::from(status.last_error.is_some()));
    gauge("sessions", "Sessions held.", whole(state.sessions.len() as u64));
    let tokens = state.party.remembered().tokens as u64;
    gauge("tokens_remembered", "Verified bearer tokens remembered.", whole(tokens));
    gauge("config_since_seconds", "Since when the configuration is in force (Unix time).", state.since.timestamp());
    gauge("config_refused", "Whether the last configuration read was refused.", i64::from(state.refusal().is_some()));
    let _ = writeln!(text, "# HELP mfa_gate_feed_follows How the feed is followed now.");
    let _ = writeln!(text, "# TYPE mfa_gate_feed_follows gauge");
    for way in [Follow::Stream, Follow::Changes, Follow::Poll] {
        let now = u8::from(status.follows == way);
        let _ = writeln!(text, "mfa_gate_feed_follows{{way=\"{}\"}} {now}", way.name());
    }
}

fn counters(state: &State, text: &mut String) {
    let mut counter = |name: &str, help: &str, rows: Vec<(String, u64)>| {
        let _ = writeln!(text, "# HELP mfa_gate_{name}_total {help}\n# TYPE mfa_gate_{name}_total counter");
        for (labels, count) in rows {
            let _ = writeln!(text, "mfa_gate_{name}_total{labels} {count}");
        }
    };
    let outcomes = state.counters.outcomes().into_iter();
    let outcomes =
        outcomes.map(|(outcome, surface, count)| (labels(&[("outcome", outcome), ("surface", &surface)]), count));
    counter("outcomes", "Requests judged, by outcome and surface.", outcomes.collect());
    let errors = state.counters.token_errors().into_iter().map(|(error, count)| (labels(&[("error", error)]), count));
    counter("token_errors", "Tokens that were not believed, by the reason.", errors.collect());
    let remembered = state.party.remembered();
    let seen = [("remembered", remembered.hits), ("verified", remembered.misses)];
    let seen = seen.map(|(how, count)| (labels(&[("signature", how)]), count));
    counter("tokens", "Tokens seen: of those remembered the signature was not checked again.", seen.into());
    let fetches = state.party.key_fetches().flat_map(|(issuer, fetches)| {
        [("succeeded", fetches.succeeded), ("failed", fetches.failed)]
            .map(|(result, count)| (labels(&[("issuer", issuer), ("result", result)]), count))
    });
    counter(
        "key_fetches",
        "Fetches of an issuer's keys (JWKS), and failures to learn where they are.",
        fetches.collect(),
    );
}

/// `{name="value",…}`, with the values escaped.
fn labels(pairs: &[(&str, &str)]) -> String {
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    format!("{{{}}}", pairs.join(","))
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
