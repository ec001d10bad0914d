//! The keys of the feed: rotated with overlap, withdrawn at once, shared by desks, kept by a signing service.

use crate::actors::third_party;
use crate::app::TestApp;
use crate::lineage::command;
use chrono::{DateTime, TimeDelta, Utc};
use exception_desk::app::Purpose;
use exception_desk::clock::secret_bytes;
use exception_desk::config::Config;
use exception_desk::feed::{KeyOptions, KeyState, Keys, SigningKey, rotate_by_age};
use reqwest::Method;
use std::path::PathBuf;
use std::time::Duration;

/// The folder of the keys, as another process opens it.
fn keys(app: &TestApp) -> Keys {
    Keys::open(KeyOptions::of(&app.desk.config, Purpose::Demo), app.clock.now()).unwrap()
}

/// The ids of the published keys.
async fn published(app: &TestApp) -> Vec<String> {
    let keys = app.anonymous().get("/.well-known/jwks.json").await.expect(200).json();
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// The signed feed, once `kid` signs it; it verifies by the published keys.
async fn signed_by(app: &TestApp, kid: &str) -> serde_json::Value {
    for _ in 0..200 {
        let feed = app.actor("feed");
        let answer = feed.send(feed.call(Method::GET, "/feed/v1/rules").header("accept", "application/jose")).await;
        if answer.status == 200 && jsonwebtoken::decode_header(&answer.text).unwrap().kid.as_deref() == Some(kid) {
            return app.verified(&answer.text, "mfa-suppression+jws").await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("`{kid}` never signs");
}

/// The keys that are published, once they are `wanted`.
async fn publishes(app: &TestApp, wanted: &[&str]) {
    let mut seen = Vec::new();
    for _ in 0..200 {
        seen = published(app).await;
        if seen == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{seen:?} are published, not {wanted:?}");
}

fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("desk-keys-{:x}", u128::from_le_bytes(secret_bytes())))
}

#[actix_web::test]
async fn a_new_key_is_published_before_it_signs_and_the_old_one_as_long_as_anything_of_it_is_good() {
    let app = TestApp::start().await;
    let old = published(&app).await.remove(0);
    signed_by(&app, &old).await;
    // As `exception-desk keys rotate` does, in another process.
    let next = keys(&app).rotate(app.clock.now(), false, None).unwrap();
    assert_eq!((next.state, next.until), (KeyState::Next, Some(app.clock.now() + TimeDelta::hours(1))));
    publishes(&app, &[&old, &next.kid]).await;
    app.wait(TimeDelta::minutes(59));
    signed_by(&app, &old).await;
    app.wait(TimeDelta::minutes(1));
    signed_by(&app, &next.kid).await;
    // Fifteen minutes of a document's life and the hour of the overlap.
    app.wait(TimeDelta::minutes(74));
    publishes(&app, &[&old, &next.kid]).await;
    app.wait(TimeDelta::minutes(1));
    publishes(&app, &[&next.kid]).await;
}

#[actix_web::test]
async fn a_withdrawn_key_is_out_at_once_and_the_feed_is_signed_anew_even_without_the_database() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    let plain = app.actor("feed").feed_at(1).await;
    let compromised = published(&app).await.remove(0);
    let signed = signed_by(&app, &compromised).await;
    assert_eq!(signed, plain);
    let feed = app.actor("feed");
    let jose = |etag: &str| {
        feed.call(Method::GET, "/feed/v1/rules").header("accept", "application/jose").header("if-none-match", etag)
    };
    let etag = feed.send(jose("none")).await.expect(200).header("etag").to_owned();
    app.desk.db.close().await;
    let signs = keys(&app).withdraw(&compromised, app.clock.now(), None).unwrap();
    publishes(&app, &[&signs.kid]).await;
    assert_eq!(signed_by(&app, &signs.kid).await, plain, "the same document, at the same version");
    feed.send(jose(&etag)).await.expect(200);
    let keys = keys(&app);
    assert!(keys.withdraw(&compromised, app.clock.now(), None).unwrap_err().to_string().contains("was withdrawn at"));
    assert!(keys.withdraw("nobody", app.clock.now(), None).is_err());
    let private = app.desk.config.key_directory().join(format!("{compromised}.pem"));
    assert!(!private.exists(), "its private part is gone");
}

#[actix_web::test]
async fn a_withdrawn_next_key_changes_nothing_else_and_an_emergency_waits_for_nobody() {
    let app = TestApp::start().await;
    let old = published(&app).await.remove(0);
    let next = keys(&app).rotate(app.clock.now(), false, None).unwrap();
    assert!(keys(&app).rotate(app.clock.now(), false, None).is_err(), "one waits already");
    assert_eq!(keys(&app).withdraw(&next.kid, app.clock.now(), None).unwrap().kid, old);
    publishes(&app, &[&old]).await;
    signed_by(&app, &old).await;
    app.wait(TimeDelta::seconds(1));
    let at_once = keys(&app).rotate(app.clock.now(), true, None).unwrap();
    assert_eq!(at_once.state, KeyState::Current);
    signed_by(&app, &at_once.kid).await;
}

#[actix_web::test]
async fn the_running_desk_rotates_a_key_that_is_old_and_says_so() {
    let app = TestApp::start().await;
    let old = published(&app).await.remove(0);
    app.wait(TimeDelta::days(89));
    rotate_by_age(&app.desk).await.unwrap();
    assert_eq!(published(&app).await, [old.as_str()]);
    app.wait(TimeDelta::days(1));
    let (_, other) = app.another_desk();
    for desk in [&app.desk, &other, &app.desk] {
        rotate_by_age(desk).await.unwrap();
    }
    assert_eq!(published(&app).await.len(), 2, "several desks make one next key");
    let recorded: Vec<String> =
        sqlx::query_scalar("SELECT details->>'kid' FROM audit_events WHERE action = 'signing_key.rotated'")
            .fetch_all(&mut app.owner().await)
            .await
            .unwrap();
    assert_eq!(recorded.len(), 1);
    app.wait(TimeDelta::hours(1));
    signed_by(&app, &recorded[0]).await;
}

#[test]
fn desks_that_start_at_once_make_one_key_and_only_their_account_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let mut config: Config = toml::from_str("").unwrap();
    config.feed.signing_key_file = folder.join("feed.pem");
    let now: DateTime<Utc> = crate::app::NOW.parse().unwrap();
    let kids: Vec<_> = std::thread::scope(|scope| {
        let open = || {
            Keys::open(KeyOptions::of(&config, Purpose::Service), now).unwrap().signer(now).unwrap().kid().to_owned()
        };
        let started: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        started.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(kids.iter().all(|kid| *kid == kids[0]), "{kids:?}");
    let keys = config.key_directory();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&keys), mode(&keys.join(format!("{}.pem", kids[0])))), (0o700, 0o600));
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o750)).unwrap();
    let refused = Keys::open(KeyOptions::of(&config, Purpose::Service), now).err().unwrap();
    assert!(refused.to_string().contains("chmod 700"), "{refused}");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_key_of_an_earlier_desk_is_taken_over() {
    let folder = folder();
    let mut config: Config = toml::from_str("").unwrap();
    config.feed.signing_key_file = folder.join("feed.pem");
    let before = SigningKey::load_or_make(&config.feed.signing_key_file, false).unwrap();
    let now: DateTime<Utc> = crate::app::NOW.parse().unwrap();
    let keys = Keys::open(KeyOptions::of(&config, Purpose::Service), now).unwrap();
    assert_eq!(keys.signer(now).unwrap().kid(), before.kid());
    assert_eq!(keys.jwks(now), before.jwks());
    // Withdrawn, it is erased where it came from too: nothing takes it over again.
    keys.withdraw(before.kid(), now, None).unwrap();
    assert!(!config.feed.signing_key_file.exists());
    // A demonstration's is not taken over.
    let mut demo = config.clone();
    demo.feed.signing_key_file = folder.join("demo/feed.pem");
    SigningKey::load_or_make(&demo.feed.signing_key_file, true).unwrap();
    let refused = Keys::open(KeyOptions::of(&demo, Purpose::Service), now).err().unwrap();
    assert!(refused.to_string().contains("made by the demo"), "{refused}");
    std::fs::remove_dir_all(folder).unwrap();
}

