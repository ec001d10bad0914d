//! The feed by its changes: asked for, waited for and streamed. Whoever applies them has what the snapshot says.

use crate::actors::{Actor, third_party};
use crate::app::TestApp;
use mfa_enforcement::RulesDigest;
use mfa_enforcement::wire::Rule;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// A reader that began with a snapshot.
struct Follower {
    epoch: String,
    version: i64,
    rules: BTreeMap<String, Value>,
}

impl Follower {
    async fn begin(feed: &Actor<'_>) -> Self {
        let snapshot = feed.feed_at(0).await;
        let rules = snapshot["rules"].as_array().unwrap().iter();
        Self {
            epoch: snapshot["epoch"].as_str().unwrap().to_owned(),
            version: snapshot["version"].as_i64().unwrap(),
            rules: rules.map(|rule| (rule["id"].as_str().unwrap().to_owned(), rule.clone())).collect(),
        }
    }

    fn path(&self, wait: u32) -> String {
        format!("/feed/v1/changes?epoch={}&after={}&wait={wait}", self.epoch, self.version)
    }

    /// Asks for what changed, and does as it says.
    async fn follow(&mut self, feed: &Actor<'_>, wait: u32) -> Value {
        let changes = feed.get(&self.path(wait)).await.expect(200).json();
        self.apply(&changes);
        changes
    }

    fn apply(&mut self, changes: &Value) {
        assert_eq!((changes["epoch"].as_str(), changes["from"].as_i64()), (Some(&*self.epoch), Some(self.version)));
        for id in changes["removals"].as_array().unwrap() {
            self.rules.remove(id.as_str().unwrap());
        }
        for rule in changes["upserts"].as_array().unwrap() {
            self.rules.insert(rule["id"].as_str().unwrap().to_owned(), rule.clone());
        }
        self.version = changes["version"].as_i64().unwrap();
        let rules: Vec<Rule> =
            self.rules.values().map(|rule| serde_json::from_value(rule.clone()).expect("a rule")).collect();
        assert_eq!(changes["rules_digest"], RulesDigest::of(&rules).to_string(), "at version {}", self.version);
    }
}

#[actix_web::test]
async fn only_readers_of_the_feed_are_told_of_changes() {
    let app = TestApp::start().await;
    let follower = Follower::begin(&app.actor("feed")).await;
    for path in [&*follower.path(0), "/feed/v1/stream"] {
        app.anonymous().get(path).await.expect(401).problem();
        app.staff("lead").get(path).await.expect(403).problem();
        app.actor("tailspin-global-admin").get(path).await.expect(403).problem();
    }
}

#[actix_web::test]
async fn changes_lead_from_any_version_to_the_current_one() {
    let app = TestApp::start().await;
    let feed = app.actor("feed");
    let mut always = Follower::begin(&feed).await;
    let mut seldom = Follower::begin(&feed).await;
    let first = app.actor("tailspin-global-admin").file(&third_party()).await.expect(201).json()["exception"].clone();
    always.follow(&feed, 10).await;
    assert_eq!(always.rules.len(), 1);
    app.actor("contoso-admin-agent").file(&third_party()).await.expect(201);
    always.follow(&feed, 10).await;
    app.staff("lead").revoke(&first).await.expect(200);
    let last = always.follow(&feed, 10).await;
    assert_eq!(
        (last["removals"].as_array().map(Vec::len), last["upserts"].as_array().map(Vec::len)),
        (Some(1), Some(0))
    );
    // Who was away for all three gets them as one.
    let together = seldom.follow(&feed, 0).await;
    assert_eq!((together["from"].as_i64(), together["version"].as_i64()), (Some(0), Some(3)));
    assert_eq!(seldom.rules, always.rules);
    let snapshot = feed.feed_at(3).await;
    assert_eq!(snapshot["rules"], json!(always.rules.values().collect::<Vec<_>>()));
    assert_eq!((&together["issued_at"], &together["expires_at"]), (&snapshot["issued_at"], &snapshot["expires_at"]));
}

