//! Clients whose feed is limited to tenants and surfaces: no form of it says more.

use crate::actors::{Actor, USER, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use crate::changes::Events;
use exception_desk::config::{Config, LimitedClient};
use exception_desk::feed::next_version;
use exception_desk::identity::TenantId;
use exception_desk_demo::people::{CONTOSO, OPERATIONS, TAILSPIN};
use mfa_enforcement::RulesDigest;
use mfa_enforcement::client::{ClientConfig, FeedClient, Follow, Outcome, Secret, TokenConfig};
use mfa_enforcement::wire::Snapshot;
use mfa_enforcement::{Surfaces, input};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const PORTAL: &str = "delegated_admin_portal";

/// `gate` gets Tailspin's rules for the portal, `portal` everybody's for the portal, and `tailspin` Tailspin's for every surface.
fn limits(config: &mut Config) {
    let limited = |client: &str, tenant: Option<uuid::Uuid>, surface: Option<&str>| LimitedClient {
        client: client.to_owned(),
        tenants: tenant.map(|tenant| [TenantId(tenant)].into()),
        surfaces: surface.map(|surface| [surface.to_owned()].into()),
    };
    config.feed.clients = vec![
        limited("gate", Some(TAILSPIN.id), Some(PORTAL)),
        limited("portal", None, Some(PORTAL)),
        limited("tailspin", Some(TAILSPIN.id), None),
    ];
}

/// The client of the feed with this id.
fn client<'a>(app: &'a TestApp, id: &str) -> Actor<'a> {
    app.forged("feed", |claims| drop(claims.insert("azp".to_owned(), json!(id))))
}

fn wide() -> Value {
    let mut request = third_party();
    request["scope"]["surfaces"] = json!([PORTAL, "delegated_admin_api"]);
    request
}

/// Grants Tailspin two surfaces and Contoso the same; the exceptions.
async fn grant(app: &TestApp) -> [Value; 2] {
    let ours = app.actor("tailspin-global-admin").file(&wide()).await.expect(201).json()["exception"].clone();
    let theirs = app.actor("contoso-admin-agent").file(&wide()).await.expect(201).json()["exception"].clone();
    app.actor("feed").feed_at(2).await;
    [ours, theirs]
}

#[actix_web::test]
async fn staff_see_what_a_client_is_limited_to() {
    let app = TestApp::start_with(limits).await;
    for id in ["feed", "gate", "portal", "tailspin"] {
        let feed = client(&app, id).feed_at(0).await;
        let body = json!({ "gate": id, "epoch": feed["epoch"], "version": feed["version"], "applied_at": app.clock.now(), "hits": [] });
        client(&app, id).post("/feed/v1/reports", &body).await.expect(204);
    }
    let clients = app.staff("auditor").get("/api/v1/enforcement/clients").await.expect(200).json();
    let limited: Vec<_> = clients["items"].as_array().unwrap().iter().map(|client| &client["limited_to"]).collect();
    let (tenants, surfaces) = (json!([TAILSPIN.id]), json!([PORTAL]));
    let expected = [
        Value::Null,
        json!({ "tenants": tenants, "surfaces": surfaces }),
        json!({ "tenants": null, "surfaces": surfaces }),
        json!({ "tenants": tenants, "surfaces": null }),
    ];
    assert_eq!(limited, expected.iter().collect::<Vec<_>>());
    let page = Browser::of_staff(&app, "auditor").await.open("/enforcement").await.1;
    for cell in
        ["<span>All</span>", "<span>1 tenant</span>", "<span>1 tenant · Customer portals", "<span>Customer portals"]
    {
        assert!(page.contains(cell), "{cell}: {page}");
    }
}

