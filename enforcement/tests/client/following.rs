//! How a client follows the feed by its changes, and what it does when a way does not work.

use crate::desk::{EPOCH, World, minute, rule};
use crate::history::{Lie, Way};
use crate::pulling::later;
use crate::signing::Key;
use mfa_enforcement::Reason::{MfaRequired, MfaSuppressed};
use mfa_enforcement::client::{Follow, Outcome, PullError};
use mfa_enforcement::{Rule, Subjects};
use std::time::Duration;
use uuid::Uuid;

/// A rule of another user.
pub fn other_rule(id: u128) -> Rule {
    Rule { id: Uuid::from_u128(id), subjects: Subjects::Users(vec![Uuid::from_u128(id)]), ..rule() }
}

#[tokio::test]
async fn a_revocation_comes_by_the_stream_and_by_changes() {
    for follow in [Follow::Stream, Follow::Changes] {
        let (world, mut client) = World::following(&format!("revoked-{}", follow.name()), follow).await;
        assert_eq!(world.decides(&client.handle()), MfaSuppressed);
        world.history.publish(vec![], minute(1));
        assert_eq!(client.step().await.expect("news"), Outcome::Accepted { version: 6 });
        assert_eq!(world.decides(&client.handle()), MfaRequired);
        world.history.publish(vec![rule(), other_rule(2)], minute(1));
        world.catches_up(&mut client).await;
        assert_eq!(world.decides(&client.handle()), MfaSuppressed);
        assert_eq!(client.handle().status(minute(1)).held.expect("a version").rules, 2);
        assert_eq!(world.requests("/feed/v1/rules").await.len(), 1, "everything was fetched once");
    }
}

#[tokio::test]
async fn it_asks_with_its_token_from_the_version_that_it_has() {
    let (world, mut client) = World::following("asks-stream", Follow::Stream).await;
    client.step().await.expect("an answer");
    let asked = &world.requests(Way::Stream.path()).await[0];
    assert_eq!(asked.headers["last-event-id"], format!("{EPOCH}:5"));
    assert_eq!(asked.headers["authorization"], "Bearer t0ken");
    let (world, mut client) = World::following("asks-changes", Follow::Changes).await;
    client.step().await.expect("an answer");
    let asked = &world.requests(Way::Changes.path()).await[0];
    assert_eq!(asked.url.query(), Some(format!("epoch={EPOCH}&after=5&wait=30").as_str()));
    assert_eq!(asked.headers["accept"], "application/jose");
    assert_eq!(asked.headers["authorization"], "Bearer t0ken");
}

#[tokio::test]
async fn changes_without_a_change_make_it_last_longer() {
    for follow in [Follow::Stream, Follow::Changes] {
        let (world, mut client) = World::following(&format!("renewed-{}", follow.name()), follow).await;
        world.history.renew(minute(5));
        world.set_time(minute(6));
        assert_eq!(client.step().await.expect("news"), Outcome::Accepted { version: 5 });
        world.set_time(minute(19));
        assert_eq!(world.decides(&client.handle()), MfaSuppressed);
        world.set_time(minute(20));
        assert_eq!(world.decides(&client.handle()), MfaRequired);
    }
}

#[tokio::test]
async fn where_a_way_is_not_offered_the_next_one_is_taken_at_once() {
    for status in [404, 405, 501] {
        let (world, mut client) = World::following(&format!("not-offered-{status}"), Follow::Stream).await;
        let follows = |client: &mfa_enforcement::client::FeedClient| client.handle().status(minute(1)).follows;
        world.history.lie(Way::Stream, Lie::Status(status));
        world.failing_step(&mut client).await;
        assert_eq!(follows(&client), Follow::Changes);
        world.history.lie(Way::Changes, Lie::Status(status));
        world.failing_step(&mut client).await;
        assert_eq!(follows(&client), Follow::Poll);
        world.history.publish(vec![], minute(1));
        assert_eq!(client.step().await.expect("news"), Outcome::Accepted { version: 6 });
        assert_eq!(world.decides(&client.handle()), MfaRequired);
    }
}

#[tokio::test]
async fn an_answer_that_is_no_stream_is_not_listened_to() {
    let (world, mut client) = World::following("no-stream", Follow::Stream).await;
    world.server.reset().await;
    let page = wiremock::ResponseTemplate::new(200).set_body_raw("<html>", "text/html");
    let stream = wiremock::Mock::given(wiremock::matchers::path(Way::Stream.path()));
    stream.respond_with(page).mount(&world.server).await;
    assert!(matches!(world.failing_step(&mut client).await, PullError::NoStream(_)));
    assert_eq!(client.handle().status(minute(1)).follows, Follow::Changes);
}

#[tokio::test]
async fn what_breaks_three_times_is_left_and_tried_again_after_a_while() {
    let (world, mut client) = World::following("climbs", Follow::Stream).await;
    for _ in 0..3 {
        world.history.lie(Way::Stream, Lie::Status(502));
        world.failing_step(&mut client).await;
    }
    world.history.publish(vec![], minute(1));
    assert_eq!(client.step().await.expect("news"), Outcome::Accepted { version: 6 });
    assert_eq!(client.handle().status(minute(1)).follows, Follow::Changes);
    later(91).await;
    client.step().await.expect("an answer");
    assert_eq!(client.handle().status(minute(1)).follows, Follow::Stream);
    assert_eq!(world.requests(Way::Stream.path()).await.len(), 4);
}

