//! Appeals: once, in time, by another person, with a clock of its own.

use crate::actors::{Actor, USER, more_time, other, text};
use crate::app::TestApp;
use crate::browser::Browser;
use chrono::{DateTime, TimeDelta, Utc};
use exception_desk::identity::TenantId;
use exception_desk_demo::people;
use serde_json::{Value, json};

fn partner(app: &TestApp) -> Actor<'_> {
    app.actor("tailspin-global-admin")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A request that `reviewer` denied.
async fn denied(app: &TestApp) -> Value {
    let request = partner(app).file(&other()).await.expect(201).json();
    app.staff("reviewer").deny(&request).await.expect(200).json()
}

#[actix_web::test]
async fn another_reviewer_overturns_a_denial_and_the_denial_stays_in_the_history() {
    let app = TestApp::start().await;
    let denied = denied(&app).await;
    assert_eq!(denied["appeal_until"], "2026-12-24T01:00:00Z");
    app.wait(TimeDelta::hours(5 * 24));
    let appealed = partner(&app).appeal(&denied).await.expect(200).json();
    assert_eq!((&appealed["status"], &appealed["decision_reason"]), (&json!("in_review"), &Value::Null));
    let appeal = &appealed["appeal"];
    assert_eq!(
        (text(&appeal["reason"]), text(&appeal["denial_reason"])),
        ("That way is closed to us.", "there is another way")
    );
    assert_eq!((&appeal["denied_at"], &appeal["outcome"]), (&denied["decided_at"], &Value::Null));
    // Sunday: its own clock starts on Monday and takes three whole days.
    assert_eq!(
        (&appealed["sla"]["state"], &appealed["sla"]["due_at"]),
        (&json!("running"), &json!("2026-12-02T09:00:00Z"))
    );
    let who_denied = app.staff("reviewer");
    for refused in
        [who_denied.accept(&appealed).await, who_denied.deny(&appealed).await, who_denied.ask(&appealed).await]
    {
        assert_eq!(refused.expect(403).problem(), "not-allowed");
    }
    let decided = app.staff("reviewer-2").accept(&appealed).await.expect(200).json();
    assert_eq!((&decided["status"], &decided["appeal"]["outcome"]), (&json!("accepted"), &json!("overturned")));
    assert_eq!(decided["appeal"]["denial_reason"], "there is another way");
    assert_eq!(decided["sla"]["state"], "met");
    assert_eq!(app.actor("feed").feed_at(1).await["rules"][0]["id"], decided["exception"]["id"]);
}

#[actix_web::test]
async fn after_an_appeal_there_is_no_other() {
    let app = TestApp::start().await;
    let appealed = partner(&app).appeal(&denied(&app).await).await.expect(200).json();
    partner(&app).appeal(&appealed).await.expect(409);
    let upheld = app.staff("reviewer-2").deny(&appealed).await.expect(200).json();
    assert_eq!((&upheld["status"], &upheld["appeal"]["outcome"]), (&json!("denied"), &json!("upheld")));
    assert_eq!(upheld["appeal_until"], Value::Null);
    assert_eq!(partner(&app).appeal(&upheld).await.expect(409).problem(), "wrong-state");
}

#[actix_web::test]
async fn an_appeal_is_possible_for_thirty_days_to_the_instant() {
    let app = TestApp::start().await;
    let denied = denied(&app).await;
    let until = at(text(&denied["decided_at"])) + TimeDelta::hours(720);
    app.clock.set(until + TimeDelta::microseconds(1));
    assert_eq!(partner(&app).appeal(&denied).await.expect(409).problem(), "wrong-state");
    app.clock.set(until);
    partner(&app).appeal(&denied).await.expect(200);
}

#[actix_web::test]
async fn nobody_is_excluded_where_the_policy_denied() {
    let app = TestApp::start().await;
    let denied = partner(&app).file(&more_time()).await.expect(201).json();
    assert_eq!((&denied["status"], &denied["sla"]), (&json!("denied"), &Value::Null));
    let appealed = partner(&app).appeal(&denied).await.expect(200).json();
    assert_eq!(appealed["sla"]["due_at"], "2026-11-27T01:00:00Z");
    assert_eq!(appealed["appeal"]["denial_reason"], Value::Null);
    app.staff("reviewer").accept(&appealed).await.expect(200);
}