/// Everything that `client` is told in any form, by the form.
async fn told(app: &TestApp, client: &Actor<'_>) -> Vec<(String, String)> {
    let snapshot = client.feed_at(2).await;
    let changes = format!("/feed/v1/changes?epoch={}&after=0", text(&snapshot["epoch"]));
    let mut told = vec![("rules".to_owned(), snapshot.to_string())];
    for (path, typ) in [("/feed/v1/rules", "mfa-suppression+jws"), (&*changes, "mfa-suppression-changes+jws")] {
        told.push((path.to_owned(), client.get(path).await.expect(200).text));
        for encoding in ["identity", "gzip"] {
            let call = client.call(Method::GET, path).header("accept", "application/jose");
            let signed = client.send(call.header("accept-encoding", encoding)).await.expect(200);
            told.push((format!("{path} {encoding}"), app.verified(&signed.text, typ).await.to_string()));
        }
        let call = client.call(Method::GET, path).header("accept-encoding", "zstd").send().await.unwrap();
        let plain = zstd::decode_all(&call.bytes().await.unwrap()[..]).unwrap();
        told.push((format!("{path} zstd"), String::from_utf8(plain).unwrap()));
    }
    let from = format!("{}:0", text(&snapshot["epoch"]));
    let (_, _, jws) = Events::of(client, Some(&from)).await.next().await;
    told.push(("stream".to_owned(), app.verified(&jws, "mfa-suppression-changes+jws").await.to_string()));
    let bundle = client.call(Method::GET, "/feed/v1/opa/bundle.tar.gz").send().await.unwrap();
    let files = crate::opa::files(&bundle.bytes().await.unwrap());
    let data = files["exception_desk/feed/data.json"].clone();
    told.push(("bundle".to_owned(), String::from_utf8(data).unwrap()));
    told
}

#[actix_web::test]
async fn no_form_tells_a_limited_client_more_than_its_part() {
    let app = TestApp::start_with(limits).await;
    let [ours, theirs] = grant(&app).await;
    let whole = app.actor("feed").feed_at(2).await;
    let others = [text(&theirs["id"]).to_owned(), CONTOSO.id.to_string()];
    for (id, theirs_too, api_too) in
        [("gate", false, false), ("GATE", false, false), ("portal", true, false), ("tailspin", false, true)]
    {
        let client = client(&app, id);
        for (form, said) in told(&app, &client).await {
            assert!(said.contains(text(&ours["id"])) && said.contains(PORTAL), "{id}, {form}: {said}");
            assert!(others.iter().all(|other| said.contains(other) == theirs_too), "{id}, {form}: {said}");
            assert_eq!(said.contains("delegated_admin_api"), api_too, "{id}, {form}: {said}");
        }
        let part = client.feed_at(2).await;
        for same in ["issuer", "epoch", "version", "issued_at", "expires_at"] {
            assert_eq!(part[same], whole[same], "{id}, {same}");
        }
        let snapshot = Snapshot::read(part.to_string().as_bytes()).unwrap().snapshot;
        assert_eq!(RulesDigest::of(&snapshot.rules).to_string(), snapshot.rules_digest);
        assert_ne!(part["rules_digest"], whole["rules_digest"]);
    }
    // Who is not named gets everything.
    assert_eq!(client(&app, "tailspin-2").feed_at(2).await, whole);
}

#[actix_web::test]
async fn a_change_outside_its_limits_is_a_version_without_a_word_to_a_limited_client() {
    let app = TestApp::start_with(limits).await;
    let [ours, theirs] = grant(&app).await;
    let client = client(&app, "gate");
    let before = client.feed_at(2).await;
    app.staff("lead").revoke(&theirs).await.expect(200);
    let path = |after| format!("/feed/v1/changes?epoch={}&after={after}&wait=30", text(&before["epoch"]));
    let silent = client.get(&path(2)).await.expect(200).json();
    assert_eq!((&silent["version"], &silent["upserts"], &silent["removals"]), (&json!(3), &json!([]), &json!([])));
    assert_eq!(silent["rules_digest"], before["rules_digest"]);
    app.staff("lead").revoke(&ours).await.expect(200);
    let told = client.get(&path(3)).await.expect(200).json();
    assert_eq!((&told["version"], &told["removals"]), (&json!(4), &json!([ours["id"]])));
    assert_eq!(told["rules_digest"], client.feed_at(4).await["rules_digest"]);
}

