//! Questions and replies, and what becomes of a request that waits: the clock stands still, a long wait ends, and can be
//! taken up again.

use crate::actors::{Actor, other, text};
use crate::app::TestApp;
use chrono::{DateTime, TimeDelta, Utc};
use exception_desk::identity::TenantId;
use exception_desk::intake::tend_waiting_at;
use exception_desk_demo::people;
use serde_json::{Value, json};

async fn filed(app: &TestApp) -> Value {
    partner(app).file(&other()).await.expect(201).json()
}

fn partner(app: &TestApp) -> Actor<'_> {
    app.actor("tailspin-global-admin")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn tend(app: &TestApp) {
    tend_waiting_at(&app.desk, app.clock.now()).await.unwrap();
}

/// Actions on the request, in order.
async fn course(app: &TestApp, request: &Value) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT action || ' ' || actor_kind FROM audit_events WHERE subject_id = $1::uuid ORDER BY at, id",
    )
    .bind(text(&request["id"]))
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap()
}

/// A request whose question nobody answered, withdrawn by itself.
async fn lapsed(app: &TestApp) -> Value {
    let waiting = app.staff("reviewer").ask(&filed(app).await).await.expect(200).json();
    app.clock.set(at(text(&waiting["waiting_until"])));
    tend(app).await;
    partner(app).read(&waiting).await
}

#[actix_web::test]
async fn a_question_stops_the_clock_and_the_reply_lets_it_run_on() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    assert_eq!(request["sla"]["due_at"], "2026-11-27T01:00:00Z");
    app.wait(TimeDelta::hours(2));
    let waiting = app.staff("reviewer").ask(&request).await.expect(200).json();
    assert_eq!(waiting["status"], "waiting_for_partner");
    assert_eq!((&waiting["sla"]["state"], &waiting["sla"]["due_at"]), (&json!("paused"), &Value::Null));
    assert_eq!(waiting["sla"]["remaining_seconds"], 25 * 3600);
    assert_eq!(waiting["waiting_until"], "2026-12-08T03:00:00Z");
    // A day later nothing of it is used up, and the reply gives the whole of it back.
    app.wait(TimeDelta::hours(24));
    let seen = partner(&app).read(&request).await;
    assert_eq!((&seen["sla"], &seen["version"]), (&waiting["sla"], &waiting["version"]));
    let replied = partner(&app).reply(&seen).await.expect(200).json();
    assert_eq!(replied["status"], "in_review");
    assert_eq!(
        (&replied["sla"]["state"], &replied["sla"]["due_at"]),
        (&json!("running"), &json!("2026-11-30T01:00:00Z"))
    );
    assert_eq!(replied["waiting_until"], Value::Null);
    let said: Vec<_> =
        replied["messages"].as_array().unwrap().iter().map(|it| (text(&it["kind"]), text(&it["text"]))).collect();
    assert_eq!(said, [("question", "Which kiosk?"), ("reply", "The one in Osaka.")]);
    assert_eq!(app.staff("reviewer").read(&request).await["messages"], replied["messages"]);
    app.wait(TimeDelta::minutes(1));
    app.staff("reviewer").accept(&replied).await.expect(200);
    let course = course(&app, &request).await;
    assert_eq!(course[..3], ["request.filed person", "request.asked person", "request.replied person"]);
}

#[actix_web::test]
async fn only_reviewers_ask_and_only_about_what_is_in_review() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    app.staff("auditor").ask(&request).await.expect(403);
    app.actor_with_mfa("reviewer", false).ask(&request).await.expect(403);
    partner(&app).ask(&request).await.expect(403);
    let reviewer = app.staff("reviewer");
    let path = format!("/api/v1/requests/{}/ask", text(&request["id"]));
    reviewer.post(&path, &json!({ "question": "Why?" })).await.expect(428);
    reviewer.change(&path, &json!({ "version": 7 }), &json!({ "question": "Why?" })).await.expect(412);
    let empty = reviewer.step("ask", &request, &json!({ "question": " \n" })).await.expect(422);
    assert_eq!(empty.errors(), ["/question empty"]);
    let long = reviewer.step("ask", &request, &json!({ "question": "な".repeat(2001) })).await.expect(422);
    assert_eq!(long.errors(), ["/question too_long"]);
    reviewer.step("ask", &request, &json!({ "question": "な".repeat(2000) })).await.expect(200);
    let waiting = reviewer.read(&request).await;
    assert_eq!(reviewer.ask(&waiting).await.expect(409).problem(), "wrong-state");
    assert_eq!(reviewer.accept(&waiting).await.expect(409).problem(), "wrong-state");
}

