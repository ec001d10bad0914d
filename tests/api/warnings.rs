//! Warnings of the clock: at half of it, at four fifths, at its end, each once; and when nobody is left who may decide.

use crate::actors::{Actor, more_time, other, text};
use crate::app::TestApp;
use crate::browser::Browser;
use chrono::{DateTime, TimeDelta, Utc};
use exception_desk::review::warn_at;
use serde_json::{Value, json};

fn partner(app: &TestApp) -> Actor<'_> {
    app.actor("tailspin-global-admin")
}

/// A request in review, and a reviewer who has signed in: there is somebody to decide.
async fn filed(app: &TestApp) -> Value {
    Browser::of_staff(app, "reviewer").await;
    partner(app).file(&other()).await.expect(201).json()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// What was told about `request` besides its own course, the oldest first: kind and recipient.
async fn told(app: &TestApp, request: &Value) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT kind || ' ' || recipient FROM outbox WHERE request_id = $1::uuid AND recipient IN ('assignee', 'leads')
           AND (kind LIKE 'clock%' OR kind = 'nobody_eligible') ORDER BY created_at, kind, recipient",
    )
    .bind(text(&request["id"]))
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap()
}

/// Three desks look at `moment`.
async fn look(app: &TestApp, moment: &str) {
    app.clock.set(at(moment));
    let look = || warn_at(&app.desk, app.clock.now());
    for looked in <[_; 3]>::from(tokio::join!(look(), look(), look())) {
        looked.unwrap();
    }
}

fn both(kind: &str) -> Vec<String> {
    vec![format!("{kind} assignee"), format!("{kind} leads")]
}

#[actix_web::test]
async fn half_four_fifths_and_the_end_of_the_clock_are_told_once_however_many_desks_look() {
    let app = TestApp::start().await;
    // Tuesday, 10:00 in Tokyo: 27 hours end on Friday at 10:00.
    let request = filed(&app).await;
    assert_eq!(request["sla"]["due_at"], "2026-11-27T01:00:00Z");
    look(&app, "2026-11-25T05:29:59Z").await;
    assert_eq!(told(&app, &request).await, Vec::<String>::new());
    // 13.5 hours have passed on Wednesday at 14:30, 21.6 on Thursday at 13:36.
    look(&app, "2026-11-25T05:30:00Z").await;
    look(&app, "2026-11-26T04:35:59Z").await;
    assert_eq!(told(&app, &request).await, both("clock_half_used"));
    look(&app, "2026-11-26T04:36:00Z").await;
    look(&app, "2026-11-27T01:00:00Z").await;
    assert_eq!(told(&app, &request).await[2..], both("clock_mostly_used"));
    look(&app, "2026-11-27T01:00:00.000001Z").await;
    look(&app, "2026-11-30T01:00:00Z").await;
    assert_eq!(told(&app, &request).await[4..], both("clock_breached"));
    let read = partner(&app).read(&request).await;
    assert_eq!((&read["sla"]["state"], &read["status"]), (&json!("breached"), &json!("in_review")));
    assert_eq!(read["version"], request["version"], "a warning changes no version");
    let data: Value = sqlx::query_scalar("SELECT data FROM outbox WHERE kind = 'clock_breached' LIMIT 1")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(data["reference"], request["reference"]);
    assert_eq!((text(&data["calendar"]), text(&data["due_at"])), ("jp", "2026-11-27T01:00:00Z"));
    assert!(["issue", "issue_title", "tenant_name"].iter().all(|key| !text(&data[key]).is_empty()), "{data}");
}

#[actix_web::test]
async fn after_a_standstill_the_last_warning_reached_is_told_and_none_before_it_afterwards() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    look(&app, "2026-11-26T07:00:00Z").await;
    look(&app, "2026-11-26T08:00:00Z").await;
    assert_eq!(told(&app, &request).await, both("clock_mostly_used"));
}

#[actix_web::test]
async fn a_clock_that_stands_still_warns_nobody_and_goes_on_to_the_rest_of_the_warnings() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    look(&app, "2026-11-25T06:00:00Z").await;
    let waiting = app.staff("reviewer").ask(&request).await.expect(200).json();
    look(&app, "2026-12-02T06:00:00Z").await;
    assert_eq!(told(&app, &request).await, both("clock_half_used"));
    // 13 hours are left on Wednesday at 15:00: 5.4 of them on Friday at 10:36.
    partner(&app).reply(&waiting).await.expect(200);
    look(&app, "2026-12-03T04:35:59Z").await;
    assert_eq!(told(&app, &request).await, both("clock_half_used"));
    look(&app, "2026-12-03T05:06:00Z").await;
    assert_eq!(told(&app, &request).await[2..], both("clock_mostly_used"));
}

#[actix_web::test]
async fn an_answer_ends_the_warnings_and_an_appeal_has_warnings_of_its_own() {
    let app = TestApp::start().await;
    let request = filed(&app).await;
    look(&app, "2026-11-25T06:00:00Z").await;
    let denied = app.staff("reviewer").deny(&request).await.expect(200).json();
    look(&app, "2026-12-01T01:00:00Z").await;
    assert_eq!(told(&app, &request).await, both("clock_half_used"));
    Browser::of_staff(&app, "reviewer-2").await;
    partner(&app).appeal(&denied).await.expect(200);
    look(&app, "2026-12-02T06:00:00Z").await;
    assert_eq!(told(&app, &request).await[2..], both("clock_half_used"));
}

