//! What a gate still knows after a restart, and the one way to make it forget.

use crate::desk::{EPOCH, OTHER_EPOCH, World, document, minute, rule};
use mfa_enforcement::Reason::{MfaRequired, MfaSuppressed};
use mfa_enforcement::RulesDigest;
use mfa_enforcement::client::{
    Anchor, FeedClient, FeedStatus, Outcome, PullError, Refusal, SetupError, StoreError, write_anchor,
};
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

pub fn anchor(world: &World, epoch: &str, at_least: u64) {
    let anchor = Anchor { epoch: epoch.parse().expect("a UUID"), at_least };
    write_anchor(&world.directory, &anchor).expect("an anchor");
}

#[tokio::test]
async fn what_it_keeps_is_for_its_own_account_only() {
    let world = World::new("modes").await;
    let _client = world.client_with_version_5().await;
    let mode = |path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(world.directory.clone()), 0o700);
    for name in kept(&world) {
        assert_eq!(mode(world.directory.join(&name)), 0o600, "{name}");
    }
    assert_eq!(kept(&world), FILES, "no half-written file is left");
}

/// What a gate keeps as long as all goes well.
const FILES: [&str; 4] = ["changes.jws", "feed.jws", "lock", "state.json"];

/// The names of all files in the state directory.
fn kept(world: &World) -> Vec<String> {
    let entries = fs::read_dir(&world.directory).expect("a directory");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_genuine_document_that_is_refused_leaves_nothing_and_takes_nobodys_place() {
    let world = World::new("refused").await;
    let mut client = world.client_with_version_5().await;
    let before = fs::read(world.directory.join("feed.jws")).expect("a document");
    let mut wrong = document(6, &[rule()]);
    wrong["rules_digest"] = json!(RulesDigest::of(&[]).to_string());
    world.publish(&wrong);
    assert!(matches!(world.refusal(&mut client).await, PullError::Refused(_)));
    assert_eq!(kept(&world), FILES);
    assert_eq!(fs::read(world.directory.join("feed.jws")).expect("a document"), before);
}

#[tokio::test]
async fn what_a_gate_that_was_killed_had_begun_to_write_goes_with_the_next_start() {
    let world = World::new("half-written").await;
    drop(world.client_with_version_5().await);
    let half = world.directory.join("feed.jws.4711.new");
    fs::write(&half, "eyJ").expect("a file");
    drop(world.client());
    assert!(!half.exists());
    assert_eq!(kept(&world), FILES);
}

#[tokio::test]
async fn after_a_restart_the_kept_document_is_verified_and_used() {
    let world = World::new("restart").await;
    drop(world.client_with_version_5().await);
    let mut client = world.client();
    assert_eq!(world.decides(&client.handle()), MfaRequired, "unverified, it does not count");
    world.answer_with_status(503);
    world.refusal(&mut client).await;
    assert_eq!(world.decides(&client.handle()), MfaSuppressed);
}

#[tokio::test]
async fn without_the_desks_keys_the_kept_document_does_not_count() {
    let world = World::new("restart-no-keys").await;
    drop(world.client_with_version_5().await);
    world.give_no_keys();
    let mut client = world.client();
    world.refusal(&mut client).await;
    assert_eq!(world.decides(&client.handle()), MfaRequired);
}

#[tokio::test]
async fn a_kept_document_that_was_tampered_with_does_not_count() {
    let world = World::new("tampered").await;
    drop(world.client_with_version_5().await);
    let path = world.directory.join("feed.jws");
    let other = crate::signing::Key::new("one", 9).sign(&document(6, &[rule()]));
    fs::write(&path, other).expect("a file");
    world.answer_with_status(503);
    let mut client = world.client();
    world.refusal(&mut client).await;
    assert_eq!(world.decides(&client.handle()), MfaRequired);
}

#[tokio::test]
async fn after_a_restart_nothing_older_is_accepted_be_it_from_the_desk_or_from_disk() {
    let world = World::new("rollback").await;
    drop(world.client_with_version_5().await);
    let older = document(4, &[rule()]);
    fs::write(world.directory.join("feed.jws"), world.key.sign(&older)).expect("a file");
    world.publish(&older);
    let mut client = world.client();
    let error = world.refusal(&mut client).await;
    assert!(matches!(error, PullError::Refused(Refusal::OlderVersion { version: 4, newest: 5 })), "{error}");
    assert_eq!(world.decides(&client.handle()), MfaRequired);
}

#[tokio::test]
async fn an_expired_document_is_still_what_must_not_be_undercut() {
    let world = World::new("expired-baseline").await;
    drop(world.client_with_version_5().await);
    world.set_time(minute(60));
    let mut older = document(4, &[rule()]);
    (older["issued_at"], older["expires_at"]) = (json!(minute(59)), json!(minute(74)));
    world.publish(&older);
    let mut client = world.client();
    let error = world.refusal(&mut client).await;
    assert!(matches!(error, PullError::Refused(Refusal::OlderVersion { .. })), "{error}");
    assert_eq!(world.decides(&client.handle()), MfaRequired);
}

#[tokio::test]
async fn a_refused_document_leaves_no_trace_on_disk() {
    let world = World::new("no-trace").await;
    let mut client = world.client_with_version_5().await;
    let read = || {
        (
            fs::read(world.directory.join("feed.jws")).expect("a file"),
            fs::read(world.directory.join("state.json")).expect("a file"),
        )
    };
    let before = read();
    let mut other = document(9, &[]);
    other["epoch"] = json!(OTHER_EPOCH);
    world.publish(&other);
    world.refusal(&mut client).await;
    assert_eq!(read(), before);
}

#[tokio::test]
async fn the_latest_time_seen_survives_a_restart() {
    let world = World::new("time-kept").await;
    world.set_time(minute(10));
    drop(world.client_with_version_5().await);
    world.set_time(minute(8));
    let mut client = world.client();
    client.poll().await.expect("an answer");
    assert_eq!(world.decides(&client.handle()), MfaRequired);
}

#[tokio::test]
async fn time_is_kept_though_nothing_new_comes() {
    let world = World::new("time-goes-on").await;
    let mut client = world.client_with_version_5().await;
    world.set_time(minute(10));
    client.poll().await.expect("an answer");
    drop(client);
    world.set_time(minute(8));
    let mut client = world.client();
    client.poll().await.expect("an answer");
    assert_eq!(world.decides(&client.handle()), MfaRequired);
}

#[tokio::test]
async fn an_anchor_is_taken_up_at_once_though_the_desk_asked_to_wait() {
    let world = World::new("anchor-while-waiting").await;
    let client = world.client_with_version_5().await;
    let feed = client.handle();
    world.ask_to_wait("60");
    let running = tokio::spawn(client.run(std::future::pending()));
    let until = async |done: &dyn Fn(&FeedStatus) -> bool| {
        let waiting = async {
            while !done(&feed.status(minute(1))) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("in good time, and not after a minute");
    };
    until(&|status| status.last_error.is_some()).await;
    let mut restored = document(2, &[rule()]);
    restored["epoch"] = json!(OTHER_EPOCH);
    world.publish(&restored);
    anchor(&world, OTHER_EPOCH, 2);
    until(&|status| status.held.as_ref().is_some_and(|held| held.epoch.to_string() == OTHER_EPOCH)).await;
    running.abort();
}

#[tokio::test]
async fn an_anchor_admits_the_new_epoch_from_the_version_named() {
    let world = World::new("anchor").await;
    let mut client = world.client_with_version_5().await;
    anchor(&world, OTHER_EPOCH, 3);
    let mut restored = document(2, &[rule()]);
    restored["epoch"] = json!(OTHER_EPOCH);
    world.publish(&restored);
    let error = world.refusal(&mut client).await;
    assert!(matches!(error, PullError::Refused(Refusal::OlderVersion { version: 2, newest: 3 })), "{error}");
    assert_eq!(world.decides(&client.handle()), MfaRequired, "the old lineage does not count any more");
    restored["version"] = json!(3);
    world.publish(&restored);
    assert_eq!(client.poll().await.expect("news"), Outcome::Accepted { version: 3 });
    assert_eq!(world.decides(&client.handle()), MfaSuppressed);
    assert!(!world.directory.join("anchor.json").exists(), "an anchor serves once");
    world.publish(&document(9, &[rule()]));
    assert!(matches!(world.refusal(&mut client).await, PullError::Refused(Refusal::OtherEpoch(_))));
}

#[tokio::test]
async fn an_anchor_waits_for_the_next_start() {
    let world = World::new("anchor-waits").await;
    drop(world.client_with_version_5().await);
    anchor(&world, OTHER_EPOCH, 0);
    let mut client = world.client();
    let error = world.refusal(&mut client).await;
    assert!(matches!(error, PullError::Refused(Refusal::OtherEpoch(_))), "the old epoch is the other one now: {error}");
    assert_eq!(world.decides(&client.handle()), MfaRequired);
}

#[tokio::test]
async fn within_an_epoch_no_anchor_goes_back() {
    let world = World::new("anchor-back").await;
    let mut client = world.client_with_version_5().await;
    anchor(&world, EPOCH, 1);
    world.publish(&document(4, &[rule()]));
    let error = world.refusal(&mut client).await;
    assert!(matches!(error, PullError::Refused(Refusal::OlderVersion { version: 4, newest: 5 })), "{error}");
}

#[tokio::test]
async fn an_anchor_makes_it_forget_a_time_that_never_was() {
    let world = World::new("anchor-time").await;
    world.set_time(minute(14));
    let mut client = world.client_with_version_5().await;
    world.set_time(minute(1));
    client.poll().await.expect("an answer");
    assert_eq!(world.decides(&client.handle()), MfaRequired);
    anchor(&world, EPOCH, 5);
    client.poll().await.expect("an answer");
    assert_eq!(world.decides(&client.handle()), MfaSuppressed);
}

#[tokio::test]
async fn a_damaged_state_stops_the_start_until_the_gate_is_anchored() {
    let world = World::new("damaged").await;
    drop(world.client_with_version_5().await);
    fs::write(world.directory.join("state.json"), "{").expect("a file");
    let error = FeedClient::new(world.config(), world.clock()).err().expect("no client");
    assert!(matches!(error, SetupError::Store(StoreError::Damaged { .. })), "{error}");
    assert!(error.to_string().contains("mfa-gate anchor"), "{error}");
    anchor(&world, EPOCH, 5);
    let mut client = world.client();
    client.poll().await.expect("news");
    assert_eq!(world.decides(&client.handle()), MfaSuppressed);
}

#[tokio::test]
async fn two_gates_cannot_share_a_state_directory() {
    let world = World::new("shared").await;
    let _client = world.client();
    let error = FeedClient::new(world.config(), world.clock()).err().expect("no second client");
    assert!(matches!(error, SetupError::Store(StoreError::InUse(_))), "{error}");
}

#[tokio::test]
async fn a_revocation_counts_even_where_it_cannot_be_kept() {
    let world = World::new("full-disk").await;
    let mut client = world.client_with_version_5().await;
    // A directory in the place of the file makes every replacement fail, for root too.
    fs::remove_file(world.directory.join("feed.jws")).expect("a file");
    fs::create_dir(world.directory.join("feed.jws")).expect("a directory");
    world.publish(&document(6, &[]));
    assert!(matches!(world.refusal(&mut client).await, PullError::Store(_)));
    assert_eq!(world.decides(&client.handle()), MfaRequired);
}