#[actix_web::test]
async fn each_part_has_its_own_etags_and_needs_no_database() {
    let app = TestApp::start_with(limits).await;
    grant(&app).await;
    let (gate, portal) = (client(&app, "gate"), client(&app, "portal"));
    gate.feed_at(2).await;
    for path in ["/feed/v1/rules", "/feed/v1/opa/bundle.tar.gz"] {
        let head = |client: &Actor<'_>, etag: &str| {
            let call = client.call(Method::GET, path).header("if-none-match", etag.to_owned());
            async move {
                let answer = call.send().await.unwrap();
                (answer.status().as_u16(), answer.headers()["etag"].to_str().unwrap().to_owned())
            }
        };
        let (_, own) = head(&gate, "").await;
        assert_eq!(head(&gate, &own).await.0, 304, "{path}");
        for other in [&portal, &app.actor("feed")] {
            let (status, other) = head(other, &own).await;
            assert_eq!(status, 200, "{path}");
            assert_eq!(head(&gate, &other).await.0, 200, "{path}");
        }
        app.stop_database().await;
        assert_eq!(head(&gate, &own).await.0, 304, "{path}");
        app.start_database().await;
    }
}

/// What a removal took away is not known any more then, so that nobody can say whom it concerns.
#[actix_web::test]
async fn a_desk_that_has_just_started_has_a_limited_client_that_is_behind_begin_again() {
    let app = TestApp::start_with(limits).await;
    let [_, theirs] = grant(&app).await;
    app.staff("lead").revoke(&theirs).await.expect(200);
    let epoch = app.actor("feed").feed_at(3).await["epoch"].clone();
    let (base, desk) = app.another_desk();
    while desk.feed.current().is_none() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let ask = async |actor: &Actor<'_>, after: u64| {
        let address = format!("{base}/feed/v1/changes?epoch={}&after={after}", text(&epoch));
        let answer = app.http.get(address).bearer_auth(actor.token.as_deref().unwrap()).send().await.unwrap();
        answer.status().as_u16()
    };
    assert_eq!(ask(&client(&app, "gate"), 1).await, 410);
    assert_eq!(ask(&client(&app, "gate"), 3).await, 200);
    assert_eq!(ask(&app.actor("feed"), 1).await, 200);
}

/// The feed's client as the gate runs it, as the client `gate`, and where it keeps its state.
fn follower(app: &TestApp, follow: Follow) -> (FeedClient, PathBuf) {
    let unique = u128::from_le_bytes(exception_desk::clock::secret_bytes());
    let folder = std::env::temp_dir().join(format!("desk-follower-{unique:x}"));
    let config = client_config(app, follow, folder.clone());
    let clock = app.clock.clone();
    (FeedClient::new(config, Arc::new(move || clock.now())).unwrap(), folder)
}

fn client_config(app: &TestApp, follow: Follow, folder: PathBuf) -> ClientConfig {
    let endpoint = format!("{}/{}/oauth2/v2.0/token", app.idp_base, OPERATIONS.id).parse().unwrap();
    let client_secret = Secret::new("secret of the test");
    let token = TokenConfig { endpoint, client_id: "gate".to_owned(), client_secret, scope: None };
    let mut config = ClientConfig::new(app.base.parse().unwrap(), token, folder);
    config.follow = follow;
    config
}

/// How many rules `gate` holds once it has come to `version`, with not one document or change refused on the way.
async fn reached(app: &TestApp, gate: &mut FeedClient, version: u64) -> usize {
    loop {
        gate.step().await.unwrap();
        let held = gate.handle().status(app.clock.now()).held.unwrap();
        if held.version >= version {
            return held.rules;
        }
    }
}

