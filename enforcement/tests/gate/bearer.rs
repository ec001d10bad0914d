//! Applications with bearer tokens.

use crate::http::Request;
use crate::world::{API, EXCEPTION, Listener, OTHER_USER, TENANT, World};
use chrono::TimeDelta;
use mfa_enforcement::client::Follow;
use serde_json::json;
use std::time::Duration;

fn to_api(world: &World, token: &str) -> Request {
    world.question("GET", API, "/v1/customers").bearer(token)
}

#[tokio::test]
async fn a_user_with_mfa_passes() {
    let world = World::start().await;
    let answer = world.ask_as_client(&to_api(&world, &world.token(json!({"amr": ["pwd", "mfa"]})))).await;
    assert_eq!((answer.status, answer.header("x-mfa-decision")), (204, Some("mfa_verified")));
    assert_eq!(answer.header("x-mfa-exception"), None);
}

#[tokio::test]
async fn a_user_without_mfa_is_refused_as_the_partner_api_refuses() {
    let world = World::start().await;
    let answer = world.ask_as_client(&to_api(&world, &world.token(json!({})))).await;
    assert_eq!((answer.status, answer.reason.as_str()), (401, "Unauthorized - MFA required"));
    assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer error="invalid_token""#));
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let problem = answer.json();
    assert_eq!(problem["type"], "https://desk.example/problems/mfa-required");
    assert_eq!((&problem["status"], &problem["instance"]), (&json!(401), &json!("/v1/customers")));
    assert_eq!((&problem["reason"], &problem["feed"]), (&json!("mfa_required"), &json!("absent")));
    let ask = format!("https://desk.example/stopped?tenant={TENANT}&surface=partner_api&at=2026-11-22T10%3A00%3A00Z");
    assert_eq!(problem["ask"], ask);
}

#[tokio::test]
async fn the_refusal_speaks_japanese_to_who_asks_for_it() {
    let world = World::start().await;
    let request = to_api(&world, &world.token(json!({}))).header("Accept-Language", "ja-JP,ja;q=0.9");
    assert_eq!(world.ask_as_client(&request).await.json()["title"], "多要素認証が必要です");
}

#[tokio::test]
async fn an_exception_lets_its_user_through_on_its_surface_only() {
    let world = World::with_rule(&["partner_api"]).await;
    let answer = world.ask_as_client(&to_api(&world, &world.token(json!({})))).await;
    assert_eq!((answer.status, answer.header("x-mfa-decision")), (204, Some("mfa_suppressed")));
    assert_eq!(answer.header("x-mfa-exception"), Some(EXCEPTION.to_string().as_str()));

    let other = to_api(&world, &world.token(json!({"oid": OTHER_USER})));
    assert_eq!(world.ask_as_client(&other).await.status, 401);
    let elsewhere = world.question("GET", API, "/admin/users").bearer(&world.token(json!({})));
    assert_eq!(world.ask_as_client(&elsewhere).await.status, 401);
}

#[tokio::test]
async fn an_exception_ends_with_the_feed_that_tells_of_it() {
    let world = World::with_rule(&["partner_api"]).await;
    world.pass(TimeDelta::minutes(15) - TimeDelta::seconds(1));
    assert_eq!(world.ask_as_client(&to_api(&world, &world.token(json!({})))).await.status, 204);
    world.pass(TimeDelta::seconds(1));
    let answer = world.ask_as_client(&to_api(&world, &world.token(json!({})))).await;
    assert_eq!((answer.status, &answer.json()["feed"]), (401, &json!("expired")));
}

#[tokio::test]
async fn a_revoked_exception_stops_at_the_next_version() {
    let world = World::with_rule(&["partner_api"]).await;
    assert_eq!(world.ask_as_client(&to_api(&world, &world.token(json!({})))).await.status, 204);
    world.publish(2, &[]).await;
    assert_eq!(world.ask_as_client(&to_api(&world, &world.token(json!({})))).await.status, 401);
}

#[tokio::test]
async fn an_application_passes_on_apis() {
    let world = World::start().await;
    let token = world.token(json!({"idtyp": "app", "scp": null}));
    let answer = world.ask_as_client(&to_api(&world, &token)).await;
    assert_eq!((answer.status, answer.header("x-mfa-decision")), (204, Some("app_only")));
    // A user's token that only claims to be an application's.
    let answer = world.ask_as_client(&to_api(&world, &world.token(json!({"idtyp": "app"})))).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn the_delegated_admin_api_challenges_with_the_usual_phrase() {
    let world = World::start().await;
    let challenge = |changes| {
        let request = world.question("GET", API, "/admin/users").bearer(&world.token(changes));
        let world = &world;
        async move {
            let answer = world.ask_as_client(&request).await;
            assert_eq!((answer.status, answer.reason.as_str()), (401, "Unauthorized"));
            answer.json()["challenge"].clone()
        }
    };
    assert_eq!(challenge(json!({})).await, "verify");
    let unregistered = json!({"identity": "managed", "mfa_registered": false});
    assert_eq!(challenge(unregistered).await, "register_then_verify");
    // A password grant cannot be prompted.
    assert_eq!(challenge(json!({"grant": "password"})).await, json!(null));
}

#[tokio::test]
async fn without_a_good_token_an_api_answers_401() {
    let world = World::start().await;
    let none = world.ask_as_client(&world.question("GET", API, "/v1/customers")).await;
    assert_eq!((none.status, none.header("www-authenticate")), (401, Some("Bearer")));
    let expired = world.token(json!({"exp": world.now().timestamp()}));
    for bad in ["nonsense", &expired, &world.token(json!({"aud": "api://other", "amr": ["mfa"]}))] {
        let answer = world.ask_as_client(&to_api(&world, bad)).await;
        assert_eq!((answer.status, answer.reason.as_str()), (401, "Unauthorized"));
        assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer error="invalid_token""#));
        assert_eq!(answer.json()["type"], "https://desk.example/problems/invalid-token");
    }
    let basic = world.question("GET", API, "/v1/customers").header("Authorization", "Basic YTpi");
    assert_eq!(world.ask_as_client(&basic).await.status, 401);
}

#[tokio::test]
async fn an_unreachable_identity_provider_is_no_fault_of_the_caller() {
    let world = World::start().await;
    world.idp.reset().await;
    let answer = world.ask_as_client(&to_api(&world, &world.token(json!({"amr": ["mfa"]})))).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("10")));
}