/// A signing service in a few lines of JavaScript: the key is in its file, which the desk does not know.
const SERVICE: &str = "const c = require('crypto'), fs = require('fs');
process.stdout.write(c.sign('sha256', fs.readFileSync(0), { key: fs.readFileSync(process.argv[1]), dsaEncoding: 'ieee-p1363' }).toString('base64url'));";

/// The public part of the key in the file, PEM.
const PUBLIC: &str = "const c = require('crypto'), fs = require('fs');
process.stdout.write(c.createPublicKey(fs.readFileSync(process.argv[1])).export({ type: 'spki', format: 'pem' }));";

#[actix_web::test]
async fn a_signing_service_signs_in_place_of_a_file() {
    let node = std::env::var("EXCEPTION_DESK_NODE").expect("run `cargo xtask test`");
    let folder = folder();
    let (private, public) = (folder.join("private.pem"), folder.join("public.pem"));
    let key = SigningKey::load_or_make(&private, false).unwrap();
    let private_path = private.display().to_string();
    let output = std::process::Command::new(&node).args(["-e", PUBLIC, &private_path]).output().unwrap();
    std::fs::write(&public, output.stdout).unwrap();
    let app = TestApp::start_with(|config| {
        config.signing.command = [node.as_str(), "-e", SERVICE, &private_path].map(str::to_owned).to_vec();
        config.signing.public_key_file = Some(public.clone());
        config.signing.rotate_after_days = 0;
        config.signing.command_timeout_seconds = 60;
    })
    .await;
    assert_eq!(published(&app).await, [key.kid()]);
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    let plain = app.actor("feed").feed_at(1).await;
    assert_eq!(signed_by(&app, key.kid()).await, plain);
    let refused = keys(&app).rotate(app.clock.now(), false, None).unwrap_err();
    assert!(refused.to_string().contains("--public-key"), "{refused}");

    // One that signs with another key is found out: what was published before stays.
    std::fs::remove_file(&private).unwrap();
    SigningKey::load_or_make(&private, false).unwrap();
    app.actor("contoso-admin-agent").file(&third_party()).await.expect(201);
    assert!(app.desk.feed.refresh().await.unwrap_err().to_string().contains("printed no signature"));
    assert_eq!(signed_by(&app, key.kid()).await, plain);
    std::fs::remove_dir_all(folder).unwrap();
}

