//! `Idempotency-Key`: whatever is created may be asked for again.

use crate::actors::{Actor, Answer, other, text, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use exception_desk_demo::people;
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

async fn create(actor: &Actor<'_>, path: &str, key: &str, body: &Value) -> Answer {
    actor.send(actor.call(Method::POST, path).header("Idempotency-Key", key).json(body)).await
}

/// Again and again as the answer says, until it is another than "still running".
async fn create_patiently(actor: &Actor<'_>, path: &str, key: &str, body: &Value) -> Answer {
    loop {
        let answer = create(actor, path, key, body).await;
        if answer.status != 409 {
            return answer;
        }
        assert_eq!(answer.problem(), "idempotency-key-in-use");
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(wait)).await;
    }
}

#[actix_web::test]
async fn fifty_submissions_at_once_with_one_key_are_one_request_and_fifty_equal_answers() {
    let app = TestApp::start().await;
    let admin = app.actor("tailspin-global-admin");
    let body = third_party();
    let answers = join_all((0..50).map(|_| create_patiently(&admin, "/api/v1/requests", "same", &body))).await;
    let first = &answers[0];
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.text), (201, &first.text));
        for name in ["location", "etag", "content-type"] {
            assert_eq!(answer.header(name), first.header(name), "{name}");
        }
    }
    let list = admin.get("/api/v1/requests").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.actor("feed").feed_at(1).await["version"], 1);
}

#[actix_web::test]
async fn the_first_answer_stays_what_it_was() {
    let app = TestApp::start().await;
    let admin = app.actor("tailspin-global-admin");
    let first = create(&admin, "/api/v1/requests", "k", &other()).await.expect(201);
    let request = first.json();
    let withdraw = format!("/api/v1/requests/{}/withdraw", text(&request["id"]));
    admin.change(&withdraw, &request, &json!({})).await.expect(200);
    app.wait(chrono::TimeDelta::hours(23));
    let admin = app.actor("tailspin-global-admin");
    let again = create(&admin, "/api/v1/requests", "k", &other()).await.expect(201);
    assert_eq!((&again.text, again.header("etag")), (&first.text, "\"1\""));
    let reused = create(&admin, "/api/v1/requests", "k", &third_party()).await.expect(422);
    assert_eq!(reused.problem(), "idempotency-key-reused");
    create(&admin, "/api/v1/requests", "キー", &other()).await.expect(422);
}

#[actix_web::test]
async fn staff_repeat_suspensions_and_partners_too() {
    let app = TestApp::start().await;
    let (lead, other_lead) = (app.staff("lead"), app.staff("lead-2"));
    let reused = async |path: &str, body: &Value| create(&lead, path, "k", body).await.expect(422).problem();
    let drill = json!({ "scope": { "all": true }, "reason": "drill" });
    let answers = join_all((0..10).map(|_| create_patiently(&lead, "/api/v1/suspensions", "k", &drill))).await;
    assert!(answers.iter().all(|answer| answer.status == 201 && answer.text == answers[0].text));
    let listed = lead.get("/api/v1/suspensions").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    // The key belongs to the tenant, not to the person; its body and its address must be the same.
    assert_eq!(create(&other_lead, "/api/v1/suspensions", "k", &drill).await.expect(201).text, answers[0].text);
    let another = json!({ "scope": { "all": true }, "reason": "another" });
    assert_eq!(reused("/api/v1/suspensions", &another).await, "idempotency-key-reused");
    let partner = json!({ "tenant": "7f4bb80c-2d0b-4b1a-9c07-4a5d2c2f8a01", "name": "Litware", "type": "advisor",
        "country": "JP", "security_contact": "security@litware.example" });
    assert_eq!(reused("/api/v1/partners", &partner).await, "idempotency-key-reused");
    let first = create(&lead, "/api/v1/partners", "p", &partner).await.expect(201);
    assert_eq!(create(&lead, "/api/v1/partners", "p", &partner).await.expect(201).text, first.text);
    lead.get(first.header("location")).await.expect(200);
    assert_eq!(lead.post("/api/v1/partners", &partner).await.expect(409).problem(), "wrong-state");
    // A partner's key of the same name is another key.
    create(&app.actor("tailspin-global-admin"), "/api/v1/requests", "k", &other()).await.expect(201);
}

#[actix_web::test]
async fn a_button_pressed_twice_suspends_once() {
    let app = TestApp::start().await;
    let mut lead = Browser::of_staff(&app, "lead").await;
    let (_, confirm) = lead.submit("/suspensions", &[("scope", "all"), ("reason", "drill")]).await;
    let key = confirm.split("name=\"idempotency_key\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = [("scope", "all"), ("reason", "drill"), ("idempotency_key", key)];
    assert_eq!(lead.submit("/suspensions/place", &form).await.0, 303);
    assert_eq!(lead.submit("/suspensions/place", &form).await.0, 303);
    let listed = app.staff("lead").get("/api/v1/suspensions").await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn keys_of_partners_and_operators_are_apart_in_the_database_too() {
    let app = TestApp::start().await;
    let drill = json!({ "scope": { "all": true }, "reason": "drill" });
    create(&app.staff("lead"), "/api/v1/suspensions", "k", &drill).await.expect(201);
    create(&app.actor("tailspin-global-admin"), "/api/v1/requests", "k", &other()).await.expect(201);
    let mut staff = app.desk.db.staff().await.unwrap();
    let seen: Vec<bool> =
        sqlx::query_scalar("SELECT by_operator FROM idempotency_keys").fetch_all(&mut *staff).await.unwrap();
    assert_eq!(seen, [true]);
    for (tenant, count) in [(people::TAILSPIN.id, 1), (people::CONTOSO.id, 0), (people::OPERATIONS.id, 0)] {
        let mut tx = app.desk.db.partner(tenant.into()).await.unwrap();
        let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM idempotency_keys").fetch_one(&mut *tx).await.unwrap();
        assert_eq!(seen, count, "{tenant}");
    }
}
