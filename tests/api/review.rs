//! Deciding: who may, at which version, and when it takes two.

use crate::actors::{USER, other, text};
use crate::app::TestApp;
use serde_json::{Value, json};

async fn filed(app: &TestApp, body: &Value) -> Value {
    app.actor("tailspin-global-admin").file(body).await.expect(201).json()
}

#[actix_web::test]
async fn a_reviewer_accepts_and_the_grant_begins_then() {
    let app = TestApp::start().await;
    let request = filed(&app, &other()).await;
    app.wait(chrono::TimeDelta::hours(2));
    let decided = app.staff("reviewer").accept(&request).await.expect(200).json();
    assert_eq!(decided["status"], "accepted");
    assert_eq!(decided["decision_reason"], "the logs show it");
    assert_eq!(decided["sla"]["state"], "met");
    assert_eq!(decided["exception"]["not_before"], "2026-11-24T03:00:00Z");
    assert_eq!(decided["exception"]["expires_at"], "2027-01-23T03:00:00Z");
    let feed = app.actor("feed").feed_at(1).await;
    assert_eq!(feed["rules"][0]["id"], decided["exception"]["id"]);
    app.staff("reviewer").accept(&decided).await.expect(409);
}

#[actix_web::test]
async fn a_denial_grants_nothing() {
    let app = TestApp::start().await;
    let request = filed(&app, &other()).await;
    let decided = app.staff("reviewer").deny(&request).await.expect(200).json();
    assert_eq!(decided["status"], "denied");
    assert_eq!(decided["exception"], Value::Null);
    assert_eq!(app.actor("feed").feed_at(0).await["version"], 0);
}

#[actix_web::test]
async fn only_the_version_that_was_seen_is_decided() {
    let app = TestApp::start().await;
    let request = filed(&app, &other()).await;
    let path = format!("/api/v1/requests/{}/decision", text(&request["id"]));
    let body = json!({ "outcome": "deny", "reason": "no" });
    app.staff("reviewer").post(&path, &body).await.expect(428);
    app.staff("reviewer").change(&path, &json!({ "version": 9 }), &body).await.expect(412);
    let reason =
        app.staff("reviewer").decide(&request, &json!({ "outcome": "deny", "reason": "  " })).await.expect(422);
    assert_eq!(reason.errors(), ["/reason required"]);
}

#[actix_web::test]
async fn of_two_reviewers_at_once_one_decides() {
    let app = TestApp::start().await;
    let request = filed(&app, &other()).await;
    let (one, two) = (app.staff("reviewer"), app.staff("reviewer-2"));
    let (one, two) = tokio::join!(one.accept(&request), two.deny(&request));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!([409, 412].contains(&statuses[1]), "{statuses:?}");
}

#[actix_web::test]
async fn staff_without_mfa_and_partners_in_staffs_clothes_are_refused() {
    let app = TestApp::start().await;
    let request = filed(&app, &other()).await;
    let stepped = app.actor_with_mfa("reviewer", false);
    assert_eq!(stepped.get("/api/v1/queue").await.expect(403).problem(), "step-up-required");
    assert_eq!(stepped.accept(&request).await.expect(403).problem(), "step-up-required");
    let pretender = app.forged("tailspin-global-admin", |claims| {
        claims.insert("roles".to_owned(), json!(["Reviewer", "LeadReviewer", "GlobalAdmin", "Feed.Read"]));
        claims.insert("amr".to_owned(), json!(["pwd", "mfa"]));
    });
    assert_eq!(pretender.get("/api/v1/queue").await.expect(403).problem(), "not-allowed");
    pretender.accept(&request).await.expect(403);
    app.staff("auditor").get("/api/v1/queue").await.expect(200);
    app.staff("auditor").accept(&request).await.expect(403);
}

