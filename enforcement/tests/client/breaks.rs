//! What breaks between gate and desk, by a proxy that breaks it.

use crate::desk::{World, minute, rule};
use crate::following::other_rule;
use crate::history::Way;
use crate::proxy::{Fault, Proxy};
use crate::pulling::later;
use flate2::write::GzEncoder;
use mfa_enforcement::Reason::{MfaRequired, MfaSuppressed};
use mfa_enforcement::client::{ClientConfig, FeedClient, Follow, Outcome, PullError};
use std::io::Write;
use std::time::{Duration, Instant};

/// A desk, a proxy before it, and a client that follows through that and has version 5. Silence is noticed after half a
/// second, and a document may have 8 KiB, changes 4 KiB.
async fn world(name: &str, follow: Follow) -> (World, Proxy, FeedClient) {
    let world = World::new(name).await;
    world.tell_history().await;
    let proxy = Proxy::before(*world.server.address()).await;
    let desk = format!("http://{}", proxy.address).parse().expect("an address");
    let config = ClientConfig {
        desk,
        follow,
        silence: Duration::from_millis(500),
        wait: Duration::ZERO,
        longest_document: 8 << 10,
        longest_change: 4 << 10,
        ..world.config()
    };
    let mut client = FeedClient::new(config, world.clock()).expect("a client");
    assert_eq!(client.step().await.expect("news"), Outcome::Accepted { version: 5 });
    (world, proxy, client)
}

/// The head of an answer without end.
fn head(more: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{more}\r\n\r\n").into_bytes()
}

#[tokio::test]
async fn a_stream_cut_anywhere_applies_whole_events_only_and_is_taken_up_again() {
    let (world, proxy, mut client) = world("cut", Follow::Stream).await;
    for (number, bytes) in [0, 40, 150, 200, 300, 500, 700].into_iter().enumerate() {
        let version = 6 + number as u64;
        let rules = if number % 2 == 0 { vec![] } else { vec![rule()] };
        world.history.publish(rules, minute(1));
        proxy.set(Way::Stream.path(), Fault::Cut(bytes));
        world.failing_step(&mut client).await;
        proxy.heal();
        assert_eq!(client.step().await.expect("news"), Outcome::Accepted { version }, "after {bytes} bytes");
        let expected = if number % 2 == 0 { MfaRequired } else { MfaSuppressed };
        assert_eq!(world.decides(&client.handle()), expected);
        // The scripted stream ends after its event.
        world.failing_step(&mut client).await;
    }
}

