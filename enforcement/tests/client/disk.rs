//! The signed snapshot and the signed changes after it on disk: used again when they hold, and never when they do not.

use crate::desk::{World, minute, rule};
use crate::following::other_rule;
use mfa_enforcement::Reason::{MfaRequired, MfaSuppressed};
use mfa_enforcement::client::{FeedClient, Follow, Outcome};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

fn file(world: &World, name: &str) -> PathBuf {
    world.directory.join(name)
}

fn read(world: &World, name: &str) -> Vec<u8> {
    fs::read(file(world, name)).expect("a file")
}

fn version(client: &FeedClient) -> Option<u64> {
    client.handle().status(minute(1)).held.map(|held| held.version)
}

/// A client that has followed changes to version 8: the test's user lost the rule at 6, got it back at 7, and another
/// rule came at 8.
async fn at_version_8(name: &str) -> World {
    let (world, mut client) = World::following(name, Follow::Changes).await;
    for rules in [vec![], vec![rule()], vec![rule(), other_rule(2)]] {
        world.history.publish(rules, minute(1));
        world.catches_up(&mut client).await;
    }
    drop(client);
    world
}

/// The client after a restart without the desk.
async fn restarted(world: &World) -> FeedClient {
    let mut client = world.client_that_follows(Follow::Changes);
    world.server.reset().await;
    world.only_keys().await;
    client.step().await.expect_err("no news");
    client
}

#[tokio::test]
async fn after_a_restart_the_kept_changes_are_followed_again() {
    let world = at_version_8("changes-restart").await;
    assert_eq!(read(&world, "changes.jws").iter().filter(|&&byte| byte == b'\n').count(), 3);
    let client = restarted(&world).await;
    assert_eq!((version(&client), world.decides(&client.handle())), (Some(8), MfaSuppressed));
    drop(client);
    world.set_time(minute(16));
    let client = restarted(&world).await;
    assert_eq!(
        (version(&client), world.decides(&client.handle())),
        (None, MfaRequired),
        "freshness is judged at its end"
    );
}

#[tokio::test]
async fn a_restart_goes_on_where_the_changes_ended() {
    let world = at_version_8("changes-go-on").await;
    let mut client = world.client_that_follows(Follow::Changes);
    world.history.publish(vec![], minute(1));
    assert_eq!(client.step().await.expect("news"), Outcome::Accepted { version: 9 });
    assert_eq!(world.requests("/feed/v1/rules").await.len(), 1, "everything was fetched once, before the restart");
    drop(client);
    let client = restarted(&world).await;
    assert_eq!((version(&client), world.decides(&client.handle())), (Some(9), MfaRequired));
}

#[tokio::test]
async fn a_snapshot_takes_the_place_of_the_changes() {
    let world = at_version_8("changes-replaced").await;
    let mut client = world.client_that_follows(Follow::Changes);
    assert_eq!(client.poll().await.expect("everything"), Outcome::Accepted { version: 8 });
    assert_eq!(read(&world, "changes.jws"), b"");
    drop(client);
    let client = restarted(&world).await;
    assert_eq!(version(&client), Some(8));
}

#[tokio::test]
async fn changes_that_were_cut_off_or_changed_do_not_count_and_what_is_left_is_too_old() {
    for (name, spoil) in [
        ("cut", (|bytes: &mut Vec<u8>| bytes.truncate(bytes.len() - 1)) as fn(&mut Vec<u8>)),
        ("cut-line", |bytes| bytes.truncate(bytes.iter().position(|&byte| byte == b'\n').expect("a line") + 1)),
        ("empty", Vec::clear),
        ("spoilt", |bytes| bytes[300] ^= 1),
        ("no-text", |bytes| bytes[300] = 0xff),
        ("swapped", |bytes| {
            let text = String::from_utf8(std::mem::take(bytes)).expect("text");
            let mut lines: Vec<_> = text.lines().collect();
            lines.swap(0, 1);
            *bytes = (lines.join("\n") + "\n").into_bytes();
        }),
    ] {
        let world = at_version_8(&format!("changes-{name}")).await;
        let mut bytes = read(&world, "changes.jws");
        spoil(&mut bytes);
        fs::write(file(&world, "changes.jws"), bytes).expect("a file");
        let mut client = restarted(&world).await;
        assert_eq!((version(&client), world.decides(&client.handle())), (None, MfaRequired), "{name}");
        world.tell_history().await;
        world.catches_up(&mut client).await;
        assert_eq!(world.decides(&client.handle()), MfaSuppressed, "{name}");
    }
}

#[tokio::test]
async fn half_a_line_is_written_over() {
    let world = at_version_8("changes-half").await;
    let mut bytes = read(&world, "changes.jws");
    bytes.extend_from_slice(b"eyJhbGciOi");
    fs::write(file(&world, "changes.jws"), bytes).expect("a file");
    let mut client = world.client_that_follows(Follow::Changes);
    world.history.publish(vec![], minute(1));
    assert_eq!(client.step().await.expect("news"), Outcome::Accepted { version: 9 });
    drop(client);
    assert_eq!(version(&restarted(&world).await), Some(9));
}

