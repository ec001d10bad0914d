//! The page of a request tells who works on it and who else looks at it, and keeps what was begun there.

use crate::actors::{other, text};
use crate::app::TestApp;
use crate::browser::Browser;
use serde_json::{Value, json};

const HALF: &str = "The kiosk logs of 12 May show";

async fn filed(app: &TestApp) -> (Value, String) {
    let request = app.actor("tailspin-global-admin").file(&other()).await.expect(201).json();
    let path = format!("/review/{}", text(&request["reference"]));
    (request, path)
}

fn names(persona: &str) -> &'static str {
    exception_desk_demo::people::PERSONAS.iter().find(|one| one.key == persona).unwrap().name
}

#[actix_web::test]
async fn two_people_on_one_request_see_each_other() {
    let app = TestApp::start().await;
    let (_, path) = filed(&app).await;
    let mut one = Browser::of_staff(&app, "reviewer").await;
    let mut two = Browser::of_staff(&app, "reviewer-2").await;
    assert!(!one.open(&path).await.1.contains("Also looking"));
    let seen = two.open(&path).await.1;
    assert!(seen.contains("Also looking") && seen.contains(names("reviewer")), "{seen}");
    let (status, live) = one.submit(&format!("{path}/visit"), &[]).await;
    assert!(status == 200 && live.contains(names("reviewer-2")), "{live}");
    sqlx::query("UPDATE review_visits SET seen_at = seen_at - interval '6 minutes'")
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    assert!(!two.open(&path).await.1.contains("Also looking"), "who has left is not shown");
}

#[actix_web::test]
async fn claiming_on_the_page_keeps_others_from_deciding() {
    let app = TestApp::start().await;
    let (request, path) = filed(&app).await;
    let mut one = Browser::of_staff(&app, "reviewer").await;
    let mut two = Browser::of_staff(&app, "reviewer-2").await;
    let mut lead = Browser::of_staff(&app, "lead").await;
    let version = request["version"].to_string();
    let (status, to) = one.submit(&format!("{path}/claim"), &[("version", &version)]).await;
    assert_eq!((status, to.as_str()), (303, path.as_str()));
    assert!(one.open(&path).await.1.contains("You have claimed it until"));
    let seen = two.open(&path).await.1;
    assert!(seen.contains("has claimed it until") && !seen.contains("/claim\""), "{seen}");
    assert_eq!(two.submit(&format!("{path}/claim"), &[("version", &version)]).await.0, 409);
    assert_eq!(two.submit(&format!("{path}/claim"), &[("version", &version), ("take_over", "1")]).await.0, 403);
    assert_eq!(two.submit(&format!("{path}/release"), &[("version", &version)]).await.0, 409);
    let form = [("version", version.as_str()), ("outcome", "deny"), ("reason", HALF)];
    let (status, refused) = two.submit(&format!("{path}/decision"), &form).await;
    assert!(status == 409 && refused.contains(HALF) && refused.contains(names("reviewer")), "{refused}");
    assert!(lead.open(&path).await.1.contains("Take over"));
    assert_eq!(lead.submit(&format!("{path}/claim"), &[("version", &version), ("take_over", "1")]).await.0, 303);
    assert!(one.open(&path).await.1.contains(names("lead")));
    assert_eq!(lead.submit(&format!("{path}/release"), &[("version", &version)]).await.0, 303);
    assert!(one.open(&path).await.1.contains("Nobody has claimed"));
}

