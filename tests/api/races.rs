//! Two reviewers reach for one request at the same instant: one decides, the other is told.

use crate::actors::{Actor, Answer, other, text};
use crate::app::TestApp;
use serde_json::Value;

#[actix_web::test]
async fn of_two_who_decide_at_once_one_does_and_the_other_is_told() {
    race(40).await;
}

#[actix_web::test]
#[ignore = "minutes; `cargo xtask soak` runs it"]
async fn of_two_who_decide_at_once_a_thousand_times_one_does_and_the_other_is_told() {
    race(1000).await;
}

async fn race(rounds: usize) {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    let (one, two) = (app.staff("reviewer"), app.staff("lead"));
    let (mut granted, mut won_by_one) = (0, 0);
    for round in 0..rounds {
        let request = partner.file(&other()).await.expect(201).json();
        let answers = tokio::join!(step(&one, &request, round), step(&two, &request, round / 2));
        let statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "round {round}: {statuses:?}");
        assert!(statuses.iter().all(|status| [200, 409, 412].contains(status)), "round {round}: {statuses:?}");
        let won = if statuses[0] == 200 { &answers.0 } else { &answers.1 };
        granted += i64::from(won.json()["status"] == "accepted");
        won_by_one += usize::from(statuses[0] == 200);
        one_of_each(&app, &request, granted).await;
    }
    assert!((1..rounds).contains(&won_by_one), "one of them always wins: {won_by_one} of {rounds}");
}

/// Accepts or denies, as the number says.
async fn step(actor: &Actor<'_>, request: &Value, number: usize) -> Answer {
    if number.is_multiple_of(2) { actor.accept(request).await } else { actor.deny(request).await }
}

/// One decision, one answer to the partner, no news twice, no claim left, and as many feed versions as grants.
async fn one_of_each(app: &TestApp, request: &Value, granted: i64) {
    let counted: (i64, i64, i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM decisions WHERE request_id = r.id),
             (SELECT count(*) FROM outbox WHERE request_id = r.id AND kind IN ('request_accepted', 'request_denied')),
             (SELECT count(*) - count(DISTINCT (kind, recipient)) FROM outbox WHERE request_id = r.id),
             (SELECT count(*) FROM request_claims WHERE request_id = r.id), (SELECT version FROM feed_head)
         FROM requests AS r WHERE r.id = $1::uuid",
    )
    .bind(text(&request["id"]))
    .fetch_one(&mut app.owner().await)
    .await
    .unwrap();
    assert_eq!(counted, (1, 1, 0, 0, granted));
}

#[actix_web::test]
async fn of_two_who_claim_at_once_one_has_it() {
    let app = TestApp::start().await;
    let partner = app.actor("tailspin-global-admin");
    let (one, two) = (app.staff("reviewer"), app.staff("reviewer-2"));
    for _ in 0..20 {
        let request = partner.file(&other()).await.expect(201).json();
        let nothing = serde_json::json!({});
        let answers = tokio::join!(one.step("claim", &request, &nothing), two.step("claim", &request, &nothing));
        let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
        let holder = if statuses[0] == 200 { &one } else { &two };
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
        holder.deny(&request).await.expect(200);
    }
}
