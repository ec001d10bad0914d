//! Submission guards: what a partner cannot get past without a person.

use crate::actors::{USER, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use chrono::TimeDelta;
use exception_desk::config::AutoGrant;
use exception_desk_demo::people;
use serde_json::{Value, json};
use std::ops::Range;

/// The request that the policy accepts, for the users of these numbers.
fn for_users(numbers: Range<u32>) -> Value {
    let ids: Vec<_> = numbers.map(|number| format!("00000000-0000-4000-8000-{number:012}")).collect();
    let mut request = third_party();
    request["scope"]["subjects"]["object_ids"] = json!(ids);
    request
}

/// Issue 6, which the policy accepts too, for the users of these numbers.
fn powershell(numbers: Range<u32>) -> Value {
    let mut request = for_users(numbers);
    request["issue"] = json!("exchange_online_powershell");
    request["language"] = json!("en");
    request["title"] = json!("The existing module and a prompt in the Teams admin center");
    request["description"] = json!(
        "We work with the existing Exchange Online PowerShell module through delegated admin. The same accounts are prompted \
         for MFA in the Teams admin center, and the prompt ends with an error page."
    );
    request["answers"] = json!({ "needs_existing_module": "yes", "other_services_prompt": "yes",
        "can_complete_mfa_when_prompted": "no", "affected_services": ["Teams admin center"] });
    request
}

fn days(mut request: Value, days: u32) -> Value {
    request["scope"]["duration_days"] = json!(days);
    request
}

fn answering(mut request: Value, question: &str, answer: Value) -> Value {
    request["answers"][question] = answer;
    request
}

/// What filing `request` as Tailspin's Global Admin comes to: the status and the guards.
async fn comes_to(app: &TestApp, request: &Value) -> (String, Value) {
    let filed = app.actor("tailspin-global-admin").file(request).await.expect(201).json();
    (text(&filed["status"]).to_owned(), filed["guards"].clone())
}

fn accepted() -> (String, Value) {
    ("accepted".to_owned(), json!([]))
}

fn reviewed(guards: &[&str]) -> (String, Value) {
    ("in_review".to_owned(), json!(guards))
}

#[actix_web::test]
async fn a_partner_that_splits_one_request_into_several_is_stopped_at_fifty_users() {
    let app = TestApp::start().await;
    assert_eq!(comes_to(&app, &for_users(0..30)).await, accepted());
    // The same users on another surface are no further users.
    let mut elsewhere = for_users(0..30);
    elsewhere["scope"]["surfaces"] = json!(["dashboard"]);
    assert_eq!(comes_to(&app, &elsewhere).await, accepted());
    // Scheduled grants count like running ones.
    let mut later = for_users(30..40);
    later["scope"]["starts_at"] = json!("2026-12-01T00:00:00Z");
    assert_eq!(comes_to(&app, &later).await, accepted());
    assert_eq!(comes_to(&app, &for_users(40..51)).await, reviewed(&["tenant_total_over_limit"]));
    let contoso = app.actor("contoso-admin-agent").file(&for_users(40..51)).await.expect(201).json();
    assert_eq!(contoso["status"], "accepted", "another tenant's users are its own");
    assert_eq!(comes_to(&app, &powershell(40..50)).await, accepted());
}

#[actix_web::test]
async fn two_filings_at_once_cannot_both_pass_the_limit_of_users() {
    for _ in 0..5 {
        let app = TestApp::start().await;
        let (one, two) = (app.actor("tailspin-global-admin"), app.actor("tailspin-admin-agent"));
        let (third_party, powershell) = (for_users(0..30), powershell(30..60));
        let (one, two) = tokio::join!(one.file(&third_party), two.file(&powershell));
        let mut statuses = [one, two].map(|answer| text(&answer.expect(201).json()["status"]).to_owned());
        statuses.sort();
        assert_eq!(statuses, ["accepted", "in_review"]);
    }
}

#[actix_web::test]
async fn where_every_user_is_exempt_already_nobody_more_is_exempt_without_a_person() {
    let app = TestApp::start().await;
    let mut everybody = crate::actors::other();
    everybody["scope"] = json!({ "subjects": { "kind": "all" }, "surfaces": ["dashboard"], "duration_days": 30 });
    let request = app.actor("tailspin-global-admin").file(&everybody).await.expect(201).json();
    let first = app.staff("reviewer").accept(&request).await.expect(202).json();
    app.staff("lead").accept(&first).await.expect(200);
    assert_eq!(comes_to(&app, &third_party()).await, reviewed(&["tenant_total_over_limit"]));
}

#[actix_web::test]
async fn a_partner_that_renews_for_ever_is_stopped_at_ninety_days_a_year() {
    let app = TestApp::start().await;
    assert_eq!(comes_to(&app, &days(third_party(), 60)).await, accepted());
    app.wait(TimeDelta::days(60));
    assert_eq!(comes_to(&app, &days(third_party(), 31)).await, reviewed(&["auto_days_used_up"]));
    // Another user, or the same on another surface, has days left.
    assert_eq!(comes_to(&app, &days(powershell(1..2), 60)).await, accepted());
    // The request in review is in nobody's way once it is decided; what a person grants is not the policy's.
    let list = app.actor("tailspin-global-admin").get("/api/v1/requests").await.json();
    let open = list["items"].as_array().unwrap().iter().find(|item| item["status"] == "in_review").unwrap().clone();
    app.staff("reviewer").accept(&open).await.expect(200);
    assert_eq!(comes_to(&app, &days(third_party(), 30)).await, accepted(), "60 and 30 are 90");
    app.wait(TimeDelta::days(366));
    assert_eq!(comes_to(&app, &days(third_party(), 90)).await, accepted(), "another year");
}

#[actix_web::test]
async fn days_that_were_taken_back_are_not_used_up() {
    let app = TestApp::start().await;
    let exception =
        app.actor("tailspin-global-admin").file(&days(third_party(), 90)).await.expect(201).json()["exception"].clone();
    app.wait(TimeDelta::days(10));
    app.staff("lead").revoke(&exception).await.expect(200);
    lift_hold(&app).await;
    assert_eq!(comes_to(&app, &days(third_party(), 80)).await, accepted(), "10 and 80 are 90");
    let mut longer = days(powershell(1..2), 81);
    longer["scope"]["subjects"]["object_ids"] = json!([USER]);
    assert_eq!(comes_to(&app, &longer).await, reviewed(&["auto_days_used_up"]));
}

#[actix_web::test]
async fn a_partner_that_files_again_after_a_denial_waits_for_a_person_who_sees_what_differs() {
    let app = TestApp::start().await;
    let denied = answering(third_party(), "claim_can_be_sent", json!("yes"));
    let before = app.actor("tailspin-global-admin").file(&denied).await.expect(201).json();
    assert_eq!((&before["status"], &before["guards"]), (&json!("denied"), &json!([])));
    let mut reworded = third_party();
    reworded["title"] = json!("外部MFAのクレームを送れません");
    reworded["scope"]["subjects"]["object_ids"] = json!([USER, "00000000-0000-4000-8000-000000000001"]);
    let request = app.actor("tailspin-admin-agent").file(&reworded).await.expect(201).json();
    assert_eq!(request["status"], "in_review");
    assert_eq!(request["guards"], json!(["recent_request_changed"]));

    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (status, page) = reviewer.open(&format!("/review/{}", text(&request["reference"]))).await;
    assert_eq!(status, 200);
    let earlier = page.split("The earlier request for this issue").nth(1).unwrap().split("</table>").next().unwrap();
    assert!(earlier.contains(text(&before["reference"])), "{earlier}");
    for difference in ["外部MFAのクレームを送れません", "1 added, 0 removed", ">Yes<", ">No<"] {
        assert!(earlier.contains(difference), "{difference}: {earlier}");
    }
    assert!(!earlier.contains("delegated_admin_portal"), "what is the same is not repeated: {earlier}");

    // Another issue is another matter, and so is the next quarter.
    assert_eq!(comes_to(&app, &powershell(1..2)).await, accepted());
    app.staff("reviewer").accept(&request).await.expect(200);
    app.wait(TimeDelta::days(90));
    assert_eq!(comes_to(&app, &for_users(5..6)).await, accepted());
}

#[actix_web::test]
async fn a_partner_that_withdraws_and_files_in_other_words_waits_for_a_person() {
    let app = TestApp::start().await;
    let incomplete = answering(third_party(), "vendor_reference", json!(""));
    let admin = app.actor("tailspin-global-admin");
    let request = admin.file(&incomplete).await.expect(201).json();
    assert_eq!(request["status"], "in_review");
    let path = format!("/api/v1/requests/{}/withdraw", text(&request["id"]));
    admin.change(&path, &request, &json!({})).await.expect(200);
    assert_eq!(comes_to(&app, &third_party()).await, reviewed(&["recent_request_changed"]));
}

#[actix_web::test]
async fn whoever_names_themselves_without_mfa_waits_for_a_person() {
    let app = TestApp::start().await;
    let own = people::persona("tailspin-global-admin").unwrap().object_id;
    let mut request = third_party();
    request["scope"]["subjects"]["object_ids"] = json!([USER, own]);
    assert_eq!(comes_to(&app, &request).await, reviewed(&["filer_without_mfa_names_itself"]));
    let colleague = app.actor("tailspin-admin-agent").file(&powershell(1..2)).await.expect(201).json();
    assert_eq!(colleague["status"], "accepted", "naming others is what administrators do");

    let app = TestApp::start().await;
    let verified = app.actor_with_mfa("tailspin-global-admin", true).file(&request).await.expect(201).json();
    assert_eq!(verified["status"], "accepted");
}

async fn lift_hold(app: &TestApp) {
    let path = format!("/api/v1/partners/{}", people::TAILSPIN.id);
    let partner = app.staff("lead").get(&path).await.expect(200).json();
    let why = json!({ "reason": "spoken to their security team" });
    app.staff("lead").change(&format!("{path}/lift-hold"), &partner, &why).await.expect(200);
}

#[actix_web::test]
async fn after_a_revocation_a_person_decides_until_a_lead_lifts_the_hold() {
    let app = TestApp::start().await;
    let exception =
        app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json()["exception"].clone();
    let path = format!("/api/v1/partners/{}", people::TAILSPIN.id);
    let before = app.staff("reviewer").get(&path).await.expect(200).json();
    assert_eq!(before["hold"], Value::Null);
    app.staff("lead").revoke(&exception).await.expect(200);
    assert_eq!(comes_to(&app, &powershell(1..2)).await, reviewed(&["tenant_on_hold"]));
    let contoso = app.actor("contoso-admin-agent").file(&third_party()).await.expect(201).json();
    assert_eq!(contoso["status"], "accepted", "another tenant has its own");

    let held = app.staff("auditor").get(&path).await.expect(200).json();
    assert_eq!(held["hold"]["exception"], exception["id"]);
    let lift = format!("{path}/lift-hold");
    let why = json!({ "reason": "spoken to their security team" });
    app.staff("reviewer").change(&lift, &held, &why).await.expect(403);
    app.actor("tailspin-global-admin").change(&lift, &held, &why).await.expect(403);
    app.staff("lead").post(&lift, &why).await.expect(428);
    app.staff("lead").change(&lift, &before, &why).await.expect(412);
    let silent = app.staff("lead").change(&lift, &held, &json!({ "reason": " " })).await.expect(422);
    assert_eq!(silent.errors(), ["/reason required"]);
    let nobody = "/api/v1/partners/b13e516c-1dbc-4832-a49e-c6417db8f5dc/lift-hold";
    app.staff("lead").change(nobody, &held, &why).await.expect(404);
    let lifted = app.staff("lead").change(&lift, &held, &why).await.expect(200).json();
    assert_eq!(lifted["hold"], Value::Null);
    app.staff("lead").change(&lift, &lifted, &why).await.expect(409);
    assert_eq!(comes_to(&app, &for_users(7..8)).await, accepted());

    let mut owner = app.owner().await;
    let audited: Vec<(String, Option<Value>)> = sqlx::query_as(
        "SELECT action, personal FROM audit_events WHERE subject_kind = 'partner' AND action LIKE 'partner.hold_%' ORDER BY action DESC",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert_eq!(audited, [("partner.hold_placed".to_owned(), None), ("partner.hold_lifted".to_owned(), Some(why))]);
}

#[actix_web::test]
async fn a_partners_page_shows_the_hold_and_a_lead_lifts_it_there() {
    let app = TestApp::start().await;
    let exception =
        app.actor("tailspin-global-admin").file(&for_users(0..3)).await.expect(201).json()["exception"].clone();
    app.actor("tailspin-global-admin").file(&powershell(2..5)).await.expect(201);
    app.staff("lead").revoke(&exception).await.expect(200);
    let path = format!("/partners/{}", people::TAILSPIN.id);
    let (_, page) = Browser::of_staff(&app, "reviewer").await.open(&path).await;
    assert!(page.contains("On hold: a reviewer decides every request") && page.contains("3 users"), "{page}");
    assert!(!page.contains("lift-hold"), "only a lead is offered it");
    let mut lead = Browser::of_staff(&app, "lead").await;
    let (_, page) = lead.open(&path).await;
    assert!(page.contains("lift-hold"), "{page}");
    let lift = format!("{path}/lift-hold");
    let (_, confirm) = lead.open(&lift).await;
    let version = confirm.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(lead.submit(&lift, &[("version", &version), ("reason", " ")]).await.0, 422);
    assert_eq!(lead.submit(&lift, &[("version", "0"), ("reason", "seen")]).await.0, 412);
    assert_eq!(lead.submit(&lift, &[("version", &version), ("reason", "seen")]).await, (303, path.clone()));
    let (_, page) = lead.open(&path).await;
    assert!(page.contains("Hold lifted") && !page.contains("On hold:"), "{page}");
    assert_eq!(lead.open(&lift).await.0, 409);
}

#[actix_web::test]
async fn every_guard_that_strikes_is_told() {
    let app = TestApp::start_with(|config| config.intake.auto_grant = AutoGrant::Off).await;
    let own = people::persona("tailspin-global-admin").unwrap().object_id;
    let denied = answering(third_party(), "claim_can_be_sent", json!("yes"));
    app.actor("tailspin-global-admin").file(&denied).await.expect(201);
    let mut request = third_party();
    request["scope"]["subjects"]["object_ids"] = json!([own]);
    let guards = ["recent_request_changed", "filer_without_mfa_names_itself", "auto_grant_off"];
    let filed = app.actor("tailspin-global-admin").file(&request).await.expect(201).json();
    assert_eq!((&filed["status"], &filed["guards"]), (&json!("in_review"), &json!(guards)));
    let mut partner = Browser::new(&app);
    partner.sign_in("tailspin-global-admin", "/help").await;
    let (_, page) = partner.open(&format!("/support/requests/{}", text(&filed["reference"]))).await;
    for guard in ["filed for the same issue recently", "You signed in without MFA", "switched off at the moment"] {
        assert!(page.contains(guard), "{guard}: {page}");
    }
}
