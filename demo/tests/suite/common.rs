//! A browser, an application and a provider, for tests that tell a sign-in as a story.

use chrono::{DateTime, TimeDelta, Utc};
use exception_desk_demo::idp::{Client, IdentityProvider, Settings};
use serde_json::Value;
use std::collections::HashMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use url::Url;

pub const REDIRECT: &str = "http://desk.localhost:1/sign-in/callback";
pub const SIGNED_OUT: &str = "http://desk.localhost:1/signed-out";
pub const VERIFIER: &str = "a-verifier-that-is-long-enough-to-be-one-0123456789";
pub const CHALLENGE: &str = "IdFsue1MJJJtybEPX0invmHHuW1I7Ai5LXVlXpENjsk";

/// A directory that goes away with the test.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("exception-desk-demo-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A clock that a test turns.
#[derive(Clone)]
pub struct Hands(Arc<Mutex<DateTime<Utc>>>);

impl Hands {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new("2026-11-24T01:00:00Z".parse().unwrap())))
    }
    pub fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap()
    }
    pub fn pass(&self, time: TimeDelta) {
        *self.0.lock().unwrap() += time;
    }
}

pub fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap()
}

/// A provider with the applications `desk` and `feed`.
pub struct Provider {
    pub idp: IdentityProvider,
    pub base: String,
    pub hands: Hands,
}

impl Provider {
    pub fn start(data_dir: &Path) -> Self {
        Self::start_at(data_dir, Hands::new())
    }

    pub fn start_at(data_dir: &Path, hands: Hands) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let client = |id: &str, acts_as_feed| Client {
            id: id.to_owned(),
            secret: format!("{id}-secret/+&=%"),
            redirect_uris: vec![REDIRECT.to_owned()],
            post_logout_redirect_uris: vec![SIGNED_OUT.to_owned()],
            audiences: vec!["api://exception-desk".to_owned()],
            acts_as_feed,
        };
        let clock = hands.clone();
        let settings = Settings {
            base: base.clone(),
            data_dir: data_dir.to_owned(),
            clients: vec![client("desk", false), client("feed", true)],
            clock: Arc::new(move || clock.now()),
        };
        Self { idp: IdentityProvider::start(listener, settings).unwrap(), base, hands }
    }

    pub fn browser(&self) -> Browser {
        Browser { http: http(), base: self.base.clone(), cookie: None, form: String::new() }
    }

    pub async fn redeem(&self, changes: &[(&str, &str)], code: &str) -> (u16, Value) {
        let mut form = HashMap::from([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("client_id", "desk"),
            ("client_secret", "desk-secret/+&=%"),
        ]);
        form.extend(changes.iter().copied());
        self.token(&form).await
    }

    pub async fn token(&self, form: &HashMap<&str, &str>) -> (u16, Value) {
        let url = format!("{}/organizations/oauth2/v2.0/token", self.base);
        let response = http().post(url).form(form).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// The claims of the ID token of a code.
    pub async fn claims(&self, code: &str) -> Value {
        let (status, answer) = self.redeem(&[], code).await;
        assert_eq!(status, 200, "{answer}");
        self.verified(answer["id_token"].as_str().unwrap(), "desk").await
    }

    /// The claims of a token, its signature verified with the published keys.
    pub async fn verified(&self, token: &str, audience: &str) -> Value {
        let url = format!("{}/organizations/discovery/v2.0/keys", self.base);
        let keys: Value = http().get(url).send().await.unwrap().json().await.unwrap();
        let key = &keys["keys"][0];
        let decoding =
            jsonwebtoken::DecodingKey::from_ec_components(key["x"].as_str().unwrap(), key["y"].as_str().unwrap());
        let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::ES256);
        validation.validate_exp = false;
        validation.set_audience(&[audience]);
        let header = jsonwebtoken::decode_header(token).unwrap();
        assert_eq!(header.kid.as_deref(), key["kid"].as_str());
        jsonwebtoken::decode::<Value>(token, &decoding.unwrap(), &validation).unwrap().claims
    }
}

