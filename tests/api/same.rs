//! Requests that say the same are decided together, each with a record of its own.

use crate::actors::{other, text};
use crate::app::TestApp;
use crate::browser::Browser;
use exception_desk::review::queue::read_texts;
use serde_json::{Value, json};

const TENANTS: [&str; 3] = ["tailspin-global-admin", "contoso-admin-agent", "wingtip-admin-agent"];

/// The same request of three tenants.
async fn three(app: &TestApp) -> Vec<Value> {
    let mut requests = Vec::new();
    for who in TENANTS {
        requests.push(app.actor(who).file(&other()).await.expect(201).json());
    }
    while read_texts(&app.desk.db).await.unwrap() {}
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

#[actix_web::test]
async fn a_program_decides_them_as_the_page_does() {
    let app = TestApp::start().await;
    let requests = three(&app).await;
    let mut another = other();
    another["title"] = json!("Another kiosk");
    let another = app.actor("fabrikam-admin-agent").file(&another).await.expect(201).json();
    let path = format!("/api/v1/requests/{}/same", text(&requests[0]["id"]));
    let reviewer = app.staff("reviewer");
    let found = reviewer.get(&path).await.expect(200).json();
    let found: Vec<_> = found["items"].as_array().unwrap().iter().map(|item| item["reference"].clone()).collect();
    // Itself, then by due time: Contoso's calendar has the longest hours to wait for.
    assert_eq!(found, [0, 2, 1].map(|place: usize| requests[place]["reference"].clone()));
    let seen = |request: &Value| json!({ "id": request["id"], "version": request["version"] });
    let body = |requests: &[&Value]| {
        let requests: Vec<_> = requests.iter().map(|request| seen(request)).collect();
        json!({ "requests": requests, "outcome": "deny", "reason": "the same for all" })
    };
    for persona in ["auditor", "policy-admin"] {
        app.staff(persona).get(&path).await.expect(403);
        app.staff(persona).post(&path, &body(&[&requests[0]])).await.expect(403);
    }
    app.actor("tailspin-global-admin").post(&path, &body(&[&requests[0]])).await.expect(403);
    app.actor_with_mfa("reviewer", false).post(&path, &body(&[&requests[0]])).await.expect(403);
    assert_eq!(reviewer.post(&path, &body(&[])).await.expect(422).errors(), ["/requests same_nothing_chosen"]);
    let twice = body(&[&requests[0], &requests[0]]);
    assert_eq!(reviewer.post(&path, &twice).await.expect(422).errors(), ["/requests same_twice"]);
    let mut returned = body(&[&requests[0]]);
    returned["outcome"] = json!("return");
    reviewer.post(&path, &returned).await.expect(422);
    let mut stale = requests[1].clone();
    stale["version"] = json!(7);
    let came = reviewer.post(&path, &body(&[&requests[0], &stale, &another, &requests[2]])).await.expect(200).json();
    let came = came["items"].as_array().unwrap();
    let statuses: Vec<_> =
        came.iter().map(|item| (item["status"].clone(), item["problem"]["status"].clone())).collect();
    let denied = (json!("denied"), Value::Null);
    assert_eq!(statuses, [denied.clone(), (Value::Null, json!(412)), (Value::Null, json!(409)), denied]);
    assert_eq!(came[0]["version"], json!(2));
    assert_eq!(app.staff("lead").read(&another).await["status"], "in_review");
    let records: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_events WHERE action = 'request.denied'")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(records, 2, "a record for each");
}

#[actix_web::test]
async fn what_a_guard_held_back_or_is_worded_otherwise_is_looked_at_by_itself() {
    let app = TestApp::start().await;
    let requests = three(&app).await;
    let path = format!("/api/v1/requests/{}/same", text(&requests[0]["id"]));
    let reviewer = app.staff("reviewer");
    assert_eq!(reviewer.get(&path).await.expect(200).json()["items"].as_array().unwrap().len(), 3);
    let mut owner = app.owner().await;
    sqlx::query("UPDATE requests SET guards = '{tenant_on_hold}' WHERE id = $1::uuid")
        .bind(text(&requests[1]["id"]))
        .execute(&mut owner)
        .await
        .unwrap();
    sqlx::query("UPDATE queue_texts SET says = NULL").execute(&mut owner).await.unwrap();
    while read_texts(&app.desk.db).await.unwrap() {}
    assert_eq!(reviewer.get(&path).await.expect(200).json()["items"].as_array().unwrap().len(), 2);
    let held = format!("/api/v1/requests/{}/same", text(&requests[1]["id"]));
    assert_eq!(reviewer.get(&held).await.expect(200).json()["items"].as_array().unwrap().len(), 1, "itself alone");
}