#[actix_web::test]
async fn the_queue_shows_what_is_due_first() {
    let app = TestApp::start().await;
    app.clock.set("2026-11-24T06:00:00Z".parse().unwrap());
    let us = app.actor("contoso-admin-agent").file(&other()).await.expect(201).json();
    let jp = filed(&app, &other()).await;
    let queue = app.staff("reviewer").get("/api/v1/queue").await.expect(200).json();
    let ids: Vec<_> = queue["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    // Japan's clock runs at once and has no holiday before its end, America's starts hours later and pauses on Thanksgiving.
    assert_eq!(ids, [jp["id"].clone(), us["id"].clone()]);
}

fn broad() -> Value {
    let mut request = other();
    request["scope"] =
        json!({ "subjects": { "kind": "all" }, "surfaces": ["dashboard"], "starts_at": null, "duration_days": 30 });
    request
}

#[actix_web::test]
async fn a_broad_grant_takes_two_people_one_of_them_a_lead() {
    let app = TestApp::start().await;
    let request = filed(&app, &broad()).await;
    let first = app.staff("reviewer").accept(&request).await.expect(202).json();
    assert_eq!((&first["status"], &first["pending_second_approval"]), (&json!("in_review"), &json!(true)));
    assert_eq!(app.actor("feed").feed_at(0).await["version"], 0);
    // Not the same person again, and not a second one who is no lead either.
    assert_eq!(app.staff("reviewer").accept(&first).await.expect(409).problem(), "wrong-state");
    assert_eq!(app.staff("reviewer-2").accept(&first).await.expect(403).problem(), "not-allowed");
    let second = app.staff("lead").accept(&first).await.expect(200).json();
    assert_eq!(second["status"], "accepted");
    assert_eq!(second["exception"]["subjects"], "all");
    // The partner never saw that a first person had approved.
    let seen =
        app.actor("tailspin-global-admin").get(&format!("/api/v1/requests/{}", text(&request["id"]))).await.json();
    assert_eq!(seen["pending_second_approval"], false);
}

#[actix_web::test]
async fn the_database_refuses_one_person_in_both_parts() {
    let app = TestApp::start().await;
    let request = filed(&app, &broad()).await;
    app.staff("lead").accept(&request).await.expect(202);
    let mut owner = app.owner().await;
    let twice = sqlx::query(
        "INSERT INTO decisions (id, request_id, request_version, outcome, scope, reason, decided_at, decided_by, decided_by_name,
             decided_as_lead, confirms, confirms_by)
         SELECT gen_random_uuid(), request_id, request_version + 1, outcome, scope, reason, decided_at, decided_by,
             decided_by_name, decided_as_lead, id, decided_by FROM decisions",
    )
    .execute(&mut owner)
    .await
    .unwrap_err();
    assert!(twice.to_string().contains("decisions_two_people"), "{twice}");
    let own_tenant =
        sqlx::query("UPDATE requests SET status = 'denied', decided_at = now(), decided_by_tenant = tenant")
            .execute(&mut owner)
            .await
            .unwrap_err();
    assert!(own_tenant.to_string().contains("requests_not_own_tenant"), "{own_tenant}");
}

#[actix_web::test]
async fn a_narrower_scope_may_be_granted_and_a_wider_one_not() {
    let app = TestApp::start().await;
    let request = filed(&app, &broad()).await;
    let lead = app.staff("lead");
    let narrow = json!({ "subjects": { "kind": "users", "object_ids": [USER] }, "surfaces": ["dashboard"], "duration_days": 10 });
    let mut wide = narrow.clone();
    wide["surfaces"] = json!(["dashboard", "partner_api"]);
    let body = |scope: &Value| json!({ "outcome": "accept", "reason": "less is enough", "scope": scope });
    assert_eq!(
        lead.decide(&request, &body(&wide)).await.expect(422).errors(),
        ["/scope/surfaces/1 beyond_what_was_asked"]
    );
    let granted = lead.decide(&request, &body(&narrow)).await.expect(200).json();
    assert_eq!(granted["exception"]["subjects"], json!([USER]));
    assert_eq!(granted["exception"]["expires_at"], "2026-12-04T01:00:00Z");
}
