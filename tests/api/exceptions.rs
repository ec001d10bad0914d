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
async fn a_lead_revokes_and_the_next_version_lacks_the_rule() {
    let app = TestApp::start().await;
    let exception = granted(&app).await;
    assert_eq!(rules(&app.actor("feed"), 1).await, 1);
    app.staff("reviewer").revoke(&exception).await.expect(403);
    let revoked = app.staff("lead").revoke(&exception).await.expect(200).json();
    assert_eq!((&revoked["status"], &revoked["revocation_reason"]), (&json!("revoked"), &json!("seen from elsewhere")));
    assert_eq!(rules(&app.actor("feed"), 2).await, 0);
    app.staff("lead").revoke(&revoked).await.expect(409);
    app.staff("lead").revoke(&exception).await.expect(412);
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

#[actix_web::test]
async fn a_partner_ends_its_own_exception_early_and_owes_no_reason() {
    let app = TestApp::start().await;
    let exception = granted(&app).await;
    let path = format!("/api/v1/exceptions/{}/end", text(&exception["id"]));
    let nothing = json!({});
    app.actor("contoso-admin-agent").change(&path, &exception, &nothing).await.expect(404);
    app.actor("tailspin-sales-agent").change(&path, &exception, &nothing).await.expect(403);
    app.staff("lead").change(&path, &exception, &nothing).await.expect(403);
    let partner = app.actor("tailspin-global-admin");
    partner.post(&path, &nothing).await.expect(428);
    partner.change(&path, &json!({ "version": 9 }), &nothing).await.expect(412);
    let ended = partner.change(&path, &exception, &nothing).await.expect(200).json();
    assert_eq!((&ended["status"], &ended["ended_by"]), (&json!("revoked"), &json!("partner")));
    assert_eq!((&ended["revocation_reason"], &ended["disputed_at"]), (&Value::Null, &Value::Null));
    assert_eq!(rules(&app.actor("feed"), 2).await, 0);
    partner.change(&path, &ended, &nothing).await.expect(409);
}

#[actix_web::test]
async fn this_was_not_us_ends_an_exception_without_mfa_and_is_said_once() {
    let app = TestApp::start().await;
    let exception = granted(&app).await;
    let path = format!("/api/v1/exceptions/{}/not-us", text(&exception["id"]));
    let nothing = json!({});
    app.actor("contoso-admin-agent").change(&path, &exception, &nothing).await.expect(404);
    app.actor("tailspin-helpdesk-agent").change(&path, &exception, &nothing).await.expect(403);
    let colleague = app.actor_with_mfa("tailspin-admin-agent", false);
    colleague.post(&path, &nothing).await.expect(428);
    let disputed = colleague.change(&path, &exception, &nothing).await.expect(200).json();
    assert_eq!((&disputed["status"], &disputed["disputed_at"]), (&json!("revoked"), &json!("2026-11-24T01:00:00Z")));
    assert_eq!(disputed["subjects"], Value::Null, "a session without MFA still sees no users that others named");
    assert_eq!(rules(&app.actor("feed"), 2).await, 0);
    colleague.change(&path, &disputed, &nothing).await.expect(409);
    // Whoever asks next in the partner's name waits for a person.
    let held = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json();
    assert_eq!((&held["status"], &held["guards"][0]), (&json!("in_review"), &json!("tenant_on_hold")));
    let seen =
        app.staff("lead").get(&format!("/api/v1/exceptions/{}", text(&exception["id"]))).await.expect(200).json();
    assert_eq!(seen["disputed_at"], disputed["disputed_at"]);
}

#[actix_web::test]
async fn this_was_not_us_can_be_said_of_what_has_ended() {
    let app = TestApp::start().await;
    let exception = granted(&app).await;
    app.clock.set(text(&exception["expires_at"]).parse().unwrap());
    let path = format!("/api/v1/exceptions/{}", text(&exception["id"]));
    let partner = app.actor("tailspin-global-admin");
    partner.change(&format!("{path}/end"), &exception, &json!({})).await.expect(409);
    let disputed = partner.change(&format!("{path}/not-us"), &exception, &json!({})).await.expect(200).json();
    assert_eq!((&disputed["status"], &disputed["ended_by"]), (&json!("expired"), &Value::Null));
    assert!(disputed["disputed_at"].is_string());
}

#[actix_web::test]
async fn the_database_lets_staff_end_nothing_without_a_reason_and_partners_nothing_by_hand() {
    let app = TestApp::start().await;
    granted(&app).await;
    let mut publisher = app.desk.db.publisher().await.unwrap();
    let silent = "UPDATE exceptions SET revoked_at = now(), ended_by = 'staff'";
    let refused = sqlx::raw_sql(silent).execute(&mut *publisher).await.unwrap_err();
    assert!(refused.to_string().contains("exceptions_staff_give_reasons"), "{refused}");
    let tenant = exception_desk::identity::TenantId(exception_desk_demo::people::TAILSPIN.id);
    let mut partner = app.desk.db.partner(tenant).await.unwrap();
    assert!(sqlx::raw_sql("UPDATE exceptions SET disputed_at = now()").execute(&mut *partner).await.is_err());
}

#[actix_web::test]
async fn a_renewal_is_a_draft_with_what_was_granted_from_the_end_on() {
    let app = TestApp::start().await;
    let exception = granted(&app).await;
    let path = format!("/api/v1/exceptions/{}/renewal", text(&exception["id"]));
    let nothing = json!({});
    app.actor("contoso-admin-agent").post(&path, &nothing).await.expect(404);
    app.actor("tailspin-sales-agent").post(&path, &nothing).await.expect(403);
    let partner = app.actor("tailspin-global-admin");
    let draft = partner.post(&path, &nothing).await.expect(201).json();
    assert_eq!((&draft["status"], &draft["issue"]), (&json!("draft"), &exception["issue"]));
    assert_eq!(draft["scope"]["subjects"]["object_ids"], exception["subjects"]);
    assert_eq!(
        (&draft["scope"]["surfaces"], &draft["scope"]["starts_at"]),
        (&exception["surfaces"], &exception["expires_at"])
    );
    assert_eq!(draft["answers"], third_party()["answers"]);
    // A colleague without MFA is not told whom others had named.
    let colleague = app.actor_with_mfa("tailspin-admin-agent", false);
    let own = colleague.post(&path, &nothing).await.expect(201).json();
    assert!(!own.to_string().contains(text(&exception["subjects"][0])), "{own}");
    app.clock.set(text(&exception["expires_at"]).parse().unwrap());
    let partner = app.actor("tailspin-global-admin");
    assert_eq!(partner.post(&path, &nothing).await.expect(201).json()["scope"]["starts_at"], Value::Null);
}

#[actix_web::test]
async fn what_was_ended_early_is_not_renewed() {
    let app = TestApp::start().await;
    let exception = granted(&app).await;
    let partner = app.actor("tailspin-global-admin");
    let path = format!("/api/v1/exceptions/{}", text(&exception["id"]));
    partner.change(&format!("{path}/end"), &exception, &json!({})).await.expect(200);
    assert_eq!(partner.post(&format!("{path}/renewal"), &json!({})).await.expect(409).problem(), "wrong-state");
}
