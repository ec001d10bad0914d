//! Filing, reading back, withdrawing.

use crate::actors::{USER, more_time, other, text, third_party};
use crate::app::TestApp;
use exception_desk::config::AutoGrant;
use serde_json::{Value, json};

#[actix_web::test]
async fn what_the_policy_accepts_is_granted_at_once_and_published() {
    let app = TestApp::start().await;
    let filed = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    let request = filed.json();
    assert_eq!(request["status"], "accepted");
    assert!(text(&request["reference"]).starts_with("TE-2026-"));
    assert_eq!(filed.header("location"), format!("/api/v1/requests/{}", text(&request["id"])));
    assert_eq!(filed.header("etag"), "\"1\"");
    assert_eq!(request["sla"], Value::Null);
    assert_eq!(request["exception"]["status"], "active");
    assert_eq!(request["exception"]["subjects"], json!([USER]));
    assert_eq!(request["exception"]["not_before"], "2026-11-24T01:00:00Z");
    assert_eq!(request["exception"]["expires_at"], "2027-01-23T01:00:00Z");
    // Whoever was told "granted" finds it in the feed.
    let feed = app.actor("feed").get("/feed/v1/rules").await.expect(200).json();
    assert_eq!(feed["version"], 1);
    assert_eq!(feed["rules"][0]["id"], request["exception"]["id"]);
    assert_eq!(feed["rules"][0]["surfaces"], json!(["delegated_admin_portal"]));
}

#[actix_web::test]
async fn what_the_policy_denies_is_answered_with_guidance_in_the_partners_language() {
    let app = TestApp::start().await;
    let request = app.actor("tailspin-admin-agent").file(&more_time()).await.expect(201).json();
    assert_eq!(request["status"], "denied");
    assert_eq!(request["classification"]["reasons"][0]["code"], "plan_the_rollout");
    assert!(text(&request["classification"]["guidance"][0]["text"]).contains("ください"));
    assert_eq!(request["exception"], Value::Null);
}

#[actix_web::test]
async fn what_a_person_must_decide_is_promised_within_three_business_days() {
    let app = TestApp::start().await;
    let request = app.actor("tailspin-global-admin").file(&other()).await.expect(201).json();
    assert_eq!(request["status"], "in_review");
    // Tuesday 10:00 to Friday 10:00 in Japan: 8 + 9 + 9 + 1 hours.
    assert_eq!(
        request["sla"],
        json!({ "calendar": "jp", "due_at": "2026-11-27T01:00:00Z", "state": "running", "remaining_seconds": 97_200 })
    );
    app.clock.set("2026-11-27T01:00:01Z".parse().unwrap());
    let path = format!("/api/v1/requests/{}", text(&request["id"]));
    let request = app.actor("tailspin-global-admin").get(&path).await.expect(200).json();
    assert_eq!(request["sla"]["state"], "breached");
    assert_eq!(request["sla"]["remaining_seconds"], 0);
}

#[actix_web::test]
async fn with_automatic_grants_off_every_accept_goes_to_a_reviewer() {
    let app = TestApp::start_with(|config| config.intake.auto_grant = AutoGrant::Off).await;
    let request = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json();
    assert_eq!(request["status"], "in_review");
    assert_eq!(request["guards"], json!(["auto_grant_off"]));
    assert_eq!(request["classification"]["outcome"], "accept");
    assert_eq!(app.actor("feed").feed_at(0).await["rules"], json!([]));
}

#[actix_web::test]
async fn a_classification_says_the_same_and_keeps_nothing() {
    let app = TestApp::start().await;
    let admin = app.actor("tailspin-global-admin");
    let said = admin.post("/api/v1/classifications", &third_party()).await.expect(200).json();
    assert_eq!(said["outcome"], "accept");
    assert_eq!(said["reasons"][0]["code"], "criteria_met");
    assert!(said["policy_version"].is_string());
    assert_eq!(admin.get("/api/v1/requests").await.json()["items"], json!([]));
}

