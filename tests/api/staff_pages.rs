//! The staff's pages: deciding, revoking, suspending and importing, each asked for once more before it is done.

use crate::actors::{other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use serde_json::{Value, json};

async fn filed(app: &TestApp, body: &Value) -> Value {
    app.actor("tailspin-global-admin").file(body).await.expect(201).json()
}

async fn now(app: &TestApp, request: &Value) -> Value {
    let path = format!("/api/v1/requests/{}", text(&request["id"]));
    app.staff("reviewer").get(&path).await.expect(200).json()
}

/// A decision as the form sends it, for the users and places of `request`.
fn decision<'a>(request: &'a Value, version: &'a str, outcome: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![("version", version), ("outcome", outcome), ("reason", "the logs show it")];
    let scope = &request["scope"];
    if scope["subjects"]["kind"] == "all" {
        form.push(("scope_subjects_kind", "all"));
    } else {
        form.push(("scope_subjects_object_ids", text(&scope["subjects"]["object_ids"][0])));
    }
    form.extend(scope["surfaces"].as_array().unwrap().iter().map(|name| ("scope_surfaces", text(name))));
    form.push(("scope_duration_days", "30"));
    form
}

fn everybody() -> Value {
    let mut request = other();
    request["scope"]["subjects"] = json!({ "kind": "all" });
    request
}

#[actix_web::test]
async fn a_reviewer_sees_what_it_opens_before_it_is_granted() {
    let app = TestApp::start().await;
    let mut body = other();
    body["scope"]["surfaces"] = json!(["partner_api", "dashboard"]);
    let request = filed(&app, &body).await;
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let review = format!("/review/{}", text(&request["reference"]));
    let form = decision(&request, "1", "accept");

    let (status, page) = reviewer.submit(&format!("{review}/decide"), &form).await;
    assert_eq!(status, 200);
    assert!(page.contains("is refused there (401)") && page.contains("has to complete MFA there (302)"), "{page}");
    assert_eq!(now(&app, &request).await["status"], "in_review", "asking decides nothing");

    let (status, leads_to) = reviewer.submit(&format!("{review}/decision"), &form).await;
    assert_eq!((status, leads_to.as_str()), (303, review.as_str()));
    let decided = now(&app, &request).await;
    assert_eq!(decided["status"], "accepted");
    assert_eq!(decided["exception"]["expires_at"], "2026-12-24T01:00:00Z", "the days were narrowed");
    let (_, page) = reviewer.open(&review).await;
    assert!(page.contains("Decided by") && page.contains("the logs show it") && !page.contains("name=\"outcome\""));
}

#[actix_web::test]
async fn what_another_user_already_passes_is_not_counted_as_opened() {
    let app = TestApp::start().await;
    filed(&app, &third_party()).await;
    let request = filed(&app, &other()).await;
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let path = format!("/review/{}/decide", text(&request["reference"]));
    let (status, page) = reviewer.submit(&path, &decision(&request, "1", "accept")).await;
    assert_eq!(status, 200);
    assert!(page.contains("another exception already lets them through"), "{page}");
}

#[actix_web::test]
async fn a_form_that_cannot_be_is_told_at_its_fields_and_keeps_what_was_typed() {
    let app = TestApp::start().await;
    let request = filed(&app, &other()).await;
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let path = format!("/review/{}/decide", text(&request["reference"]));
    let (status, page) = reviewer.submit(&path, &[("version", "1"), ("reason", "kept <as> typed")]).await;
    assert_eq!(status, 422);
    assert!(page.contains("href=\"#outcome-1\"") && page.contains("kept &#60;as&#62; typed"), "{page}");
    let mut form = decision(&request, "1", "accept");
    form.retain(|(name, _)| *name != "scope_subjects_object_ids");
    form.push(("scope_subjects_object_ids", "not an id\n\n00000000-0000-4000-8000-000000000001"));
    let (status, page) = reviewer.submit(&path, &form).await;
    assert_eq!(status, 422);
    assert!(page.contains("Line 1: “not an id”"), "{page}");
}

