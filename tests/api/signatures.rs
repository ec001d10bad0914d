//! Whatever the desk signs is verified by libraries of other people.

use crate::actors::third_party;
use crate::app::TestApp;
use crate::changes::Events;
use crate::openapi::python;
use flate2::read::GzDecoder;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// What PyJWT, jwcrypto and python-jose read from each JWS (with its `typ`).
fn verified(jwks: &Value, signed: &[(&str, &str)]) -> Vec<Value> {
    let asked: Vec<_> = signed.iter().map(|(jws, typ)| json!({ "jws": jws, "typ": typ, "jwks": jwks })).collect();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/signed.py");
    let mut run = Command::new(python());
    let mut child = run.arg("-B").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(json!(asked).to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The JWS within the bundle for Open Policy Agent.
async fn of_the_bundle(feed: &crate::actors::Actor<'_>) -> String {
    let answer = feed.call(Method::GET, "/feed/v1/opa/bundle.tar.gz").send().await.unwrap();
    let bundle = answer.bytes().await.unwrap();
    let mut archive = tar::Archive::new(GzDecoder::new(&bundle[..]));
    let mut text = String::new();
    let is_signature = |entry: &tar::Entry<_>| entry.path_bytes().as_ref() == b".signatures.json";
    let mut entry = archive.entries().unwrap().map(Result::unwrap).find(is_signature).unwrap();
    entry.read_to_string(&mut text).unwrap();
    let signatures: Value = serde_json::from_str(&text).unwrap();
    signatures["signatures"][0].as_str().unwrap().to_owned()
}

/// `jws` with one more letter in its payload's first value, under the signature of before.
fn changed(jws: &str) -> String {
    let (header, rest) = jws.split_once('.').unwrap();
    let middle = rest.len() / 3;
    let other = if &rest[middle..=middle] == "A" { "B" } else { "A" };
    format!("{header}.{}{other}{}", &rest[..middle], &rest[middle + 1..])
}

#[actix_web::test]
async fn three_libraries_verify_rules_changes_events_and_bundles() {
    let app = TestApp::start().await;
    let feed = app.actor("feed");
    let before = feed.feed_at(0).await;
    let mut events = Events::of(&feed, None).await;
    events.next().await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    let (.., event) = events.next().await;
    let signed = async |path: &str| {
        let call = feed.call(Method::GET, path).header("accept", "application/jose");
        (feed.send(call).await.expect(200).text, feed.get(path).await.expect(200).json())
    };
    let (rules, plain_rules) = signed("/feed/v1/rules").await;
    let path = format!("/feed/v1/changes?epoch={}&after=0", before["epoch"].as_str().unwrap());
    let (changes, plain_changes) = signed(&path).await;
    let bundle = of_the_bundle(&feed).await;
    let jwks = app.anonymous().get("/.well-known/jwks.json").await.json();
    let all = [
        (&*rules, "mfa-suppression+jws"),
        (&*changes, "mfa-suppression-changes+jws"),
        (&*event, "mfa-suppression-changes+jws"),
        (&*bundle, "mfa-suppression-opa+jws"),
    ];
    let payloads = verified(&jwks, &all);
    assert_eq!(payloads[0], plain_rules);
    assert_eq!(payloads[1], plain_changes);
    assert_eq!(payloads[2]["upserts"], plain_rules["rules"]);
    assert_eq!(payloads[3]["files"].as_array().unwrap().len(), 5);

    let changed = all.map(|(jws, typ)| (changed(jws), typ));
    let refused = verified(&jwks, &changed.each_ref().map(|(jws, typ)| (&**jws, *typ)));
    let nobody = json!({ "refused": ["pyjwt", "jwcrypto", "python-jose"] });
    assert_eq!(refused, [nobody.clone(), nobody.clone(), nobody.clone(), nobody]);
}
