//! Nobody approves themselves: not by page, not over the API, not with a role won in between, not while nobody knows who they are.

use crate::actors::{other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use exception_desk_demo::people;
use serde_json::{Value, json};

fn broad() -> Value {
    let mut request = other();
    request["scope"]["subjects"] = json!({ "kind": "all" });
    request["scope"]["duration_days"] = json!(30);
    request
}

async fn approved_first(app: &TestApp) -> Value {
    let request = app.actor("tailspin-global-admin").file(&broad()).await.expect(201).json();
    app.staff("reviewer").accept(&request).await.expect(202).json()
}

/// How often something was granted, and decided.
async fn granted_and_decided(app: &TestApp) -> (i64, i64) {
    let query = "SELECT (SELECT count(*) FROM exceptions), (SELECT count(*) FROM decisions)";
    sqlx::query_as(query).fetch_one(&mut app.owner().await).await.unwrap()
}

#[actix_web::test]
async fn a_role_won_in_between_makes_no_second_person() {
    let app = TestApp::start().await;
    let request = approved_first(&app).await;
    let promoted = app.forged("reviewer", |claims| {
        claims.insert("roles".to_owned(), json!(["Reviewer", "LeadReviewer"]));
        claims.insert("name".to_owned(), json!("Somebody else"));
        claims.insert("amr".to_owned(), json!(["pwd", "mfa"]));
    });
    promoted.get("/api/v1/suspensions").await.expect(200);
    assert_eq!(promoted.accept(&request).await.expect(409).problem(), "wrong-state");
    let mut page = Browser::of_staff(&app, "reviewer").await;
    let form = [
        ("version", "2"),
        ("outcome", "accept"),
        ("reason", "I agree with myself"),
        ("scope_subjects_kind", "all"),
        ("scope_surfaces", "delegated_admin_portal"),
        ("scope_duration_days", "30"),
    ];
    for step in ["decide", "decision"] {
        let (status, told) = page.submit(&format!("/review/{}/{step}", text(&request["reference"])), &form).await;
        assert_eq!(status, 409, "{step}: {told}");
    }
    assert_eq!(granted_and_decided(&app).await, (0, 1));
    app.staff("lead").accept(&request).await.expect(200);
}

#[actix_web::test]
async fn whoever_filed_it_decides_nothing_on_it_whatever_role_they_have_by_now() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    let request = partner.file(&other()).await.expect(201).json();
    let granted = partner.file(&third_party()).await.expect(201).json();
    // As if the reviewer had been the partner's administrator on the day of filing.
    let reviewer = people::persona("reviewer").unwrap().object_id;
    sqlx::query("UPDATE requests SET filed_by = $1").bind(reviewer).execute(&mut app.owner().await).await.unwrap();
    let staff = app.staff("reviewer");
    let check = staff.step("after-check", &granted, &json!({ "outcome": "confirmed" })).await;
    for refused in [staff.accept(&request).await, staff.deny(&request).await, staff.ask(&request).await, check] {
        assert_eq!(refused.expect(403).problem(), "not-allowed");
    }
    let mut page = Browser::of_staff(&app, "reviewer").await;
    let review = format!("/review/{}", text(&request["reference"]));
    assert!(!page.open(&review).await.1.contains("name=\"outcome\""));
    let form = [("version", "1"), ("outcome", "deny"), ("reason", "no")];
    for step in ["decide", "decision", "same"] {
        let (status, told) = page.submit(&format!("{review}/{step}"), &form).await;
        assert!([403, 409].contains(&status), "{step}: {status} {told}");
    }
    // Without the program's check the database refuses it.
    let mut tx = app.desk.db.staff().await.unwrap();
    let error = sqlx::query(
        "UPDATE requests SET status = 'denied', decided_at = now(), decided_by = filed_by WHERE status = 'in_review'",
    )
    .execute(&mut *tx)
    .await
    .unwrap_err();
    assert!(error.to_string().contains("requests_not_own_filing"), "{error}");
    assert_eq!(granted_and_decided(&app).await, (1, 0));
}

#[actix_web::test]
async fn who_cannot_be_told_apart_is_nobody() {
    let app = TestApp::start().await;
    let request = approved_first(&app).await;
    for lost in ["oid", "tid", "roles", "amr"] {
        let nobody = app.forged("lead", |claims| {
            claims.insert("amr".to_owned(), json!(["pwd", "mfa"]));
            claims.remove(lost);
        });
        let refused = nobody.accept(&request).await;
        assert!([401, 403].contains(&refused.status.as_u16()), "without `{lost}`: {}", refused.text);
    }
    let empty = app.forged("lead", |claims| {
        claims.insert("amr".to_owned(), json!(["pwd", "mfa"]));
        claims.insert("oid".to_owned(), json!(""));
    });
    empty.accept(&request).await.expect(401);
    assert_eq!(granted_and_decided(&app).await, (0, 1));
}

#[actix_web::test]
async fn while_the_identity_provider_is_away_nobody_is_let_in() {
    let app = TestApp::start_with(|config| {
        config.identity.issuers[0].metadata_url = Some("http://login.localhost:9/metadata".parse().unwrap());
    })
    .await;
    let request = json!({ "id": "00000000-0000-7000-8000-000000000001", "version": 2 });
    let refused = app.staff("lead").accept(&request).await;
    assert!([401, 503].contains(&refused.status.as_u16()), "{}", refused.text);
}
