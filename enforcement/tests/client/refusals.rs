//! What a gate never believes. Each time, what it held before stays in use.

use crate::desk::{EPOCH, OTHER_EPOCH, World, document, minute, rule};
use crate::signing::Key;
use mfa_enforcement::Reason::{MfaRequired, MfaSuppressed};
use mfa_enforcement::client::{FeedClient, JwsError, PullError, Refusal};
use mfa_enforcement::rule_set::ChangeError;
use serde_json::{Value, json};

/// A gate that holds version 5 with the rule is offered `text`; gives the error, and checks that nothing else changed.
async fn offered(name: &str, make: impl FnOnce(&World) -> String) -> PullError {
    let world = World::new(name).await;
    let mut client = world.client_with_version_5().await;
    world.publish_text(&make(&world));
    let error = world.refusal(&mut client).await;
    assert_eq!(world.decides(&client.handle()), MfaSuppressed, "what was held stays in use");
    let held = client.handle().status(minute(1)).held.expect("a document");
    assert_eq!((held.version, held.epoch.to_string().as_str()), (5, EPOCH));
    assert_eq!(client.handle().status(minute(1)).last_error, Some(error.to_string()));
    error
}

/// Version 6 without rules, so that believing it would show, with `change` made to it.
async fn offered_changed(name: &str, change: impl FnOnce(&mut Value)) -> PullError {
    let mut document = document(6, &[]);
    change(&mut document);
    offered(name, |world| world.key.sign(&document)).await
}

async fn offered_under(name: &str, header: Value) -> PullError {
    offered(name, |world| world.key.sign_under(&header, &document(6, &[]))).await
}

#[tokio::test]
async fn an_older_version_is_refused() {
    let error = offered_changed("older-version", |document| document["version"] = json!(4)).await;
    assert!(matches!(error, PullError::Refused(Refusal::OlderVersion { version: 4, newest: 5 })), "{error}");
}

#[tokio::test]
async fn the_same_version_with_other_rules_is_refused() {
    let error = offered_changed("fork", |document| document["version"] = json!(5)).await;
    assert!(matches!(error, PullError::Refused(Refusal::Fork(5))), "{error}");
}

#[tokio::test]
async fn an_older_issue_is_refused_at_the_same_and_at_a_later_version() {
    let earlier = minute(0) - chrono::TimeDelta::milliseconds(1);
    let error = offered_changed("older-issue", |document| document["issued_at"] = json!(earlier)).await;
    assert!(matches!(error, PullError::Refused(Refusal::OlderIssue(_))), "{error}");
    let error = offered("older-issue-same", |world| {
        let mut document = document(5, &[rule()]);
        document["issued_at"] = json!(earlier);
        world.key.sign(&document)
    });
    assert!(matches!(error.await, PullError::Refused(Refusal::OlderIssue(_))));
}

#[tokio::test]
async fn a_document_that_ended_before_it_came_or_just_then_is_refused() {
    let error = offered_changed("expired", |document| document["expires_at"] = json!(minute(1))).await;
    assert!(matches!(error, PullError::Refused(Refusal::Expired(_))), "{error}");
}

#[tokio::test]
async fn another_issuer_is_refused() {
    let error = offered_changed("issuer", |document| document["issuer"] = json!("https://desk.example/")).await;
    assert!(matches!(error, PullError::Refused(Refusal::OtherIssuer(_))), "{error}");
}

#[tokio::test]
async fn another_epoch_is_refused_until_an_operator_anchors_it() {
    let error = offered_changed("epoch", |document| document["epoch"] = json!(OTHER_EPOCH)).await;
    assert!(matches!(error, PullError::Refused(Refusal::OtherEpoch(_))), "{error}");
    assert!(error.to_string().contains("mfa-gate anchor"), "{error}");
}

#[tokio::test]
async fn a_digest_that_does_not_fit_the_rules_is_refused() {
    let error = offered_changed("digest", |document| document["rules"] = json!([rule()])).await;
    assert!(matches!(error, PullError::Refused(Refusal::Rules(ChangeError::WrongDigest))), "{error}");
}

#[tokio::test]
async fn a_document_with_two_rules_of_one_id_is_refused() {
    let twice = [rule(), rule()];
    let error = offered("twice", |world| world.key.sign(&document(6, &twice))).await;
    assert!(matches!(error, PullError::Refused(Refusal::Rules(ChangeError::Twice(_)))), "{error}");
}

#[tokio::test]
async fn a_version_further_ahead_than_any_desk_can_come_is_refused() {
    for version in [6 + (1 << 40), u64::MAX] {
        let name = format!("leap-{version}");
        let error = offered_changed(&name, |document| document["version"] = json!(version)).await;
        assert!(matches!(error, PullError::Refused(Refusal::Leap { newest: 5, .. })), "{error}");
    }
}

#[tokio::test]
async fn a_document_that_counts_for_longer_than_a_day_is_refused() {
    let late = minute(24 * 60) + chrono::TimeDelta::milliseconds(1);
    let error = offered_changed("too-fresh", |document| document["expires_at"] = json!(late)).await;
    assert!(matches!(error, PullError::Refused(Refusal::LastsTooLong(_))), "{error}");
}

