//! Requests that say the same are decided together, each with a record of its own.

use crate::actors::{other, text};
use crate::app::TestApp;
use crate::browser::Browser;
use serde_json::{Value, json};

const TENANTS: [&str; 3] = ["tailspin-global-admin", "contoso-admin-agent", "wingtip-admin-agent"];

/// The same request of three tenants.
async fn three(app: &TestApp) -> Vec<Value> {
    let mut requests = Vec::new();
    for who in TENANTS {
        requests.push(app.actor(who).file(&other()).await.expect(201).json());
    }
    requests
}

fn value(request: &Value) -> String {
    format!("{}.{}", text(&request["id"]), request["version"])
}

fn form<'a>(chosen: &'a [String], outcome: &'a str, confirmed: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![("outcome", outcome), ("reason", "the same for all"), ("confirmed", confirmed)];
    form.extend(chosen.iter().map(|value| ("requests", value.as_str())));
    form
}

#[actix_web::test]
async fn each_is_decided_by_itself_and_what_cannot_be_is_told_row_by_row() {
    let app = TestApp::start().await;
    let requests = three(&app).await;
    let mut another = other();
    another["title"] = json!("Another kiosk");
    let another = app.actor("fabrikam-admin-agent").file(&another).await.expect(201).json();
    let review = format!("/review/{}", text(&requests[0]["reference"]));
    let same = format!("{review}/same");
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (_, page) = reviewer.open(&review).await;
    assert!(page.contains(&same) && page.contains("2 other requests in review"), "{page}");
    let (status, page) = reviewer.open(&same).await;
    assert!(status == 200 && !page.contains(text(&another["reference"])), "{page}");
    let chosen: Vec<_> = requests.iter().map(value).chain([value(&another)]).collect();
    let (status, page) = reviewer.submit(&same, &form(&chosen, "deny", "")).await;
    assert!(status == 200 && page.contains("Decide against these requests?"), "{page}");
    assert_eq!(app.staff("lead").read(&requests[0]).await["status"], "in_review", "asking decides nothing");
    // A colleague is faster with one of them.
    app.staff("reviewer-2").accept(&requests[1]).await.expect(200);
    let (status, page) = reviewer.submit(&same, &form(&chosen, "deny", "yes")).await;
    assert_eq!(status, 200, "{page}");
    assert_eq!(page.matches("Not decided:").count(), 2, "{page}");
    let mut came = Vec::new();
    for request in requests.iter().chain([&another]) {
        came.push(text(&app.staff("lead").read(request).await["status"]).to_owned());
    }
    assert_eq!(came, ["denied", "accepted", "denied", "in_review"], "what does not say the same is left alone");
    let records: i64 =
        sqlx::query_scalar("SELECT count(*) FROM decisions WHERE outcome = 'deny' AND reason = 'the same for all'")
            .fetch_one(&mut app.owner().await)
            .await
            .unwrap();
    assert_eq!(records, 2);
}

#[actix_web::test]
async fn what_is_missing_is_told_at_its_field_and_auditors_are_refused() {
    let app = TestApp::start().await;
    let requests = three(&app).await;
    let same = format!("/review/{}/same", text(&requests[0]["reference"]));
    let mut reviewer = Browser::of_staff(&app, "reviewer").await;
    let (status, page) = reviewer.submit(&same, &[("outcome", "")]).await;
    assert_eq!(status, 422);
    assert!(["#requests-1", "#outcome-1", "#reason"].iter().all(|field| page.contains(field)), "{page}");
    let mut auditor = Browser::of_staff(&app, "auditor").await;
    assert_eq!(auditor.open(&same).await.0, 403);
    assert_eq!(auditor.submit(&same, &form(&[value(&requests[0])], "accept", "yes")).await.0, 403);
    for request in &requests {
        app.staff("reviewer").deny(request).await.expect(200);
    }
    assert_eq!(reviewer.open(&same).await.0, 409);
}