#[actix_web::test]
async fn nobody_accepts_every_user_by_leaving_a_field_out() {
    let app = TestApp::start().await;
    let request = filed(&app, &everybody()).await;
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let path = format!("/review/{}/decision", text(&request["reference"]));
    let mut form = decision(&request, "1", "accept");
    form.retain(|(name, _)| *name != "scope_subjects_kind");
    let (status, page) = reviewer.submit(&path, &form).await;
    assert_eq!(status, 422);
    assert!(page.contains("#scope_subjects_kind-1"), "{page}");
    assert_eq!(now(&app, &request).await["status"], "in_review");
}

#[actix_web::test]
async fn a_colleague_who_was_faster_is_shown_and_the_typed_reason_is_not_lost() {
    let app = TestApp::start().await;
    let request = filed(&app, &other()).await;
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    app.staff("reviewer-2").deny(&request).await.expect(200);
    for step in ["decide", "decision"] {
        let path = format!("/review/{}/{step}", text(&request["reference"]));
        let (status, page) = reviewer.submit(&path, &decision(&request, "1", "accept")).await;
        assert_eq!(status, 412, "{step}");
        assert!(page.contains("the logs show it") && page.contains("there is another way"), "{step}: {page}");
    }
    assert_eq!(now(&app, &request).await["status"], "denied");
}

#[actix_web::test]
async fn every_user_takes_a_second_person_on_pages_too() {
    let app = TestApp::start().await;
    let request = filed(&app, &everybody()).await;
    let path = format!("/review/{}/decision", text(&request["reference"]));
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (status, _) = reviewer.submit(&path, &decision(&request, "1", "accept")).await;
    assert_eq!(status, 303);
    assert!(reviewer.open("/queue").await.1.contains("Waiting for second approval"));
    let (status, page) = reviewer.submit(&path, &decision(&request, "2", "accept")).await;
    assert_eq!(status, 409, "one person is not two");
    assert!(page.contains("You have given the first approval"), "{page}");
    let mut lead = Browser::of_staff(&app, "lead").await;
    let (status, _) = lead.submit(&path, &decision(&request, "2", "accept")).await;
    assert_eq!(status, 303);
    assert_eq!(now(&app, &request).await["status"], "accepted");
}

#[actix_web::test]
async fn an_auditor_reads_and_changes_nothing() {
    let app = TestApp::start().await;
    let request = filed(&app, &other()).await;
    let granted = filed(&app, &third_party()).await;
    let mut auditor = Browser::of_staff(&app, "auditor").await;
    let review = format!("/review/{}", text(&request["reference"]));
    let (status, page) = auditor.open(&review).await;
    assert_eq!(status, 200);
    assert!(!page.contains("name=\"outcome\""));
    let revoke = format!("/exceptions/{}/revoke", text(&granted["reference"]));
    let decide = format!("{review}/decision");
    for path in [decide.as_str(), &revoke, "/suspensions", "/suspensions/place", "/partners/import"] {
        let (status, _) = auditor.submit(path, &decision(&request, "1", "accept")).await;
        assert_eq!(status, 403, "{path}");
    }
    assert_eq!(now(&app, &request).await["status"], "in_review");
}

#[actix_web::test]
async fn staff_pages_ask_for_mfa_first() {
    let app = TestApp::start().await;
    let mut reviewer = Browser::new(&app);
    reviewer.sign_in("reviewer", "/help").await;
    for path in ["/queue", "/review/TE-2026-000001", "/partners", "/suspensions"] {
        let (status, page) = reviewer.open(path).await;
        assert!(status == 403 && (page.contains("step_up=1") || path == "/suspensions"), "{path}: {page}");
    }
}

