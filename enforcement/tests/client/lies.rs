//! What a client that follows changes never believes. Each time, what it held before stays in use.

use crate::desk::{OTHER_EPOCH, World, minute, rule};
use crate::following::other_rule;
use crate::history::{Lie, Way};
use crate::signing::Key;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use mfa_enforcement::Reason::{MfaRequired, MfaSuppressed};
use mfa_enforcement::client::{Follow, JwsError, PullError, Refusal};
use mfa_enforcement::rule_set::ChangeError;
use serde_json::{Value, json};

/// A gate that holds version 5 with the rule, and has seen nothing newer, is told `make` in place of the changes to
/// version 6, which has no rules; gives the error, the same by both ways.
async fn told(name: &str, make: impl Fn(&World) -> String) -> PullError {
    let mut error = None;
    for (follow, way) in [(Follow::Stream, Way::Stream), (Follow::Changes, Way::Changes)] {
        let (world, mut client) = World::following(&format!("told-{name}-{}", follow.name()), follow).await;
        world.history.publish(vec![], minute(1));
        world.history.lie(way, Lie::Text(make(&world)));
        let told = world.failing_step(&mut client).await;
        assert_eq!(world.decides(&client.handle()), MfaSuppressed, "what was held stays in use");
        assert_eq!(client.handle().status(minute(1)).last_error, Some(told.to_string()));
        if let Some(before) = error.replace(told) {
            assert_eq!(before.to_string(), error.as_ref().expect("an error").to_string());
        }
        world.catches_up(&mut client).await;
        assert_eq!(world.decides(&client.handle()), MfaRequired, "the truth is believed again");
    }
    error.expect("an error")
}

async fn told_changed(name: &str, change: impl Fn(&mut Value)) -> PullError {
    let make = |world: &World| {
        let mut changes = world.history.changes(5);
        change(&mut changes);
        world.key.sign_changes(&changes)
    };
    told(name, make).await
}

async fn told_under(name: &str, header: Value) -> PullError {
    told(name, |world| world.key.sign_under(&header, &world.history.changes(5))).await
}

#[tokio::test]
async fn changes_of_another_version_are_refused() {
    for from in [4, 6] {
        let error = told_changed(&format!("base-{from}"), |changes| changes["from"] = json!(from)).await;
        assert!(matches!(error, PullError::Refused(Refusal::WrongBase { held: 5, .. })), "{error}");
    }
}

#[tokio::test]
async fn changes_to_an_older_version_are_refused() {
    let error = told_changed("older", |changes| changes["version"] = json!(4)).await;
    assert!(matches!(error, PullError::Refused(Refusal::OlderVersion { version: 4, newest: 5 })), "{error}");
}

#[tokio::test]
async fn other_rules_at_the_same_version_are_refused() {
    let error = told_changed("fork", |changes| changes["version"] = json!(5)).await;
    assert!(matches!(error, PullError::Refused(Refusal::Fork(5))), "{error}");
}

#[tokio::test]
async fn changes_hidden_in_a_renewal_are_refused() {
    let digest = mfa_enforcement::RulesDigest::of(&[rule()]).to_string();
    let error = told_changed("hidden", |changes| {
        (changes["version"], changes["rules_digest"]) = (json!(5), json!(digest));
    });
    assert!(matches!(error.await, PullError::Refused(Refusal::Rules(ChangeError::WrongDigest))));
}

#[tokio::test]
async fn a_digest_that_does_not_fit_is_refused() {
    let error = told_changed("digest", |changes| changes["upserts"] = json!([other_rule(2)])).await;
    assert!(matches!(error, PullError::Refused(Refusal::Rules(ChangeError::WrongDigest))), "{error}");
}

