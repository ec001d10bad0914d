//! Signed webhooks on their way: to a real receiver over TLS that refuses, moves, hangs and hangs up as it is told to. Who looks after
//! them, and how: `webhook_leads.rs`.

use crate::actors::{Actor, USER, more_time, text, third_party};
use crate::app::TestApp;
use crate::mail::{Peer, folder};
use crate::openapi::python;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use exception_desk::config::{Config, Webhooks};
use exception_desk_demo::people;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::process::Command;

/// A receiver, and the folder with its authority's certificate; end with the test.
pub struct Receiver {
    peer: Peer,
    folder: PathBuf,
}

impl Receiver {
    /// One for the name `localhost` that behaves as `plans` say, by path.
    pub async fn start(plans: Value) -> Self {
        Self::named("localhost", plans).await
    }

    async fn named(name: &str, plans: Value) -> Self {
        let folder = folder();
        let told = json!({ "plans": plans, "folder": folder, "certificate_for": name });
        Self { peer: Peer::playing("webhooks.py", &told).await, folder }
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.peer.port)
    }

    /// The settings of a desk that may call it, although it is on this machine.
    pub fn allowed(&self) -> impl FnOnce(&mut Config) + use<> {
        let ca_file = Some(self.folder.join("ca.pem"));
        move |config| {
            config.webhooks =
                Webhooks { ca_file, timeout_seconds: 3, dangerously_allow_loopback: true, ..Webhooks::default() };
        }
    }

    /// The next call that it gets.
    pub async fn call(&mut self) -> Call {
        loop {
            let event = self.peer.next().await;
            if event["event"] == "call" {
                return Call(event);
            }
        }
    }

    /// Asks over another way; what it was called before that is told by then.
    pub async fn calls_so_far(&mut self) -> Vec<Call> {
        let authority = std::fs::read(self.folder.join("ca.pem")).unwrap();
        let authority = reqwest::Certificate::from_pem(&authority).unwrap();
        let http = reqwest::Client::builder().add_root_certificate(authority).build().unwrap();
        http.get(self.url("/asked")).send().await.unwrap();
        let mut calls = Vec::new();
        loop {
            let call = self.call().await;
            if call.path() == "/asked" {
                return calls;
            }
            calls.push(call);
        }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A call as the receiver got it.
#[derive(Debug)]
pub struct Call(Value);

impl Call {
    pub fn path(&self) -> &str {
        text(&self.0["path"])
    }

    pub fn header(&self, name: &str) -> &str {
        text(&self.0["headers"][name])
    }

    pub fn body(&self) -> Value {
        serde_json::from_slice(&STANDARD.decode(text(&self.0["body"])).unwrap()).unwrap()
    }

    /// What the standard's own library says of it.
    pub async fn verified_with(&self, secret: &str) -> String {
        let told = json!({ "verify": { "secret": secret, "headers": self.0["headers"], "body": self.0["body"] } });
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api/webhooks.py");
        let output = Command::new(python()).arg("-B").arg(script).arg(told.to_string()).output().await.unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

/// Adds an endpoint; its id and secret.
pub async fn add(lead: &Actor<'_>, url: &str, more: Value) -> (String, String) {
    let mut body = json!({ "url": url, "description": "Tickets" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let added = lead.post("/api/v1/webhooks", &body).await.expect(201).json();
    (text(&added["webhook"]["id"]).to_owned(), text(&added["secret"]).to_owned())
}

pub async fn test(lead: &Actor<'_>, id: &str) {
    lead.post(&format!("/api/v1/webhooks/{id}/test"), &json!({})).await.expect(200);
}

/// The newest delivery to the endpoint, as soon as `holds` says so of it.
pub async fn delivery(lead: &Actor<'_>, id: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    for _ in 0..1200 {
        last = lead.get(&format!("/api/v1/webhooks/{id}/deliveries")).await.expect(200).json()["items"][0].clone();
        if holds(&last) {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it never came so far: {last}");
}

pub async fn execute(owner: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(owner).await.unwrap();
}

#[actix_web::test]
async fn every_event_is_signed_and_repeats_nobodys_words() {
    let mut receiver = Receiver::start(json!({})).await;
    let app = TestApp::start_with(receiver.allowed()).await;
    let lead = app.staff("lead");
    let (id, secret) = add(&lead, &receiver.url("/hooks"), json!({})).await;
    let granted = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json();
    let calls = [receiver.call().await, receiver.call().await];
    let types: BTreeSet<_> = calls.iter().map(|call| text(&call.body()["type"]).to_owned()).collect();
    assert_eq!(
        types,
        ["exception_granted", "request_accepted"].map(str::to_owned).into(),
        "one each, whoever is mailed"
    );
    for call in &calls {
        assert_eq!(call.verified_with(&secret).await, "verified", "{call:?}");
        assert_ne!(call.verified_with("whsec_c2VjcmV0IG9mIHNvbWVib2R5IGVsc2UhISE=").await, "verified");
        assert_eq!(call.header("content-type"), "application/json");
        let body = call.body();
        assert_eq!(body["timestamp"], "2026-11-24T01:00:00Z");
        let data = &body["data"];
        assert_eq!((&data["reference"], &data["request"]), (&granted["reference"], &granted["id"]));
        assert_eq!(
            (&data["exception"], &data["tenant"]),
            (&granted["exception"]["id"], &granted["exception"]["tenant"])
        );
        let link = text(&data["link"]);
        assert!(link.starts_with(&app.base) && link.ends_with(text(&granted["reference"])), "{link}");
        for words in ["Tailspin", USER, "@", "サードパーティ", text(&third_party()["title"])] {
            assert!(!body.to_string().contains(words), "{words}: {body}");
        }
    }
    assert_ne!(calls[0].header("webhook-id"), calls[1].header("webhook-id"));

    let rotated = lead.post(&format!("/api/v1/webhooks/{id}/rotate"), &json!({})).await.expect(200).json();
    lead.post(&format!("/api/v1/webhooks/{id}/rotate"), &json!({})).await.expect(409);
    test(&lead, &id).await;
    let call = receiver.call().await;
    for secret in [&secret, text(&rotated["secret"])] {
        assert_eq!(call.verified_with(secret).await, "verified", "both sign for a day: {call:?}");
    }
    let mut owner = app.owner().await;
    execute(&mut owner, "UPDATE webhook_secrets SET until = now() WHERE until IS NOT NULL").await;
    test(&lead, &id).await;
    let call = receiver.call().await;
    assert_eq!(call.verified_with(text(&rotated["secret"])).await, "verified");
    assert_ne!(call.verified_with(&secret).await, "verified", "the day is over");
}

#[actix_web::test]
async fn what_an_endpoint_answers_decides_what_becomes_of_an_event() {
    let plans = json!({
        "/later": ["500", "429", "204"], "/moved": ["307"], "/gone": ["410"], "/hangs": ["hang"], "/drops": ["drop", "200"],
        "/endless": ["endless"],
    });
    let mut receiver = Receiver::start(plans).await;
    let app = TestApp::start_with(receiver.allowed()).await;
    let lead = app.staff("lead");
    let mut ids = std::collections::BTreeMap::new();
    for path in ["/fine", "/later", "/moved", "/gone", "/hangs", "/drops", "/endless"] {
        ids.insert(path, add(&lead, &receiver.url(path), json!({})).await.0);
    }
    app.actor("tailspin-global-admin").file(&more_time()).await.expect(201);
    let delivered = |delivery: &Value| delivery["state"] == "delivered";
    for (path, result, attempts) in
        [("/fine", "http_200", 1), ("/endless", "http_200", 1), ("/drops", "http_200", 2), ("/later", "http_204", 3)]
    {
        let done = delivery(&lead, &ids[path], delivered).await;
        assert_eq!((&done["last_result"], &done["attempts"]), (&json!(result), &json!(attempts)), "{path}");
    }
    let moved =
        delivery(&lead, &ids["/moved"], |delivery| delivery["attempts"] != 1 && delivery["last_result"] == "http_307")
            .await;
    assert_eq!(moved["state"], "waiting");
    let hanging = delivery(&lead, &ids["/hangs"], |delivery| delivery["last_result"] == "timeout").await;
    assert_eq!(hanging["state"], "waiting");
    let gone = delivery(&lead, &ids["/gone"], |delivery| delivery["state"] == "dead").await;
    assert_eq!((&gone["last_result"], &gone["attempts"]), (&json!("http_410"), &json!(1)));
    let endpoint = lead.get(&format!("/api/v1/webhooks/{}", ids["/gone"])).await.expect(200).json();
    assert_eq!((&endpoint["state"], &endpoint["disabled_because"]), (&json!("disabled"), &json!("gone")));

    let calls = receiver.calls_so_far().await;
    let of = |path: &str| calls.iter().filter(|call| call.path() == path).collect::<Vec<_>>();
    assert!(of("/elsewhere").is_empty(), "no redirect is followed");
    for path in ["/later", "/drops"] {
        let ids: BTreeSet<_> = of(path).iter().map(|call| call.header("webhook-id")).collect();
        assert_eq!((ids.len(), of(path).len() > 1), (1, true), "{path}: a repetition is told by its id");
        let bodies: BTreeSet<_> = of(path).iter().map(|call| call.body().to_string()).collect();
        assert_eq!(bodies.len(), 1, "{path}");
    }
}

#[actix_web::test]
async fn a_slow_endpoint_keeps_nobody_but_itself_waiting() {
    let receiver = Receiver::start(json!({ "/hangs": ["hang"] })).await;
    let allowed = receiver.allowed();
    let app = TestApp::start_with(|config| {
        allowed(config);
        config.webhooks.timeout_seconds = 30;
    });
    let app = app.await;
    let lead = app.staff("lead");
    let (slow, _) = add(&lead, &receiver.url("/hangs"), json!({})).await;
    let (fine, _) = add(&lead, &receiver.url("/fine"), json!({})).await;
    for _ in 0..12 {
        test(&lead, &slow).await;
    }
    delivery(&lead, &slow, |_| true).await;
    for _ in 0..3 {
        test(&lead, &fine).await;
        delivery(&lead, &fine, |delivery| delivery["state"] == "delivered").await;
    }
    let waiting = lead.get(&format!("/api/v1/webhooks/{slow}/deliveries")).await.expect(200).json();
    let tried = waiting["items"].as_array().unwrap().iter().filter(|delivery| delivery["attempts"] != 0).count();
    assert_eq!(tried, 1, "one call at a time: {waiting}");
}

#[actix_web::test]
async fn dead_endpoints_leave_lanes_to_those_that_answer() {
    let receiver = Receiver::start(json!({ "/hangs": ["hang"] })).await;
    let allowed = receiver.allowed();
    let app = TestApp::start_with(|config| {
        allowed(config);
        config.webhooks.timeout_seconds = 60;
    });
    let app = app.await;
    let lead = app.staff("lead");
    let mut owner = app.owner().await;
    let mut dead = Vec::new();
    for _ in 0..8 {
        dead.push(add(&lead, &receiver.url("/hangs"), json!({})).await.0);
    }
    execute(&mut owner, "UPDATE webhook_endpoints SET failing_since = now()").await;
    let (fine, _) = add(&lead, &receiver.url("/fine"), json!({})).await;
    for id in &dead {
        test(&lead, id).await;
    }
    let tried = "SELECT count(*) FROM webhook_deliveries WHERE attempts > 0";
    for _ in 0..200 {
        if sqlx::query_scalar::<_, i64>(tried).fetch_one(&mut owner).await.unwrap() >= 4 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let begun = std::time::Instant::now();
    test(&lead, &fine).await;
    delivery(&lead, &fine, |delivery| delivery["state"] == "delivered").await;
    assert!(begun.elapsed() < Duration::from_secs(30), "it waited for the dead ones: {:?}", begun.elapsed());
    assert_eq!(sqlx::query_scalar::<_, i64>(tried).fetch_one(&mut owner).await.unwrap(), 5, "half of the lanes");
}

#[actix_web::test]
async fn a_name_that_leads_to_this_machine_is_refused_when_it_is_called() {
    let mut receiver = Receiver::start(json!({})).await;
    let (allowed, port) = (receiver.allowed(), receiver.peer.port);
    let app = TestApp::start_with(|config| {
        allowed(config);
        // All that is different from a desk that calls it.
        config.webhooks.dangerously_allow_loopback = false;
        config.webhooks.ports.push(port);
    });
    let app = app.await;
    let lead = app.staff("lead");
    // What the name stands for is not asked when it is saved: it may stand for something else a moment later.
    let (id, _) = add(&lead, &receiver.url("/hooks"), json!({})).await;
    test(&lead, &id).await;
    delivery(&lead, &id, |delivery| delivery["last_result"] == "address_refused").await;
    // An address that was let in by other rules.
    let mut owner = app.owner().await;
    for url in
        [format!("https://127.0.0.1:{port}/"), format!("http://localhost:{port}/"), "https://localhost:1/".to_owned()]
    {
        execute(&mut owner, &format!("UPDATE webhook_endpoints SET url = '{url}'")).await;
        test(&lead, &id).await;
        delivery(&lead, &id, |delivery| delivery["last_result"] == "address_refused").await;
    }
    assert!(receiver.calls_so_far().await.is_empty());
}

#[actix_web::test]
async fn a_certificate_that_does_not_prove_the_name_is_refused() {
    let (known, other_name) = (Receiver::start(json!({})).await, Receiver::named("elsewhere", json!({})).await);
    let allowed = other_name.allowed();
    let app = TestApp::start_with(allowed).await;
    let lead = app.staff("lead");
    // Of an authority that nobody named, and for another name.
    for receiver in [known, other_name] {
        let (id, _) = add(&lead, &receiver.url("/hooks"), json!({})).await;
        test(&lead, &id).await;
        let failed = delivery(&lead, &id, |delivery| !delivery["last_result"].is_null()).await;
        assert_eq!((&failed["last_result"], &failed["state"]), (&json!("tls_failed"), &json!("waiting")));
    }
}

#[actix_web::test]
async fn a_desk_that_ends_before_it_can_keep_the_answer_sends_the_same_id_again() {
    let mut receiver = Receiver::start(json!({})).await;
    let app = TestApp::start_with(receiver.allowed()).await;
    let lead = app.staff("lead");
    let (id, _) = add(&lead, &receiver.url("/hooks"), json!({})).await;
    let mut owner = app.owner().await;
    // Received, and nothing can be written: to the database, as if the desk had died just then.
    execute(&mut owner, "ALTER TABLE webhook_deliveries ADD CONSTRAINT died CHECK (delivered_at IS NULL)").await;
    test(&lead, &id).await;
    let first = receiver.call().await;
    // The lease is over at once; nobody waits for it here.
    let over = "UPDATE webhook_deliveries SET next_attempt_at = now(); UPDATE webhook_endpoints SET busy_until = now()";
    execute(&mut owner, over).await;
    let again = receiver.call().await;
    assert_eq!(first.header("webhook-id"), again.header("webhook-id"));
    assert_eq!(first.body(), again.body());
    execute(&mut owner, &format!("ALTER TABLE webhook_deliveries DROP CONSTRAINT died; {over}")).await;
    delivery(&lead, &id, |delivery| delivery["state"] == "delivered").await;
}

#[actix_web::test]
async fn two_desks_send_each_event_once() {
    let mut receiver = Receiver::start(json!({})).await;
    let app = TestApp::start_with(receiver.allowed()).await;
    let _another = app.another_desk();
    let lead = app.staff("lead");
    let (id, _) = add(&lead, &receiver.url("/hooks"), json!({})).await;
    let admin = app.actor("tailspin-global-admin");
    for _ in 0..12 {
        admin.file(&more_time()).await.expect(201);
    }
    test(&lead, &id).await;
    let mut owner = app.owner().await;
    for _ in 0..1200 {
        let left: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM webhook_events WHERE spread_at IS NULL) + (SELECT count(*) FROM webhook_deliveries WHERE delivered_at IS NULL)",
        )
        .fetch_one(&mut owner)
        .await
        .unwrap();
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let calls = receiver.calls_so_far().await;
    let ids: BTreeSet<_> = calls.iter().map(|call| call.header("webhook-id")).collect();
    assert_eq!((calls.len(), ids.len()), (13, 13));
}

#[actix_web::test]
async fn an_endpoint_gets_the_types_and_the_tenant_that_it_is_for_and_no_other() {
    let mut receiver = Receiver::start(json!({})).await;
    let app = TestApp::start_with(receiver.allowed()).await;
    let lead = app.staff("lead");
    add(&lead, &receiver.url("/tailspin"), json!({ "tenant": people::TAILSPIN.id })).await;
    add(&lead, &receiver.url("/grants"), json!({ "types": ["exception_granted"] })).await;
    add(&lead, &receiver.url("/none"), json!({ "tenant": people::TAILSPIN.id, "types": ["exception_revoked"] })).await;
    app.actor("contoso-admin-agent").file(&third_party()).await.expect(201);
    app.actor("tailspin-global-admin").file(&more_time()).await.expect(201);
    let mut got: Vec<_> = [receiver.call().await, receiver.call().await].iter().map(said).collect();
    got.sort();
    let contoso = people::CONTOSO.id.to_string();
    let tailspin = people::TAILSPIN.id.to_string();
    assert_eq!(got, [format!("/grants exception_granted {contoso}"), format!("/tailspin request_denied {tailspin}")]);
    let mut owner = app.owner().await;
    for _ in 0..200 {
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM webhook_events WHERE spread_at IS NULL")
            .fetch_one(&mut owner)
            .await
            .unwrap();
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM webhook_events").fetch_one(&mut owner).await.unwrap();
    assert_eq!(kept, 2, "what nobody wants is not kept");
    assert!(receiver.calls_so_far().await.is_empty());
}

fn said(call: &Call) -> String {
    let body = call.body();
    format!("{} {} {}", call.path(), text(&body["type"]), text(&body["data"]["tenant"]))
}
