//! A scripted desk, a gate's client, and a clock in the test's hand.

use crate::history::{History, Way};
use crate::signing::Key;
use chrono::{DateTime, TimeDelta, Utc};
use mfa_enforcement::client::{
    ClientConfig, Clock, FeedClient, FeedHandle, FeedStatus, Follow, Outcome, PullError, Secret, TokenConfig,
};
use mfa_enforcement::{Reason, Rule, RulesDigest, Subjects, Surfaces, input};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use url::Url;
use uuid::Uuid;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

pub const TENANT: &str = "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10";
pub const USER: &str = "0b1d2f3a-4c5e-4f60-8a7b-9c0d1e2f3a4b";
pub const EPOCH: &str = "3f0e9c52-8d1b-4b7e-9a54-2f6d7c8b9a01";
pub const OTHER_EPOCH: &str = "4a1f0d63-9e2c-4c8f-8b65-3a7e8d9c0b12";

/// Minutes after the test's beginning.
pub fn minute(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_341_600, 0).expect("an instant") + TimeDelta::minutes(minute)
}

/// A rule that covers the test's user all day.
pub fn rule() -> Rule {
    Rule {
        id: Uuid::from_u128(1),
        tenant: TENANT.parse().expect("a GUID"),
        subjects: Subjects::Users(vec![USER.parse().expect("a GUID")]),
        surfaces: vec!["dashboard".into()],
        not_before: minute(-1000),
        expires_at: minute(1000),
        issue: "exchange_online_powershell".into(),
    }
}

/// A document as the desk would publish it, issued at minute 0 for 15 minutes.
pub fn document(version: u64, rules: &[Rule]) -> Value {
    json!({"issuer": "https://desk.example", "epoch": EPOCH, "version": version,
        "rules_digest": RulesDigest::of(rules).to_string(), "issued_at": minute(0), "expires_at": minute(15), "rules": rules})
}

/// The configuration of a gate of this desk.
pub fn config(desk: Url, directory: PathBuf, follow: Follow) -> ClientConfig {
    let token = TokenConfig {
        endpoint: desk.join("/token").expect("an address"),
        client_id: "gate-1".into(),
        client_secret: Secret::new("s3cret"),
        scope: Some("feed".into()),
    };
    let config = ClientConfig::new(desk, token, directory);
    ClientConfig { issuer: "https://desk.example".into(), follow, ..config }
}

/// What the desk answers at an address.
#[derive(Clone, Default)]
struct Script(Arc<Mutex<Answer>>);

#[derive(Clone, Default)]
struct Answer {
    status: u16,
    header: Option<(&'static str, String)>,
    body: Vec<u8>,
}

impl Script {
    fn set(&self, status: u16, header: Option<(&'static str, &str)>, body: impl Into<Vec<u8>>) {
        let header = header.map(|(name, value)| (name, value.to_owned()));
        *self.0.lock().expect("a script") = Answer { status, header, body: body.into() };
    }
}

impl Respond for Script {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let Answer { status, header, body } = self.0.lock().expect("a script").clone();
        let answer = ResponseTemplate::new(status).set_body_bytes(body);
        let known = request.headers.get("if-none-match").and_then(|tag| tag.to_str().ok());
        match header {
            Some(("etag", etag)) if known == Some(&etag) => ResponseTemplate::new(304),
            Some((name, value)) => answer.insert_header(name, value),
            None => answer,
        }
    }
}

/// The desk, and a gate that asks it.
pub struct World {
    pub server: MockServer,
    pub key: Key,
    pub directory: PathBuf,
    pub history: History,
    feed: Script,
    keys: Script,
    tokens: Script,
    time: Arc<Mutex<DateTime<Utc>>>,
}

impl World {
    /// A desk with one key, an empty state directory of this name, and the clock at minute 1.
    pub async fn new(name: &str) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("client").join(name);
        let _ = fs::remove_dir_all(&directory);
        let server = MockServer::start().await;
        let (feed, keys, tokens) = (Script::default(), Script::default(), Script::default());
        for (verb, place, script) in
            [("GET", "/feed/v1/rules", &feed), ("GET", "/.well-known/jwks.json", &keys), ("POST", "/token", &tokens)]
        {
            Mock::given(method(verb)).and(path(place)).respond_with(script.clone()).mount(&server).await;
        }
        let (history, time) = (History::new(Key::new("one", 1)), Arc::new(Mutex::new(minute(1))));
        let world = Self { server, key: Key::new("one", 1), history, directory, feed, keys, tokens, time };
        world.publish_keys(&[&world.key]);
        world.give_tokens(3600);
        world
    }

    /// The desk answers from its history from now on: snapshots, changes and the stream.
    pub async fn tell_history(&self) {
        self.server.reset().await;
        self.only_keys().await;
        for way in Way::ALL {
            Mock::given(method("GET"))
                .and(path(way.path()))
                .respond_with(self.history.told(way))
                .mount(&self.server)
                .await;
        }
    }

    /// A desk with this history of version 5 with the rule, and a client that follows it in this way and has that version.
    pub async fn following(name: &str, follow: Follow) -> (Self, FeedClient) {
        let world = Self::new(name).await;
        world.tell_history().await;
        let mut client = world.client_that_follows(follow);
        assert_eq!(client.step().await.expect("news"), Outcome::Accepted { version: 5 });
        (world, client)
    }