#[actix_web::test]
async fn revoking_asks_for_a_reason_and_ends_the_exception() {
    let app = TestApp::start().await;
    let request = filed(&app, &third_party()).await;
    let path = format!("/exceptions/{}/revoke", text(&request["reference"]));
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    assert_eq!(reviewer.open(&path).await.0, 403, "leads revoke");
    let mut lead = Browser::of_staff(&app, "lead").await;
    assert_eq!(lead.open(&path).await.0, 200);
    assert_eq!(lead.submit(&path, &[("version", "1"), ("reason", " ")]).await.0, 422);
    assert_eq!(lead.submit(&path, &[("version", "7"), ("reason", "stale")]).await.0, 412);
    assert_eq!(app.actor("feed").feed_at(1).await["rules"].as_array().unwrap().len(), 1);
    let (status, leads_to) = lead.submit(&path, &[("version", "1"), ("reason", "seen elsewhere")]).await;
    assert_eq!((status, leads_to), (303, format!("/exceptions/{}", text(&request["reference"]))));
    assert_eq!(app.actor("feed").feed_at(2).await["rules"], json!([]));
    assert_eq!(lead.open(&path).await.0, 409);
}

#[actix_web::test]
async fn one_lead_suspends_and_two_lift() {
    let app = TestApp::start().await;
    filed(&app, &third_party()).await;
    let mut lead = Browser::of_staff(&app, "lead").await;
    let form = [("scope", "all"), ("reason", "an attack")];
    assert_eq!(lead.submit("/suspensions", &form).await.0, 200, "asks first");
    assert_eq!(app.actor("feed").feed_at(1).await["rules"].as_array().unwrap().len(), 1);
    assert_eq!(lead.submit("/suspensions/place", &form).await.0, 303);
    assert_eq!(app.actor("feed").feed_at(2).await["rules"], json!([]));
    let (_, page) = lead.open("/suspensions").await;
    let lift = page.split("href=\"").find(|href| href.contains("/lift\"")).unwrap().split('"').next().unwrap();
    assert_eq!(lead.submit(lift, &[("version", "1")]).await.0, 303);
    assert_eq!(lead.submit(lift, &[("version", "2")]).await.0, 409, "one lead is not two");
    let mut other_lead = Browser::of_staff(&app, "lead-2").await;
    assert_eq!(other_lead.submit(lift, &[("version", "2")]).await.0, 303);
    assert_eq!(app.actor("feed").feed_at(3).await["rules"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn staff_read_times_in_their_own_zone_with_the_partners_beside_them() {
    let app = TestApp::start().await;
    let request = filed(&app, &other()).await;
    let review = format!("/review/{}", text(&request["reference"]));
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (_, page) = reviewer.open(&review).await;
    assert!(
        page.contains(r#"<time datetime="2026-11-27T01:00:00Z">Fri 27 Nov 2026, 01:00 (UTC; 10:00 Japan time)</time>"#)
    );

    let (status, page) = reviewer.submit("/settings/time-zone", &[("time_zone", "Mars/Olympus")]).await;
    assert_eq!(status, 422);
    assert!(page.contains("Choose one of the time zones offered.") && page.contains("<title>Error: "), "{page}");
    let (status, _) = reviewer.submit("/settings/time-zone", &[("time_zone", "America/New_York")]).await;
    assert_eq!(status, 303);
    let (_, page) = reviewer.open("/settings").await;
    assert!(page.contains(r#"value="America/New_York" selected"#), "{page}");
    for (path, shown) in [
        (review.as_str(), "Thu 26 Nov 2026, 20:00 (New York time; Fri 27 Nov 2026, 10:00 Japan time)"),
        ("/queue", "Thu 26 Nov 2026, 20:00 (New York time)"),
    ] {
        let (_, page) = reviewer.open(path).await;
        assert!(page.contains(shown), "{path}: {page}");
    }

    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    assert!(!partner.open("/settings").await.1.contains("/settings/time-zone"), "partners have their calendar's");
    partner.submit("/settings/time-zone", &[("time_zone", "America/New_York")]).await;
    let (_, page) = partner.open(&format!("/support/requests/{}", text(&request["reference"]))).await;
    assert!(page.contains("Fri 27 Nov 2026, 10:00 (Japan time)") && !page.contains("New York"), "{page}");
}