#[actix_web::test]
async fn who_may_not_file_is_told_who_may() {
    let app = TestApp::start().await;
    app.anonymous().file(&third_party()).await.expect(401).problem();
    for persona in ["tailspin-sales-agent", "tailspin-helpdesk-agent"] {
        let refused = app.actor(persona).file(&third_party()).await.expect(403);
        assert_eq!(refused.problem(), "not-allowed");
        assert!(text(&refused.json()["detail"]).contains("Global Admin"), "{}", refused.text);
    }
    app.staff("reviewer").file(&third_party()).await.expect(403);
    app.actor("feed").file(&third_party()).await.expect(403);
}

#[actix_web::test]
async fn a_tenant_that_is_not_registered_cannot_file() {
    let app = TestApp::start().await;
    let mut owner = app.owner().await;
    sqlx::query("DELETE FROM partners WHERE name = 'Contoso'").execute(&mut owner).await.unwrap();
    let refused = app.actor("contoso-admin-agent").file(&third_party()).await.expect(403);
    assert_eq!(refused.problem(), "not-allowed");
}

#[actix_web::test]
async fn bad_input_is_named_at_every_place() {
    let app = TestApp::start().await;
    let admin = app.actor("tailspin-global-admin");
    let mut request = third_party();
    request["topic"] = json!("billing");
    request["title"] = json!("  ");
    request["scope"]["surfaces"] = json!(["nowhere"]);
    request["answers"]["vendor_asked"] = json!("perhaps");
    let refused = admin.file(&request).await.expect(422);
    assert_eq!(refused.problem(), "invalid-input");
    let errors = refused.errors();
    for error in ["/topic topic_not_supported", "/title empty", "/scope/surfaces/0 surface_unknown"] {
        assert!(errors.iter().any(|found| found == error), "{error} is not among {errors:?}");
    }
    assert!(errors.iter().any(|found| found.starts_with("/answers/vendor_asked ")), "{errors:?}");
    let unknown = json!({ "nonsense": 1 });
    assert!(admin.file(&unknown).await.expect(422).errors()[0].starts_with("/"));
    let unreadable =
        admin.call(reqwest::Method::POST, "/api/v1/requests").header("content-type", "application/json").body("{");
    assert_eq!(admin.send(unreadable).await.expect(400).problem(), "unreadable-body");
    let not_json = admin.call(reqwest::Method::POST, "/api/v1/requests").body("{}");
    admin.send(not_json).await.expect(415).problem();
}

#[actix_web::test]
async fn problems_follow_the_readers_language() {
    let app = TestApp::start().await;
    let request = app
        .actor("tailspin-global-admin")
        .call(reqwest::Method::GET, "/api/v1/requests/x")
        .header("accept-language", "ja");
    let answer = app.anonymous().send(request).await.expect(404);
    assert_eq!(answer.problem(), "not-found");
    assert!(text(&answer.json()["title"]).chars().any(|c| c > '\u{3000}'), "{}", answer.text);
}

#[actix_web::test]
async fn an_open_request_for_the_same_issue_is_led_to() {
    let app = TestApp::start().await;
    let admin = app.actor("tailspin-global-admin");
    let first = admin.file(&other()).await.expect(201).json();
    let second = app.actor("tailspin-admin-agent").file(&other()).await.expect(409);
    assert_eq!(second.problem(), "open-request-exists");
    assert!(second.header("link").contains(text(&first["reference"])), "{:?}", second.headers);
    // Withdrawn, it stands in nobody's way.
    let path = format!("/api/v1/requests/{}/withdraw", text(&first["id"]));
    assert_eq!(admin.change(&path, &first, &json!({})).await.expect(200).json()["status"], "withdrawn");
    admin.file(&other()).await.expect(201);
}

#[actix_web::test]
async fn withdrawing_needs_the_version_that_was_seen_and_an_open_request() {
    let app = TestApp::start().await;
    let admin = app.actor("tailspin-global-admin");
    let request = admin.file(&other()).await.expect(201).json();
    let path = format!("/api/v1/requests/{}/withdraw", text(&request["id"]));
    admin.post(&path, &json!({})).await.expect(428);
    admin.change(&path, &json!({ "version": 7 }), &json!({})).await.expect(412);
    app.actor("contoso-admin-agent").change(&path, &request, &json!({})).await.expect(404);
    let withdrawn = admin.change(&path, &request, &json!({})).await.expect(200).json();
    assert_eq!(admin.change(&path, &withdrawn, &json!({})).await.expect(409).problem(), "wrong-state");
}

