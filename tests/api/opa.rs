//! The bundle for Open Policy Agent: who may have it, when it is sent, and that it holds by OPA's own rules.

use crate::actors::{Actor, USER, text, third_party};
use crate::app::TestApp;
use crate::openapi::python;
use exception_desk::feed::opa::bundle;
use exception_desk_demo::people::TAILSPIN;
use flate2::read::GzDecoder;
use mfa_enforcement::wire::Snapshot;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

const PATH: &str = "/feed/v1/opa/bundle.tar.gz";

/// Status, `ETag` and body of a call for the bundle, with these headers.
async fn call(actor: &Actor<'_>, headers: &[(&str, &str)]) -> (u16, String, Vec<u8>) {
    let request = headers.iter().fold(actor.call(Method::GET, PATH), |call, (name, value)| call.header(*name, *value));
    let answer = request.send().await.unwrap();
    let etag = answer.headers().get("etag").map(|tag| tag.to_str().unwrap().to_owned());
    if answer.status().is_success() {
        assert_eq!(answer.headers()["content-type"], "application/vnd.openpolicyagent.bundles");
    }
    (answer.status().as_u16(), etag.unwrap_or_default(), answer.bytes().await.unwrap().to_vec())
}

/// Contents by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The files of a bundle by name.
pub fn files(bundle: &[u8]) -> Files {
    let mut archive = tar::Archive::new(GzDecoder::new(bundle));
    let files = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let header = entry.header();
        assert_eq!((header.mtime().unwrap(), header.uid().unwrap(), header.mode().unwrap()), (0, 0, 0o644));
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        (entry.path().unwrap().to_str().unwrap().to_owned(), content)
    });
    files.collect()
}

