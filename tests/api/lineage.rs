//! A database that is not the one that was published from: nothing of it is published until an operator begins a new epoch, and
//! then nothing but what a lead confirms.

use crate::actors::{Answer, third_party};
use crate::app::TestApp;
use crate::browser::Browser;
use exception_desk::clock::Clock;
use exception_desk::feed::{Mark, MarkFile, begin_epoch};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

/// What the feed answers once it is stopped; until then it must be what was published last.
async fn stopped(app: &TestApp, last_version: i64) -> Answer {
    for _ in 0..200 {
        let answer = app.actor("feed").get("/feed/v1/rules").await;
        match answer.status.as_u16() {
            200 => assert_eq!(answer.json()["version"], last_version, "what was published is taken back"),
            _ if answer.problem() == "feed-stopped" => return answer,
            // While the database is away.
            _ => assert_eq!(answer.problem(), "database-away"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the feed goes on");
}

/// A desk whose database was put back to before an exception was revoked, and that exception.
async fn restored() -> (TestApp, Value) {
    let app = TestApp::start().await;
    let granted = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json()["exception"].clone();
    app.actor("feed").feed_at(1).await;
    app.back_up().await;
    app.staff("lead").revoke(&granted).await;
    while app.actor("feed").feed_at(2).await["rules"] != json!([]) {}
    app.restore().await;
    stopped(&app, 2).await;
    (app, granted)
}

/// What the desk has published, by its mark.
pub fn mark(app: &TestApp) -> Option<Mark> {
    MarkFile::at(app.desk.config.feed.mark_file()).held().unwrap()
}

#[actix_web::test]
async fn nothing_of_a_restored_database_is_published() {
    let (app, granted) = restored().await;
    let feed = app.actor("feed");
    let answer = feed.get("/feed/v1/rules").await.expect(503);
    assert!(answer.header("retry-after").parse::<u32>().is_ok());
    for path in ["/feed/v1/stream".to_owned(), format!("/feed/v1/changes?epoch={}&after=1", Uuid::nil())] {
        assert_eq!(feed.get(&path).await.expect(503).problem(), "feed-stopped", "{path}");
    }
    assert_eq!(app.anonymous().get("/health/feed").await.expect(503).json()["reason"], "feed_stopped");
    assert!(app.anonymous().get("/metrics").await.text.contains("desk_feed_stopped 1"));
    app.anonymous().get("/health/ready").await.expect(200);
    let (status, home) = Browser::of_staff(&app, "lead").await.open("/").await;
    assert!(status == 200 && home.contains("Find out why the feed is stopped"), "{home}");

    // The database goes on, past the version that was published: it is another line all the same, also for a desk that starts now.
    for persona in ["contoso-admin-agent", "fabrikam-admin-agent", "wingtip-admin-agent"] {
        app.actor(persona).file(&third_party()).await.expect(201);
    }
    assert!(app.desk.feed.refresh().await.unwrap_err().to_string().contains("restored"));
    let (_, other) = app.another_desk();
    assert!(other.feed.refresh().await.unwrap_err().to_string().contains("restored"));
    assert!(other.feed.current().is_none());
    assert_eq!(app.actor("feed").get("/feed/v1/rules").await.expect(503).problem(), "feed-stopped");

    // It is the mark alone that knows: without one, what was revoked would be in force again.
    let fresh = app.desk.config.feed.mark_file().with_file_name("no-mark.json");
    let (_, unmarked) = app.another_desk_with(app.clock.clone(), |config| config.feed.mark_file = Some(fresh));
    unmarked.feed.refresh().await.unwrap();
    let rules = unmarked.feed.current().unwrap().snapshot.rules.clone();
    assert!(rules.iter().any(|rule| json!(rule.id) == granted["id"]));
}

#[actix_web::test]
async fn a_new_epoch_holds_every_exception_until_a_lead_confirms_it() {
    let (app, granted) = restored().await;
    let before = mark(&app).unwrap();
    let begun = begin_epoch(&app.desk.db, Some(before), "restored from yesterday", app.clock.now()).await.unwrap();
    assert_eq!((begun.version, begun.held), (1, 1));
    assert_ne!(begun.epoch, before.epoch);
    app.desk.feed.refresh().await.unwrap();
    let document = app.actor("feed").feed_at(1).await;
    assert_eq!((&document["epoch"], &document["rules"]), (&json!(begun.epoch), &json!([])));

    // The partner and staff see it held, and how it came to that.
    let path = format!("/api/v1/exceptions/{}", granted["id"].as_str().unwrap());
    let partner = app.actor("tailspin-global-admin");
    let held = partner.get(&path).await.expect(200).json();
    assert_eq!((&held["status"], held["held_at"].is_string()), (&json!("held"), true));
    let page = format!("/exceptions/{}", granted["reference"].as_str().unwrap());
    let (_, text) = Browser::of(&app, "tailspin-global-admin").await.open(&page).await;
    assert!(text.contains("waits for a lead reviewer of the desk to confirm it"), "{text}");
    assert!(text.contains("Held: the database was restored"), "{text}");
    let (_, text) = Browser::of_staff(&app, "lead").await.open("/").await;
    assert!(text.contains("1 exception waits for a lead"), "{text}");
    let coverage = app.actor("tailspin-global-admin").get("/api/v1/me/coverage").await.expect(200).json();
    assert_eq!(coverage["covered"], false);

    let list = app.staff("reviewer").get("/api/v1/held-exceptions").await.expect(200).json();
    assert_eq!(list["items"][0]["id"], granted["id"]);
    partner.get("/api/v1/held-exceptions").await.expect(403);
    let confirm = json!({ "exceptions": [granted["id"]], "reason": "compared with the audit log" });
    app.staff("reviewer").post("/api/v1/held-exceptions/confirm", &confirm).await.expect(403);
    let lead = app.staff("lead");
    let unknown = json!({ "exceptions": [granted["id"], Uuid::from_u128(7)], "reason": "all" });
    let refused = lead.post("/api/v1/held-exceptions/confirm", &unknown).await.expect(422);
    assert_eq!(refused.errors(), ["/exceptions/1 not_held"]);
    assert_eq!(app.actor("feed").feed_at(1).await["rules"], json!([]), "all or none");
    lead.post("/api/v1/held-exceptions/confirm", &confirm).await.expect(200);
    let document = app.actor("feed").feed_at(2).await;
    assert_eq!(document["rules"][0]["id"], granted["id"]);
    assert_eq!(partner.get(&path).await.expect(200).json()["status"], "active");
    lead.post("/api/v1/held-exceptions/confirm", &confirm).await.expect(422);
    let told: Vec<String> = sqlx::query_scalar(
        "SELECT action FROM audit_events WHERE action LIKE 'feed.%' OR action IN ('exception.held', 'exception.confirmed') ORDER BY action",
    )
    .fetch_all(&mut app.owner().await)
    .await
    .unwrap();
    assert_eq!(told, ["exception.confirmed", "exception.held", "feed.epoch_begun"]);
}

#[actix_web::test]
async fn a_lead_confirms_on_the_page_and_a_held_exception_can_be_revoked() {
    let app = TestApp::start().await;
    let mut granted = Vec::new();
    for persona in ["tailspin-global-admin", "contoso-admin-agent"] {
        granted.push(app.actor(persona).file(&third_party()).await.expect(201).json()["exception"].clone());
    }
    begin_epoch(&app.desk.db, mark(&app), "drill", app.clock.now()).await.unwrap();
    let mut lead = Browser::of_staff(&app, "lead").await;
    let (status, page) = lead.open("/held-exceptions").await;
    assert!(status == 200 && granted.iter().all(|it| page.contains(it["reference"].as_str().unwrap())), "{page}");
    let first = granted[0]["id"].as_str().unwrap();
    let (status, page) = lead.submit("/held-exceptions", &[("reason", "")]).await;
    assert!(status == 422 && page.contains("error-summary"), "{page}");
    let (status, page) = lead.submit("/held-exceptions", &[("reason", "known")]).await;
    assert!(status == 422 && page.contains("Choose at least one exception"), "{page}");
    let (status, _) = lead.submit("/held-exceptions", &[("exceptions", first), ("reason", "known")]).await;
    assert_eq!(status, 303);
    assert_eq!(app.actor("feed").feed_at(2).await["rules"].as_array().map(Vec::len), Some(1));

    let path = format!("/api/v1/exceptions/{}", granted[1]["id"].as_str().unwrap());
    let held = app.staff("lead").get(&path).await.expect(200).json();
    let revoked = app.staff("lead").revoke(&held).await.expect(200).json();
    assert_eq!(revoked["status"], "revoked");
    let (_, page) = lead.open("/held-exceptions").await;
    assert!(page.contains("No exception is held"), "{page}");
    let (status, _) = Browser::of_staff(&app, "reviewer").await.open("/held-exceptions").await;
    assert_eq!(status, 403);
}

#[actix_web::test]
async fn a_fresh_desk_takes_the_lineage_that_it_finds_and_another_epoch_needs_an_operator() {
    let app = TestApp::start().await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    app.actor("feed").feed_at(1).await;
    let own = app.desk.config.feed.mark_file();
    let fresh = own.with_file_name("fresh-mark.json");
    let (_, desk) = app.another_desk_with(app.clock.clone(), |config| config.feed.mark_file = Some(fresh.clone()));
    desk.feed.refresh().await.unwrap();
    assert_eq!(MarkFile::at(fresh.clone()).held().unwrap(), mark(&app), "it keeps a mark from now on");

    // A desk that published from another database.
    let foreign = own.with_file_name("foreign-mark.json");
    let elsewhere = Mark { epoch: Uuid::from_u128(1), version: 1, lineage: Uuid::from_u128(2) };
    MarkFile::at(foreign.clone()).raise(elsewhere).unwrap();
    let (_, desk) = app.another_desk_with(app.clock.clone(), |config| config.feed.mark_file = Some(foreign.clone()));
    assert!(desk.feed.refresh().await.unwrap_err().to_string().contains("epoch"));
    // Begun where that mark is, a new epoch takes the place of both.
    begin_epoch(&app.desk.db, Some(elsewhere), "moved", app.clock.now()).await.unwrap();
    begin_epoch(&app.desk.db, None, "again", app.clock.now()).await.unwrap();
    desk.feed.refresh().await.unwrap();
    app.desk.feed.refresh().await.unwrap();
    assert_eq!(MarkFile::at(foreign).held().unwrap(), mark(&app));

    // What cannot be read is no fresh desk.
    let damaged = own.with_file_name("damaged-mark.json");
    std::fs::write(&damaged, "").unwrap();
    let (_, desk) = app.another_desk_with(app.clock.clone(), |config| config.feed.mark_file = Some(damaged));
    assert!(desk.feed.refresh().await.unwrap_err().to_string().contains("damaged"));
    assert!(desk.feed.current().is_none());
}

/// `exception-desk` with `arguments`, on the database of `app`, with its keys and its mark in `folder`.
pub async fn command(app: &TestApp, folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let config = folder.join("desk.toml");
    let text = format!("[feed]\nsigning_key_file = '{}'\n", folder.join("feed.pem").display());
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(&config, text).unwrap();
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_exception-desk"))
        .args(arguments)
        .arg("--config")
        .arg(&config)
        .env("DATABASE_URL", &app.owner_url)
        .output()
        .await
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[actix_web::test]
async fn the_command_line_prints_the_feed_and_begins_an_epoch() {
    let app = TestApp::start().await;
    // A process of its own has the system's clock.
    app.clock.set(Clock::system().now());
    let folder = app.desk.config.feed.signing_key_file.with_file_name("command-line");
    let (status, plain, words) = command(&app, &folder, &["feed", "export", "--format", "json"]).await;
    assert_eq!(status, 0, "{words}");
    let plain: Value = serde_json::from_str(&plain).unwrap();
    assert_eq!((plain["version"].as_i64(), &plain["rules"]), (Some(0), &json!([])));
    let (status, jws, words) = command(&app, &folder, &["feed", "export", "--format", "jws"]).await;
    assert_eq!((status, jws.trim().split('.').count()), (0, 3), "{words}");

    let (status, version, words) = command(&app, &folder, &["feed", "new-version", "--reason", "limits"]).await;
    assert_eq!((status, &*version), (0, "{\"version\":1}\n"), "{words}");
    let (_, next, _) = command(&app, &folder, &["feed", "export", "--format", "json"]).await;
    let next: Value = serde_json::from_str(&next).unwrap();
    assert_eq!((next["version"].as_i64(), &next["rules_digest"]), (Some(1), &plain["rules_digest"]));
    let (status, ..) = command(&app, &folder, &["feed", "new-epoch", "--reason", " "]).await;
    assert_eq!(status, 2);
    let (status, begun, words) = command(&app, &folder, &["feed", "new-epoch", "--reason", "drill"]).await;
    assert_eq!(status, 0, "{words}");
    let begun: Value = serde_json::from_str(&begun).unwrap();
    let anchor = format!("mfa-gate anchor --epoch {} --at-least 1", begun["epoch"].as_str().unwrap());
    assert!(words.contains(&anchor), "{words}");
    let (_, plain, _) = command(&app, &folder, &["feed", "export", "--format", "json"]).await;
    let plain: Value = serde_json::from_str(&plain).unwrap();
    assert_eq!((&plain["epoch"], plain["version"].as_i64()), (&begun["epoch"], Some(1)));
}