#[actix_web::test]
async fn who_waits_is_answered_when_something_changes_or_the_time_is_over() {
    let app = TestApp::start().await;
    let feed = app.actor("feed");
    let mut follower = Follower::begin(&feed).await;
    let begun = Instant::now();
    let nothing = follower.follow(&feed, 1).await;
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!((&nothing["from"], &nothing["upserts"]), (&nothing["version"], &json!([])));
    let filing = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    };
    let begun = Instant::now();
    let (changes, ()) = tokio::join!(follower.follow(&feed, 60), filing);
    assert!(begun.elapsed() < Duration::from_secs(30));
    assert_eq!(changes["upserts"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn a_version_that_is_not_known_begins_again() {
    let app = TestApp::start().await;
    let feed = app.actor("feed");
    let follower = Follower::begin(&feed).await;
    let elsewhere = uuid::Uuid::from_u128(7);
    for path in [
        format!("/feed/v1/changes?epoch={elsewhere}&after=0"),
        format!("/feed/v1/changes?epoch={}&after=1", follower.epoch),
        format!("/feed/v1/changes?epoch={}&after={}&wait=60", follower.epoch, u64::MAX),
    ] {
        let problem = feed.get(&path).await.expect(410).problem();
        assert_eq!(problem, "resync-required", "{path}");
    }
    for id in [format!("{elsewhere}:0"), format!("{}:1", follower.epoch), "yesterday".to_owned()] {
        let call = feed.call(Method::GET, "/feed/v1/stream").header("last-event-id", &id);
        feed.send(call).await.expect(410).problem();
    }
    feed.get(&follower.path(61)).await.expect(422).problem();
    feed.get("/feed/v1/changes?after=0").await.expect(422).problem();
}

#[actix_web::test]
async fn changes_are_signed_as_what_they_are() {
    let app = TestApp::start().await;
    let feed = app.actor("feed");
    let follower = Follower::begin(&feed).await;
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    let plain = feed.get(&follower.path(10)).await.expect(200).json();
    for encoding in ["identity", "gzip"] {
        let call = feed.call(Method::GET, &follower.path(10));
        let call = call.header("accept", "application/jose").header("accept-encoding", encoding);
        let signed = feed.send(call).await.expect(200);
        assert_eq!(signed.header("content-type"), "application/jose");
        assert_eq!(app.verified(&signed.text, "mfa-suppression-changes+jws").await, plain);
    }
}

/// The events of a stream, as text between empty lines; comments are left out.
pub struct Events(Response, String);

impl Events {
    pub async fn of(feed: &Actor<'_>, after: Option<&str>) -> Self {
        let mut call = feed.call(Method::GET, "/feed/v1/stream");
        if let Some(id) = after {
            call = call.header("last-event-id", id);
        }
        let answer = call.send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (200, &"text/event-stream".parse().unwrap())
        );
        Self(answer, String::new())
    }

    /// Id, kind and data of the next.
    pub async fn next(&mut self) -> (String, String, String) {
        loop {
            if let Some((event, rest)) = self.1.split_once("\n\n") {
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.unwrap_or_default().trim_start().to_owned()
                };
                let fields = (field("id:"), field("event:"), field("data:"));
                self.1 = rest.to_owned();
                if !fields.1.is_empty() {
                    return fields;
                }
                continue;
            }
            let chunk = timeout(Duration::from_secs(30), self.0.chunk()).await.expect("something is sent");
            self.1 += std::str::from_utf8(&chunk.unwrap().expect("the stream goes on")).unwrap();
        }
    }
}

#[actix_web::test]
async fn a_stream_tells_every_change_and_goes_on_where_it_was() {
    let app = TestApp::start().await;
    let feed = app.actor("feed");
    let mut follower = Follower::begin(&feed).await;
    let mut events = Events::of(&feed, None).await;
    let (begun, ..) = events.next().await;
    assert_eq!(begun, format!("{}:0", follower.epoch));
    app.actor("tailspin-global-admin").file(&third_party()).await.expect(201);
    let (id, kind, jws) = events.next().await;
    assert_eq!((&*id, &*kind), (&*format!("{}:1", follower.epoch), "changes"));
    follower.apply(&app.verified(&jws, "mfa-suppression-changes+jws").await);
    drop(events);
    app.actor("contoso-admin-agent").file(&third_party()).await.expect(201);
    feed.feed_at(2).await;
    let mut events = Events::of(&feed, Some(&id)).await;
    let (id, _, jws) = events.next().await;
    assert_eq!(id, format!("{}:2", follower.epoch));
    follower.apply(&app.verified(&jws, "mfa-suppression-changes+jws").await);
    assert_eq!(follower.rules.len(), 2);
    // Issued again: nothing changed but the end of freshness.
    let before = feed.feed_at(2).await;
    app.wait(chrono::TimeDelta::minutes(6));
    let (id, _, jws) = events.next().await;
    let renewed = app.verified(&jws, "mfa-suppression-changes+jws").await;
    assert_eq!((&*id, &renewed["upserts"]), (&*format!("{}:2", follower.epoch), &json!([])));
    assert!(renewed["expires_at"].as_str() > before["expires_at"].as_str());
    follower.apply(&renewed);
}

#[actix_web::test]
async fn only_a_few_readers_that_are_far_behind_have_their_own_changes_made_at_once() {
    let app = TestApp::start().await;
    let feed = app.actor("feed");
    let behind = Follower::begin(&feed).await;
    let versions = "INSERT INTO feed_changes (epoch, version, committed_at, upserts, removals, follows)
         SELECT epoch, version + n, now(), '[]', '{}', CASE n WHEN 1 THEN lineage ELSE gen_random_uuid() END
         FROM feed_head, generate_series(1, 70) AS n;
         UPDATE feed_head SET version = version + 70";
    sqlx::raw_sql(versions).execute(&mut app.owner().await).await.unwrap();
    let near = format!("/feed/v1/changes?epoch={}&after=60", behind.epoch);
    feed.feed_at(70).await;
    let turns = (app.desk.feed.making().take().await.unwrap(), app.desk.feed.making().take().await.unwrap());
    let busy = feed.get(&behind.path(0)).await.expect(503);
    assert_eq!((busy.problem().as_str(), busy.header("retry-after")), ("busy", "5"));
    feed.get(&near).await.expect(200);
    drop(turns);
    assert_eq!(feed.get(&behind.path(0)).await.expect(200).json()["version"], 70);
}