#[tokio::test]
async fn a_silent_stream_is_given_up() {
    let (world, proxy, mut client) = world("silent", Follow::Stream).await;
    // Silent from the start, and in the middle of an event.
    for bytes in [0, 300] {
        proxy.set(Way::Stream.path(), Fault::Silence(bytes));
        let begun = Instant::now();
        let error = loop {
            match client.step().await {
                Ok(Outcome::Waiting) => {}
                other => break other.expect_err("no news"),
            }
        };
        assert!(matches!(error, PullError::Silence(_)), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    proxy.heal();
    world.history.publish(vec![], minute(1));
    world.catches_up(&mut client).await;
}

#[tokio::test]
async fn a_stream_that_lives_but_renews_nothing_is_given_up_before_the_freshness_is_over() {
    let (world, proxy, mut client) = world("frozen", Follow::Stream).await;
    let heartbeats =
        Fault::Endless(head("content-type: text/event-stream"), b":\n\n".into(), Duration::from_millis(20));
    proxy.set(Way::Stream.path(), heartbeats);
    assert_eq!(client.step().await.expect("an open stream"), Outcome::Waiting);
    world.set_time(minute(11));
    assert_eq!(client.step().await.expect("still fresh for more than a quarter"), Outcome::Waiting);
    world.set_time(minute(12));
    let error = world.failing_step(&mut client).await;
    assert!(matches!(error, PullError::Stalled), "{error}");
    world.set_time(minute(15));
    assert_eq!(world.decides(&client.handle()), MfaRequired, "what is not renewed does not count");
}

#[tokio::test]
async fn what_never_ends_is_cut_off() {
    let pause = Duration::ZERO;
    let (world, proxy, mut client) = world("endless", Follow::Stream).await;
    let stream = || head("content-type: text/event-stream");
    for again in [b"data: ".repeat(1000), b"data: 1234\n".repeat(100), b"x".repeat(1000)] {
        proxy.set(Way::Stream.path(), Fault::Endless(stream(), again, pause));
        let error = world.failing_step(&mut client).await;
        assert!(matches!(error, PullError::LongEvent { limit: 4096 }), "{error}");
        client.step().await.expect("everything, in place of what was too long");
    }
    for (follow, way, most) in [(Follow::Changes, Way::Changes, 4 << 10), (Follow::Poll, Way::Rules, 8 << 10)] {
        let (world, proxy, mut client) = self::world(&format!("endless-{}", follow.name()), follow).await;
        proxy.set(way.path(), Fault::Endless(head("content-type: application/jose"), b"A".repeat(1000), pause));
        let error = world.failing_step(&mut client).await;
        assert!(matches!(error, PullError::TooLong { limit, .. } if limit == most), "{error}");
    }
}

#[tokio::test]
async fn what_is_small_until_it_is_unpacked_is_cut_off() {
    let mut bomb = GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        bomb.write_all(&[b'A'; 1 << 20]).expect("a bomb");
    }
    let bomb = bomb.finish().expect("a bomb");
    assert!(bomb.len() < 80 << 10);
    for (follow, way) in [(Follow::Changes, Way::Changes), (Follow::Poll, Way::Rules)] {
        let (world, proxy, mut client) = world(&format!("bomb-{}", follow.name()), follow).await;
        let more =
            format!("content-type: application/jose\r\ncontent-encoding: gzip\r\ncontent-length: {}", bomb.len());
        proxy.set(way.path(), Fault::Endless([head(&more), bomb.clone()].concat(), vec![], Duration::from_secs(1)));
        let error = world.failing_step(&mut client).await;
        assert!(matches!(error, PullError::TooLong { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_change_longer_than_allowed_is_fetched_as_a_document() {
    for follow in [Follow::Stream, Follow::Changes] {
        let (world, _proxy, mut client) = world(&format!("long-change-{}", follow.name()), follow).await;
        world.history.publish((1..=14).map(other_rule).collect(), minute(1));
        let error = world.failing_step(&mut client).await;
        assert!(matches!(error, PullError::LongEvent { .. } | PullError::TooLong { .. }), "{error}");
        assert_eq!(client.step().await.expect("everything"), Outcome::Accepted { version: 6 });
        assert_eq!(world.decides(&client.handle()), MfaRequired);
    }
}

#[tokio::test]
async fn a_desk_that_is_gone_for_an_hour_is_followed_again_and_nothing_counts_in_between() {
    for (follow, way) in [(Follow::Stream, Way::Stream), (Follow::Changes, Way::Changes)] {
        let (world, _proxy, mut client) = world(&format!("an-hour-{}", follow.name()), follow).await;
        for time in 2..=61 {
            world.set_time(minute(time));
            world.history.is_away(true);
            world.failing_step(&mut client).await;
            world.history.is_away(false);
            let expected = if time < 15 { MfaSuppressed } else { MfaRequired };
            assert_eq!(world.decides(&client.handle()), expected, "at minute {time}");
        }
        assert_eq!(client.handle().status(minute(61)).follows, Follow::Poll);
        world.history.publish(vec![rule(), other_rule(2)], minute(61));
        world.catches_up(&mut client).await;
        assert_eq!(world.decides(&client.handle()), MfaSuppressed);
        later(91).await;
        world.set_time(minute(63));
        let before = world.requests(way.path()).await.len();
        world.history.publish(vec![], minute(63));
        world.catches_up(&mut client).await;
        assert_eq!(world.requests(way.path()).await.len(), before + 1, "by the way that was asked for");
    }
}

#[tokio::test]
async fn a_stream_that_ends_in_time_is_taken_up_with_another_token() {
    let (world, proxy, mut client) = world("in-time", Follow::Stream).await;
    let (first, again) = (head("content-type: text/event-stream\r\ncontent-length: 300"), b":\n\n".to_vec());
    proxy.set(Way::Stream.path(), Fault::Endless(first, again, Duration::from_millis(20)));
    assert_eq!(client.step().await.expect("an open stream"), Outcome::Waiting);
    later(60).await;
    world.set_time(minute(2));
    for _ in 0..4 {
        assert_eq!(client.step().await.expect("no failure"), Outcome::Waiting);
        if world.requests("/token").await.len() == 2 {
            break;
        }
        proxy.heal();
    }
    world.history.publish(vec![], minute(2));
    world.catches_up(&mut client).await;
    assert_eq!(world.requests("/token").await.len(), 2);
    assert_eq!(client.handle().status(minute(2)).follows, Follow::Stream);
}