#[actix_web::test]
async fn the_command_line_rotates_lists_and_withdraws() {
    let app = TestApp::start().await;
    let folder = app.desk.config.feed.signing_key_file.with_file_name("command-line");
    let lines = |output: &str| -> Vec<(String, String)> {
        let columns = |line: &str| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
        output.lines().map(columns).map(|columns| (columns[0].clone(), columns[1].clone())).collect()
    };
    let (status, output, words) = command(&app, &folder, &["keys", "list"]).await;
    assert!(status == 0 && output.is_empty() && words.contains("no keys"), "{words}");
    let (status, output, words) = command(&app, &folder, &["keys", "rotate"]).await;
    assert_eq!(status, 0, "{words}");
    let rotated = lines(&output);
    assert_eq!(rotated.iter().map(|line| line.1.as_str()).collect::<Vec<_>>(), ["next", "current"]);
    let (status, _, words) = command(&app, &folder, &["keys", "rotate"]).await;
    assert!(status == 1 && words.contains("--now"), "{words}");
    let (status, output, words) = command(&app, &folder, &["keys", "withdraw", &rotated[1].0]).await;
    assert_eq!(status, 0, "{words}");
    let after = [(rotated[0].0.clone(), "current".to_owned()), (rotated[1].0.clone(), "withdrawn".to_owned())];
    assert_eq!(lines(&output), after);
    assert_eq!(lines(&command(&app, &folder, &["keys", "list"]).await.1), after);
    let recorded: Vec<String> =
        sqlx::query_scalar("SELECT action FROM audit_events WHERE subject_kind = 'signing_key' ORDER BY at, id")
            .fetch_all(&mut app.owner().await)
            .await
            .unwrap();
    assert_eq!(recorded, ["signing_key.rotated", "signing_key.withdrawn"]);
}