fn packed(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let mut archive = tar::Builder::new(packed);
    for (name, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        archive.append_data(&mut header, name, &content[..]).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

/// What the independent reader says of each bundle.
fn taken(bundles: &[Vec<u8>], asked: &Value) -> Vec<Value> {
    let unique = u128::from_le_bytes(exception_desk::clock::secret_bytes());
    let folder = std::env::temp_dir().join(format!("desk-bundles-{unique}"));
    std::fs::create_dir_all(&folder).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/bundle.py");
    let mut run = Command::new(python());
    run.arg("-B").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
    for (number, bundle) in bundles.iter().enumerate() {
        let path = folder.join(format!("{number}.tar.gz"));
        std::fs::write(&path, bundle).unwrap();
        run.arg(path);
    }
    let mut child = run.spawn().expect("Python runs");
    child.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[actix_web::test]
async fn only_clients_of_an_operator_with_the_role_get_the_bundle() {
    let app = TestApp::start().await;
    app.anonymous().get(PATH).await.expect(401).problem();
    app.actor("tailspin-global-admin").get(PATH).await.expect(403).problem();
    app.staff("lead").get(PATH).await.expect(403).problem();
    assert_eq!(call(&app.actor("feed"), &[]).await.0, 200);
}

#[actix_web::test]
async fn a_bundle_is_sent_once_and_whoever_waits_gets_the_next_one_at_once() {
    let app = TestApp::start().await;
    let feed = app.actor("feed");
    let (status, etag, first) = call(&feed, &[]).await;
    assert_eq!((status, etag.starts_with('"')), (200, true));
    assert_eq!(call(&feed, &[("if-none-match", &etag)]).await, (304, etag.clone(), Vec::new()));
    let waits = [("if-none-match", &*etag), ("prefer", "modes=snapshot,delta;wait=1")];
    assert_eq!(call(&feed, &waits).await.0, 304, "nothing came within the second");
    let waits = [("if-none-match", &*etag), ("prefer", "modes=snapshot,delta;wait=60")];
    let (waited, filed) = tokio::join!(tokio::time::timeout(Duration::from_secs(30), call(&feed, &waits)), async {
        app.actor("tailspin-global-admin").file(&third_party()).await.expect(201)
    });
    assert_eq!(filed.json()["status"], "accepted");
    let (status, next, second) = waited.expect("a grant ends the wait");
    assert_eq!((status, next == etag, second == first), (200, false, false));
    assert_eq!(call(&feed, &[]).await, (200, next, second), "everybody gets the same bytes");
}

#[actix_web::test]
async fn the_same_document_is_always_the_same_bundle() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    app.actor("contoso-admin-agent").file(&third_party()).await.expect(201);
    let document = app.actor("feed").feed_at(2).await.to_string();
    let mut snapshot = Snapshot::read(document.as_bytes()).unwrap().snapshot;
    let once = bundle(&snapshot, &*app.desk.feed.key().unwrap()).unwrap();
    snapshot.rules.reverse();
    assert!(bundle(&snapshot, &*app.desk.feed.key().unwrap()).unwrap() == once);
    let names: Vec<_> = files(&once).into_keys().collect();
    let expected =
        [".manifest", ".signatures.json", "exception_desk/enforcement.rego", "exception_desk/feed/data.json"];
    assert_eq!(names[..4], expected);
}

#[actix_web::test]
async fn a_bundle_holds_by_the_rules_of_open_policy_agent_and_decides_as_the_feed_says() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    let feed = app.actor("feed");
    let document = feed.feed_at(1).await;
    let (.., bundle) = call(&feed, &[]).await;
    let jwks = app.anonymous().get("/.well-known/jwks.json").await.json();
    let input = |user: &str, surface: &str| {
        json!({ "at": app.clock.now(), "surface": surface, "flow": "interactive", "tenant": TAILSPIN.id, "user": user,
            "amr": ["pwd"], "path": "/v1/customers" })
    };
    let inputs = [input(USER, "delegated_admin_portal"), input(USER, "dashboard"), input("someone", "partner_api")];
    let asked = json!({ "jwks": jwks, "inputs": inputs });
    let said = taken(&[bundle], &asked).remove(0);
    assert_eq!(said["revision"], format!("{}:{}", text(&document["epoch"]), document["version"]));
    assert_eq!(said["claims"]["iss"], document["issuer"]);
    let id = &document["rules"][0]["id"];
    let suppressed = json!({ "decision": "allow", "reason": "mfa_suppressed", "exception": id, "challenge": null,
        "status": 204, "feed": "fresh" });
    assert_eq!(said["answers"][0], suppressed);
    assert_eq!((&said["answers"][1]["reason"], &said["answers"][1]["status"]), (&json!("mfa_required"), &json!(302)));
    assert_eq!((&said["answers"][2]["reason"], &said["answers"][2]["status"]), (&json!("mfa_required"), &json!(401)));
}

#[actix_web::test]
async fn a_bundle_that_was_tampered_with_is_refused() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    let document = app.actor("feed").feed_at(1).await.to_string();
    let snapshot = Snapshot::read(document.as_bytes()).unwrap().snapshot;
    let good = files(&bundle(&snapshot, &*app.desk.feed.key().unwrap()).unwrap());
    let with = |change: &dyn Fn(&mut Files)| {
        let mut files = good.clone();
        change(&mut files);
        packed(&files)
    };
    let replaced = |file: &str, old: &str, new: &str| {
        with(&|files| {
            let content = String::from_utf8(files[file].clone()).unwrap();
            assert!(content.contains(old), "{file}: {old}");
            files.insert(file.to_owned(), content.replace(old, new).into_bytes());
        })
    };
    let (data, policy) = ("exception_desk/feed/data.json", "exception_desk/enforcement.rego");
    let tampered = [
        (with(&|_| ()), None),
        // Spaces within JSON are no matter of the signature.
        (replaced(data, ",", ", "), None),
        (replaced(data, "delegated_admin_portal", "dashboard"), Some(format!("{data}: another digest"))),
        (replaced(policy, "not instants", "instants"), Some(format!("{policy}: another digest"))),
        (replaced(".manifest", ":1\"", ":9\""), Some(".manifest: another digest".to_owned())),
        (
            with(&|files| drop(files.insert("exception_desk/more.rego".into(), b"package x".to_vec()))),
            Some("exception_desk/more.rego: not signed".to_owned()),
        ),
        (with(&|files| drop(files.remove(policy))), Some(format!("['{policy}']: not there"))),
        (with(&|files| drop(files.remove(".signatures.json"))), Some("no signature".to_owned())),
    ];
    let (bundles, faults): (Vec<_>, Vec<_>) = tampered.into_iter().unzip();
    let jwks = app.anonymous().get("/.well-known/jwks.json").await.json();
    let said = taken(&bundles, &json!({ "jwks": jwks, "inputs": [] }));
    let said: Vec<_> = said.iter().map(|said| said["fault"].as_str().map(str::to_owned)).collect();
    assert_eq!(said, faults);
    let mut strange = jwks;
    strange["keys"][0]["kid"] = json!("another");
    assert_eq!(taken(&bundles[..1], &json!({ "jwks": strange, "inputs": [] }))[0]["fault"], "unknown key");
}