#[actix_web::test]
async fn leads_are_alarmed_once_when_nobody_is_left_who_may_decide() {
    let app = TestApp::start().await;
    let request = partner(&app).file(&more_time()).await.expect(201).json();
    // The policy denied: whoever has signed in may review the appeal.
    Browser::of_staff(&app, "reviewer").await;
    let appealed = partner(&app).appeal(&request).await.expect(200).json();
    let now = app.clock.now().to_rfc3339();
    look(&app, &now).await;
    assert_eq!(told(&app, &appealed).await, Vec::<String>::new());
    // Of this one the only reviewer known has denied it.
    let other = partner(&app).file(&other()).await.expect(201).json();
    let denied = app.staff("reviewer").deny(&other).await.expect(200).json();
    let appealed = partner(&app).appeal(&denied).await.expect(200).json();
    look(&app, &now).await;
    look(&app, &now).await;
    assert_eq!(told(&app, &appealed).await, ["nobody_eligible leads"]);
    // Somebody comes, and does not come back for 90 days: that is another alarm.
    Browser::of_staff(&app, "auditor").await;
    look(&app, &now).await;
    Browser::of_staff(&app, "lead").await;
    look(&app, &now).await;
    assert_eq!(told(&app, &appealed).await.len(), 1);
    let later = app.clock.now() + TimeDelta::days(90);
    look(&app, &later.to_rfc3339()).await;
    let alarms = told(&app, &appealed).await.into_iter().filter(|told| told.starts_with("nobody"));
    assert_eq!(alarms.count(), 2);
}

#[actix_web::test]
async fn a_first_approval_needs_another_person_and_a_lead_to_complete_it() {
    let app = TestApp::start().await;
    Browser::of_staff(&app, "reviewer").await;
    let mut broad = other();
    broad["scope"]["duration_days"] = json!(120);
    let request = partner(&app).file(&broad).await.expect(201).json();
    app.staff("reviewer").accept(&request).await.expect(202);
    Browser::of_staff(&app, "reviewer-2").await;
    let now = app.clock.now().to_rfc3339();
    look(&app, &now).await;
    assert_eq!(told(&app, &request).await, ["nobody_eligible leads"], "another reviewer is no lead");
    Browser::of_staff(&app, "lead").await;
    look(&app, &now).await;
    assert_eq!(told(&app, &request).await.len(), 1);
}

async fn next_look(app: &TestApp) -> DateTime<Utc> {
    sqlx::query_scalar("SELECT look_at FROM clock_looks").fetch_one(&mut app.owner().await).await.unwrap()
}

#[actix_web::test]
async fn only_clocks_whose_time_has_come_are_read() {
    let app = TestApp::start().await;
    Browser::of_staff(&app, "reviewer-2").await;
    let request = filed(&app).await;
    look(&app, "2026-11-24T01:00:01Z").await;
    assert_eq!(next_look(&app).await, at("2026-11-24T01:01:01Z"), "once more when every desk knows the closed days");
    look(&app, "2026-11-24T01:01:01Z").await;
    assert_eq!(next_look(&app).await, at("2026-11-25T05:30:00Z"), "when half of it has passed");
    let mut owner = app.owner().await;
    sqlx::query("UPDATE clock_looks SET look_at = '2026-11-25T06:00:00Z'").execute(&mut owner).await.unwrap();
    look(&app, "2026-11-25T05:59:59Z").await;
    assert_eq!(told(&app, &request).await, Vec::<String>::new(), "nobody read it");
    look(&app, "2026-11-25T06:00:00Z").await;
    assert_eq!(told(&app, &request).await, both("clock_half_used"));
    assert_eq!(next_look(&app).await, at("2026-11-26T04:36:00Z"), "when four fifths have");
    // While it waits there is nothing to look at; a clock that is set anew is looked at at once.
    let waiting = app.staff("reviewer").ask(&request).await.expect(200).json();
    let looks = async || {
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM clock_looks").fetch_one(&mut app.owner().await).await
    };
    assert_eq!(looks().await.unwrap(), 0);
    partner(&app).reply(&waiting).await.expect(200);
    let unseen: bool =
        sqlx::query_scalar("SELECT look_at = '-infinity' FROM clock_looks").fetch_one(&mut owner).await.unwrap();
    assert!(unseen);
    look(&app, "2026-11-30T06:00:00Z").await;
    let over: bool = sqlx::query_scalar("SELECT look_at > '2026-11-30T06:00:30Z' FROM clock_looks")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert!(over);
    app.staff("reviewer").deny(&partner(&app).read(&request).await).await.expect(200);
    assert_eq!(looks().await.unwrap(), 0);
}

#[actix_web::test]
async fn a_look_that_was_overtaken_does_not_say_when_to_look_again() {
    let app = TestApp::start().await;
    filed(&app).await;
    let mut owner = app.owner().await;
    // While the desk looks, somebody sets the clock anew.
    sqlx::raw_sql(
        "CREATE FUNCTION overtake() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             UPDATE requests SET due_at = due_at WHERE id = NEW.request_id; RETURN NULL; END $$;
         CREATE TRIGGER overtake AFTER INSERT ON clock_warnings FOR EACH ROW EXECUTE FUNCTION overtake()",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    app.clock.set(at("2026-11-25T05:30:00Z"));
    warn_at(&app.desk, app.clock.now()).await.unwrap();
    let again: bool =
        sqlx::query_scalar("SELECT look_at = '-infinity' FROM clock_looks").fetch_one(&mut owner).await.unwrap();
    assert!(again);
}