/// What a browser ends up with: a page, or an address of the application.
#[derive(Debug)]
pub enum Seen {
    Page(u16, String),
    Returned(HashMap<String, String>),
}

impl Seen {
    pub fn page(self, status: u16) -> String {
        match self {
            Self::Page(got, body) if got == status => body,
            other => panic!("expected a page with status {status}, got {other:?}"),
        }
    }
    pub fn returned(self) -> HashMap<String, String> {
        match self {
            Self::Returned(query) => query,
            other => panic!("expected a way back to the application, got {other:?}"),
        }
    }
    pub fn code(self) -> String {
        let query = self.returned();
        query.get("code").unwrap_or_else(|| panic!("no code in {query:?}")).clone()
    }
}

/// A browser without scripts: keeps its cookie, follows redirects on the provider, stops when they leave it.
pub struct Browser {
    http: reqwest::Client,
    base: String,
    cookie: Option<String>,
    form: String,
}

impl Browser {
    /// Opens the authorization address with the usual parameters and `changes` (an empty value takes one away).
    pub async fn asks(&mut self, changes: &[(&str, &str)]) -> Seen {
        self.asks_at("organizations", changes).await
    }

    pub async fn asks_at(&mut self, tenant: &str, changes: &[(&str, &str)]) -> Seen {
        let mut query: Vec<(&str, &str)> = vec![
            ("client_id", "desk"),
            ("redirect_uri", REDIRECT),
            ("response_type", "code"),
            ("scope", "openid profile"),
            ("state", "st"),
            ("nonce", "n"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changes {
            query.retain(|(n, _)| n != name);
            if !value.is_empty() {
                query.push((name, value));
            }
        }
        let address = format!("{}/{tenant}/oauth2/v2.0/authorize", self.base);
        let url = Url::parse_with_params(&address, query).unwrap();
        self.get(url.as_str()).await
    }

    pub async fn get(&mut self, url: &str) -> Seen {
        self.follow(self.http.get(url)).await
    }

    pub async fn chooses(&mut self, persona: &str) -> Seen {
        self.posts("persona", &[("persona", persona)]).await
    }

    pub async fn enters(&mut self, code: &str) -> Seen {
        self.posts("code", &[("code", code)]).await
    }

    /// Posts to an action of the sign-in page that was last seen.
    pub async fn posts(&mut self, action: &str, form: &[(&str, &str)]) -> Seen {
        let url = format!("{}/{action}", self.form);
        self.follow(self.http.post(url).form(form)).await
    }

    pub async fn posts_to(&mut self, path: &str, form: &[(&str, &str)]) -> Seen {
        self.follow(self.http.post(format!("{}{path}", self.base)).form(form)).await
    }

    async fn follow(&mut self, mut request: reqwest::RequestBuilder) -> Seen {
        for _ in 0..10 {
            if let Some(cookie) = &self.cookie {
                request = request.header("Cookie", cookie);
            }
            let response = request.send().await.unwrap();
            if let Some(set) = response.headers().get("set-cookie") {
                self.cookie = Some(set.to_str().unwrap().split(';').next().unwrap().to_owned());
            }
            let status = response.status().as_u16();
            let Some(location) = response.headers().get("location") else {
                if response.url().path().starts_with("/sign-in/") {
                    let id = response.url().path().split('/').nth(2).unwrap();
                    self.form = format!("{}/sign-in/{id}", self.base);
                }
                return Seen::Page(status, response.text().await.unwrap());
            };
            let next = response.url().join(location.to_str().unwrap()).unwrap();
            if !next.as_str().starts_with(&self.base) {
                return Seen::Returned(next.query_pairs().into_owned().collect());
            }
            request = self.http.get(next);
        }
        panic!("too many redirects");
    }

    pub fn cookie(&self) -> Option<String> {
        self.cookie.clone()
    }

    pub fn take_cookie(&mut self, cookie: Option<String>) {
        self.cookie = cookie;
    }
}

/// What stands in the element with this id.
pub fn text_of(page: &str, id: &str) -> String {
    let (_, rest) = page.split_once(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no `{id}` in {page}"));
    rest.split_once('>').unwrap().1.split('<').next().unwrap().to_owned()
}