#[actix_web::test]
async fn a_repeated_key_gives_the_first_answer_and_no_second_request() {
    let app = TestApp::start().await;
    let admin = app.actor("tailspin-global-admin");
    let first = admin.file_with_key("k-1", &third_party()).await.expect(201).json();
    let again = admin.file_with_key("k-1", &third_party()).await.expect(201).json();
    assert_eq!(first["id"], again["id"]);
    assert_eq!(admin.file_with_key("k-1", &other()).await.expect(422).problem(), "idempotency-key-reused");
    // Another tenant's key is another key.
    let theirs = app.actor("contoso-admin-agent").file_with_key("k-1", &third_party()).await.expect(201).json();
    assert_ne!(theirs["id"], first["id"]);
    app.wait(chrono::TimeDelta::hours(25));
    let later = app.actor("tailspin-global-admin").file_with_key("k-1", &third_party()).await.expect(201).json();
    assert_ne!(later["id"], first["id"]);
}

#[actix_web::test]
async fn a_repeat_gets_the_first_answer_even_when_it_would_be_judged_otherwise_by_now() {
    let app = TestApp::start().await;
    let mut body = third_party();
    body["scope"]["starts_at"] = json!("2026-11-24T02:00:00Z");
    let first = app.actor("tailspin-global-admin").file_with_key("k", &body).await.expect(201).json();
    app.wait(chrono::TimeDelta::hours(2));
    let again = app.actor("tailspin-global-admin").file_with_key("k", &body).await.expect(201).json();
    assert_eq!(again["id"], first["id"]);
}

#[actix_web::test]
async fn what_cannot_be_seen_is_no_answer() {
    let app = TestApp::start().await;
    let mut body = third_party();
    body["answers"]["vendor_reference"] = json!(" \u{200b}\u{3000}\u{2060}");
    let said = app.actor("tailspin-global-admin").post("/api/v1/classifications", &body).await.expect(200).json();
    assert_eq!(said["reasons"][0]["code"], "details_missing");
}

#[actix_web::test]
async fn withdrawing_takes_no_fields() {
    let app = TestApp::start().await;
    let admin = app.actor("tailspin-global-admin");
    let request = admin.file(&other()).await.expect(201).json();
    let path = format!("/api/v1/requests/{}/withdraw", text(&request["id"]));
    admin.change(&path, &request, &json!({ "reason": "x" })).await.expect(422);
    let nothing = admin.call(reqwest::Method::POST, &path).header("if-match", "\"1\"");
    admin.send(nothing).await.expect(200);
}

#[actix_web::test]
async fn fifty_calls_at_once_with_one_key_make_one_request() {
    let app = TestApp::start().await;
    let admin = app.actor("tailspin-global-admin");
    let body = other();
    let answers = futures_util::future::join_all((0..50).map(|_| admin.file_with_key("same", &body))).await;
    let mut ids: Vec<_> = answers.iter().filter(|a| a.status == 201).map(|a| a.json()["id"].clone()).collect();
    assert!(!ids.is_empty());
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert!(answers.iter().all(|answer| [201, 409].contains(&answer.status.as_u16())));
    assert_eq!(admin.get("/api/v1/requests").await.json()["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn lists_come_in_parts_that_fit_together() {
    let app = TestApp::start().await;
    let admin = app.actor("tailspin-global-admin");
    for _ in 0..3 {
        admin.file(&more_time()).await.expect(201);
    }
    let first = admin.get("/api/v1/requests?limit=2").await.expect(200);
    assert_eq!(first.json()["items"].as_array().unwrap().len(), 2);
    let next = first.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    let rest = admin.get(&next).await.expect(200);
    assert_eq!(rest.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(rest.header("link"), "");
    admin.get("/api/v1/requests?limit=0").await.expect(422);
}
