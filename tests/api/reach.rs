//! Reports of enforcement points: whose they are, what counts once, how far a change got, what people see of it.

use crate::actors::{Actor, Answer, text, third_party};
use crate::app::{NOW, TestApp};
use crate::browser::Browser;
use crate::walk::hidden;
use chrono::{DateTime, TimeDelta, Utc};
use exception_desk::clock::Clock;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

impl Actor<'_> {
    /// Reports that `gate` applies the feed as it is now, with `hits`.
    async fn report(&self, gate: &str, hits: Value, key: &str) -> Answer {
        let feed = self.feed_at(0).await;
        let body = json!({ "gate": gate, "epoch": feed["epoch"], "version": feed["version"], "applied_at": NOW, "hits": hits });
        self.report_as(&body, key).await
    }

    async fn report_as(&self, body: &Value, key: &str) -> Answer {
        let call = self.call(Method::POST, "/feed/v1/reports").header("Idempotency-Key", key).json(body);
        self.send(call).await
    }
}

/// Another client of the operator with the same role.
fn other_client(app: &TestApp) -> Actor<'_> {
    app.forged("feed", |claims| {
        claims.insert("azp".to_owned(), json!("other-gates"));
        claims.insert("appid".to_owned(), json!("other-gates"));
    })
}

/// An exception in force, and its id.
async fn exception(app: &TestApp) -> Uuid {
    let request = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json();
    app.actor("feed").feed_at(1).await;
    text(&request["exception"]["id"]).parse().unwrap()
}

fn hit(exception: Uuid, hour: &str, suppressed: u64, passed: u64) -> Value {
    json!({ "exception": exception, "hour": hour, "suppressed": suppressed, "would_have_passed": passed })
}

/// Every hit that is kept: hour, suppressed, would have passed.
async fn kept(app: &TestApp) -> Vec<(DateTime<Utc>, i64, i64)> {
    let rows =
        sqlx::query_as("SELECT hour, suppressed, would_have_passed FROM enforcement_hits ORDER BY hour, point_id");
    rows.fetch_all(&mut app.owner().await).await.unwrap()
}

async fn points(app: &TestApp) -> Vec<Value> {
    let list = app.staff("auditor").get("/api/v1/enforcement/points").await.expect(200).json();
    list["items"].as_array().unwrap().clone()
}

#[actix_web::test]
async fn only_clients_of_an_operator_with_the_role_may_report() {
    let app = TestApp::start().await;
    let feed = app.actor("feed").feed_at(0).await;
    let body = json!({ "gate": "tokyo-1", "epoch": feed["epoch"], "version": 0, "applied_at": NOW, "hits": [] });
    app.anonymous().post("/feed/v1/reports", &body).await.expect(401).problem();
    for persona in ["tailspin-global-admin", "lead"] {
        app.staff(persona).post("/feed/v1/reports", &body).await.expect(403).problem();
    }
    let partner_app = app.forged("feed", |claims| {
        let tenant = exception_desk_demo::people::TAILSPIN.id;
        let issuer = claims["iss"].as_str().unwrap().replace(claims["tid"].as_str().unwrap(), &tenant.to_string());
        claims.insert("iss".to_owned(), json!(issuer));
        claims.insert("tid".to_owned(), json!(tenant));
    });
    partner_app.post("/feed/v1/reports", &body).await.expect(403).problem();
    let without_role = app.forged("feed", |claims| {
        claims.insert("roles".to_owned(), json!([]));
    });
    without_role.post("/feed/v1/reports", &body).await.expect(403).problem();
    assert!(points(&app).await.is_empty());
    app.actor("feed").post("/feed/v1/reports", &body).await.expect(204);
}

#[actix_web::test]
async fn a_name_belongs_to_the_client_that_reported_it_first() {
    let app = TestApp::start().await;
    let id = exception(&app).await;
    app.actor("feed").report("tokyo-1", json!([]), "a").await.expect(204);
    let taken = other_client(&app).report("tokyo-1", json!([hit(id, NOW, 5, 5)]), "a").await.expect(403);
    assert!(taken.problem().contains("not-allowed"));
    assert!(text(&taken.json()["detail"]).contains("another client"));
    assert!(kept(&app).await.is_empty(), "nothing of it was taken");
    other_client(&app).report("osaka-1", json!([]), "a").await.expect(204);
    let owners: Vec<_> =
        points(&app).await.iter().map(|one| (text(&one["gate"]).to_owned(), text(&one["client"]).to_owned())).collect();
    assert_eq!(owners, [("osaka-1".to_owned(), "other-gates".to_owned()), ("tokyo-1".to_owned(), "feed".to_owned())]);
}

