//! How a gate asks, and what counts while it does.

use crate::desk::{World, document, minute, rule};
use crate::signing::Key;
use chrono::TimeDelta;
use mfa_enforcement::Freshness::{Absent, Expired, Fresh};
use mfa_enforcement::Reason::{MfaRequired, MfaSuppressed};
use mfa_enforcement::client::{FeedClient, JwsError, Outcome, PullError, SetupError};
use serde_json::json;
use std::time::Duration;

/// Lets the client's own waiting times pass without waiting.
pub async fn later(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

#[tokio::test]
async fn a_first_start_suppresses_nothing_until_a_document_was_pulled() {
    let world = World::new("first-start").await;
    let mut client = world.client();
    assert_eq!(world.decides(&client.handle()), MfaRequired);
    assert_eq!(client.handle().status(minute(1)).feed, Absent);
    world.publish(&document(5, &[rule()]));
    assert_eq!(client.poll().await.expect("news"), Outcome::Accepted { version: 5 });
    assert_eq!(world.decides(&client.handle()), MfaSuppressed);
    let status = client.handle().status(minute(1));
    assert_eq!((status.feed, status.last_success, status.last_error), (Fresh, Some(minute(1)), None));
}

#[tokio::test]
async fn it_asks_for_the_signed_form_with_its_own_token() {
    let world = World::new("asks").await;
    world.client_with_version_5().await;
    let asked = world.requests("/feed/v1/rules").await;
    assert_eq!(asked[0].headers["accept"], "application/jose");
    assert_eq!(asked[0].headers["authorization"], "Bearer t0ken");
    let token = world.requests("/token").await;
    let form = "grant_type=client_credentials&client_id=gate-1&client_secret=s3cret&scope=feed";
    assert_eq!(str::from_utf8(&token[0].body), Ok(form));
}

#[tokio::test]
async fn a_revocation_takes_effect_with_the_next_answer() {
    let world = World::new("revocation").await;
    let mut client = world.client_with_version_5().await;
    world.publish(&document(6, &[]));
    client.poll().await.expect("news");
    assert_eq!(world.decides(&client.handle()), MfaRequired);
}

#[tokio::test]
async fn nothing_new_does_not_make_a_document_last_longer() {
    let world = World::new("not-longer").await;
    world.publish_with_etag(&document(5, &[rule()]), "\"5\"");
    let mut client = world.client();
    client.poll().await.expect("news");
    world.set_time(minute(14));
    assert_eq!(client.poll().await.expect("an answer"), Outcome::Unchanged);
    assert_eq!(world.requests("/feed/v1/rules").await[1].headers["if-none-match"], "\"5\"");
    assert_eq!(world.decides(&client.handle()), MfaSuppressed);
    world.set_time(minute(15));
    assert_eq!(world.decides(&client.handle()), MfaRequired);
    assert_eq!(client.handle().status(minute(15)).feed, Expired);
    world.refusal(&mut client).await;
    let asked = world.requests("/feed/v1/rules").await;
    assert!(!asked[2].headers.contains_key("if-none-match"), "with nothing fresh it wants the whole document");
}

#[tokio::test]
async fn a_newer_issue_of_the_same_version_lasts_longer() {
    let world = World::new("newer-issue").await;
    let mut client = world.client_with_version_5().await;
    let mut renewed = document(5, &[rule()]);
    (renewed["issued_at"], renewed["expires_at"]) = (json!(minute(5)), json!(minute(20)));
    world.publish(&renewed);
    world.set_time(minute(6));
    assert_eq!(client.poll().await.expect("news"), Outcome::Accepted { version: 5 });
    world.set_time(minute(19));
    assert_eq!(world.decides(&client.handle()), MfaSuppressed);
}

#[tokio::test]
async fn a_token_is_kept_until_shortly_before_its_end() {
    let world = World::new("token-kept").await;
    world.give_tokens(300);
    let mut client = world.client_with_version_5().await;
    later(230).await;
    client.poll().await.expect("an answer");
    assert_eq!(world.requests("/token").await.len(), 1);
    later(11).await;
    client.poll().await.expect("an answer");
    assert_eq!(world.requests("/token").await.len(), 2);
}

#[tokio::test]
async fn a_token_that_the_desk_does_not_take_is_dropped() {
    let world = World::new("token-dropped").await;
    let mut client = world.client_with_version_5().await;
    world.answer_with_status(401);
    world.refusal(&mut client).await;
    world.publish(&document(6, &[]));
    client.poll().await.expect("news");
    assert_eq!(world.requests("/token").await.len(), 2);
}

#[tokio::test]
async fn only_a_bearer_token_will_do() {
    let world = World::new("token-type").await;
    let mut client = world.client();
    world.give_in_place_of_tokens(200, &json!({"access_token": "t", "token_type": "DPoP"}));
    assert!(matches!(world.refusal(&mut client).await, PullError::NoToken));
    world.give_in_place_of_tokens(400, &json!({"error": "invalid_client"}));
    assert!(matches!(world.refusal(&mut client).await, PullError::Status { status: 400, .. }));
}

#[tokio::test]
async fn unknown_key_names_cannot_be_used_to_hammer_the_desk() {
    let world = World::new("bounded-keys").await;
    let mut client = world.client_with_version_5().await;
    let other = Key::new("two", 2);
    world.publish_text(&other.sign(&document(6, &[])));
    for _ in 0..5 {
        world.refusal(&mut client).await;
    }
    assert_eq!(world.requests("/.well-known/jwks.json").await.len(), 1);
    world.publish_keys(&[&world.key, &other]);
    later(5).await;
    assert_eq!(client.poll().await.expect("news"), Outcome::Accepted { version: 6 });
    assert_eq!(world.requests("/.well-known/jwks.json").await.len(), 2);
}

#[tokio::test]
async fn what_a_withdrawn_key_signed_suppresses_nothing_any_more() {
    let world = World::new("withdrawn").await;
    let mut client = world.client_with_version_5().await;
    world.publish_keys(&[&Key::new("two", 2)]);
    later(60).await;
    let error = world.refusal(&mut client).await;
    assert!(matches!(error, PullError::Signature(JwsError::UnknownKey(_))), "{error}");
    assert_eq!(world.decides(&client.handle()), MfaRequired);
}

#[tokio::test]
async fn keys_that_cannot_be_renewed_serve_on_for_a_quarter_of_an_hour() {
    let world = World::new("old-keys").await;
    let mut client = world.client_with_version_5().await;
    world.give_no_keys();
    world.publish(&document(6, &[rule()]));
    later(14 * 60).await;
    client.poll().await.expect("news");
    later(60).await;
    let error = world.refusal(&mut client).await;
    assert!(matches!(error, PullError::Status { status: 503, .. }), "{error}");
}

#[tokio::test]
async fn a_clock_that_is_behind_suppresses_nothing() {
    let world = World::new("clock-behind").await;
    world.set_time(minute(10));
    let mut client = world.client_with_version_5().await;
    world.set_time(minute(9));
    assert_eq!(world.decides(&client.handle()), MfaSuppressed, "60 s are tolerated");
    world.set_time(minute(9) - TimeDelta::milliseconds(1));
    assert_eq!(world.decides(&client.handle()), MfaRequired);
    assert!(client.handle().status(minute(8)).clock_behind);
    client.poll().await.expect("an answer");
    assert_eq!(world.decides(&client.handle()), MfaRequired, "asking again does not help");
    world.set_time(minute(10));
    assert_eq!(world.decides(&client.handle()), MfaSuppressed);
}

#[tokio::test]
async fn a_signed_time_counts_as_seen() {
    let world = World::new("signed-time").await;
    let mut client = world.client();
    let mut ahead = document(5, &[rule()]);
    (ahead["issued_at"], ahead["expires_at"]) = (json!(minute(3)), json!(minute(18)));
    world.publish(&ahead);
    client.poll().await.expect("news");
    assert_eq!(world.decides(&client.handle()), MfaRequired, "the own clock stands two minutes behind the desk's");
    world.set_time(minute(2));
    assert_eq!(world.decides(&client.handle()), MfaSuppressed);
}

#[tokio::test]
async fn it_stops_when_told_and_asks_again_until_then() {
    let world = World::new("runs").await;
    world.publish(&document(5, &[rule()]));
    let mut config = world.config();
    config.poll = Duration::from_millis(10);
    let client = FeedClient::new(config, world.clock()).expect("a client");
    let feed = client.handle();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(client.run(async {
        let _ = stopped.await;
    }));
    for _ in 0..500 {
        if world.requests("/feed/v1/rules").await.len() >= 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(world.decides(&feed), MfaSuppressed);
    stop.send(()).expect("a running client");
    tokio::time::timeout(Duration::from_secs(5), running).await.expect("an end").expect("no panic");
}

#[tokio::test]
async fn plain_http_is_for_this_machine_only() {
    let world = World::new("plain-http").await;
    for (place, fine) in [
        ("http://desk.example", false),
        ("http://desk.localhost:8080", true),
        ("http://[::1]:8080", true),
        ("http://127.0.0.1.example", false),
        ("https://desk.example", true),
        ("http://localhost.example", false),
    ] {
        let mut config = world.config();
        config.desk = place.parse().expect("an address");
        let client = FeedClient::new(config, world.clock());
        assert_eq!(matches!(client, Err(SetupError::PlainHttp(_))), !fine, "{place}");
    }
    let mut config = world.config();
    config.token.endpoint = "http://login.example/token".parse().expect("an address");
    assert!(matches!(FeedClient::new(config, world.clock()), Err(SetupError::PlainHttp(_))));
}