#[actix_web::test]
async fn the_gates_client_follows_its_part_by_changes_alone() {
    for follow in [Follow::Changes, Follow::Stream] {
        let app = TestApp::start_with(limits).await;
        let (mut gate, folder) = follower(&app, follow);
        assert_eq!(reached(&app, &mut gate, 0).await, 0);
        let [ours, theirs] = grant(&app).await;
        assert_eq!(reached(&app, &mut gate, 2).await, 1, "{follow:?}");
        let decided = |surface: &str| {
            let asked = json!({ "at": app.clock.now(), "surface": surface, "flow": "interactive", "tenant": TAILSPIN.id,
                "user": USER, "amr": ["pwd"] });
            let asked = input::read(asked.to_string().as_bytes(), &Surfaces::default(), None).unwrap();
            gate.handle().decide(&asked).exception
        };
        assert_eq!(decided(PORTAL).map(|id| id.to_string()).as_deref(), ours["id"].as_str());
        assert_eq!(decided("delegated_admin_api"), None);
        app.staff("lead").revoke(&theirs).await.expect(200);
        assert_eq!(reached(&app, &mut gate, 3).await, 1, "{follow:?}");
        app.staff("lead").revoke(&ours).await.expect(200);
        assert_eq!(reached(&app, &mut gate, 4).await, 0, "{follow:?}");
        assert_eq!(gate.handle().status(app.clock.now()).follows, follow);
        let kept = std::fs::read_to_string(folder.join("changes.jws")).unwrap();
        assert!(kept.lines().count() >= 3, "it was told by changes, not by snapshots: {}", kept.lines().count());
        std::fs::remove_dir_all(folder).unwrap();
    }
}

#[actix_web::test]
async fn a_gate_takes_other_limits_with_the_next_version_and_not_before() {
    let app = TestApp::start().await;
    let (mut gate, folder) = follower(&app, Follow::Poll);
    grant(&app).await;
    assert_eq!(reached(&app, &mut gate, 2).await, 2, "nothing is limited yet");
    drop(gate);
    let (base, desk) = app.another_desk_with(app.clock.clone(), limits);
    desk.feed.catch_up().await;
    let mut config = client_config(&app, Follow::Poll, folder.clone());
    config.issuer = app.base.clone();
    config.desk = base.parse().unwrap();
    let clock = app.clock.clone();
    let mut gate = FeedClient::new(config, Arc::new(move || clock.now())).unwrap();
    let refused = gate.poll().await.unwrap_err().to_string();
    assert!(refused.contains("forked"), "{refused}");
    next_version(&app.desk.db, "other limits", app.clock.now()).await.unwrap();
    desk.feed.catch_up().await;
    assert_eq!(gate.poll().await.unwrap(), Outcome::Accepted { version: 3 });
    assert_eq!(gate.handle().status(app.clock.now()).held.unwrap().rules, 1);
    std::fs::remove_dir_all(folder).unwrap();
}

#[actix_web::test]
async fn a_limited_client_reports_nothing_of_exceptions_outside_its_part() {
    let app = TestApp::start_with(limits).await;
    let [ours, theirs] = grant(&app).await;
    let mut elsewhere = third_party();
    elsewhere["scope"]["surfaces"] = json!(["partner_api"]);
    let wingtip = app.actor("wingtip-admin-agent").file(&elsewhere).await.expect(201).json()["exception"].clone();
    let now = app.clock.now();
    let exceptions = [&ours, &theirs, &wingtip];
    let report = async |id: &str| {
        let client = client(&app, id);
        let feed = client.feed_at(3).await;
        let hits = exceptions.map(
            |exception| json!({ "exception": exception["id"], "hour": now, "suppressed": 1, "would_have_passed": 0 }),
        );
        let body = json!({ "gate": format!("{id}-1"), "epoch": feed["epoch"], "version": feed["version"], "applied_at": now, "hits": hits });
        client.post("/feed/v1/reports", &body).await.expect(204);
    };
    let counted = async || {
        let mut counts = Vec::new();
        for exception in exceptions {
            let path = format!("/api/v1/exceptions/{}/hits", text(&exception["id"]));
            let hits = app.staff("auditor").get(&path).await.expect(200).json();
            counts.push(hits["items"][0]["suppressed"].as_i64().unwrap_or(0));
        }
        counts
    };
    report("gate").await;
    assert_eq!(counted().await, [1, 0, 0]);
    report("portal").await;
    assert_eq!(counted().await, [2, 1, 0]);
    report("demo-token").await;
    assert_eq!(counted().await, [3, 2, 1]);
}
