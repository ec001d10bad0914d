//! The end of exceptions: revoked, suspended, expired.

use crate::actors::{Actor, text, third_party};
use crate::app::TestApp;
use serde_json::{Value, json};

async fn granted(app: &TestApp) -> Value {
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json()["exception"].clone()
}

async fn rules(actor: &Actor<'_>, version: i64) -> usize {
    actor.feed_at(version).await["rules"].as_array().unwrap().len()
}

#[actix_web::test]
async fn a_reviewer_revokes_and_the_next_version_lacks_the_rule() {
    let app = TestApp::start().await;
    let exception = granted(&app).await;
    assert_eq!(rules(&app.actor("feed"), 1).await, 1);
    let revoked = app.staff("reviewer").revoke(&exception).await.expect(200).json();
    assert_eq!((&revoked["status"], &revoked["revocation_reason"]), (&json!("revoked"), &json!("seen from elsewhere")));
    assert_eq!(rules(&app.actor("feed"), 2).await, 0);
    app.staff("reviewer").revoke(&revoked).await.expect(409);
    app.staff("reviewer").revoke(&exception).await.expect(412);
    app.actor("tailspin-global-admin").revoke(&revoked).await.expect(403);
    let path = format!("/api/v1/exceptions/{}", text(&exception["id"]));
    assert_eq!(app.actor("tailspin-admin-agent").get(&path).await.expect(200).json()["status"], "revoked");
    app.actor("contoso-admin-agent").get(&path).await.expect(404);
}

#[actix_web::test]
async fn expiry_is_a_version_of_its_own() {
    let app = TestApp::start().await;
    let exception = granted(&app).await;
    assert_eq!(rules(&app.actor("feed"), 1).await, 1);
    app.clock.set(text(&exception["expires_at"]).parse().unwrap());
    assert_eq!(rules(&app.actor("feed"), 2).await, 0);
    let path = format!("/api/v1/exceptions/{}", text(&exception["id"]));
    assert_eq!(app.actor("tailspin-global-admin").get(&path).await.json()["status"], "expired");
}

#[actix_web::test]
async fn one_lead_suspends_and_two_lift() {
    let app = TestApp::start().await;
    let exception = granted(&app).await;
    let body = json!({ "scope": { "tenant": exception["tenant"] }, "reason": "an account was taken over" });
    app.staff("reviewer").post("/api/v1/suspensions", &body).await.expect(403);
    let suspension = app.staff("lead").post("/api/v1/suspensions", &body).await.expect(201).json();
    assert_eq!(rules(&app.actor("feed"), 2).await, 0);
    // What is granted meanwhile is suspended too.
    let other_users = {
        let mut request = third_party();
        request["scope"]["subjects"]["object_ids"] = json!(["9dfb369b-ab13-4fae-a276-55daa05f1119"]);
        request
    };
    app.actor("tailspin-admin-agent").file(&other_users).await.expect(201);
    assert_eq!(app.actor("feed").feed_at(2).await["version"], 2);

    let path = format!("/api/v1/suspensions/{}/lift", text(&suspension["id"]));
    let first = app.staff("lead").change(&path, &suspension, &json!({})).await.expect(202).json();
    assert_eq!(app.staff("lead").change(&path, &first, &json!({})).await.expect(409).problem(), "wrong-state");
    assert_eq!(app.actor("feed").feed_at(2).await["version"], 2);
    let lifted = app.staff("lead-2").change(&path, &first, &json!({})).await.expect(200).json();
    assert!(lifted["lifted_at"].is_string());
    assert_eq!(rules(&app.actor("feed"), 3).await, 2);
}

#[actix_web::test]
async fn everything_or_an_issue_can_be_suspended_and_nonsense_cannot() {
    let app = TestApp::start().await;
    granted(&app).await;
    let lead = app.staff("lead");
    let place =
        async |scope: Value| lead.post("/api/v1/suspensions", &json!({ "scope": scope, "reason": "drill" })).await;
    place(json!({ "issue": "nonsense" })).await.expect(422);
    place(json!({ "all": false })).await.expect(422);
    place(json!({ "tenant": "x" })).await.expect(422);
    place(json!({})).await.expect(422);
    place(json!({ "all": true, "issue": "third_party_mfa_not_recognized" })).await.expect(422);
    let mistyped = place(json!({ "tenant": "b13e516c-1dbc-4832-a49e-c6417db8f5dc" })).await.expect(422);
    assert_eq!(mistyped.errors(), ["/scope/tenant tenant_not_registered"]);
    place(json!({ "issue": "third_party_mfa_not_recognized" })).await.expect(201);
    assert_eq!(rules(&app.actor("feed"), 2).await, 0);
    // Nothing left to take away: a suspension without effect is no version.
    place(json!({ "all": true })).await.expect(201);
    assert_eq!(app.actor("feed").feed_at(2).await["version"], 2);
}

#[actix_web::test]
async fn a_session_without_mfa_sees_only_the_users_it_named_itself() {
    let app = TestApp::start().await;
    let exception = granted(&app).await;
    let path = format!("/api/v1/exceptions/{}", text(&exception["id"]));
    let subjects = async |actor: Actor<'_>| actor.get(&path).await.expect(200).json()["subjects"].clone();
    assert_eq!(subjects(app.actor_with_mfa("tailspin-admin-agent", false)).await, Value::Null);
    assert_eq!(subjects(app.actor_with_mfa("tailspin-admin-agent", true)).await, exception["subjects"]);
    assert_eq!(subjects(app.actor_with_mfa("tailspin-global-admin", false)).await, exception["subjects"]);
    let list = app.actor_with_mfa("tailspin-admin-agent", false).get("/api/v1/requests").await.json();
    assert_eq!(list["items"][0]["scope"]["subjects"], Value::Null);
    assert_eq!(list["items"][0]["exception"]["subjects"], Value::Null);
}
