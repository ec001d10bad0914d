//! The transaction that files: what it costs, what it leaves behind, and what becomes of it when nobody waits for it.

use crate::actors::{more_time, other, text, third_party};
use crate::app::TestApp;
use crate::wire::RoundTrips;
use exception_desk::clock::secret_bytes;
use futures_util::StreamExt;
use serde_json::{Value, json};
use sqlx::PgConnection;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// `third_party` for a user whom nobody has named before.
fn for_somebody() -> Value {
    let mut request = third_party();
    request["scope"]["subjects"]["object_ids"] = json!([uuid::Builder::from_random_bytes(secret_bytes()).into_uuid()]);
    request
}

#[actix_web::test]
async fn a_submission_takes_four_round_trips_and_a_grant_seven_more() {
    let trips = RoundTrips::default();
    let app = TestApp::start_through(|_| {}, |url| trips.counted(&url, "exception_desk_partner")).await;
    let admin = app.actor("tailspin-global-admin");
    // Statements are prepared once on each connection.
    for number in 0..12 {
        admin.file_with_key(&format!("warm {number}"), &more_time()).await.expect(201);
        admin.file(&for_somebody()).await.expect(201);
    }
    trips.take();
    // The pool may open a connection yet, which prepares the statements first.
    let mut taken = Vec::new();
    for _ in 0..5 {
        for _ in 0..3 {
            admin.file(&more_time()).await.expect(201);
        }
        taken = trips.take();
        if taken == [4, 4, 4] {
            break;
        }
    }
    assert_eq!(taken, [4, 4, 4]);
    for number in 0..3 {
        admin.file_with_key(&format!("key {number}"), &more_time()).await.expect(201);
    }
    assert_eq!(trips.take().into_iter().min(), Some(4));
    // A connection on which nothing was granted yet has to prepare more.
    for _ in 0..4 {
        admin.file(&for_somebody()).await.expect(201);
    }
    assert_eq!(trips.take().into_iter().min(), Some(11));
}

/// Kind, recipient, language and data of what is to be told.
pub type Told = (String, String, String, Value);

pub async fn told(owner: &mut PgConnection) -> Vec<Told> {
    sqlx::query_as("SELECT kind, recipient, language, data FROM outbox ORDER BY created_at, kind DESC, recipient")
        .fetch_all(owner)
        .await
        .unwrap()
}

fn who(told: &[Told]) -> Vec<[&str; 3]> {
    told.iter().map(|(kind, recipient, language, _)| [kind.as_str(), recipient, language]).collect()
}

#[actix_web::test]
async fn what_came_of_a_request_is_to_be_told_to_whom_it_concerns() {
    let app = TestApp::start().await;
    let mut owner = app.owner().await;
    let admin = app.actor("tailspin-global-admin");
    let granted = admin.file(&third_party()).await.expect(201).json();
    let news = told(&mut owner).await;
    let expected = [["request_accepted", "contact", "ja"], ["exception_granted", "security_contact", "ja"]];
    assert_eq!(who(&news), expected);
    let data = &news[1].3;
    assert_eq!(&news[0].3["exception"], data, "the contact is told of the grant by the answer");
    assert_eq!(data["reference"], granted["reference"]);
    assert_eq!((&data["users"], &data["granted_by"]), (&json!(1), &json!("policy")));
    assert_eq!(data["expires_at"], granted["exception"]["expires_at"]);
    assert!(text(&data["surfaces"][0]["label"]).chars().any(|c| c > '\u{3000}'), "{data}");

    sqlx::query("DELETE FROM outbox").execute(&mut owner).await.unwrap();
    app.wait(chrono::TimeDelta::seconds(1));
    let received = admin.file(&other()).await.expect(201).json();
    admin.file(&more_time()).await.expect(201);
    let news = told(&mut owner).await;
    assert_eq!(who(&news), [["request_received", "contact", "en"], ["request_denied", "contact", "ja"]]);
    assert_eq!(news[0].3["due_at"], received["sla"]["due_at"]);
    assert_eq!(news[1].3["reasons"][0]["code"], "plan_the_rollout");
    assert!(text(&news[1].3["issue_title"]).chars().any(|c| c > '\u{3000}'), "{}", news[1].3);

    sqlx::query("DELETE FROM outbox").execute(&mut owner).await.unwrap();
    app.wait(chrono::TimeDelta::seconds(1));
    app.staff("reviewer").accept(&received).await.expect(200);
    let news = told(&mut owner).await;
    let expected = [["request_accepted", "contact", "en"], ["exception_granted", "security_contact", "en"]];
    assert_eq!(who(&news), expected);
    assert_eq!(news[0].3["decided_by"], "person");
    for (_, _, _, data) in &news {
        assert!(!data.to_string().contains("the logs show it"), "no text of people: {data}");
    }
}

