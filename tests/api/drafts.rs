//! Drafts as programs use them: one person's own, kept as sent, submitted once.

use crate::actors::{Actor, Answer, USER, text, third_party};
use crate::app::TestApp;
use exception_desk::identity::{ObjectId, TenantId};
use exception_desk_demo::people;
use reqwest::Method;
use serde_json::{Value, json};

impl Actor<'_> {
    async fn put(&self, draft: &Value, body: &Value) -> Answer {
        self.at(Method::PUT, &format!("/api/v1/drafts/{}", text(&draft["id"])), draft, body).await
    }

    async fn submit(&self, draft: &Value) -> Answer {
        self.at(Method::POST, &format!("/api/v1/drafts/{}/submit", text(&draft["id"])), draft, &json!({})).await
    }

    async fn at(&self, method: Method, path: &str, draft: &Value, body: &Value) -> Answer {
        let version = format!("\"{}\"", draft["version"]);
        self.send(self.call(method, path).header("If-Match", version).json(body)).await
    }
}

#[actix_web::test]
async fn a_draft_is_kept_with_whatever_is_still_missing_or_wrong() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    let nothing = json!({ "issue": null, "title": null, "contact": null, "scope": { "surfaces": null } });
    partner.post("/api/v1/drafts", &nothing).await.expect(201);
    let empty = partner.post("/api/v1/drafts", &json!({})).await.expect(201);
    let draft = empty.json();
    assert_eq!(empty.header("location"), format!("/api/v1/drafts/{}", text(&draft["id"])));
    assert_eq!((&draft["status"], &draft["issue"], &draft["version"]), (&json!("draft"), &Value::Null, &json!(1)));

    let half = json!({
        "issue": "exchange_online_powershell", "title": "  half  ", "contact": { "email": "not yet" },
        "scope": { "subjects": { "kind": "users", "object_ids": ["Tanaka"] }, "starts_at": "2026-12-01T09:30:00+09:00",
                   "duration_days": 45 },
        "answers": { "affected_services": ["Portal", "Azure"], "needs_existing_module": "yes", "vendor": "Proseware" }
    });
    let kept = partner.put(&draft, &half).await.expect(200);
    assert_eq!(kept.header("etag"), "\"2\"");
    let read = partner.get(&format!("/api/v1/drafts/{}", text(&draft["id"]))).await.expect(200).json();
    for pointer in ["/title", "/contact/email", "/scope/subjects", "/scope/duration_days", "/answers"] {
        assert_eq!(read.pointer(pointer), half.pointer(pointer), "{pointer}");
    }
    assert_eq!(read["scope"]["starts_at"], "2026-12-01T00:30:00Z");
    let errors = partner.submit(&read).await.expect(422).errors();
    for expected in [
        "/scope/subjects/object_ids/0 user_id_invalid",
        "/scope/surfaces surfaces_empty",
        "/contact/email email_invalid",
    ] {
        assert!(errors.iter().any(|error| error == expected), "{expected}: {errors:?}");
    }
}

