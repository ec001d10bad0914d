//! What exceptions did, as staff see it: by the hour, by the day, and those that nobody needed.

use crate::actors::{Actor, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use crate::walk::hidden;
use chrono::TimeDelta;
use serde_json::{Value, json};

/// An exception in force, as the API shows it to staff.
async fn exception(app: &TestApp) -> Value {
    let request = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json();
    let id = text(&request["exception"]["id"]).to_owned();
    app.staff("lead").get(&format!("/api/v1/exceptions/{id}")).await.expect(200).json()
}

/// A report of the feed's client, now.
async fn report(app: &TestApp, hits: Value) {
    let feed: Actor<'_> = app.actor("feed");
    let document = feed.feed_at(1).await;
    let at = app.clock.now();
    let body = json!({ "gate": "tokyo-1", "epoch": document["epoch"], "version": document["version"], "applied_at": at, "hits": hits });
    feed.post("/feed/v1/reports", &body).await.expect(204);
}

fn hit(app: &TestApp, exception: &Value, suppressed: u64, passed: u64) -> Value {
    json!([{ "exception": exception["id"], "hour": app.clock.now(), "suppressed": suppressed, "would_have_passed": passed }])
}

#[actix_web::test]
async fn staff_see_what_an_exception_did_and_its_partner_does_not() {
    let app = TestApp::start().await;
    let exception = exception(&app).await;
    report(&app, hit(&app, &exception, 12, 3)).await;
    let (id, reference) = (text(&exception["id"]), text(&exception["reference"]));
    let hits = app.staff("auditor").get(&format!("/api/v1/exceptions/{id}/hits")).await.expect(200).json();
    assert_eq!(hits["items"][0]["suppressed"], 12);
    assert_eq!(hits["items"][0]["would_have_passed"], 3);
    app.actor("tailspin-global-admin").get(&format!("/api/v1/exceptions/{id}/hits")).await.expect(403).problem();
    let far = format!("/api/v1/exceptions/{id}/hits?from=2026-09-01T00:00:00Z");
    assert_eq!(app.staff("auditor").get(&far).await.expect(422).errors(), ["/from hours_out_of_range"]);

    let mut browser = Browser::of_staff(&app, "reviewer").await;
    let (_, page) = browser.open(&format!("/exceptions/{reference}")).await;
    assert!(page.contains("hits-plot") && page.contains("MFA passed anyway"), "{page}");
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    let (status, page) = partner.open(&format!("/exceptions/{reference}")).await;
    assert!(status == 200 && !page.contains("hits-plot"), "{page}");
}

#[actix_web::test]
async fn a_day_shows_who_was_let_through_and_why() {
    let app = TestApp::start().await;
    let exception = exception(&app).await;
    report(&app, hit(&app, &exception, 12, 3)).await;
    let mut browser = Browser::of_staff(&app, "auditor").await;
    let (_, page) = browser.open("/enforcement/days").await;
    let reference = text(&exception["reference"]);
    assert!(
        page.contains(reference) && page.contains("Tailspin") && page.contains(&format!("/review/{reference}")),
        "{page}"
    );
    let (_, page) = browser.open("/enforcement/days?day=2026-11-23").await;
    assert!(page.contains("Nobody was let through") && !page.contains(reference), "{page}");
    let (status, page) = browser.open("/enforcement/days?day_year=2026&day_month=2&day_day=30").await;
    assert!(status == 422 && page.contains(r##"href="#day"##), "{page}");
    let day = app.staff("auditor").get("/api/v1/enforcement/days/2026-11-24").await.expect(200).json();
    assert_eq!((&day["items"][0]["reference"], &day["items"][0]["suppressed"]), (&json!(reference), &json!(12)));
    app.staff("auditor").get("/api/v1/enforcement/days/2031-01-01").await.expect(404).problem();
}

#[actix_web::test]
async fn what_nobody_needed_for_fourteen_days_is_proposed_and_a_reviewer_closes_it() {
    let app = TestApp::start().await;
    let exception = exception(&app).await;
    report(&app, hit(&app, &exception, 1, 0)).await;
    let proposed =
        async || app.staff("auditor").get("/api/v1/enforcement/unneeded").await.expect(200).json()["items"].clone();
    assert_eq!(proposed().await, json!([]), "it was needed");
    app.wait(TimeDelta::days(15));
    assert_eq!(proposed().await, json!([]), "no point reports: nobody knows");
    report(&app, hit(&app, &exception, 0, 4)).await;
    let list = proposed().await;
    assert_eq!((&list[0]["exception"]["id"], &list[0]["would_have_passed"]), (&exception["id"], &json!(4)));

    let close = format!("/api/v1/exceptions/{}/close", text(&exception["id"]));
    app.staff("auditor").change(&close, &exception, &json!({ "reason": "x" })).await.expect(403).problem();
    app.staff("reviewer").change(&close, &exception, &json!({ "reason": " " })).await.expect(422);
    let mut browser = Browser::of_staff(&app, "reviewer").await;
    let href = format!("/enforcement/unneeded/{}", text(&exception["reference"]));
    assert!(browser.open("/enforcement/unneeded").await.1.contains(&href));
    let (_, form) = browser.open(&href).await;
    let fields = [("version", hidden(&form, "version")), ("reason", "Not needed.".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(browser.submit(&href, &fields).await.0, 303);
    assert_eq!(browser.submit(&href, &fields).await.0, 412, "it has ended");

    let ended =
        app.staff("lead").get(&format!("/api/v1/exceptions/{}", text(&exception["id"]))).await.expect(200).json();
    assert_eq!((&ended["status"], &ended["revocation_reason"]), (&json!("revoked"), &json!("Not needed.")));
    let events = app.staff("auditor").get("/api/v1/audit/events?action=exception.revoked").await.expect(200).json();
    assert_eq!(events["items"][0]["subject_id"], exception["id"]);
    let holds: i64 =
        sqlx::query_scalar("SELECT count(*) FROM tenant_holds").fetch_one(&mut app.owner().await).await.unwrap();
    assert_eq!(holds, 0, "nothing was wrong with the tenant");
    assert_eq!(app.actor("feed").feed_at(2).await["rules"], json!([]));
}

#[actix_web::test]
async fn what_somebody_needs_cannot_be_closed_as_not_needed() {
    let app = TestApp::start().await;
    let exception = exception(&app).await;
    report(&app, json!([])).await;
    app.wait(TimeDelta::days(15));
    report(&app, hit(&app, &exception, 1, 0)).await;
    let close = format!("/api/v1/exceptions/{}/close", text(&exception["id"]));
    app.staff("lead").change(&close, &exception, &json!({ "reason": "x" })).await.expect(409).problem();
}