#[tokio::test]
async fn two_entries_about_one_rule_are_refused() {
    let error = told_changed("twice", |changes| changes["upserts"] = json!([rule()])).await;
    assert!(matches!(error, PullError::Refused(Refusal::Rules(ChangeError::Twice(_)))), "{error}");
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_refused() {
    let error = told_changed("unreadable", |changes| changes["upserts"] = json!([{"id": "TE-1"}])).await;
    assert!(matches!(error, PullError::Refused(Refusal::UnreadableRules(1))), "{error}");
    let error = told_changed("unreadable-removal", |changes| changes["removals"] = json!(["TE-1"])).await;
    assert!(matches!(error, PullError::Unreadable(_)), "{error}");
}

#[tokio::test]
async fn another_desk_epoch_or_an_impossible_version_is_refused() {
    let error = told_changed("issuer", |changes| changes["issuer"] = json!("https://desk.example/")).await;
    assert!(matches!(error, PullError::Refused(Refusal::OtherIssuer(_))), "{error}");
    let error = told_changed("epoch", |changes| changes["epoch"] = json!(OTHER_EPOCH)).await;
    assert!(matches!(error, PullError::Refused(Refusal::OtherEpoch(_))), "{error}");
    let error = told_changed("leap", |changes| changes["version"] = json!(u64::MAX)).await;
    assert!(matches!(error, PullError::Refused(Refusal::Leap { newest: 5, .. })), "{error}");
}

#[tokio::test]
async fn what_is_over_older_or_lasts_too_long_is_refused() {
    let error = told_changed("expired", |changes| changes["expires_at"] = json!(minute(1))).await;
    assert!(matches!(error, PullError::Refused(Refusal::Expired(_))), "{error}");
    let error = told_changed("issued", |changes| changes["issued_at"] = json!(minute(-1))).await;
    assert!(matches!(error, PullError::Refused(Refusal::OlderIssue(_))), "{error}");
    let error = told_changed("life", |changes| changes["expires_at"] = json!(minute(24 * 60 + 2))).await;
    assert!(matches!(error, PullError::Refused(Refusal::LastsTooLong(_))), "{error}");
}

#[tokio::test]
async fn a_snapshot_is_no_changes_and_changes_are_no_snapshot() {
    let error = told("snapshot", |world| world.key.sign(&world.history.snapshot())).await;
    assert!(matches!(error, PullError::Signature(JwsError::Type("mfa-suppression-changes+jws"))), "{error}");
    // Signed as changes, but a snapshot in content.
    let error = told("snapshot-content", |world| world.key.sign_changes(&world.history.snapshot())).await;
    assert!(matches!(error, PullError::Unreadable(_)), "{error}");
    let (world, mut client) = World::following("changes-as-snapshot", Follow::Poll).await;
    world.history.publish(vec![], minute(1));
    world.history.lie(Way::Rules, Lie::Text(world.key.sign_changes(&world.history.changes(5))));
    let error = world.failing_step(&mut client).await;
    assert!(matches!(error, PullError::Signature(JwsError::Type("mfa-suppression+jws"))), "{error}");
}

#[tokio::test]
async fn changes_without_their_signature_are_refused() {
    let error = told("stripped", |world| {
        let genuine = world.key.sign_changes(&world.history.changes(5));
        format!("{}.", genuine.rsplit_once('.').expect("a signature").0)
    });
    assert!(matches!(error.await, PullError::Signature(JwsError::Signature)));
    let error = told("plain", |world| world.history.changes(5).to_string()).await;
    assert!(matches!(error, PullError::Signature(JwsError::Malformed)), "{error}");
}

#[tokio::test]
async fn other_algorithms_types_and_keys_are_refused() {
    let header = |alg: &str, typ: &str, kid: &str| json!({"alg": alg, "typ": typ, "kid": kid});
    let typ = "mfa-suppression-changes+jws";
    let error = told_under("none", header("none", typ, "one")).await;
    assert!(matches!(error, PullError::Signature(JwsError::Algorithm)), "{error}");
    let error = told_under("type", header("ES256", "JWT", "one")).await;
    assert!(matches!(error, PullError::Signature(JwsError::Type(_))), "{error}");
    let error = told_under("kid", header("ES256", typ, "two")).await;
    assert!(matches!(error, PullError::Signature(JwsError::UnknownKey(_))), "{error}");
    let error = told("key", |world| Key::new("one", 9).sign_changes(&world.history.changes(5))).await;
    assert!(matches!(error, PullError::Signature(JwsError::Signature)), "{error}");
}

#[tokio::test]
async fn the_public_key_is_no_secret_to_sign_with() {
    let error = told("hs256", |world| {
        let header = json!({"alg": "HS256", "typ": "mfa-suppression-changes+jws", "kid": "one"});
        let signed =
            format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(world.history.changes(5).to_string()));
        let public = world.key.jwk().to_string();
        let secret = EncodingKey::from_secret(public.as_bytes());
        let signature = crypto::sign(signed.as_bytes(), &secret, Algorithm::HS256).expect("a signature");
        format!("{signed}.{signature}")
    });
    assert!(matches!(error.await, PullError::Signature(JwsError::Algorithm)));
}