#[actix_web::test]
async fn a_report_sent_again_counts_once_and_another_one_is_added() {
    let app = TestApp::start().await;
    let (id, feed) = (exception(&app).await, app.actor("feed"));
    let hits = json!([
        hit(id, "2026-11-20T02:10:00Z", 3, 1),
        hit(id, "2026-11-20T11:59:00+09:00", 2, 0),
        hit(Uuid::nil(), NOW, 9, 9)
    ]);
    for _ in 0..3 {
        feed.report("tokyo-1", hits.clone(), "one").await.expect(204);
    }
    let hour = "2026-11-20T02:00:00Z".parse().unwrap();
    assert_eq!(
        kept(&app).await,
        [(hour, 5, 1)],
        "the same hour twice in a report adds up; what is unknown is passed over"
    );
    feed.report("tokyo-1", json!([hit(id, NOW, 3, 1)]), "one").await.expect(422).problem();
    feed.report("tokyo-1", hits.clone(), "two").await.expect(204);
    assert_eq!(kept(&app).await, [(hour, 10, 2)]);
    other_client(&app).report("osaka-1", hits, "two").await.expect(204);
    assert_eq!(kept(&app).await.len(), 2, "another client's key of the same name is another key");
}

#[actix_web::test]
async fn two_calls_with_one_key_at_once_count_once() {
    let app = TestApp::start().await;
    let id = exception(&app).await;
    let feed = app.actor("feed");
    let all =
        futures_util::future::join_all((0..8).map(|_| feed.report("tokyo-1", json!([hit(id, NOW, 1, 0)]), "k"))).await;
    assert!(
        all.iter().all(|answer| matches!(answer.status.as_u16(), 204 | 409)),
        "{:?}",
        all.iter().map(|one| one.status).collect::<Vec<_>>()
    );
    assert_eq!(kept(&app).await.iter().map(|(_, suppressed, _)| suppressed).sum::<i64>(), 1);
}

#[actix_web::test]
async fn what_cannot_be_is_refused_at_its_place() {
    let app = TestApp::start().await;
    let (id, feed) = (exception(&app).await, app.actor("feed"));
    let epoch = feed.feed_at(1).await["epoch"].clone();
    let body = |gate: &str, version: u64, applied_at: &str, hits: Value| json!({ "gate": gate, "epoch": epoch, "version": version, "applied_at": applied_at, "hits": hits });
    let far = "2027-01-01T00:00:00Z";
    let cases = [
        (body(" ", 1, NOW, json!([])), "/gate gate_name_invalid"),
        (body("a\nb", 1, NOW, json!([])), "/gate gate_name_invalid"),
        (body("g", 2, NOW, json!([])), "/version version_not_issued"),
        (body("g", u64::MAX, NOW, json!([])), "/version version_not_issued"),
        (body("g", 1, far, json!([])), "/applied_at instant_in_future"),
        (body("g", 1, NOW, json!([hit(id, far, 1, 0)])), "/hits/0/hour instant_in_future"),
        (
            body("g", 1, NOW, json!([hit(id, NOW, 0, 0), hit(id, "2026-10-01T00:00:00Z", 1, 0)])),
            "/hits/1/hour instant_too_old",
        ),
        (body("g", 1, NOW, json!([hit(id, NOW, 1, 1_000_000_001)])), "/hits/0/would_have_passed count_out_of_range"),
        (body("g", 1, NOW, Value::Array(vec![hit(id, NOW, 1, 0); 5001])), "/hits too_many_hits"),
        (json!({ "gate": "g", "epoch": epoch, "version": -1, "applied_at": NOW }), "/version wrong_type"),
        (json!({ "gate": "g", "epoch": epoch, "version": 1, "applied_at": NOW, "more": 1 }), "/more unknown"),
    ];
    for (body, error) in cases {
        let answer = feed.post("/feed/v1/reports", &body).await.expect(422);
        assert_eq!(answer.errors(), [error]);
    }
    let broken = feed.call(Method::POST, "/feed/v1/reports").header("content-type", "application/json").body("{");
    feed.send(broken).await.expect(400).problem();
    assert!(points(&app).await.is_empty());
}