#[actix_web::test]
async fn who_denied_gives_neither_the_first_nor_the_second_of_two_approvals() {
    let app = TestApp::start().await;
    let mut broad = other();
    broad["scope"]["subjects"] = json!({ "kind": "all" });
    broad["scope"]["duration_days"] = json!(30);
    let request = partner(&app).file(&broad).await.expect(201).json();
    let denied = app.staff("lead").deny(&request).await.expect(200).json();
    let appealed = partner(&app).appeal(&denied).await.expect(200).json();
    app.staff("lead").accept(&appealed).await.expect(403);
    let first = app.staff("reviewer").accept(&appealed).await.expect(202).json();
    app.staff("lead").accept(&first).await.expect(403);
    let second = app.staff("lead-2").accept(&first).await.expect(200).json();
    assert_eq!(second["appeal"]["outcome"], "overturned");
}

#[actix_web::test]
async fn only_the_partner_appeals_and_only_against_a_denial_that_it_saw() {
    let app = TestApp::start().await;
    let request = partner(&app).file(&other()).await.expect(201).json();
    assert_eq!(partner(&app).appeal(&request).await.expect(409).problem(), "wrong-state");
    let denied = app.staff("reviewer").deny(&request).await.expect(200).json();
    partner(&app).appeal(&request).await.expect(412);
    app.actor("contoso-admin-agent").appeal(&denied).await.expect(404);
    app.actor("tailspin-sales-agent").appeal(&denied).await.expect(403);
    app.staff("reviewer-2").appeal(&denied).await.expect(403);
    let path = format!("/api/v1/requests/{}/appeal", text(&denied["id"]));
    partner(&app).post(&path, &json!({ "reason": "no" })).await.expect(428);
    let empty = partner(&app).step("appeal", &denied, &json!({ "reason": " " })).await.expect(422);
    assert_eq!(empty.errors(), ["/reason empty"]);
    let (one, two) = (partner(&app), app.actor("tailspin-admin-agent"));
    let (one, two) = tokio::join!(one.appeal(&denied), two.appeal(&denied));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[actix_web::test]
async fn no_appeal_is_opened_beside_an_open_request_for_the_same_issue() {
    let app = TestApp::start().await;
    let denied = denied(&app).await;
    let open = partner(&app).file(&other()).await.expect(201).json();
    let refused = partner(&app).appeal(&denied).await.expect(409);
    assert_eq!(refused.problem(), "open-request-exists");
    assert!(refused.header("link").contains(text(&open["reference"])), "{}", refused.header("link"));
}

#[actix_web::test]
async fn of_an_appeal_and_a_filing_at_once_one_opens_and_the_other_is_led_to_it() {
    for _ in 0..5 {
        let app = TestApp::start().await;
        let denied = denied(&app).await;
        let (one, two) = (partner(&app), app.actor("tailspin-admin-agent"));
        let body = other();
        let (appealed, filed) = tokio::join!(one.appeal(&denied), two.file(&body));
        let refused = match (appealed.status.as_u16(), filed.status.as_u16()) {
            (200, 409) => filed,
            (409, 201) => appealed,
            both => panic!("{both:?}: {} {}", appealed.text, filed.text),
        };
        assert_eq!(refused.problem(), "open-request-exists");
        let open: i64 = sqlx::query_scalar("SELECT count(*) FROM requests WHERE status = 'in_review'")
            .fetch_one(&mut app.owner().await)
            .await
            .unwrap();
        assert_eq!(open, 1);
    }
}

#[actix_web::test]
async fn the_database_itself_keeps_a_second_open_request_for_an_issue_out() {
    let app = TestApp::start().await;
    partner(&app).file(&other()).await.expect(201);
    let mut tx = app.desk.db.partner(TenantId(people::TAILSPIN.id)).await.unwrap();
    let refused = sqlx::query(
        "INSERT INTO requests (id, reference, tenant, status, issue, language, asked, classification, guards, filed_at, filed_by,
             filed_by_name, filed_with_mfa, calendar, due_at, clock_from)
         SELECT gen_random_uuid(), 'TE-2026-900001', tenant, status, issue, language, asked, classification, guards, filed_at,
             filed_by, filed_by_name, filed_with_mfa, calendar, due_at, filed_at FROM requests",
    )
    .execute(&mut *tx)
    .await
    .unwrap_err();
    assert_eq!(refused.as_database_error().and_then(|error| error.constraint()), Some("requests_one_open_per_issue"));
}

