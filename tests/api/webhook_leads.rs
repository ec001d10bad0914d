//! Who looks after webhooks, and how: leads alone, by name and address, each step recorded; what disables itself is told.

use crate::actors::{Actor, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use crate::staff_mail::reachable;
use crate::walk::hidden;
use crate::webhooks::{Receiver, add, delivery, execute, test};
use exception_desk::locale::Lang;
use exception_desk::notify::{self, Kind, Recipient};
use exception_desk_demo::people;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;

#[actix_web::test]
async fn what_fails_for_five_days_is_given_up_and_a_lead_has_it_sent_again() {
    let mut receiver = Receiver::start(json!({ "/hooks": ["503", "503", "200"] })).await;
    let app = TestApp::start_with(receiver.allowed()).await;
    let lead = app.staff("lead");
    let (id, _) = add(&lead, &receiver.url("/hooks"), json!({})).await;
    test(&lead, &id).await;
    let first = receiver.call().await;
    delivery(&lead, &id, |delivery| delivery["last_result"] == "http_503").await;
    let mut owner = app.owner().await;
    let days = "now() - interval '5 days'";
    execute(
        &mut owner,
        &format!(
            "UPDATE webhook_deliveries SET created_at = {days}; UPDATE webhook_endpoints SET failing_since = {days}"
        ),
    )
    .await;
    let dead = delivery(&lead, &id, |delivery| delivery["state"] == "dead").await;
    let endpoint = lead.get(&format!("/api/v1/webhooks/{id}")).await.expect(200).json();
    assert_eq!((&endpoint["disabled_because"], &endpoint["dead"]), (&json!("failing"), &json!(1)));
    lead.post(&format!("/api/v1/webhooks/{id}/test"), &json!({})).await.expect(409);

    let again = format!("/api/v1/webhooks/{id}/deliveries/{}/resend", text(&dead["id"]));
    assert_eq!(lead.post(&again, &json!({})).await.expect(200).json()["state"], "waiting");
    lead.post(&again, &json!({})).await.expect(409);
    lead.post(&format!("/api/v1/webhooks/{id}/enable"), &json!({})).await.expect(200);
    lead.post(&format!("/api/v1/webhooks/{id}/enable"), &json!({})).await.expect(409);
    let done = delivery(&lead, &id, |delivery| delivery["state"] == "delivered").await;
    assert_eq!(done["id"], first.header("webhook-id"));
    lead.call(reqwest::Method::DELETE, &format!("/api/v1/webhooks/{id}"))
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap();
    let audited: Vec<(String, String)> = sqlx::query_as(
        "SELECT action, actor_kind FROM audit_events WHERE subject_kind = 'webhook' AND subject_id = $1::uuid ORDER BY ctid",
    )
    .bind(&id)
    .fetch_all(&mut owner)
    .await
    .unwrap();
    let audited: Vec<_> = audited.iter().map(|(action, who)| format!("{action} {who}")).collect();
    let expected = [
        "webhook.added person",
        "webhook.tested person",
        "webhook.disabled system",
        "webhook.resent person",
        "webhook.enabled person",
        "webhook.deleted person",
    ];
    assert_eq!(audited, expected);
}

#[actix_web::test]
async fn leads_alone_look_after_webhooks_and_nobody_reads_a_secret_again() {
    let app = TestApp::start().await;
    let lead = app.staff("lead");
    let (id, secret) = add(&lead, "https://tickets.contoso.example/hooks", json!({})).await;
    let one = format!("/api/v1/webhooks/{id}");
    for actor in [
        app.staff("reviewer"),
        app.staff("auditor"),
        app.staff("policy-admin"),
        app.actor("tailspin-global-admin"),
        app.actor_with_mfa("lead", false),
    ] {
        for path in ["/api/v1/webhooks", &one, &format!("{one}/deliveries")] {
            actor.get(path).await.expect(403);
        }
        let body = json!({ "url": "https://a.example/", "description": "x" });
        actor.post("/api/v1/webhooks", &body).await.expect(403);
        for step in ["enable", "disable", "rotate", "test"] {
            actor.post(&format!("{one}/{step}"), &json!({})).await.expect(403);
        }
        assert_eq!(actor.call(reqwest::Method::DELETE, &one).send().await.unwrap().status(), 403);
    }
    for path in ["/api/v1/webhooks", &one] {
        assert!(!lead.get(path).await.expect(200).text.contains("whsec_"));
    }
    let mut owner = app.owner().await;
    let sealed: String = sqlx::query_scalar("SELECT sealed FROM webhook_secrets").fetch_one(&mut owner).await.unwrap();
    assert!(!sealed.contains(secret.trim_start_matches("whsec_")));

    // The database itself: a partner's role sees no endpoint and no event, staff no secret.
    let mut tx = app.desk.db.partner(exception_desk::identity::TenantId(people::TAILSPIN.id)).await.unwrap();
    for table in ["webhook_endpoints", "webhook_secrets", "webhook_events", "webhook_deliveries"] {
        let query = AssertSqlSafe(format!("SAVEPOINT one; SELECT FROM {table}"));
        assert!(sqlx::raw_sql(query).execute(&mut *tx).await.is_err(), "{table}");
        execute(&mut tx, "ROLLBACK TO one").await;
    }
    let foreign = "INSERT INTO webhook_events (id, kind, tenant, data, occurred_at) VALUES (gen_random_uuid(), 'x', gen_random_uuid(), '{}', now())";
    assert!(sqlx::raw_sql(foreign).execute(&mut *tx).await.is_err(), "about another tenant");
    let mut tx = app.desk.db.staff().await.unwrap();
    assert!(sqlx::raw_sql("SELECT sealed FROM webhook_secrets").execute(&mut *tx).await.is_err());
}

#[actix_web::test]
async fn what_cannot_be_an_endpoint_is_refused_at_its_place() {
    let app = TestApp::start().await;
    let lead = app.staff("lead");
    let refused = async |body: Value| lead.post("/api/v1/webhooks", &body).await.expect(422).errors();
    let wrong =
        json!({ "url": "https://169.254.169.254/latest/", "description": "", "types": ["request_received", "all"] });
    assert_eq!(
        refused(wrong).await,
        ["/url webhook_url_address", "/description missing", "/types/1 webhook_type_unknown"]
    );
    let nobody = json!({ "url": "https://a.example/", "description": "x", "tenant": uuid::Uuid::nil() });
    assert_eq!(refused(nobody).await, ["/tenant tenant_not_registered"]);
    let more = json!({ "url": "https://a.example:8443/", "description": "x", "secret": "whsec_mine" });
    assert_eq!(refused(more).await, ["/secret unknown"]);
    for number in 0..50 {
        add(&lead, &format!("https://a.example/{number}"), json!({})).await;
    }
    let one_more = json!({ "url": "https://a.example/", "description": "x" });
    assert_eq!(refused(one_more).await, ["/url webhook_too_many"]);
}

#[actix_web::test]
async fn a_secret_that_another_key_sealed_is_told_and_replaced() {
    let mut receiver = Receiver::start(json!({})).await;
    let app = TestApp::start_with(receiver.allowed()).await;
    let lead = app.staff("lead");
    let (id, _) = add(&lead, &receiver.url("/hooks"), json!({})).await;
    let (other, _) = add(&lead, &receiver.url("/other"), json!({})).await;
    let mut owner = app.owner().await;
    // Another endpoint's, which opens for that one alone.
    let copied = format!(
        "UPDATE webhook_secrets SET sealed = (SELECT sealed FROM webhook_secrets WHERE endpoint_id = '{other}') WHERE endpoint_id = '{id}'"
    );
    execute(&mut owner, &copied).await;
    test(&lead, &id).await;
    delivery(&lead, &id, |delivery| delivery["last_result"] == "secret_unreadable").await;
    assert!(receiver.calls_so_far().await.is_empty());
    let rotated = lead.post(&format!("/api/v1/webhooks/{id}/rotate"), &json!({})).await.expect(200).json();
    test(&lead, &id).await;
    assert_eq!(receiver.call().await.verified_with(text(&rotated["secret"])).await, "verified");
}

/// Whom the outbox tells that a webhook was disabled: the person's object id, or none for the leads' address; and of what.
async fn told_disabled(app: &TestApp) -> Vec<(Option<uuid::Uuid>, Value)> {
    let rows = sqlx::query_as("SELECT person, data FROM outbox WHERE kind = 'webhook_disabled' ORDER BY created_at");
    rows.fetch_all(&mut app.owner().await).await.unwrap()
}

#[actix_web::test]
async fn a_webhook_that_disables_itself_is_told_to_every_lead_and_else_to_their_address() {
    let receiver = Receiver::start(json!({ "/gone": ["410"] })).await;
    let app = TestApp::start_with(receiver.allowed()).await;
    let lead = app.staff("lead");
    let gone = async || {
        let (id, _) = add(&lead, &receiver.url("/gone"), json!({})).await;
        test(&lead, &id).await;
        delivery(&lead, &id, |delivery| delivery["state"] == "dead").await;
        id
    };
    let first = gone().await;
    let told = told_disabled(&app).await;
    let [(None, data)] = &told[..] else { panic!("{told:?}") };
    assert_eq!((&data["webhook"], &data["because"]), (&json!(first), &json!("gone")));
    let letter = notify::write(&app.desk, Kind::WebhookDisabled, Recipient::Leads, Lang::En, data);
    assert!(letter.text().contains(&format!("/admin/webhooks/{first}")), "{}", letter.text());
    reachable(&app, "lead", |wants| wants["time_zone"] = json!("Asia/Tokyo")).await;
    reachable(&app, "reviewer", |_| {}).await;
    let second = gone().await;
    let told = told_disabled(&app).await;
    let person = people::persona("lead").unwrap().object_id;
    assert_eq!((told.len(), told[1].0, &told[1].1["webhook"]), (2, Some(person), &json!(second)), "{told:?}");
    // A lead who disables one knows it.
    let (id, _) = add(&lead, "https://a.example/", json!({})).await;
    lead.post(&format!("/api/v1/webhooks/{id}/disable"), &json!({})).await.expect(200);
    assert_eq!(told_disabled(&app).await.len(), 2);
}

#[actix_web::test]
async fn the_audit_log_keeps_no_key_of_a_receiver() {
    let app = TestApp::start().await;
    let lead = app.staff("lead");
    let (id, _) = add(&lead, "https://tickets.contoso.example/hooks?key=letmein", json!({})).await;
    lead.send(lead.call(reqwest::Method::DELETE, &format!("/api/v1/webhooks/{id}"))).await.expect(204);
    let recorded: Vec<Value> =
        sqlx::query_scalar("SELECT personal FROM audit_events WHERE subject_kind = 'webhook' ORDER BY at")
            .fetch_all(&mut app.owner().await)
            .await
            .unwrap();
    assert_eq!(recorded.len(), 2);
    for personal in recorded {
        assert_eq!(personal["url"], "https://tickets.contoso.example/hooks");
    }
}

#[actix_web::test]
async fn a_step_that_cannot_be_says_what_to_do_instead() {
    let app = TestApp::start().await;
    let lead = app.staff("lead");
    let (id, _) = add(&lead, "https://a.example/", json!({})).await;
    let step = async |step: &str| lead.post(&format!("/api/v1/webhooks/{id}/{step}"), &json!({})).await;
    let mut said = BTreeSet::new();
    for (before, refused, way_out) in [
        ("rotate", "rotate", "delete the webhook and add it again"),
        ("disable", "disable", "It is disabled already"),
        ("", "test", "Enable it first"),
        ("enable", "enable", "It is enabled already"),
    ] {
        if !before.is_empty() {
            step(before).await.expect(200);
        }
        let answer = step(refused).await.expect(409);
        let detail = text(&answer.json()["detail"]).to_owned();
        assert!(detail.contains(way_out), "{refused}: {detail}");
        said.insert(detail);
    }
    assert_eq!(said.len(), 4);
}

#[actix_web::test]
async fn an_endpoint_is_changed_by_whoever_saw_it_as_it_is_and_keeps_its_secret() {
    let mut receiver = Receiver::start(json!({})).await;
    let app = TestApp::start_with(receiver.allowed()).await;
    let lead = app.staff("lead");
    let (id, secret) = add(&lead, &receiver.url("/old?key=letmein"), json!({})).await;
    let one = format!("/api/v1/webhooks/{id}");
    assert_eq!(lead.get(&one).await.expect(200).header("etag"), "\"1\"");
    let put = async |version: Option<&str>, body: &Value| {
        let call = lead.call(reqwest::Method::PUT, &one).json(body);
        lead.send(version.into_iter().fold(call, |call, version| call.header("if-match", version))).await
    };
    let body = json!({ "url": receiver.url("/new"), "description": "Chat", "types": ["request_received"] });
    put(None, &body).await.expect(428);
    put(Some("\"2\""), &body).await.expect(412);
    let refused = put(Some("\"1\""), &json!({ "url": "https://10.0.0.1/", "description": "" })).await.expect(422);
    assert_eq!(refused.errors(), ["/url webhook_url_address", "/description missing"]);
    let changed = put(Some("\"1\""), &body).await.expect(200);
    assert_eq!((changed.header("etag"), &changed.json()["types"]), ("\"2\"", &json!(["request_received"])));
    put(Some("\"1\""), &body).await.expect(412);
    test(&lead, &id).await;
    let call = receiver.call().await;
    assert_eq!((call.path(), call.verified_with(&secret).await.as_str()), ("/new", "verified"));
    let personal: Value = sqlx::query_scalar("SELECT personal FROM audit_events WHERE action = 'webhook.changed'")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    let at = |url: &str| json!(url.split('?').next());
    assert_eq!(personal["before"], json!({ "url": at(&receiver.url("/old")), "text": "Tickets" }));
    assert_eq!(personal["after"], json!({ "url": receiver.url("/new"), "text": "Chat" }));

    // On the page, where what is not chosen is all.
    let mut browser = Browser::of_staff(&app, "lead").await;
    let change = format!("/admin/webhooks/{id}/change");
    let (_, form) = browser.open(&change).await;
    assert!(form.contains(&receiver.url("/new")) && form.contains("value=\"Chat\""), "{form}");
    let version = hidden(&form, "version");
    let url = receiver.url("/page");
    let typed = |url| [("version", version.as_str()), ("url", url), ("description", "Chat"), ("which", "all")];
    let (status, page) = browser.submit(&change, &typed("http://x")).await;
    assert!(
        status == 422 && page.contains("value=\"http://x\"") && page.contains("name=\"version\" value=\"2\""),
        "{page}"
    );
    assert_eq!(browser.submit(&change, &typed(&url)).await, (303, format!("/admin/webhooks/{id}")));
    assert_eq!(browser.submit(&change, &typed(&url)).await.0, 412, "somebody changed it meanwhile");
    assert_eq!(lead.get(&one).await.expect(200).json()["types"], Value::Null);
}

#[actix_web::test]
async fn what_waits_for_an_endpoint_that_is_limited_is_not_sent_beyond_its_limit() {
    let mut receiver = Receiver::start(json!({ "/old": ["503"] })).await;
    let app = TestApp::start_with(receiver.allowed()).await;
    let lead = app.staff("lead");
    let (id, _) = add(&lead, &receiver.url("/old"), json!({})).await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    receiver.call().await;
    delivery(&lead, &id, |delivery| delivery["last_result"] == "http_503").await;
    let body = json!({ "url": receiver.url("/new"), "description": "Contoso's", "tenant": people::CONTOSO.id });
    let call = lead.call(reqwest::Method::PUT, &format!("/api/v1/webhooks/{id}")).header("if-match", "\"1\"");
    lead.send(call.json(&body)).await.expect(200);
    let deliveries = lead.get(&format!("/api/v1/webhooks/{id}/deliveries")).await.expect(200).json();
    assert_eq!(deliveries["items"], json!([]), "Tailspin's events are no business of Contoso's system");
    app.actor("contoso-admin-agent").file(&third_party()).await.expect(201);
    let mut call = receiver.call().await;
    while call.path() == "/old" {
        call = receiver.call().await;
    }
    assert_eq!(call.body()["data"]["tenant"], json!(people::CONTOSO.id));
}

#[actix_web::test]
async fn adding_one_is_repeated_under_its_key_with_the_same_secret() {
    let app = TestApp::start().await;
    let lead = app.staff("lead");
    let body = json!({ "url": "https://tickets.contoso.example/hooks", "description": "Tickets" });
    let add = async |who: &Actor<'_>, body: &Value| {
        let call = who.call(reqwest::Method::POST, "/api/v1/webhooks").header("idempotency-key", "one").json(body);
        who.send(call).await
    };
    let first = add(&lead, &body).await.expect(201);
    let again = add(&lead, &body).await.expect(201);
    assert!(first.json()["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!((again.json(), again.header("location")), (first.json(), first.header("location")));
    assert_eq!(lead.get("/api/v1/webhooks").await.expect(200).json()["items"].as_array().map(Vec::len), Some(1));
    add(&lead, &json!({ "url": "https://a.example/", "description": "x" })).await.expect(422);
    add(&app.staff("lead-2"), &body).await.expect(422);
    let kept: String =
        sqlx::query_scalar("SELECT answer FROM idempotency_keys").fetch_one(&mut app.owner().await).await.unwrap();
    assert!(
        !kept.contains("whsec_")
            && !kept.contains(first.json()["secret"].as_str().unwrap().trim_start_matches("whsec_"))
    );
}
