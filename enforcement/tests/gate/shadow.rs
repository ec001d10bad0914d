//! A gate that is tried out: asked about copies, or about what a log remembers. Nothing is refused.

use crate::behind::{to_api, to_portal};
use crate::front::{Front, Kind};
use crate::http::Request;
use crate::world::{Listener, World};
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::time::Duration;

#[tokio::test]
async fn behind_nginx_the_gate_judges_copies_and_nothing_is_refused() {
    judges_copies(Kind::Nginx, Listener::Nginx).await;
}

#[tokio::test]
async fn behind_envoy_the_gate_judges_copies_and_nothing_is_refused() {
    judges_copies(Kind::Envoy, Listener::Envoy).await;
}

async fn judges_copies(kind: Kind, listener: Listener) {
    let front = Front::in_shadow(kind, World::start().await).await;
    let token = front.world.token(json!({}));
    let post = Request::new("POST", "/v1/customers").header("Host", "api.localhost").header("Content-Length", "5");
    for request in
        [to_portal("/customers?x=1"), to_api("/v1/customers").bearer(&token), post.bearer(&token).body("hello")]
    {
        let answer = front.send(request.clone()).await;
        assert_eq!(answer.status, 200, "{request:?}");
        assert_eq!(answer.json()["decision"], json!([]));
    }
    let seen = front.site.drain();
    assert_eq!((seen.len(), seen[2].body.as_str()), (3, "hello"));
    let expected =
        ["outcome=\"sign_in\",surface=\"dashboard\"} 1", "outcome=\"mfa_required\",surface=\"partner_api\"} 2"];
    for _ in 0..200 {
        let metrics = Request::get("/metrics").header("Host", "gate").send(front.world.address(listener)).await.body;
        if expected.iter().all(|line| metrics.contains(line)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the gate was not asked about the copies");
}

#[tokio::test]
async fn the_log_of_nginx_can_be_decided_again() {
    let front = Front::start(Kind::Nginx, World::start().await).await;
    let mfa = front.world.token(json!({"amr": ["mfa"]}));
    front.send(to_api("/v1/customers?name=secret").bearer(&mfa)).await;
    front.send(to_portal("/help/%22quoted%22")).await;
    let routes = front.folder.join("routes.toml");
    let text = front.world.config_text();
    std::fs::write(&routes, &text[text.find("[[routes]]").unwrap()..]).unwrap();
    let feed = front.folder.join("feed.json");
    std::fs::write(&feed, "null").unwrap();
    // nginx writes a line after it has answered.
    let log = loop {
        let log = std::fs::read_to_string(front.folder.join("decisions.jsonl")).unwrap();
        if log.matches("quoted").count() > 0 {
            break log;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    };
    assert!(!log.contains("secret"), "{log}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mfa-gate"));
    command.arg("decide").arg("--feed").arg(&feed).arg("--routes").arg(&routes);
    let lines = std::fs::File::open(front.folder.join("decisions.jsonl")).unwrap();
    let output = command.stdin(Stdio::from(lines)).output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let reasons: Vec<Value> =
        out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["reason"].clone()).collect();
    let ours = &reasons[reasons.len() - 2..];
    assert_eq!(ours, [json!("mfa_required"), json!("not_protected")], "{log}\n{out}");
}