#[actix_web::test]
async fn what_is_refused_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let admin = app.actor("tailspin-global-admin");
    admin.file(&other()).await.expect(201);
    admin.file_with_key("k", &other()).await.expect(409);
    let mut owner = app.owner().await;
    let left: (i64, i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM requests), (SELECT count(*) FROM outbox), (SELECT count(*) FROM idempotency_keys),
           (SELECT count(*) FROM audit_events WHERE action = 'request.filed')",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert_eq!(left, (1, 1, 0, 1));
    let next = admin.file(&more_time()).await.expect(201).json();
    assert!(text(&next["reference"]).ends_with("000002"), "no number was spent on it: {next}");
}

/// Submissions whose clients drop the connection at random moments of their way, before, in and after the transaction.
#[actix_web::test]
async fn of_two_thousand_cancelled_submissions_none_blocks_and_none_that_was_acknowledged_is_lost() {
    const SUBMISSIONS: usize = 2000;
    let app = TestApp::start_with(|config| config.database.max_connections = 8).await;
    let admin = app.actor("tailspin-global-admin");
    let begun = Instant::now();
    admin.file(&more_time()).await.expect(201);
    let usual = begun.elapsed();
    let submissions = futures_util::stream::iter(0..SUBMISSIONS).map(|_| {
        let patience = usual.mul_f64(f64::from(u16::from_le_bytes(secret_bytes())) / f64::from(u16::MAX) * 4.0);
        let (admin, body) = (&admin, more_time());
        async move { tokio::time::timeout(patience, admin.file(&body)).await.ok() }
    });
    let answers: Vec<_> = submissions.buffer_unordered(16).filter_map(async |answer| answer).collect().await;
    let acknowledged: Vec<Uuid> =
        answers.into_iter().map(|answer| text(&answer.expect(201).json()["id"]).parse().unwrap()).collect();
    println!("{} of {SUBMISSIONS} were acknowledged", acknowledged.len());
    assert!((1..SUBMISSIONS).contains(&acknowledged.len()), "some were cancelled, and some were not");

    let mut owner = app.owner().await;
    let begun = Instant::now();
    while inside_a_transaction(&mut owner).await > 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "a connection stays inside a transaction");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM requests WHERE id = ANY($1)")
        .bind(&acknowledged)
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(kept, acknowledged.len() as i64, "acknowledged requests were lost");
    let halves: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM requests AS r WHERE (SELECT count(*) FROM outbox WHERE request_id = r.id) <> 1
           OR (SELECT count(*) FROM audit_events WHERE subject_id = r.id) <> 1",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert_eq!(halves, 0, "requests without their audit row or their news");
    admin.file(&more_time()).await.expect(201);
}

/// How many connections of the desk are inside a transaction or wait for somebody's lock.
async fn inside_a_transaction(owner: &mut PgConnection) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
           AND (state LIKE 'idle in transaction%' OR wait_event_type = 'Lock')",
    )
    .fetch_one(owner)
    .await
    .unwrap()
}