#[tokio::test]
async fn an_older_copy_put_back_does_not_count() {
    let (world, mut client) = World::following("put-back", Follow::Changes).await;
    let old = (read(&world, "feed.jws"), read(&world, "changes.jws"));
    world.history.publish(vec![], minute(1));
    world.catches_up(&mut client).await;
    drop(client);
    fs::write(file(&world, "feed.jws"), old.0).expect("a file");
    fs::write(file(&world, "changes.jws"), old.1).expect("a file");
    let client = restarted(&world).await;
    assert_eq!((version(&client), world.decides(&client.handle())), (None, MfaRequired));
}

#[tokio::test]
async fn changes_that_belong_to_an_older_snapshot_are_left_aside() {
    let world = at_version_8("changes-older").await;
    let old = read(&world, "changes.jws");
    let mut client = world.client_that_follows(Follow::Changes);
    client.poll().await.expect("everything");
    drop(client);
    // As after a crash between the new snapshot and the end of the changes before it.
    fs::write(file(&world, "changes.jws"), old).expect("a file");
    let client = restarted(&world).await;
    assert_eq!((version(&client), world.decides(&client.handle())), (Some(8), MfaSuppressed));
}

#[tokio::test]
async fn a_revocation_by_changes_counts_even_where_it_cannot_be_kept() {
    let (world, mut client) = World::following("changes-full-disk", Follow::Changes).await;
    // A directory in the place of the file makes every writing fail, for root too.
    fs::remove_file(file(&world, "changes.jws")).expect("a file");
    fs::create_dir(file(&world, "changes.jws")).expect("a directory");
    world.history.publish(vec![], minute(1));
    assert!(matches!(client.step().await, Err(mfa_enforcement::client::PullError::Store(_))));
    assert_eq!(world.decides(&client.handle()), MfaRequired);
}

/// The other half of the next test: follows changes until it is killed, and says each version that it has accepted.
#[tokio::test]
#[ignore = "is run by another test"]
async fn a_child_that_follows() {
    let Some(address) = std::env::var_os("MFA_TEST_DESK") else { return };
    let directory = PathBuf::from(std::env::var_os("MFA_TEST_DIRECTORY").expect("a directory"));
    let desk = address.into_string().expect("an address").parse().expect("an address");
    let config = crate::desk::config(desk, directory, Follow::Changes);
    let mut client = FeedClient::new(config, std::sync::Arc::new(|| minute(1))).expect("a client");
    loop {
        if let Ok(Outcome::Accepted { version }) = client.step().await {
            println!("accepted {version}");
        }
    }
}

/// Kills the child `times` times, each time a little later in what it does.
async fn killed(name: &str, times: u64) {
    let (world, client) = World::following(name, Follow::Changes).await;
    drop(client);
    // Each answer has something new, so that the child writes all the time.
    world.history.goes_on_by_itself();
    let mut newest = 5;
    for time in 0..times {
        let mut child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "disk::a_child_that_follows", "--ignored", "--nocapture", "--test-threads=1"])
            .envs([("MFA_TEST_DESK", world.server.uri().into()), ("MFA_TEST_DIRECTORY", world.directory.clone())])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a child");
        let said = BufReader::new(child.stdout.take().expect("its words"));
        let (first, heard) = tokio::sync::oneshot::channel();
        let listening = std::thread::spawn(move || {
            let lines = said.lines().map_while(Result::ok);
            let mut versions = lines.filter_map(|line| line.strip_prefix("accepted ")?.parse::<u64>().ok());
            let begun = versions.next();
            let _ = first.send(());
            versions.last().or(begun)
        });
        heard.await.expect("a child that writes");
        tokio::time::sleep(Duration::from_micros(time * 7919 % 40_000)).await;
        child.kill().expect("a running child");
        child.wait().expect("its end");
        newest = newest.max(listening.join().expect("no panic").expect("a version"));
        let client = world.client_that_follows(Follow::Changes);
        let client = world.after_restart_without_news(client).await;
        let held = version(&client).expect("what it had kept");
        assert!(held >= newest, "it had accepted {newest}, and is back at {held}");
        let digest = client.handle().status(minute(1)).held.expect("a version").rules_digest;
        assert_eq!(Some(digest), world.history.digest(held));
        newest = held;
    }
}

#[tokio::test]
async fn killed_ten_times_while_it_writes_it_never_falls_behind() {
    killed("killed", 10).await;
}

#[tokio::test]
#[ignore = "half a minute; `cargo xtask soak` runs it"]
async fn killed_a_hundred_times_while_it_writes_it_never_falls_behind() {
    killed("killed-often", 100).await;
}