#[tokio::test]
async fn a_version_that_the_desk_cannot_lead_on_from_is_left_by_fetching_everything() {
    for follow in [Follow::Stream, Follow::Changes] {
        for (name, lie) in [
            ("gone", Lie::Status(410)),
            ("resync", Lie::Resync),
            ("dropped", Lie::Dropped),
            ("digest", Lie::WrongDigest),
        ] {
            let (world, mut client) = World::following(&format!("{name}-{}", follow.name()), follow).await;
            world.history.publish(vec![rule(), other_rule(2)], minute(1));
            world.history.publish(vec![other_rule(2)], minute(1));
            let way = if follow == Follow::Stream { Way::Stream } else { Way::Changes };
            world.history.lie(way, lie);
            world.failing_step(&mut client).await;
            assert_eq!(world.decides(&client.handle()), MfaSuppressed, "{name}: nothing was applied in part");
            assert_eq!(client.step().await.expect("everything"), Outcome::Accepted { version: 7 }, "{name}");
            assert_eq!(world.decides(&client.handle()), MfaRequired);
            assert_eq!(world.requests("/feed/v1/rules").await.len(), 2, "{name}");
        }
    }
}

#[tokio::test]
async fn a_stream_that_keeps_lying_is_left_though_snapshots_come() {
    let (world, mut client) = World::following("lying-stream", Follow::Stream).await;
    for _ in 0..3 {
        world.history.lie(Way::Stream, Lie::Resync);
        world.failing_step(&mut client).await;
        client.step().await.expect("everything");
    }
    assert_eq!(client.handle().status(minute(1)).follows, Follow::Changes);
}

#[tokio::test]
async fn a_token_that_the_desk_does_not_take_is_dropped_on_every_way() {
    for (follow, way) in [(Follow::Stream, Way::Stream), (Follow::Changes, Way::Changes)] {
        let (world, mut client) = World::following(&format!("unauthorized-{}", follow.name()), follow).await;
        world.history.lie(way, Lie::Status(401));
        world.failing_step(&mut client).await;
        client.step().await.expect("an answer");
        assert_eq!(world.requests("/token").await.len(), 2);
    }
}

#[tokio::test]
async fn what_a_withdrawn_key_signed_before_the_changes_does_not_count_either() {
    let (world, mut client) = World::following("withdrawn-before", Follow::Changes).await;
    let two = Key::new("two", 2);
    world.publish_keys(&[&world.key, &two]);
    later(60).await;
    world.history.sign_with(two.clone());
    world.history.publish(vec![rule(), other_rule(2)], minute(1));
    assert_eq!(client.step().await.expect("news"), Outcome::Accepted { version: 6 });
    // The newest document was signed by the key that stays, but the rule came with the one that does not.
    world.publish_keys(&[&two]);
    later(60).await;
    world.set_time(minute(3));
    world.history.lie(Way::Rules, Lie::Status(503));
    client.step().await.expect_err("no news");
    assert_eq!(world.decides(&client.handle()), MfaRequired);
    assert_eq!(client.step().await.expect("everything"), Outcome::Accepted { version: 6 });
    assert_eq!(world.decides(&client.handle()), MfaSuppressed);
}

#[tokio::test]
async fn a_fresh_copy_follows_a_change_of_keys_without_a_gap() {
    let (world, mut client) = World::following("fresh-copy", Follow::Changes).await;
    let two = Key::new("two", 2);
    world.publish_keys(&[&world.key, &two]);
    later(60).await;
    world.history.sign_with(two.clone());
    world.history.publish(vec![rule(), other_rule(2)], minute(1));
    client.step().await.expect("news");
    later(600).await;
    world.set_time(minute(12));
    assert_eq!(client.step().await.expect("everything"), Outcome::Accepted { version: 6 });
    assert_eq!(world.requests("/feed/v1/rules").await.len(), 2);
    world.publish_keys(&[&two]);
    later(60).await;
    world.set_time(minute(13));
    client.step().await.expect("an answer");
    assert_eq!(world.decides(&client.handle()), MfaSuppressed, "nothing of what is held was signed by the old key");
}

#[tokio::test]
async fn a_clock_that_stands_still_or_is_drawn_back_suppresses_nothing() {
    let (world, client) = World::following("drawn-back", Follow::Changes).await;
    later(60).await;
    assert_eq!(world.decides(&client.handle()), MfaSuppressed, "60 s are tolerated");
    later(1).await;
    assert_eq!(world.decides(&client.handle()), MfaRequired, "61 s passed, and the clock says that none did");
    assert!(client.handle().status(minute(1)).clock_behind);
    world.set_time(minute(2));
    assert_eq!(world.decides(&client.handle()), MfaSuppressed);
}

#[tokio::test]
async fn small_steps_of_the_clock_do_not_add_up_while_the_desk_says_something_new() {
    let (world, mut client) = World::following("drawn-back-slowly", Follow::Changes).await;
    for minutes in 1..=5 {
        // Of each minute the clock shows half.
        later(60).await;
        let now = minute(1) + chrono::TimeDelta::seconds(30 * minutes);
        world.set_time(now);
        world.history.renew(now);
        client.step().await.expect("news");
        assert_eq!(world.decides(&client.handle()), MfaSuppressed);
    }
    assert_eq!(client.handle().status(minute(2)).clock_step_seconds, None);
}

#[tokio::test]
async fn it_runs_by_the_stream_and_stops_when_told() {
    let (world, client) = World::following("runs-stream", Follow::Stream).await;
    let feed = client.handle();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(client.run(async {
        let _ = stopped.await;
    }));
    world.history.publish(vec![], minute(1));
    for _ in 0..500 {
        if world.decides(&feed) == MfaRequired {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(world.decides(&feed), MfaRequired);
    assert_eq!(world.requests("/feed/v1/rules").await.len(), 1);
    stop.send(()).expect("a running client");
    tokio::time::timeout(Duration::from_secs(5), running).await.expect("an end").expect("no panic");
}