#[actix_web::test]
async fn only_the_partner_replies_and_only_to_a_question() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    partner(&app).reply(&request).await.expect(409);
    let waiting = app.staff("reviewer").ask(&request).await.expect(200).json();
    app.actor("contoso-admin-agent").reply(&waiting).await.expect(404);
    app.actor("tailspin-sales-agent").reply(&waiting).await.expect(403);
    app.staff("reviewer").reply(&waiting).await.expect(403);
    partner(&app).reply(&request).await.expect(412);
    let empty = partner(&app).step("reply", &waiting, &json!({ "text": "" })).await.expect(422);
    assert_eq!(empty.errors(), ["/text empty"]);
    // A colleague, without MFA, may reply as well as who filed it.
    app.actor_with_mfa("tailspin-admin-agent", false).reply(&waiting).await.expect(200);
    partner(&app).reply(&waiting).await.expect(412);
}

#[actix_web::test]
async fn the_partner_never_reads_who_asked() {
    let app = TestApp::start().await;
    let waiting = app.staff("reviewer").ask(&filed(&app).await).await.expect(200).json();
    let name = people::persona("reviewer").unwrap().name;
    assert!(!partner(&app).read(&waiting).await.to_string().contains(name));
    let mut tx = app.desk.db.partner(TenantId(people::TAILSPIN.id)).await.unwrap();
    assert!(sqlx::query("SELECT author_name FROM messages").execute(&mut *tx).await.is_err());
}

#[actix_web::test]
async fn a_question_voids_a_first_approval() {
    let app = TestApp::start().await;
    let mut broad = other();
    broad["scope"]["subjects"] = json!({ "kind": "all" });
    broad["scope"]["duration_days"] = json!(30);
    let request = partner(&app).file(&broad).await.expect(201).json();
    let first = app.staff("reviewer").accept(&request).await.expect(202).json();
    let waiting = app.staff("reviewer-2").ask(&first).await.expect(200).json();
    let replied = partner(&app).reply(&waiting).await.expect(200).json();
    assert_eq!(app.staff("lead").read(&replied).await["pending_second_approval"], false);
    app.staff("lead").accept(&replied).await.expect(202);
}

#[actix_web::test]
async fn a_question_after_the_due_time_heals_nothing() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    app.clock.set(at("2026-11-27T01:00:01Z"));
    let waiting = app.staff("reviewer").ask(&request).await.expect(200).json();
    assert_eq!(
        (&waiting["sla"]["state"], &waiting["sla"]["due_at"]),
        (&json!("breached"), &json!("2026-11-27T01:00:00Z"))
    );
    let replied = partner(&app).reply(&waiting).await.expect(200).json();
    assert_eq!(replied["sla"]["state"], "breached");
}