#[actix_web::test]
async fn who_denied_is_refused_on_the_pages_of_the_appeal_too() {
    let app = TestApp::start().await;
    let appealed = partner(&app).appeal(&denied(&app).await).await.expect(200).json();
    let review = format!("/review/{}", text(&appealed["reference"]));
    let mut who_denied = Browser::of_staff(&app, "reviewer").await;
    let version = appealed["version"].to_string();
    for outcome in ["accept", "deny"] {
        let form = [
            ("version", version.as_str()),
            ("outcome", outcome),
            ("reason", "I say it again"),
            ("scope_subjects_object_ids", USER),
            ("scope_surfaces", "delegated_admin_portal"),
            ("scope_duration_days", "60"),
        ];
        for step in ["decide", "decision"] {
            let (status, page) = who_denied.submit(&format!("{review}/{step}"), &form).await;
            assert!(status == 403 && page.contains("You denied this request"), "{step} {outcome}: {status} {page}");
        }
    }
    let ask = [("version", version.as_str()), ("question", "Which kiosk?")];
    assert_eq!(who_denied.submit(&format!("{review}/ask"), &ask).await.0, 403);
    assert_eq!(app.staff("reviewer-2").read(&appealed).await["status"], "in_review");
}

#[actix_web::test]
async fn an_appeal_can_be_asked_about_and_withdrawn() {
    let app = TestApp::start().await;
    let appealed = partner(&app).appeal(&denied(&app).await).await.expect(200).json();
    app.wait(TimeDelta::hours(1));
    let waiting = app.staff("reviewer-2").ask(&appealed).await.expect(200).json();
    assert_eq!(waiting["sla"]["remaining_seconds"], 26 * 3600);
    let replied = partner(&app).reply(&waiting).await.expect(200).json();
    let withdrawn = partner(&app).step("withdraw", &replied, &json!({})).await.expect(200).json();
    assert_eq!((&withdrawn["status"], &withdrawn["appeal"]["outcome"]), (&json!("withdrawn"), &Value::Null));
    partner(&app).appeal(&withdrawn).await.expect(409);
}

/// What the program's checks refuse, the database refuses too: here it is told without them.
#[actix_web::test]
async fn the_database_keeps_who_denied_and_a_second_appeal_out() {
    let app = TestApp::start().await;
    let denied = denied(&app).await;
    let id = text(&denied["id"]);
    let open = format!(
        "UPDATE requests SET status = 'in_review', decided_at = NULL, due_at = now(), clock_from = now() WHERE id = '{id}'"
    );
    let appeal = |denied_at: &str, appealed_at: &str| {
        format!(
            "INSERT INTO appeals (request_id, tenant, reason, appealed_at, appealed_by, appealed_by_name, denied_at)
             VALUES ('{id}', '{}', 'x', '{appealed_at}', gen_random_uuid(), 'x', '{denied_at}')",
            people::TAILSPIN.id
        )
    };
    let too_late = appeal(text(&denied["decided_at"]), "2026-12-24T01:00:01Z");
    // A denial that never was lets nobody in.
    let made_up = format!("{}; {open}", appeal("2026-12-20T00:00:00Z", "2026-12-24T01:00:01Z"));
    for (statement, why) in [(&open, "requests_edges"), (&too_late, "appeals_in_time"), (&made_up, "requests_edges")] {
        let mut tx = app.desk.db.partner(TenantId(people::TAILSPIN.id)).await.unwrap();
        let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(statement.clone())).execute(&mut *tx).await.unwrap_err();
        let constraint = refused.as_database_error().and_then(|error| error.constraint());
        assert_eq!(constraint, Some(why), "{statement}: {refused}");
    }
    let appealed = partner(&app).appeal(&denied).await.expect(200).json();
    let again = appeal(text(&denied["decided_at"]), "2026-11-25T00:00:00Z");
    for (role, statement, why) in [
        ("partner", again, "appeals_one_per_denial"),
        (
            "staff",
            "INSERT INTO decisions (id, request_id, request_version, outcome, scope, reason, decided_at, decided_by, decided_by_name,
                 decided_as_lead)
             SELECT gen_random_uuid(), request_id, request_version + 2, 'accept', '{}', 'x', now(), decided_by, 'x', true FROM decisions"
                .to_owned(),
            "decisions_not_who_denied",
        ),
    ] {
        let tx = match role {
            "partner" => app.desk.db.partner(TenantId(people::TAILSPIN.id)).await,
            _ => app.desk.db.staff().await,
        };
        let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut *tx.unwrap()).await.unwrap_err();
        assert_eq!(refused.as_database_error().and_then(|error| error.constraint()), Some(why), "{refused}");
    }
    assert_eq!(app.staff("reviewer-2").read(&appealed).await["status"], "in_review");
}