#[tokio::test]
async fn a_document_with_a_rule_that_cannot_be_read_is_refused() {
    let error = offered_changed("unreadable", |document| document["rules"] = json!([{"id": "TE-1"}])).await;
    assert!(matches!(error, PullError::Refused(Refusal::UnreadableRules(1))), "{error}");
}

#[tokio::test]
async fn what_is_no_feed_document_is_refused_though_signed() {
    let error = offered_changed("no-document", |document| *document = json!({"version": 6})).await;
    assert!(matches!(error, PullError::Unreadable(_)), "{error}");
}

#[tokio::test]
async fn an_unsigned_document_is_refused() {
    let error = offered("unsigned", |_| document(6, &[]).to_string()).await;
    assert!(matches!(error, PullError::Signature(JwsError::Malformed)), "{error}");
}

#[tokio::test]
async fn a_changed_payload_is_refused() {
    let error = offered("payload", |world| {
        let genuine = world.key.sign(&document(6, &[]));
        let other = world.key.sign(&document(7, &[]));
        let (genuine, other): (Vec<_>, Vec<_>) = (genuine.split('.').collect(), other.split('.').collect());
        [genuine[0], other[1], genuine[2]].join(".")
    });
    assert!(matches!(error.await, PullError::Signature(JwsError::Signature)));
}

#[tokio::test]
async fn a_signature_of_another_key_under_a_known_name_is_refused() {
    let error = offered("other-key", |_| Key::new("one", 9).sign(&document(6, &[]))).await;
    assert!(matches!(error, PullError::Signature(JwsError::Signature)), "{error}");
}

#[tokio::test]
async fn a_signature_that_is_missing_or_too_short_is_refused() {
    for (name, signature) in [("no-signature", ""), ("short-signature", "AAAA")] {
        let error = offered(name, |world| {
            let genuine = world.key.sign(&document(6, &[]));
            format!("{}.{signature}", genuine.rsplit_once('.').expect("a signature").0)
        });
        assert!(matches!(error.await, PullError::Signature(JwsError::Signature)), "{name}");
    }
}

#[tokio::test]
async fn another_type_of_document_is_refused() {
    for (name, typ) in [("changes", json!("mfa-suppression-changes+jws")), ("jwt", json!("JWT")), ("none", Value::Null)]
    {
        let header = json!({"alg": "ES256", "typ": typ, "kid": "one"});
        let error = offered_under(&format!("typ-{name}"), header).await;
        assert!(matches!(error, PullError::Signature(JwsError::Type(_))), "{name}: {error}");
    }
}

#[tokio::test]
async fn another_algorithm_is_refused_whatever_the_key() {
    for alg in ["none", "HS256", "RS256", "es256", "ES384"] {
        let header = json!({"alg": alg, "typ": "mfa-suppression+jws", "kid": "one"});
        let error = offered_under(&format!("alg-{alg}"), header).await;
        assert!(matches!(error, PullError::Signature(JwsError::Algorithm)), "{alg}: {error}");
    }
}

#[tokio::test]
async fn critical_extensions_are_refused() {
    let header = json!({"alg": "ES256", "typ": "mfa-suppression+jws", "kid": "one", "crit": ["exp"], "exp": 1});
    let error = offered_under("crit", header).await;
    assert!(matches!(error, PullError::Signature(JwsError::Extension)), "{error}");
}

#[tokio::test]
async fn a_key_that_the_desk_does_not_publish_is_refused() {
    let error = offered("unknown-key", |_| Key::new("two", 2).sign(&document(6, &[]))).await;
    assert!(matches!(error, PullError::Signature(JwsError::UnknownKey(_))), "{error}");
    let header = json!({"alg": "ES256", "typ": "mfa-suppression+jws"});
    let error = offered_under("unnamed-key", header).await;
    assert!(matches!(error, PullError::Signature(JwsError::UnknownKey(_))), "{error}");
}

#[tokio::test]
async fn a_document_longer_than_stated_is_refused() {
    let world = World::new("too-long").await;
    world.publish(&document(5, &[rule()]));
    let length = world.key.sign(&document(5, &[rule()])).len();
    let mut config = world.config();
    config.longest_document = length - 1;
    let mut client = FeedClient::new(config.clone(), world.clock()).expect("a client");
    let error = world.refusal(&mut client).await;
    assert!(matches!(error, PullError::TooLong { .. }), "{error}");
    assert_eq!(world.decides(&client.handle()), MfaRequired);
    drop(client);
    config.longest_document = length;
    let mut client = FeedClient::new(config, world.clock()).expect("a client");
    client.poll().await.expect("a document of just the length stated");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let world = World::new("redirect").await;
    let mut client = world.client_with_version_5().await;
    world.redirect_to("/elsewhere");
    let error = world.refusal(&mut client).await;
    assert!(matches!(error, PullError::Status { status: 302, .. }), "{error}");
    assert!(world.requests("/elsewhere").await.is_empty());
}

#[tokio::test]
async fn nothing_new_is_no_answer_to_a_question_without_condition() {
    let world = World::new("unasked-304").await;
    world.answer_with_status(304);
    let mut client = world.client();
    let error = world.refusal(&mut client).await;
    assert!(matches!(error, PullError::Status { status: 304, .. }), "{error}");
}