#[actix_web::test]
async fn the_queue_shows_what_waits_for_its_partner_last_and_pages_through_it() {
    let app = TestApp::start().await;
    let waiting = app.staff("reviewer").ask(&filed(&app).await).await.expect(200).json();
    app.wait(TimeDelta::seconds(1));
    let other_waiting = app.actor("contoso-admin-agent").file(&other()).await.expect(201).json();
    let other_waiting = app.staff("reviewer").ask(&other_waiting).await.expect(200).json();
    let due = app.actor("wingtip-admin-agent").file(&other()).await.expect(201).json();
    let (mut ids, mut path) = (Vec::new(), "/api/v1/queue?limit=1".to_owned());
    while !path.is_empty() {
        let part = app.staff("reviewer").get(&path).await.expect(200);
        ids.extend(part.json()["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        let link = part.header("link").to_owned();
        path = link.split(['<', '>']).nth(1).unwrap_or_default().trim_start_matches(&app.base).to_owned();
    }
    assert_eq!(ids, [due["id"].clone(), waiting["id"].clone(), other_waiting["id"].clone()]);
}

#[actix_web::test]
async fn a_request_that_waits_too_long_is_withdrawn_once_by_however_many_desks() {
    let app = TestApp::start().await;
    let waiting = app.staff("reviewer").ask(&filed(&app).await).await.expect(200).json();
    let until = at(text(&waiting["waiting_until"]));
    // One business day before its end (nine from Tuesday, 10:00) the partner is reminded, and not a moment earlier.
    app.clock.set(at("2026-12-07T00:59:59Z"));
    tend(&app).await;
    assert_eq!(course(&app, &waiting).await.len(), 2);
    for moment in ["2026-12-07T01:00:00Z", "2026-12-07T02:00:00Z"] {
        app.clock.set(at(moment));
        tokio::join!(tend(&app), tend(&app));
        assert_eq!(course(&app, &waiting).await[2..], ["request.reminded system"]);
    }
    app.clock.set(until - TimeDelta::microseconds(1));
    tend(&app).await;
    assert_eq!(partner(&app).read(&waiting).await["version"], waiting["version"], "a reminder changes no version");
    app.clock.set(until);
    tokio::join!(tend(&app), tend(&app), tend(&app));
    let lapsed = partner(&app).read(&waiting).await;
    assert_eq!((&lapsed["status"], &lapsed["decided_at"]), (&json!("withdrawn"), &waiting["waiting_until"]));
    assert_eq!(lapsed["reopen_until"], "2026-12-22T01:00:00Z");
    assert_eq!(course(&app, &waiting).await[3..], ["request.lapsed system"]);
    partner(&app).reply(&lapsed).await.expect(409);
    let told: Vec<String> =
        sqlx::query_scalar("SELECT kind FROM outbox WHERE request_id = $1::uuid ORDER BY created_at")
            .bind(text(&waiting["id"]))
            .fetch_all(&mut app.owner().await)
            .await
            .unwrap();
    assert_eq!(told, ["request_received", "question_asked", "reply_due", "request_lapsed"]);
}

#[actix_web::test]
async fn who_replies_before_the_desk_looks_is_in_time() {
    let app = TestApp::start().await;
    let waiting = app.staff("reviewer").ask(&filed(&app).await).await.expect(200).json();
    app.clock.set(at(text(&waiting["waiting_until"])));
    partner(&app).reply(&waiting).await.expect(200);
    tend(&app).await;
    assert_eq!(partner(&app).read(&waiting).await["status"], "in_review");
}

#[actix_web::test]
async fn what_lapsed_can_be_reopened_for_ten_business_days() {
    let app = TestApp::start().await;
    let lapsed = lapsed(&app).await;
    app.actor("contoso-admin-agent").reopen(&lapsed).await.expect(404);
    app.actor("tailspin-helpdesk-agent").reopen(&lapsed).await.expect(403);
    app.staff("lead").reopen(&lapsed).await.expect(403);
    let until = at(text(&lapsed["reopen_until"]));
    app.clock.set(until + TimeDelta::microseconds(1));
    assert_eq!(partner(&app).reopen(&lapsed).await.expect(409).problem(), "wrong-state");
    app.clock.set(until);
    let waiting = partner(&app).reopen(&lapsed).await.expect(200).json();
    assert_eq!((&waiting["status"], &waiting["reopen_until"]), (&json!("waiting_for_partner"), &Value::Null));
    // Nothing was used before the question, so everything is left.
    assert_eq!((&waiting["sla"]["state"], &waiting["sla"]["remaining_seconds"]), (&json!("paused"), &json!(27 * 3600)));
    assert!(at(text(&waiting["waiting_until"])) > until);
    partner(&app).reopen(&waiting).await.expect(409);
    let replied = partner(&app).reply(&waiting).await.expect(200).json();
    app.staff("reviewer").accept(&replied).await.expect(200);
}

#[actix_web::test]
async fn reopening_never_breaches_at_once() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    // One minute before the due instant.
    app.clock.set(at("2026-11-27T00:59:00Z"));
    let waiting = app.staff("reviewer").ask(&request).await.expect(200).json();
    assert_eq!(waiting["sla"]["remaining_seconds"], 60);
    app.clock.set(at(text(&waiting["waiting_until"])));
    tend(&app).await;
    let lapsed = partner(&app).read(&waiting).await;
    let again = partner(&app).reopen(&lapsed).await.expect(200).json();
    assert_eq!(again["sla"]["remaining_seconds"], 9 * 3600, "a business day in Japan");
    let replied = partner(&app).reply(&again).await.expect(200).json();
    // Friday, 09:59, one business day later.
    assert_eq!(
        (&replied["sla"]["state"], &replied["sla"]["due_at"]),
        (&json!("running"), &json!("2026-12-14T00:59:00Z"))
    );
}

#[actix_web::test]
async fn what_the_partner_withdrew_itself_stays_withdrawn() {
    let app = TestApp::start().await;
    let waiting = app.staff("reviewer").ask(&filed(&app).await).await.expect(200).json();
    let withdrawn = partner(&app).step("withdraw", &waiting, &json!({})).await.expect(200).json();
    assert_eq!((&withdrawn["waiting_until"], &withdrawn["reopen_until"]), (&Value::Null, &Value::Null));
    partner(&app).reopen(&withdrawn).await.expect(409);
}

#[actix_web::test]
async fn nothing_is_reopened_beside_an_open_request_for_the_same_issue() {
    let app = TestApp::start().await;
    let lapsed = lapsed(&app).await;
    let open = filed(&app).await;
    let refused = partner(&app).reopen(&lapsed).await.expect(409);
    assert_eq!(refused.problem(), "open-request-exists");
    assert!(refused.header("link").contains(text(&open["reference"])), "{}", refused.header("link"));
    partner(&app).step("withdraw", &open, &json!({})).await.expect(200);
    partner(&app).reopen(&lapsed).await.expect(200);
}

/// What the program's checks refuse, the database refuses too: here it is told without them.
#[actix_web::test]
async fn the_database_knows_the_edges_between_states() {
    let app = TestApp::start().await;
    let lapsed = lapsed(&app).await;
    let open = filed(&app).await;
    let (lapsed, open) = (text(&lapsed["id"]), text(&open["id"]));
    let waiting = "waiting_until = now(), remind_at = now()";
    for (role, statement) in [
        ("partner", format!("UPDATE requests SET status = 'waiting_for_partner', {waiting} WHERE id = '{open}'")),
        (
            "partner",
            format!(
                "UPDATE requests SET status = 'in_review', decided_at = NULL, due_at = now(), reopen_until = NULL WHERE id = '{lapsed}'"
            ),
        ),
        ("partner", format!("UPDATE requests SET status = 'denied', decided_at = now() WHERE id = '{open}'")),
        ("partner", format!("INSERT INTO pauses VALUES ('{open}', '{}', now())", people::TAILSPIN.id)),
        (
            "partner",
            format!(
                "INSERT INTO messages VALUES (gen_random_uuid(), '{open}', '{}', 'question', 'x', now(), gen_random_uuid(), 'x')",
                people::TAILSPIN.id
            ),
        ),
        (
            "partner",
            format!(
                "INSERT INTO messages VALUES (gen_random_uuid(), '{open}', '{}', 'reply', 'x', now(), gen_random_uuid(), 'x')",
                people::CONTOSO.id
            ),
        ),
        ("partner", "UPDATE messages SET text = 'x'".to_owned()),
        ("staff", format!("UPDATE requests SET status = 'withdrawn', decided_at = now() WHERE id = '{open}'")),
        (
            "staff",
            format!(
                "UPDATE requests SET status = 'waiting_for_partner', decided_at = NULL, reopen_until = NULL, {waiting} WHERE id = '{lapsed}'"
            ),
        ),
        (
            "staff",
            format!(
                "INSERT INTO messages VALUES (gen_random_uuid(), '{open}', '{}', 'reply', 'x', now(), gen_random_uuid(), 'x')",
                people::TAILSPIN.id
            ),
        ),
        (
            "staff",
            format!(
                "INSERT INTO messages VALUES (gen_random_uuid(), '{open}', '{}', 'question', 'x', now(), gen_random_uuid(), 'x')",
                people::CONTOSO.id
            ),
        ),
        ("staff", "DELETE FROM messages".to_owned()),
    ] {
        let tx = match role {
            "partner" => app.desk.db.partner(TenantId(people::TAILSPIN.id)).await,
            _ => app.desk.db.staff().await,
        };
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(statement.clone())).execute(&mut *tx.unwrap()).await;
        assert!(done.is_err(), "{role}: {statement}");
    }
}