#[actix_web::test]
async fn a_revocation_shows_where_it_is_in_force_and_who_lags() {
    let app = TestApp::start().await;
    let (id, feed) = (exception(&app).await, app.actor("feed"));
    for gate in ["tokyo-1", "osaka-1"] {
        feed.report(gate, json!([]), gate).await.expect(204);
    }
    app.wait(TimeDelta::seconds(30));
    let exception = app.staff("lead").get(&format!("/api/v1/exceptions/{id}")).await.expect(200).json();
    app.staff("lead").revoke(&exception).await.expect(200);
    let epoch = app.actor("feed").feed_at(2).await["epoch"].clone();
    let of = async || app.staff("auditor").get("/api/v1/enforcement/changes/2").await.expect(200).json();
    assert_eq!((of().await["points"].as_i64(), of().await["reached"].as_i64()), (Some(2), Some(0)));
    let revoked = app.clock.now();
    let at = app.wait(TimeDelta::seconds(3));
    let body = json!({ "gate": "tokyo-1", "epoch": epoch, "version": 2, "applied_at": revoked - TimeDelta::hours(1), "hits": [] });
    app.actor("feed").report_as(&body, "x").await.expect(204);
    let change = of().await;
    assert_eq!((change["reached"].as_i64(), change["removals"].as_i64()), (Some(1), Some(1)));
    assert_eq!(change["reach"][0]["gate"], "osaka-1", "the laggard comes first");
    assert_eq!(change["reach"][0]["in_force_at"], Value::Null);
    let in_force: DateTime<Utc> = text(&change["reach"][1]["in_force_at"]).parse().unwrap();
    assert!(in_force == revoked && in_force < at, "no clock of a point puts it before the change: {change}");
    // A point that comes later began with the rules as they are.
    app.actor("feed").report("kyoto-1", json!([]), "kyoto").await.expect(204);
    assert_eq!(of().await["points"], 2);

    let mut browser = Browser::of_staff(&app, "auditor").await;
    let (_, page) = browser.open("/enforcement/reach/2").await;
    assert!(page.contains("1 rule withdrawn at") && page.contains("In force at 1 of 2 by"), "{page}");
    assert!(page.contains("as far as is known, at: osaka-1") && page.contains("<svg"), "{page}");
    let (_, page) = browser.open("/enforcement").await;
    assert!(page.contains("2 of 3 enforcement points in use apply the current version 2"), "{page}");
    assert!(page.contains(r#"id="laggards""#) && !page.contains("Set expected number"), "{page}");
}

#[actix_web::test]
async fn a_report_counts_though_the_desk_that_takes_it_is_behind_the_one_that_committed() {
    let app = TestApp::start().await;
    let id = exception(&app).await;
    let slow = Clock::standing_at(app.clock.now() - TimeDelta::seconds(7));
    let (base, _) = app.another_desk_with(slow, |_| {});
    app.actor("feed").report("tokyo-1", json!([]), "1").await.expect(204);
    app.wait(TimeDelta::seconds(1));
    let exception = app.staff("lead").get(&format!("/api/v1/exceptions/{id}")).await.expect(200).json();
    app.staff("lead").revoke(&exception).await.expect(200);
    let feed = app.actor("feed");
    let epoch = feed.feed_at(2).await["epoch"].clone();
    let body = json!({ "gate": "tokyo-1", "epoch": epoch, "version": 2, "applied_at": app.clock.now(), "hits": [] });
    let call = app.http.post(format!("{base}/feed/v1/reports")).bearer_auth(feed.token.as_ref().unwrap());
    feed.send(call.json(&body)).await.expect(204);
    let change = app.staff("auditor").get("/api/v1/enforcement/changes/2").await.expect(200).json();
    assert_eq!((change["points"].as_i64(), change["reached"].as_i64()), (Some(1), Some(1)), "{change}");
    assert_eq!(change["reach"][0]["in_force_at"], change["committed_at"]);
}

#[actix_web::test]
async fn a_report_that_was_held_up_takes_no_point_back() {
    let app = TestApp::start().await;
    let id = exception(&app).await;
    let epoch = app.actor("feed").feed_at(1).await["epoch"].clone();
    let body = |version: i64| json!({ "gate": "g", "epoch": epoch, "version": version, "applied_at": NOW, "hits": [hit(id, NOW, 1, 0)] });
    app.actor("feed").report_as(&body(1), "1").await.expect(204);
    app.actor("feed").report_as(&body(0), "0").await.expect(204);
    assert_eq!(points(&app).await[0]["applied_version"], 1);
    assert_eq!(kept(&app).await[0].1, 2, "its hits count");
}

#[actix_web::test]
async fn a_point_lapses_is_retired_by_a_lead_and_comes_back() {
    let app = TestApp::start().await;
    app.actor("feed").report("tokyo-1", json!([]), "1").await.expect(204);
    let state = async || text(&points(&app).await[0]["state"]).to_owned();
    assert_eq!(state().await, "current");
    app.wait(TimeDelta::minutes(11));
    assert_eq!(state().await, "lapsed");
    let point = points(&app).await[0].clone();
    let retire = format!("/api/v1/enforcement/points/{}/retire", text(&point["id"]));
    for persona in ["reviewer", "auditor"] {
        app.staff(persona).change(&retire, &point, &json!({})).await.expect(403).problem();
    }
    app.staff("lead").post(&retire, &json!({})).await.expect(428).problem();
    let retired = app.staff("lead").change(&retire, &point, &json!({})).await.expect(200).json();
    assert_eq!(retired["state"], "retired");
    app.staff("lead").change(&retire, &point, &json!({})).await.expect(412).problem();
    app.staff("lead").change(&retire, &retired, &json!({})).await.expect(409).problem();
    let events = app.staff("auditor").get("/api/v1/audit/events?action=enforcement.retired").await.expect(200).json();
    assert_eq!(events["items"][0]["subject_id"], point["id"]);
    app.actor("feed").report("tokyo-1", json!([]), "2").await.expect(204);
    assert_eq!(state().await, "current");
}

#[actix_web::test]
async fn a_lead_says_how_many_there_should_be_and_sees_who_is_missing() {
    let app = TestApp::start().await;
    app.actor("feed").report("tokyo-1", json!([]), "1").await.expect(204);
    let mut browser = Browser::of_staff(&app, "lead").await;
    let (_, page) = browser.open("/enforcement").await;
    let href = page.split(r#"href="/enforcement/clients/"#).nth(1).unwrap().split('"').next().unwrap();
    let href = format!("/enforcement/clients/{href}");
    let (_, form) = browser.open(&href).await;
    let version = hidden(&form, "version");
    let (status, page) = browser.submit(&href, &[("version", &version), ("expected", "-3")]).await;
    assert!(status == 422 && page.contains("#expected"), "{page}");
    assert_eq!(browser.submit(&href, &[("version", &version), ("expected", "3")]).await.0, 303);
    assert_eq!(
        browser.submit(&href, &[("version", &version), ("expected", "4")]).await.0,
        412,
        "somebody else was first"
    );
    let (_, page) = browser.open("/enforcement").await;
    assert!(page.contains("“feed” should have 3 enforcement points; 1 report."), "{page}");
    let clients = app.staff("auditor").get("/api/v1/enforcement/clients").await.expect(200).json();
    assert_eq!((&clients["items"][0]["expected"], &clients["items"][0]["missing"]), (&json!(3), &json!(2)));
    let put = format!("/api{}", href.replace("/enforcement", "/v1/enforcement"));
    let body = json!({ "expected": 1 });
    let call = |actor: &Actor<'_>, tag: &str| actor.call(Method::PUT, &put).header("If-Match", tag).json(&body);
    let (reviewer, lead) = (app.staff("reviewer"), app.staff("lead"));
    reviewer.send(call(&reviewer, "\"1\"")).await.expect(403).problem();
    assert_eq!(lead.send(call(&lead, "\"1\"")).await.expect(200).json()["missing"], 0);
}

#[actix_web::test]
async fn the_role_that_takes_reports_sees_one_client_alone() {
    let app = TestApp::start().await;
    app.actor("feed").report("tokyo-1", json!([]), "1").await.expect(204);
    let tenant = exception_desk::identity::TenantId(exception_desk_demo::people::OPERATIONS.id);
    for (client, seen) in [("feed", 1_i64), ("other-gates", 0), ("f' OR '1'='1", 0)] {
        let mut tx = app.desk.db.reporter(tenant, client).await.unwrap();
        for table in ["enforcement_points", "enforcement_applied"] {
            let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")))
                .fetch_one(&mut *tx)
                .await
                .unwrap();
            assert_eq!(count, seen, "{client} in {table}");
        }
    }
    let mut tx = app.desk.db.reporter(tenant, "feed").await.unwrap();
    sqlx::query("SELECT tenant FROM exceptions").fetch_all(&mut *tx).await.unwrap_err();
}