#[actix_web::test]
async fn a_draft_is_its_owners_alone_through_the_api_and_in_the_database() {
    let app = TestApp::start().await;
    let owner = app.actor("tailspin-global-admin");
    let draft = owner.post("/api/v1/drafts", &json!({ "title": "secret plan" })).await.expect(201).json();
    let path = format!("/api/v1/drafts/{}", text(&draft["id"]));
    for other in [app.actor("tailspin-admin-agent"), app.actor("wingtip-admin-agent")] {
        assert_eq!(other.get(&path).await.expect(404).problem(), "not-found");
        other.put(&draft, &json!({})).await.expect(404);
        other.submit(&draft).await.expect(404);
        other.at(Method::DELETE, &path, &draft, &json!({})).await.expect(404);
        for list in ["/api/v1/drafts", "/api/v1/requests"] {
            assert!(!other.get(list).await.expect(200).text.contains("secret plan"), "{list}");
        }
    }
    for staff in ["reviewer", "lead", "auditor"] {
        app.staff(staff).get(&path).await.expect(403);
        assert!(!app.staff(staff).get("/api/v1/requests").await.expect(200).text.contains("secret plan"));
    }
    app.anonymous().get(&path).await.expect(401);
    app.actor("tailspin-sales-agent").post("/api/v1/drafts", &json!({})).await.expect(403);

    // The same below the program: whatever a query forgets.
    let colleague = ObjectId(people::persona("tailspin-admin-agent").unwrap().object_id);
    for (tenant, person) in [
        (people::TAILSPIN.id, colleague),
        (people::WINGTIP.id, ObjectId(people::persona("tailspin-global-admin").unwrap().object_id)),
    ] {
        let mut tx = app.desk.db.person(TenantId(tenant), person).await.unwrap();
        for statement in
            ["SELECT count(*) FROM drafts", "WITH gone AS (DELETE FROM drafts RETURNING 1) SELECT count(*) FROM gone"]
        {
            let seen: i64 = sqlx::query_scalar(statement).fetch_one(&mut *tx).await.unwrap();
            assert_eq!(seen, 0, "{statement}");
        }
    }
    let mut tx = app.desk.db.partner(TenantId(people::TAILSPIN.id)).await.unwrap();
    assert!(sqlx::query("SELECT 1 FROM drafts").execute(&mut *tx).await.is_err(), "without a person nothing is read");
    let mut tx = app.desk.db.staff().await.unwrap();
    assert!(sqlx::query("SELECT 1 FROM drafts").execute(&mut *tx).await.is_err(), "staff read no draft");
    owner.get(&path).await.expect(200);
}

#[actix_web::test]
async fn the_desk_itself_sweeps_drafts_and_cannot_read_them() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").post("/api/v1/drafts", &json!({ "title": "secret plan" })).await.expect(201);
    for column in ["fields", "owner", "tenant", "labels", "pending", "issue"] {
        for mut tx in [app.desk.db.identity().await.unwrap(), app.desk.db.publisher().await.unwrap()] {
            let query = sqlx::AssertSqlSafe(format!("SELECT {column} FROM drafts"));
            let refused = sqlx::query(query).execute(&mut *tx).await.unwrap_err().to_string();
            assert!(refused.contains("permission denied"), "{column}: {refused}");
        }
    }
}

#[actix_web::test]
async fn a_colleagues_key_of_the_same_name_gives_no_draft_of_somebody_else() {
    let app = TestApp::start().await;
    let (owner, colleague) = (app.actor_with_mfa("tailspin-global-admin", true), app.actor("tailspin-admin-agent"));
    let granted = owner.file(&third_party()).await.expect(201).json();
    let renewal = format!("/api/v1/exceptions/{}/renewal", text(&granted["exception"]["id"]));
    for (path, body) in [("/api/v1/drafts", json!({ "title": "one" })), (renewal.as_str(), json!({}))] {
        let send = async |actor: &Actor<'_>| {
            let call = actor.call(Method::POST, path).header("Idempotency-Key", format!("key {path}"));
            actor.send(call.json(&body)).await
        };
        let first = send(&owner).await.expect(201);
        assert_eq!(send(&owner).await.expect(201).text, first.text);
        let refused = send(&colleague).await.expect(422);
        assert_eq!(refused.problem(), "idempotency-key-reused");
        assert!(!refused.text.contains(text(&first.json()["id"])), "{}", refused.text);
    }
}

#[actix_web::test]
async fn a_draft_becomes_one_request_however_often_it_is_submitted() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    let draft = partner.post("/api/v1/drafts", &third_party()).await.expect(201).json();
    let presses = futures_util::future::join_all((0..4).map(|_| partner.submit(&draft))).await;
    let references: Vec<_> =
        presses.into_iter().map(|press| text(&press.expect(201).json()["reference"]).to_owned()).collect();
    assert!(references.iter().all(|reference| *reference == references[0]), "{references:?}");
    let again = partner.submit(&draft).await.expect(201).json();
    assert_eq!(text(&again["reference"]), references[0]);
    assert_eq!(again["status"], "accepted");
    let list = partner.get("/api/v1/requests").await.expect(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    partner.get(&format!("/api/v1/drafts/{}", text(&draft["id"]))).await.expect(404);
    app.actor("tailspin-admin-agent").submit(&draft).await.expect(404);
}