    pub fn client_that_follows(&self, follow: Follow) -> FeedClient {
        FeedClient::new(ClientConfig { follow, ..self.config() }, self.clock()).expect("a client")
    }

    /// Takes steps until the client has said what `wanted` wants to see, twenty at most.
    pub async fn steps(&self, client: &mut FeedClient, wanted: impl Fn(&FeedStatus) -> bool) {
        let mut told = Vec::new();
        for _ in 0..20 {
            if wanted(&client.handle().status((self.clock())())) {
                return;
            }
            told.push(client.step().await.map_err(|error| error.to_string()));
        }
        panic!("not seen in twenty steps: {told:?}");
    }

    /// Takes steps until the client has the version that the desk has.
    pub async fn catches_up(&self, client: &mut FeedClient) {
        let (version, digest) = self.history.current();
        self.steps(client, |status| {
            status.held.as_ref().is_some_and(|held| (held.version, &held.rules_digest) == (version, &digest))
        })
        .await;
    }

    /// Takes a step and expects to be told why there is no news; nothing held changes.
    pub async fn failing_step(&self, client: &mut FeedClient) -> PullError {
        let before = client.handle().status(minute(1)).held;
        let error = client.step().await.expect_err("no news");
        assert_eq!(client.handle().status(minute(1)).held, before, "what was held stays in use");
        error
    }

    /// Without the rest of the desk only its keys are there, and tokens.
    pub async fn only_keys(&self) {
        for (verb, place, script) in [("GET", "/.well-known/jwks.json", &self.keys), ("POST", "/token", &self.tokens)] {
            Mock::given(method(verb)).and(path(place)).respond_with(script.clone()).mount(&self.server).await;
        }
    }

    /// The client once it has used what was on disk, with a desk that says nothing.
    pub async fn after_restart_without_news(&self, mut client: FeedClient) -> FeedClient {
        self.history.is_away(true);
        client.step().await.expect_err("no news");
        self.history.is_away(false);
        client
    }

    pub fn config(&self) -> ClientConfig {
        let desk: Url = self.server.uri().parse().expect("an address");
        config(desk, self.directory.clone(), Follow::Poll)
    }

    pub fn clock(&self) -> Clock {
        let time = self.time.clone();
        Arc::new(move || *time.lock().expect("a clock"))
    }

    pub fn client(&self) -> FeedClient {
        FeedClient::new(self.config(), self.clock()).expect("a client")
    }

    /// A client that has accepted version 5 with the rule.
    pub async fn client_with_version_5(&self) -> FeedClient {
        self.publish(&document(5, &[rule()]));
        let mut client = self.client();
        let outcome = client.poll().await.expect("news");
        assert_eq!(outcome, Outcome::Accepted { version: 5 });
        client
    }

    pub fn set_time(&self, at: DateTime<Utc>) {
        *self.time.lock().expect("a clock") = at;
    }

    /// The desk signs and publishes `document`.
    pub fn publish(&self, document: &Value) {
        self.publish_text(&self.key.sign(document));
    }

    pub fn publish_text(&self, text: &str) {
        self.feed.set(200, None, text);
    }

    pub fn publish_with_etag(&self, document: &Value, etag: &str) {
        self.feed.set(200, Some(("etag", etag)), self.key.sign(document));
    }

    pub fn answer_with_status(&self, status: u16) {
        self.feed.set(status, None, "");
    }

    pub fn ask_to_wait(&self, seconds: &str) {
        self.feed.set(503, Some(("retry-after", seconds)), "");
    }

    pub fn redirect_to(&self, place: &str) {
        self.feed.set(302, Some(("location", place)), "");
    }

    pub fn publish_keys(&self, keys: &[&Key]) {
        let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
        self.keys.set(200, None, json!({"keys": keys}).to_string());
    }

    pub fn give_no_keys(&self) {
        self.keys.set(503, None, "");
    }

    pub fn give_tokens(&self, seconds: u64) {
        let answer = json!({"access_token": "t0ken", "token_type": "Bearer", "expires_in": seconds});
        self.tokens.set(200, None, answer.to_string());
    }

    pub fn give_in_place_of_tokens(&self, status: u16, body: &Value) {
        self.tokens.set(status, None, body.to_string());
    }

    /// The requests for this path so far.
    pub async fn requests(&self, path: &str) -> Vec<Request> {
        let requests = self.server.received_requests().await.expect("recorded requests");
        requests.into_iter().filter(|request| request.url.path() == path).collect()
    }

    /// Why the test's user gets through, or does not, now.
    pub fn decides(&self, feed: &FeedHandle) -> Reason {
        let line = json!({"at": (self.clock())(), "surface": "dashboard", "flow": "interactive", "tenant": TENANT, "user": USER});
        let input = input::read(line.to_string().as_bytes(), &Surfaces::default(), None).expect("an input");
        feed.decide(&input).reason
    }

    /// Asks once and expects to be told why there is no news.
    pub async fn refusal(&self, client: &mut FeedClient) -> PullError {
        client.poll().await.expect_err("no news")
    }
}