#[actix_web::test]
async fn a_half_written_reason_survives_a_lapsed_lease_and_a_lost_race() {
    let app = TestApp::start().await;
    let (request, path) = filed(&app).await;
    let version = request["version"].to_string();
    let mut one = Browser::of_staff(&app, "reviewer").await;
    one.submit(&format!("{path}/claim"), &[("version", &version)]).await;
    one.submit(&format!("{path}/visit"), &[("reason", HALF)]).await;
    sqlx::query("UPDATE request_claims SET claimed_at = now() - interval '3 hours', lease_until = now()")
        .execute(&mut app.owner().await)
        .await
        .unwrap();
    let page = one.open(&path).await.1;
    assert!(page.contains("Nobody has claimed") && page.contains(HALF) && page.contains("in the form again"), "{page}");
    // Nobody else reads it.
    let mut two = Browser::of_staff(&app, "reviewer-2").await;
    assert!(!two.open(&path).await.1.contains(HALF));
    // A heartbeat without a field forgets nothing; the preview keeps what it was given.
    one.submit(&format!("{path}/visit"), &[]).await;
    assert!(one.open(&path).await.1.contains(HALF));
    let longer = format!("{HALF} that nobody can verify.");
    one.submit(&format!("{path}/decide"), &[("version", &version), ("outcome", "deny"), ("reason", &longer)]).await;
    assert!(one.open(&path).await.1.contains(&longer));
    app.staff("reviewer-2").deny(&request).await.expect(200);
    let form = [("version", version.as_str()), ("outcome", "deny"), ("reason", longer.as_str())];
    let (status, lost) = one.submit(&format!("{path}/decision"), &form).await;
    assert!([409, 412].contains(&status) && lost.contains(&longer), "{lost}");
    // It is still theirs when the appeal brings the request back to them, or to somebody else.
    let kept: Vec<Option<String>> = sqlx::query_scalar("SELECT reason FROM review_visits WHERE reason IS NOT NULL")
        .fetch_all(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(kept, [Some(longer)]);
}

#[actix_web::test]
async fn what_was_said_is_begun_no_more() {
    let app = TestApp::start().await;
    let (request, path) = filed(&app).await;
    let version = request["version"].to_string();
    let mut one = Browser::of_staff(&app, "reviewer").await;
    one.open(&path).await;
    one.submit(&format!("{path}/visit"), &[("reason", HALF), ("question", "Which kiosk")]).await;
    let question = [("version", version.as_str()), ("question", "Which kiosk is it?")];
    assert_eq!(one.submit(&format!("{path}/ask"), &question).await.0, 303);
    let asked = app.staff("reviewer").read(&request).await;
    let replied = app.actor("tailspin-global-admin").step("reply", &asked, &json!({ "text": "Osaka." })).await;
    let replied = replied.expect(200).json();
    let page = one.open(&path).await.1;
    assert!(page.contains(HALF) && !page.contains("Which kiosk</textarea>"), "{page}");
    app.staff("reviewer").deny(&replied).await.expect(200);
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM review_visits WHERE written_at IS NOT NULL")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

/// Minutes until the claim lapses.
async fn minutes_left(app: &TestApp) -> i32 {
    sqlx::query_scalar("SELECT round(extract(epoch FROM lease_until - now()) / 60)::int FROM request_claims")
        .fetch_one(&mut app.owner().await)
        .await
        .unwrap()
}

#[actix_web::test]
async fn an_open_page_alone_renews_a_claim_for_so_long_and_a_step_renews_it_again() {
    let app = TestApp::start().await;
    let (request, path) = filed(&app).await;
    let version = request["version"].to_string();
    let mut one = Browser::of_staff(&app, "reviewer").await;
    one.submit(&format!("{path}/claim"), &[("version", &version)]).await;
    let acted = async |minutes: i32| {
        sqlx::query("UPDATE request_claims SET claimed_at = now() - interval '1 day', acted_at = now() - make_interval(mins => $1), lease_until = now() + interval '10 minutes'")
            .bind(minutes)
            .execute(&mut app.owner().await)
            .await
            .unwrap();
    };
    let visit = format!("{path}/visit");
    for (minutes, left) in [(60, 120), (200, 40), (235, 10), (600, 10)] {
        acted(minutes).await;
        assert_eq!(one.submit(&visit, &[]).await.0, 200);
        assert_eq!(minutes_left(&app).await, left, "{minutes} minutes after the last step");
    }
    one.submit(&visit, &[("reason", HALF)]).await;
    assert_eq!(minutes_left(&app).await, 120, "whoever writes works");
    acted(600).await;
    let page = one.open(&path).await.1;
    assert_eq!(minutes_left(&app).await, 120, "whoever opens it does too");
    assert!(page.contains("renews it for no more than 4 hours after your last step"), "{page}");
}