#[actix_web::test]
async fn a_draft_that_stumbles_over_an_open_request_is_still_there() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    partner.file(&crate::actors::other()).await.expect(201);
    let draft = partner.post("/api/v1/drafts", &crate::actors::other()).await.expect(201).json();
    assert_eq!(partner.submit(&draft).await.expect(409).problem(), "open-request-exists");
    partner.get(&format!("/api/v1/drafts/{}", text(&draft["id"]))).await.expect(200);
}

#[actix_web::test]
async fn of_two_changes_at_one_version_the_second_is_refused() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    let draft = partner.post("/api/v1/drafts", &json!({ "title": "zero" })).await.expect(201).json();
    partner.put(&draft, &json!({ "title": "one" })).await.expect(200);
    partner.put(&draft, &json!({ "title": "two" })).await.expect(412);
    partner.submit(&draft).await.expect(412);
    let path = format!("/api/v1/drafts/{}", text(&draft["id"]));
    partner.at(Method::DELETE, &path, &draft, &json!({})).await.expect(412);
    partner.send(partner.call(Method::DELETE, &path)).await.expect(428);
    let now = partner.get(&path).await.expect(200).json();
    assert_eq!(now["title"], "one");
    partner.at(Method::DELETE, &path, &now, &json!({})).await.expect(204);
    partner.get(&path).await.expect(404);
}

#[actix_web::test]
async fn drafts_are_listed_with_the_requests_of_their_owner() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    partner.file(&third_party()).await.expect(201);
    app.wait(chrono::TimeDelta::seconds(1));
    partner.post("/api/v1/drafts", &json!({ "title": "later" })).await.expect(201);
    let first = partner.get("/api/v1/requests?limit=1").await.expect(200);
    assert_eq!(first.json()["items"][0]["status"], "draft");
    let next = first.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    let second = partner.get(&next).await.expect(200).json();
    assert_eq!((&second["items"][0]["status"], second["items"].as_array().unwrap().len()), (&json!("accepted"), 1));
}

#[actix_web::test]
async fn a_repeated_key_begins_one_draft_and_nobody_has_too_many() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    let begin = async |partner: &Actor<'_>, title: &str| {
        let call = partner.call(Method::POST, "/api/v1/drafts").header("Idempotency-Key", "key");
        partner.send(call.json(&json!({ "title": title }))).await
    };
    let first = begin(&partner, "one").await.expect(201).json();
    assert_eq!(begin(&partner, "one").await.expect(201).json()["id"], first["id"]);
    assert_eq!(begin(&partner, "two").await.expect(422).problem(), "idempotency-key-reused");
    app.wait(chrono::TimeDelta::hours(25));
    let partner = app.actor("tailspin-global-admin");
    assert_ne!(begin(&partner, "one").await.expect(201).json()["id"], first["id"]);
    for _ in 0..18 {
        partner.post("/api/v1/drafts", &json!({})).await.expect(201);
    }
    assert_eq!(partner.post("/api/v1/drafts", &json!({})).await.expect(409).problem(), "wrong-state");
}

#[actix_web::test]
async fn what_is_no_draft_is_refused_at_its_place() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    for (body, error) in [
        (json!({ "titel": "x" }), "/titel unknown"),
        (json!({ "scope": { "duration_days": "many" } }), "/scope/duration_days wrong_type"),
        (json!({ "scope": { "starts_at": "tomorrow" } }), "/scope/starts_at time_invalid"),
        (json!({ "answers": { "vendor": 7 } }), "/answers/vendor wrong_type"),
    ] {
        assert_eq!(partner.post("/api/v1/drafts", &body).await.expect(422).errors(), [error], "{body}");
    }
}

#[actix_web::test]
async fn a_draft_that_nobody_touches_is_swept_after_ninety_days() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    let old = partner.post("/api/v1/drafts", &json!({ "title": USER })).await.expect(201).json();
    let now = app.wait(chrono::TimeDelta::days(89));
    exception_desk::intake::drafts::sweep(&app.desk.db, now).await.unwrap();
    let path = format!("/api/v1/drafts/{}", text(&old["id"]));
    let partner = app.actor("tailspin-global-admin");
    partner.get(&path).await.expect(200);
    let now = app.wait(chrono::TimeDelta::days(1));
    exception_desk::intake::drafts::sweep(&app.desk.db, now).await.unwrap();
    app.actor("tailspin-global-admin").get(&path).await.expect(404);
}