#[tokio::test]
async fn a_rule_that_is_gone_does_not_come_back_by_what_once_was_true() {
    for (follow, way) in [(Follow::Stream, Way::Stream), (Follow::Changes, Way::Changes)] {
        let (world, mut client) = World::following(&format!("replayed-{}", follow.name()), follow).await;
        let snapshot = world.key.sign(&world.history.snapshot());
        world.history.publish(vec![], minute(1));
        world.catches_up(&mut client).await;
        world.history.publish(vec![rule()], minute(1));
        let back = world.key.sign_changes(&world.history.changes(6));
        world.catches_up(&mut client).await;
        world.history.publish(vec![], minute(1));
        world.catches_up(&mut client).await;
        for told in [&back, &world.key.sign_changes(&world.history.changes(7))] {
            world.history.lie(way, Lie::Text(told.clone()));
            // The newest changes again are no news; what was before them is refused.
            let _ = client.step().await;
            world.history.lie(Way::Rules, Lie::Text(snapshot.clone()));
            client.poll().await.expect_err("an older snapshot");
            assert_eq!(world.decides(&client.handle()), MfaRequired);
            assert_eq!(client.handle().status(minute(1)).held.expect("a version").version, 8);
        }
    }
}

#[tokio::test]
async fn what_was_true_before_the_local_copy_expired_is_not_believed_after() {
    for (follow, way) in [(Follow::Stream, Way::Stream), (Follow::Changes, Way::Changes)] {
        let (world, mut client) = World::following(&format!("late-replay-{}", follow.name()), follow).await;
        let snapshot = world.key.sign(&world.history.snapshot());
        let renewal = world.key.sign_changes(&world.history.changes(5));
        world.history.publish(vec![], minute(1));
        world.catches_up(&mut client).await;
        world.set_time(minute(60));
        drop(client);
        let mut client = world.client_that_follows(follow);
        for told in [snapshot, renewal] {
            world.history.lie(Way::Rules, Lie::Text(told.clone()));
            world.history.lie(way, Lie::Text(told));
            client.step().await.expect_err("no news");
            client.step().await.expect_err("no news");
            world.history.lie_no_more();
        }
        // Though issued again: the version is behind the one that was seen.
        let mut older = world.history.snapshot();
        (older["version"], older["rules"]) = (json!(5), json!([rule()]));
        older["rules_digest"] = json!(mfa_enforcement::RulesDigest::of(&[rule()]).to_string());
        (older["issued_at"], older["expires_at"]) = (json!(minute(59)), json!(minute(74)));
        world.history.lie(Way::Rules, Lie::Text(world.key.sign(&older)));
        let error = client.step().await.expect_err("no news");
        assert!(matches!(error, PullError::Refused(Refusal::OlderVersion { version: 5, newest: 6 })), "{error}");
        assert_eq!(world.decides(&client.handle()), MfaRequired);
    }
}

#[tokio::test]
async fn a_database_of_yesterday_is_refused_until_an_operator_says_otherwise() {
    for follow in [Follow::Stream, Follow::Changes] {
        let (world, mut client) = World::following(&format!("yesterday-{}", follow.name()), follow).await;
        world.history.publish(vec![], minute(1));
        world.catches_up(&mut client).await;
        world.history.restore(crate::desk::EPOCH, 5, vec![rule()], minute(1));
        for _ in 0..6 {
            world.failing_step(&mut client).await;
        }
        assert_eq!(client.handle().status(minute(1)).follows, Follow::Poll);
        world.history.restore(OTHER_EPOCH, 5, vec![rule()], minute(1));
        let error = world.failing_step(&mut client).await;
        assert!(matches!(error, PullError::Refused(Refusal::OtherEpoch(_))), "{error}");
        assert_eq!(world.decides(&client.handle()), MfaRequired);
        crate::keeping::anchor(&world, OTHER_EPOCH, 5);
        world.catches_up(&mut client).await;
        assert_eq!(world.decides(&client.handle()), MfaSuppressed);
    }
}
