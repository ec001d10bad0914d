//! After-checks: what the policy granted at once, a person looks at within three business days.

use crate::actors::{Actor, Answer, other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use chrono::TimeDelta;
use exception_desk::identity::TenantId;
use exception_desk_demo::people;
use serde_json::{Value, json};

async fn granted(app: &TestApp) -> Value {
    let granted = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json();
    assert_eq!(granted["status"], "accepted");
    granted
}

async fn check(actor: &Actor<'_>, request: &Value, body: Value) -> Answer {
    actor.step("after-check", request, &body).await
}

#[actix_web::test]
async fn every_automatic_grant_gets_one_on_the_tenants_calendar_and_the_partner_does_not_see_it() {
    let app = TestApp::start().await;
    let granted = granted(&app).await;
    assert_eq!(granted["after_check"], Value::Null);
    let seen = app.staff("reviewer").read(&granted).await;
    // Tuesday 10:00 in Japan: three whole business days of nine hours end on Friday at 10:00.
    assert_eq!(
        seen["after_check"],
        json!({ "due_at": "2026-11-27T01:00:00Z", "state": "running", "outcome": null, "reason": null, "checked_at": null })
    );
    app.wait(TimeDelta::days(4));
    assert_eq!(app.staff("auditor").read(&granted).await["after_check"]["state"], "breached");
    assert_eq!(app.actor("tailspin-global-admin").read(&granted).await["after_check"], Value::Null);
    let reviewed = app.actor("tailspin-global-admin").file(&other()).await.expect(201).json();
    let accepted = app.staff("reviewer").accept(&reviewed).await.expect(200).json();
    assert_eq!(app.staff("reviewer").read(&accepted).await["after_check"], Value::Null, "a person granted it");
}

#[actix_web::test]
async fn open_ones_are_a_part_of_the_queue_and_on_the_home_page_until_they_are_done() {
    let app = TestApp::start().await;
    let empty = Browser::of_staff(&app, "reviewer").await.open("/queue?tab=after_checks").await.1;
    assert!(empty.contains("No after-check is waiting"), "{empty}");
    let granted = granted(&app).await;
    app.wait(TimeDelta::days(4));
    exception_desk::review::queue::mark_late(&app.desk.db, app.clock.now()).await.unwrap();
    let mut reviewer = Browser::of_staff(&app, "reviewer-2").await;
    let listed = reviewer.open("/queue?tab=after_checks").await.1;
    assert!(listed.contains(&format!("/review/{}", text(&granted["reference"]))), "{listed}");
    assert!(listed.contains("To be checked by") && listed.contains("ago"), "{listed}");
    let home = reviewer.open("/").await.1;
    assert!(home.contains("1 waiting, 1 overdue"), "{home}");
    check(&app.staff("lead"), &granted, json!({ "outcome": "confirmed" })).await.expect(200);
    assert!(reviewer.open("/queue?tab=after_checks").await.1.contains("No after-check is waiting"));
    assert!(!reviewer.open("/").await.1.contains("Do the after-checks"));
}

#[actix_web::test]
async fn a_reviewer_confirms_and_the_exception_stays() {
    let app = TestApp::start().await;
    let granted = granted(&app).await;
    let done = check(&app.staff("reviewer"), &granted, json!({ "outcome": "confirmed" })).await.expect(200).json();
    assert_eq!((&done["after_check"]["outcome"], &done["after_check"]["state"]), (&json!("confirmed"), &json!("met")));
    assert_eq!((&done["exception"]["status"], &done["version"]), (&json!("active"), &json!(2)));
    assert_eq!(check(&app.staff("reviewer-2"), &granted, json!({ "outcome": "confirmed" })).await.status, 412);
    let again = check(&app.staff("reviewer-2"), &done, json!({ "outcome": "overturned", "reason": "no" })).await;
    assert_eq!(again.expect(409).problem(), "wrong-state");
    assert_eq!(app.actor("feed").feed_at(1).await["rules"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn overturning_ends_the_exception_tells_why_and_holds_the_tenant() {
    let app = TestApp::start().await;
    let granted = granted(&app).await;
    app.actor("feed").feed_at(1).await;
    let reviewer = app.staff("reviewer");
    let silent = check(&reviewer, &granted, json!({ "outcome": "overturned" })).await.expect(422);
    assert_eq!(silent.errors(), ["/reason required"]);
    let done =
        check(&reviewer, &granted, json!({ "outcome": "overturned", "reason": "the vendor says otherwise" })).await;
    let done = done.expect(200).json();
    assert_eq!(
        (&done["after_check"]["outcome"], &done["exception"]["status"]),
        (&json!("overturned"), &json!("revoked"))
    );
    assert_eq!(app.actor("feed").feed_at(2).await["rules"], json!([]));
    let mut next = third_party();
    next["scope"]["surfaces"] = json!(["delegated_admin_api"]);
    let next = app.actor("tailspin-global-admin").file(&next).await.expect(201).json();
    assert_eq!((&next["status"], &next["guards"][0]), (&json!("in_review"), &json!("tenant_on_hold")));
}

#[actix_web::test]
async fn what_ended_meanwhile_is_overturned_all_the_same() {
    let app = TestApp::start().await;
    let granted = granted(&app).await;
    app.staff("lead").revoke(&granted["exception"]).await.expect(200);
    let done = check(&app.staff("reviewer"), &granted, json!({ "outcome": "overturned", "reason": "no" })).await;
    assert_eq!(done.expect(200).json()["after_check"]["outcome"], "overturned");
}

#[actix_web::test]
async fn only_reviewers_of_another_tenant_check_and_only_what_the_policy_granted() {
    let app = TestApp::start().await;
    let granted = granted(&app).await;
    let confirmed = || json!({ "outcome": "confirmed" });
    for refused in ["auditor", "policy-admin"] {
        check(&app.staff(refused), &granted, confirmed()).await.expect(403);
    }
    check(&app.actor("tailspin-global-admin"), &granted, confirmed()).await.expect(403);
    check(&app.actor_with_mfa("reviewer", false), &granted, confirmed()).await.expect(403);
    let path = format!("/api/v1/requests/{}/after-check", text(&granted["id"]));
    app.staff("reviewer").post(&path, &confirmed()).await.expect(428);
    let reviewed = app.actor("tailspin-global-admin").file(&other()).await.expect(201).json();
    assert_eq!(check(&app.staff("reviewer"), &reviewed, confirmed()).await.expect(409).problem(), "wrong-state");
}

/// What the program's checks refuse, the database refuses too: here it is told without them.
#[actix_web::test]
async fn the_database_refuses_a_check_of_ones_own_and_a_second_one() {
    let app = TestApp::start().await;
    granted(&app).await;
    let by = |who: &str, tenant: &str| {
        format!(
            "UPDATE after_checks AS c SET outcome = 'confirmed', checked_at = now(), checked_by = {who}, checked_by_tenant = {tenant},
                 checked_by_name = 'x'
             FROM requests AS r WHERE r.id = c.request_id"
        )
    };
    let stranger = "gen_random_uuid()";
    let statements = [
        (by("r.filed_by", stranger), "after_checks_not_own_filing"),
        (by(stranger, "r.tenant"), "after_checks_not_own_tenant"),
        ("UPDATE after_checks SET outcome = 'confirmed'".to_owned(), "after_checks_outcome_is_somebodys"),
        (format!("{}; {}", by(stranger, stranger), by(stranger, stranger)), "after_checks_once"),
    ];
    for (statement, constraint) in statements {
        let mut tx = app.desk.db.staff().await.unwrap();
        let error = sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut *tx).await.unwrap_err();
        assert!(error.to_string().contains(constraint), "{error}");
    }
    let mut tx = app.desk.db.partner(TenantId(people::TAILSPIN.id)).await.unwrap();
    assert!(sqlx::query("SELECT request_id FROM after_checks").fetch_all(&mut *tx).await.is_err());
}

#[actix_web::test]
async fn the_review_page_leads_to_it_and_tells_what_it_came_to() {
    let app = TestApp::start().await;
    let granted = granted(&app).await;
    let review = format!("/review/{}", text(&granted["reference"]));
    let form = format!("{review}/after-check");
    let mut auditor = Browser::of_staff(&app, "auditor").await;
    assert!(!auditor.open(&review).await.1.contains(&form), "an auditor checks nothing");
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    assert!(reviewer.open(&review).await.1.contains(&form));
    assert_eq!(reviewer.open(&form).await.0, 200);
    let (status, page) = reviewer.submit(&form, &[("version", "1")]).await;
    assert!(status == 422 && page.contains("#outcome-1"), "{page}");
    let (status, page) = reviewer.submit(&form, &[("version", "1"), ("outcome", "overturned")]).await;
    assert!(status == 422 && page.contains("#reason"), "{page}");
    assert_eq!(reviewer.submit(&form, &[("version", "7"), ("outcome", "confirmed")]).await.0, 412);
    let (status, at) = reviewer.submit(&form, &[("version", "1"), ("outcome", "confirmed")]).await;
    assert_eq!((status, at.as_str()), (303, review.as_str()));
    let (_, page) = reviewer.open(&review).await;
    assert!(page.contains("confirmed it on") && page.contains("After-check: confirmed"), "{page}");
    assert_eq!(reviewer.open(&form).await.0, 409);
    let mut partner = Browser::new(&app);
    partner.sign_in("tailspin-global-admin", "/help").await;
    let (_, page) = partner.open(&format!("/support/requests/{}", text(&granted["reference"]))).await;
    assert!(!page.contains("After-check"), "{page}");
}
