//! The page for operators, and the figures.

use crate::http::{Request, Response};
use crate::world::{API, World};
use serde_json::json;
use std::net::SocketAddr;

async fn with_status_page() -> (World, SocketAddr) {
    let world = World::with(|text| format!("{text}\n[status]\nbind = \"127.0.0.1:0\"\n")).await;
    let at = world.gate.as_ref().unwrap().status_address().unwrap();
    (world, at)
}

async fn page(at: SocketAddr, lang: &str) -> Response {
    Request::get("/").header("Host", "gate").header("Accept-Language", lang).send(at).await
}

async fn ask(world: &World, token: &str) -> u16 {
    world.ask_as_client(&world.question("GET", API, "/v1/customers").bearer(token)).await.status
}

#[tokio::test]
async fn operators_read_how_the_gate_stands_in_their_language() {
    let (world, at) = with_status_page().await;
    let empty = page(at, "en").await;
    assert_eq!(empty.status, 200);
    assert!(empty.body.contains("there is no feed yet") && empty.body.contains("No request has been judged yet"));
    world.publish(7, &[world.rule(&["partner_api"])]).await;
    assert_eq!(ask(&world, &world.token(json!({}))).await, 204);
    assert_eq!(ask(&world, "nonsense").await, 401);
    let english = page(at, "en").await;
    for words in
        ["exceptions are applied", "<dd>7</dd>", "mfa_suppressed", "Partner API", "malformed", &world.idp.uri()]
    {
        assert!(english.body.contains(words), "{words} in {}", english.body);
    }
    let japanese = page(at, "ja").await;
    assert!(japanese.body.contains(r#"<html lang="ja">"#) && japanese.body.contains("例外が適用されています"));
    assert!(english.header("content-security-policy").unwrap().contains("default-src 'none'"));
    assert!(!english.body.contains("<script") && !english.body.contains("style="));
    world.pass(chrono::TimeDelta::minutes(20));
    assert!(page(at, "en").await.body.contains("the feed has expired"));
}

#[tokio::test]
async fn what_is_for_operators_and_what_is_for_proxies_are_apart() {
    let (world, at) = with_status_page().await;
    for path in ["/metrics", "/health/live", "/.mfa-gate/style.css"] {
        assert_eq!(Request::get(path).header("Host", "gate").send(at).await.status, 200, "{path}");
    }
    for path in ["/check", "/answer", "/.mfa-gate/sign-in"] {
        assert_eq!(Request::get(path).header("Host", "gate").send(at).await.status, 404, "{path}");
    }
    let proxies = world.gate.as_ref().unwrap().addresses()[0];
    assert_eq!(Request::get("/").header("Host", "gate").send(proxies).await.status, 404);
}

#[tokio::test]
async fn tokens_and_keys_are_counted() {
    let (world, at) = with_status_page().await;
    let token = world.token(json!({"amr": ["mfa"]}));
    for _ in 0..3 {
        assert_eq!(ask(&world, &token).await, 204);
    }
    assert_eq!(ask(&world, &world.token(json!({"aud": "api://other"}))).await, 401);
    let metrics = Request::get("/metrics").header("Host", "gate").send(at).await.body;
    let issuer = format!("{}/{{tid}}/v2.0", world.idp.uri());
    for line in [
        "mfa_gate_outcomes_total{outcome=\"mfa_verified\",surface=\"partner_api\"} 3",
        // A refusal is judged twice: for nginx, and for the client.
        "mfa_gate_outcomes_total{outcome=\"bad_token\",surface=\"partner_api\"} 2",
        "mfa_gate_token_errors_total{error=\"audience\"} 2",
        "mfa_gate_tokens_total{signature=\"remembered\"} 2",
        "mfa_gate_tokens_remembered 1",
        "mfa_gate_config_refused 0",
        &format!("mfa_gate_key_fetches_total{{issuer=\"{issuer}\",result=\"succeeded\"}} 1"),
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_are_counted_and_told() {
    let (world, at) = with_status_page().await;
    world.idp.reset().await;
    assert_eq!(ask(&world, &world.token(json!({"amr": ["mfa"]}))).await, 503);
    let metrics = Request::get("/metrics").header("Host", "gate").send(at).await.body;
    assert!(metrics.contains("result=\"failed\"} 1"), "{metrics}");
    assert!(page(at, "en").await.body.contains("Last failure"));
}

#[tokio::test]
async fn every_figure_that_the_alerts_name_exists() {
    let (_world, at) = with_status_page().await;
    let metrics = Request::get("/metrics").header("Host", "gate").send(at).await.body;
    let rules = include_str!("../../../deploy/prometheus/gate.rules.yml");
    let words = rules.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let named: std::collections::BTreeSet<_> = words.filter(|word| word.starts_with("mfa_gate_")).collect();
    assert!(named.len() > 5, "{named:?}");
    for name in named {
        assert!(metrics.contains(&format!("# TYPE {name} ")), "{name}");
    }
    // The first of something that was never counted is no increase, and would set off nothing.
    assert!(metrics.contains("mfa_gate_outcomes_total{outcome=\"strange_peer\",surface=\"(none)\"} 0"), "{metrics}");
    let watched = rules.split("mfa_gate_token_errors_total{error=~\"").nth(1).and_then(|rest| rest.split('"').next());
    for error in watched.expect("an alert on tokens").split('|') {
        assert!(metrics.contains(&format!("mfa_gate_token_errors_total{{error=\"{error}\"}} 0")), "{error}: {metrics}");
    }
}

#[tokio::test]
async fn a_remembered_token_is_forgotten_with_its_end() {
    let (world, at) = with_status_page().await;
    let token = world.token(json!({"amr": ["mfa"], "exp": world.now().timestamp() + 60}));
    assert_eq!(ask(&world, &token).await, 204);
    world.pass(chrono::TimeDelta::seconds(60));
    assert_eq!(ask(&world, &token).await, 401);
    let metrics = Request::get("/metrics").header("Host", "gate").send(at).await.body;
    assert!(metrics.contains("mfa_gate_tokens_remembered 0"), "{metrics}");
}