#[tokio::test]
async fn two_kinds_of_credentials_are_refused() {
    let world = World::start().await;
    let request = to_api(&world, &world.token(json!({"amr": ["mfa"]}))).header("Cookie", "mfa-gate=x");
    let answer = world.ask_as_client(&request).await;
    assert_eq!((answer.status, &answer.json()["type"]), (400, &json!("https://desk.example/problems/unclear-request")));
    let in_query =
        world.question("GET", API, "/v1/customers?access_token=x").bearer(&world.token(json!({"amr": ["mfa"]})));
    assert_eq!(world.ask_as_client(&in_query).await.status, 400);
    let twice = to_api(&world, "a").bearer("b");
    assert_eq!(world.ask_as_client(&twice).await.status, 400);
}

#[tokio::test]
async fn who_asks_is_told_whether_the_token_carries_mfa_and_nothing_else_changes() {
    let world = World::with_rule(&["partner_api"]).await;
    let cases =
        [(json!({"amr": ["mfa"]}), 204, "true"), (json!({}), 204, "false"), (json!({"oid": OTHER_USER}), 401, "false")];
    for (changes, status, compliant) in cases {
        let request = to_api(&world, &world.token(changes));
        assert_eq!(world.ask_as_client(&request).await.header("isMfaCompliant"), None);
        let answer = world.ask_as_client(&request.header("ValidateMfa", "True")).await;
        assert_eq!((answer.status, answer.header("isMfaCompliant")), (status, Some(compliant)));
    }
}

#[tokio::test]
async fn what_no_route_matches_is_protected_and_no_exception_opens_it() {
    let world = World::with_rule(&["partner_api", "dashboard", "delegated_admin_api", "delegated_admin_portal"]).await;
    let at = |host: &str, path: &str, amr| world.question("GET", host, path).bearer(&world.token(json!({"amr": amr})));
    for (host, path) in [(API, "/v2/customers"), (API, "/"), (API, "/v1x"), ("unknown.localhost", "/v1/customers")] {
        assert_eq!(world.ask_as_client(&at(host, path, json!(["pwd"]))).await.status, 401, "{host}{path}");
        assert_eq!(world.ask_as_client(&at(host, path, json!(["mfa"]))).await.status, 204, "{host}{path}");
    }
}

#[tokio::test]
async fn health_and_metrics_tell_how_the_feed_stands() {
    let world = World::start().await;
    let at = world.address(Listener::Nginx);
    let get = |path: &'static str| async move { Request::get(path).header("Host", "gate").send(at).await };
    assert_eq!(get("/health/live").await.status, 200);
    assert_eq!(get("/health/ready").await.status, 200);
    assert_eq!(get("/health/feed").await.status, 503);
    world.publish(3, &[world.rule(&["partner_api"])]).await;
    let health = get("/health/feed").await;
    assert_eq!((health.status, &health.json()["held"]["version"]), (200, &json!(3)));
    world.ask_as_client(&to_api(&world, &world.token(json!({})))).await;
    // The desk of this test offers neither a stream nor changes.
    let feed = world.gate.as_ref().unwrap().feed();
    while feed.status(world.now()).follows != Follow::Poll || feed.status(world.now()).last_error.is_some() {
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let status = get("/health/feed").await.json();
    assert_eq!((&status["follows"], &status["last_error"]), (&json!("poll"), &json!(null)));
    let metrics = get("/metrics").await.body;
    for line in [
        "mfa_gate_feed_fresh 1",
        "mfa_gate_feed_version 3",
        "mfa_gate_feed_follows{way=\"poll\"} 1",
        "mfa_gate_feed_follows{way=\"stream\"} 0",
        "mfa_gate_feed_failing 0",
        "mfa_gate_outcomes_total{outcome=\"mfa_suppressed\",surface=\"partner_api\"} 1",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
}

#[tokio::test]
async fn a_gate_stops_when_told() {
    let mut world = World::start().await;
    let at = world.address(Listener::Nginx);
    world.gate.take().unwrap().stop().await;
    assert!(tokio::net::TcpStream::connect(at).await.is_err());
}
