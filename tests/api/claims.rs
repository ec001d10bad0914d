//! Claims: one person at a time works on a request, for as long as the lease holds.

use crate::actors::{Actor, Answer, other, text};
use crate::app::TestApp;
use reqwest::Method;
use serde_json::{Value, json};

async fn filed(app: &TestApp) -> Value {
    app.actor("tailspin-global-admin").file(&other()).await.expect(201).json()
}

impl Actor<'_> {
    /// `claim` or `release` without a body, at the version that `request` shows.
    async fn without_words(&self, step: &str, request: &Value) -> Answer {
        let path = format!("/api/v1/requests/{}/{step}", text(&request["id"]));
        self.send(self.call(Method::POST, &path).header("If-Match", format!("\"{}\"", request["version"]))).await
    }
}

/// Who the staff of `app` see at work on `request`.
async fn holder(app: &TestApp, request: &Value) -> Value {
    app.staff("auditor").read(request).await["claim"]["name"].clone()
}

async fn lapse(app: &TestApp) {
    sqlx::query("UPDATE request_claims SET claimed_at = claimed_at - interval '3 hours', lease_until = now()")
        .execute(&mut app.owner().await)
        .await
        .unwrap();
}

#[actix_web::test]
async fn whoever_claims_a_request_is_seen_by_staff_and_by_nobody_else() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    let claimed = app.staff("reviewer").without_words("claim", &request).await.expect(200);
    assert_eq!(claimed.header("etag"), format!("\"{}\"", request["version"]));
    let claim = claimed.json()["claim"].clone();
    assert!(text(&claim["lease_until"]) > text(&claim["claimed_at"]), "{claim}");
    assert_eq!(holder(&app, &request).await, claim["name"]);
    let queue = app.staff("reviewer-2").get("/api/v1/queue").await.expect(200).json();
    assert_eq!(queue["items"][0]["claim"]["by"], claim["by"]);
    assert_eq!(app.actor("tailspin-global-admin").read(&request).await["claim"], Value::Null);
}

#[actix_web::test]
async fn a_second_person_cannot_claim_decide_or_ask_until_it_is_given_back() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    let (one, two) = (app.staff("reviewer"), app.staff("reviewer-2"));
    one.without_words("claim", &request).await.expect(200);
    one.without_words("claim", &request).await.expect(200);
    assert_eq!(two.without_words("claim", &request).await.expect(409).problem(), "wrong-state");
    assert_eq!(two.accept(&request).await.expect(409).problem(), "wrong-state");
    two.ask(&request).await.expect(409);
    two.without_words("release", &request).await.expect(409);
    one.without_words("release", &request).await.expect(200);
    one.without_words("release", &request).await.expect(409);
    assert_eq!(holder(&app, &request).await, Value::Null);
    two.without_words("claim", &request).await.expect(200);
    two.accept(&request).await.expect(200);
    two.without_words("claim", &request).await.expect(412);
    let decided = app.staff("auditor").read(&request).await;
    assert_eq!(decided["claim"], Value::Null);
    two.without_words("claim", &decided).await.expect(409);
}

#[actix_web::test]
async fn a_lease_lapses_by_itself() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    app.staff("reviewer").without_words("claim", &request).await.expect(200);
    lapse(&app).await;
    assert_eq!(holder(&app, &request).await, Value::Null);
    app.staff("reviewer").without_words("release", &request).await.expect(409);
    let taken = app.staff("reviewer-2").without_words("claim", &request).await.expect(200).json();
    assert_eq!(holder(&app, &request).await, taken["claim"]["name"]);
    lapse(&app).await;
    exception_desk::review::claim::sweep(&app.desk.db).await.unwrap();
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM request_claims").fetch_one(&mut app.owner().await).await.unwrap();
    assert_eq!(left, 0);
}

#[actix_web::test]
async fn a_lead_takes_over_and_gives_to_somebody_else() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    let (one, lead) = (app.staff("reviewer"), app.staff("lead"));
    let claimed = one.without_words("claim", &request).await.expect(200).json();
    let first = claimed["claim"]["by"].clone();
    lead.without_words("claim", &request).await.expect(409);
    app.staff("reviewer-2").step("claim", &request, &json!({ "take_over": true })).await.expect(403);
    let taken = lead.step("claim", &request, &json!({ "take_over": true })).await.expect(200).json();
    assert_ne!(taken["claim"]["by"], first);
    let given = lead.step("claim", &request, &json!({ "take_over": true, "reviewer": first })).await.expect(200).json();
    assert_eq!(given["claim"]["by"], first);
    one.step("claim", &request, &json!({ "reviewer": taken["claim"]["by"] })).await.expect(403);
    let nobody = json!({ "take_over": true, "reviewer": "00000000-0000-4000-8000-000000000001" });
    assert_eq!(lead.step("claim", &request, &nobody).await.expect(422).errors(), ["/reviewer reviewer_unknown"]);
    lead.without_words("release", &request).await.expect(200);
    let actions: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_events WHERE subject_id = $1::uuid ORDER BY action")
            .bind(text(&request["id"]))
            .fetch_all(&mut app.owner().await)
            .await
            .unwrap();
    let claimed = "request.claimed";
    assert_eq!(actions, [claimed, claimed, claimed, "request.filed", "request.released"]);
}

#[actix_web::test]
async fn who_may_not_decide_may_not_claim() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    let path = format!("/api/v1/requests/{}/claim", text(&request["id"]));
    let reviewer = app.staff("reviewer");
    reviewer.send(reviewer.call(Method::POST, &path)).await.expect(428);
    reviewer.change(&path, &json!({ "version": 9 }), &json!({})).await.expect(412);
    reviewer.change(&path, &request, &json!({ "for": "me" })).await.expect(422);
    app.staff("auditor").without_words("claim", &request).await.expect(403);
    app.actor("tailspin-global-admin").without_words("claim", &request).await.expect(403);
    let filer =
        exception_desk_demo::people::PERSONAS.iter().find(|one| one.key == "tailspin-global-admin").unwrap().object_id;
    let own = app.forged("reviewer", |claims| {
        claims.insert("oid".to_owned(), json!(filer));
        claims.insert("amr".to_owned(), json!(["pwd", "mfa"]));
    });
    assert_eq!(own.without_words("claim", &request).await.expect(403).problem(), "not-allowed");
    // The database holds it too.
    let done = sqlx::query(
        "INSERT INTO request_claims SELECT id, filed_by, gen_random_uuid(), 'x', now(), now() + interval '1 hour' FROM requests",
    )
    .execute(&mut app.owner().await)
    .await
    .unwrap_err();
    assert!(done.to_string().contains("request_claims_may_decide"), "{done}");
}

#[actix_web::test]
async fn whoever_denied_cannot_claim_the_appeal() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    let denied = app.staff("reviewer").deny(&request).await.expect(200).json();
    let appealed = app.actor("tailspin-global-admin").appeal(&denied).await.expect(200).json();
    assert_eq!(app.staff("reviewer").without_words("claim", &appealed).await.expect(403).problem(), "not-allowed");
    app.staff("reviewer-2").without_words("claim", &appealed).await.expect(200);
}

#[actix_web::test]
async fn a_first_approval_leaves_the_request_to_a_second_person() {
    let app = TestApp::start().await;
    let mut broad = other();
    broad["scope"]["duration_days"] = json!(120);
    let request = app.actor("tailspin-global-admin").file(&broad).await.expect(201).json();
    app.staff("reviewer").without_words("claim", &request).await.expect(200);
    let first = app.staff("reviewer").accept(&request).await.expect(202).json();
    app.staff("lead").accept(&first).await.expect(200);
}
