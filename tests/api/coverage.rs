//! "Am I covered?": what a gate would do for the caller, and nothing about anybody else.

use crate::actors::{Actor, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use chrono::TimeDelta;
use exception_desk::identity::{ObjectId, TenantId};
use exception_desk_demo::people;
use serde_json::{Value, json};

fn sales() -> String {
    people::persona("tailspin-sales-agent").unwrap().object_id.to_string()
}

/// A request that covers `users` on the delegated administration portal.
fn for_users(users: &[&str]) -> Value {
    let mut request = third_party();
    request["scope"]["subjects"]["object_ids"] = json!(users);
    request
}

async fn granted(app: &TestApp, body: &Value) -> Value {
    let filed = app.actor("tailspin-global-admin").file(body).await.expect(201).json();
    assert_eq!(filed["status"], "accepted", "{filed}");
    filed["exception"].clone()
}

async fn coverage(actor: Actor<'_>) -> Value {
    actor.get("/api/v1/me/coverage").await.expect(200).json()
}

#[actix_web::test]
async fn an_agent_who_may_not_file_sees_what_covers_it_and_nobody_elses_id() {
    let app = TestApp::start().await;
    let colleague = "3ceaaf30-8142-48ea-91d9-3080f9b439fc";
    let exception = granted(&app, &for_users(&[&sales(), colleague])).await;
    let seen = coverage(app.actor("tailspin-sales-agent")).await;
    assert_eq!((&seen["covered"], &seen["user"]), (&json!(true), &json!(sales())));
    assert_eq!(seen["exceptions"][0]["id"], exception["id"]);
    let covered: Vec<_> = seen["surfaces"].as_array().unwrap().iter().filter(|it| !it["exception"].is_null()).collect();
    assert_eq!((covered.len(), &covered[0]["surface"]), (1, &json!("delegated_admin_portal")));
    assert_eq!((&covered[0]["exception"], &covered[0]["until"]), (&exception["id"], &exception["expires_at"]));
    assert_eq!(seen["may_ask"], json!(["GlobalAdmin", "AdminAgent"]));
    assert!(!seen.to_string().contains(colleague));

    let other = coverage(app.actor("tailspin-helpdesk-agent")).await;
    assert_eq!((&other["covered"], &other["exceptions"]), (&json!(false), &json!([])));
    // Who files is not covered for that.
    assert_eq!(coverage(app.actor("tailspin-global-admin")).await["covered"], false);
    assert_eq!(coverage(app.actor("contoso-admin-agent")).await["exceptions"], json!([]));
    app.staff("reviewer").get("/api/v1/me/coverage").await.expect(403);
    app.actor("feed").get("/api/v1/me/coverage").await.expect(403);
    app.anonymous().get("/api/v1/me/coverage").await.expect(401);
}

#[actix_web::test]
async fn every_user_of_the_tenant_is_covered_where_every_user_is_meant() {
    let app = TestApp::start().await;
    let mut body = for_users(&[]);
    body["scope"]["subjects"] = json!({ "kind": "all" });
    body["scope"]["duration_days"] = json!(30);
    let request = app.actor("tailspin-global-admin").file(&body).await.expect(201).json();
    let first = app.staff("reviewer").accept(&request).await.expect(202).json();
    assert_eq!(coverage(app.actor("tailspin-helpdesk-agent")).await["covered"], false);
    app.staff("lead").accept(&first).await.expect(200);
    assert_eq!(coverage(app.actor("tailspin-helpdesk-agent")).await["covered"], true);
    assert_eq!(coverage(app.actor("contoso-admin-agent")).await["covered"], false);
}

#[actix_web::test]
async fn what_is_to_begin_suspended_or_over_covers_nobody_and_says_which() {
    let app = TestApp::start().await;
    let mut later = for_users(&[&sales()]);
    later["scope"]["starts_at"] = json!("2026-11-25T01:00:00Z");
    let exception = granted(&app, &later).await;
    let me = async || coverage(app.actor("tailspin-sales-agent")).await;
    let scheduled = me().await;
    assert_eq!((&scheduled["covered"], &scheduled["exceptions"][0]["suspended"]), (&json!(false), &json!(false)));

    app.wait(TimeDelta::hours(24));
    app.desk.feed.refresh().await.unwrap();
    assert_eq!(me().await["covered"], true);

    let scope = json!({ "scope": { "tenant": people::TAILSPIN.id }, "reason": "an account was taken over" });
    app.staff("lead").post("/api/v1/suspensions", &scope).await.expect(201);
    let suspended = me().await;
    assert_eq!((&suspended["covered"], &suspended["exceptions"][0]["suspended"]), (&json!(false), &json!(true)));

    let own = app.actor("tailspin-global-admin");
    own.change(&format!("/api/v1/exceptions/{}/end", text(&exception["id"])), &exception, &json!({})).await.expect(200);
    assert_eq!(me().await["exceptions"], json!([]));
}

#[actix_web::test]
async fn the_database_shows_a_subject_its_own_rows_and_no_ids() {
    let app = TestApp::start().await;
    granted(&app, &for_users(&[&sales()])).await;
    let tenant = TenantId(people::TAILSPIN.id);
    for (user, rows) in [("tailspin-sales-agent", 1), ("tailspin-helpdesk-agent", 0)] {
        let user = ObjectId(people::persona(user).unwrap().object_id);
        let mut tx = app.desk.db.subject(tenant, user).await.unwrap();
        let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM exceptions").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, rows);
        for hidden in
            ["SELECT object_ids FROM exceptions", "SELECT * FROM requests", "SELECT security_contact FROM partners"]
        {
            let mut tx = app.desk.db.subject(tenant, user).await.unwrap();
            assert!(sqlx::query(hidden).execute(&mut *tx).await.is_err(), "{hidden}");
        }
    }
    // The same person of another tenant is somebody else.
    let sales = ObjectId(people::persona("tailspin-sales-agent").unwrap().object_id);
    let mut tx = app.desk.db.subject(TenantId(people::CONTOSO.id), sales).await.unwrap();
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM exceptions").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(seen, 0);
}

#[actix_web::test]
async fn the_page_tells_an_agent_whom_to_ask_and_what_to_send() {
    let app = TestApp::start().await;
    let mut agent = Browser::new(&app);
    agent.sign_in("tailspin-sales-agent", "/help").await;
    let (status, page) = agent.open("/me/coverage").await;
    assert_eq!(status, 200);
    for part in ["You are not covered", &sales(), "id=\"letter\"", "href=\"/me/coverage\" aria-current"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    granted(&app, &for_users(&[&sales()])).await;
    let (_, page) = agent.open("/me/coverage").await;
    assert!(page.contains("You are covered") && page.contains("Sat 23 Jan 2027, 10:00 (Japan time)"), "{page}");
    let mut admin = Browser::new(&app);
    admin.sign_in("tailspin-global-admin", "/help").await;
    let (_, page) = admin.open("/me/coverage").await;
    assert!(page.contains("href=\"/support/requests/new\"") && !page.contains("id=\"letter\""), "{page}");
    assert_eq!(Browser::of_staff(&app, "reviewer").await.open("/me/coverage").await.0, 403);
}

#[actix_web::test]
async fn whoever_has_signed_in_is_shown_by_name_where_the_partner_gave_none() {
    let app = TestApp::start().await;
    let _sales = Browser::of(&app, "tailspin-sales-agent").await;
    let name = people::persona("tailspin-sales-agent").unwrap().name;
    let exception = granted(&app, &for_users(&[&sales()])).await;
    let mut partner = Browser::of(&app, "tailspin-global-admin").await;
    for page in ["/support/requests/", "/exceptions/"] {
        let (_, page) = partner.open(&format!("{page}{}", text(&exception["reference"]))).await;
        assert!(page.contains(name), "{page}");
    }
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (_, page) = reviewer.open(&format!("/exceptions/{}", text(&exception["reference"]))).await;
    assert!(!page.contains(name) && page.contains(&sales()), "{page}");
}
