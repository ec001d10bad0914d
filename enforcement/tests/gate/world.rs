//! Everything around a gate: an identity provider, a desk with a signed feed, a clock that can be set.

use crate::http::{Request, Response};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use mfa_enforcement::gate::{Config, Gate};
use mfa_enforcement::{Freshness, Rule, RulesDigest, Snapshot, Subjects};
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::{Uuid, uuid};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request as Got, ResponseTemplate};

pub const TENANT: Uuid = uuid!("3f2504e0-4f89-41d3-9a0c-0305e82c3301");
pub const USER: Uuid = uuid!("6e1d0c5b-7a39-4c0f-9b44-0f6f2d8c1a77");
pub const OTHER_USER: Uuid = uuid!("1a7e7c2d-3b55-4f0e-8a11-2f6f2d8c1b88");
pub const EXCEPTION: Uuid = uuid!("0193565e-0000-7000-8000-000000000001");
const EPOCH: Uuid = uuid!("6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10");
const AUDIENCE: &str = "api://protected";
const CLIENT: &str = "gate-client";

/// The site's addresses as a browser sees them.
pub const PORTAL: &str = "portal.localhost:8080";
pub const API: &str = "api.localhost";

type Shared<T> = Arc<Mutex<T>>;

pub struct World {
    pub idp: MockServer,
    desk: MockServer,
    pub gate: Option<Gate>,
    clock: Shared<DateTime<Utc>>,
    key: Signer,
    desk_key: Signer,
    code_answer: Shared<Value>,
    document: Shared<String>,
    state_dir: Folder,
}

/// The listeners of the test configuration, in its order.
#[derive(Clone, Copy, Debug)]
pub enum Listener {
    Nginx,
    Traefik,
    Envoy,
    /// As nginx, but believes another machine only.
    Strangers,
    Caddy,
}

impl World {
    /// A gate without any feed yet.
    pub async fn start() -> Self {
        Self::with(|text| text).await
    }

    /// The same with another configuration, made from the usual one.
    pub async fn with(change: impl Fn(String) -> String) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let at: DateTime<Utc> = "2026-11-22T10:00:00Z".parse().unwrap();
        let (idp, desk) = (MockServer::start().await, MockServer::start().await);
        let (key, desk_key) = (Signer::new("idp", 7), Signer::new("desk", 8));
        let (code_answer, document) = (Shared::default(), Shared::default());
        set_up_idp(&idp, &key, Arc::clone(&code_answer)).await;
        set_up_desk(&desk, &desk_key, Arc::clone(&document)).await;
        let state_dir = Folder::new("state");
        std::fs::write(state_dir.join("secret"), "hush\n").unwrap();
        let clock = Arc::new(Mutex::new(at));
        let mut world = Self { idp, desk, gate: None, clock, key, desk_key, code_answer, document, state_dir };
        let hand = Arc::clone(&world.clock);
        let config = Config::parse(&change(world.config_text())).unwrap_or_else(|errors| panic!("{errors}"));
        let gate = Gate::start(config, Arc::new(move || *hand.lock().unwrap()));
        world.gate = Some(gate.unwrap_or_else(|error| panic!("{error}")));
        world
    }

    /// A gate whose feed has this rule in force.
    pub async fn with_rule(surfaces: &[&str]) -> Self {
        let world = Self::start().await;
        world.publish(1, &[world.rule(surfaces)]).await;
        world
    }

    pub fn config_text(&self) -> String {
        let (idp, desk, dir) = (self.idp.uri(), self.desk.uri(), self.state_dir.display());
        format!(
            r#"
state_dir = "{dir}"
desk = "https://desk.example/stopped"

[feed]
url = "{desk}"
client = {{ token_url = "{desk}/token", client_id = "feed", client_secret_file = "{dir}/secret" }}

[sign_in]
issuer = "{idp}/{{tid}}/v2.0"
mfa_acr_values = ["mfa"]

[claims]
identity = "identity"
mfa_registered = "mfa_registered"
non_interactive = {{ claim = "grant", value = "password" }}

[[issuers]]
issuer = "{idp}/{{tid}}/v2.0"
metadata_url = "{idp}/metadata"
client_id = "{CLIENT}"
audiences = ["{AUDIENCE}"]

[[listeners]]
bind = "127.0.0.1:0"
proxy = "nginx"

[[listeners]]
bind = "127.0.0.1:0"
proxy = "traefik"

[[listeners]]
bind = "127.0.0.1:0"
proxy = "envoy"

[[listeners]]
bind = "127.0.0.1:0"
proxy = "nginx"
trusted_peers = ["192.0.2.1"]

[[listeners]]
bind = "127.0.0.1:0"
proxy = "caddy"

[[routes]]
host = "portal.localhost"
path = "/customers"
surface = "dashboard"

[[routes]]
host = "portal.localhost"
path = "/help"
protected = false

[[routes]]
host = "portal.localhost"
path = "/shell"
surface = "delegated_admin_portal"
signs_in_to_customer_tenant = false

[[routes]]
host = "site.example"
path = "/"
surface = "dashboard"

[[routes]]
host = "api.localhost"
path = "/v1"
surface = "partner_api"

[[routes]]
host = "api.localhost"
path = "/admin"
surface = "delegated_admin_api"
"#
        )
    }

    pub fn now(&self) -> DateTime<Utc> {
        *self.clock.lock().unwrap()
    }

    pub fn pass(&self, time: TimeDelta) {
        *self.clock.lock().unwrap() += time;
    }

    pub fn address(&self, listener: Listener) -> SocketAddr {
        self.gate.as_ref().unwrap().addresses()[listener as usize]
    }

    /// A rule for [`USER`], from an hour ago to a month ahead.
    pub fn rule(&self, surfaces: &[&str]) -> Rule {
        Rule {
            id: EXCEPTION,
            tenant: TENANT,
            subjects: Subjects::Users(vec![USER]),
            surfaces: surfaces.iter().map(|&name| name.to_owned()).collect(),
            not_before: self.now() - TimeDelta::hours(1),
            expires_at: self.now() + TimeDelta::days(30),
            issue: "third_party_mfa_not_recognized".to_owned(),
        }
    }

    /// Publishes these rules and waits until the gate has them.
    pub async fn publish(&self, version: u64, rules: &[Rule]) {
        let snapshot = Snapshot {
            issuer: self.desk.uri(),
            epoch: EPOCH,
            version,
            rules_digest: RulesDigest::of(rules).to_string(),
            issued_at: self.now(),
            expires_at: self.now() + TimeDelta::minutes(15),
            rules: rules.to_vec(),
        };
        *self.document.lock().unwrap() =
            self.desk_key.sign("mfa-suppression+jws", &serde_json::to_value(&snapshot).unwrap());
        let feed = self.gate.as_ref().unwrap().feed();
        for _ in 0..400 {
            let status = feed.status(self.now());
            if status.held.is_some_and(|held| held.version == version) && status.feed == Freshness::Fresh {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the gate did not take version {version}: {:?}", feed.status(self.now()));
    }

    /// An access token of [`USER`] without MFA, with `changes` over its claims.
    pub fn token(&self, changes: Value) -> String {
        let claims = json!({
            "iss": format!("{}/{TENANT}/v2.0", self.idp.uri()), "tid": TENANT, "oid": USER, "sub": "s", "aud": AUDIENCE,
            "iat": self.now().timestamp(), "exp": self.now().timestamp() + 3600, "amr": ["pwd"], "scp": "all",
        });
        self.key.sign("JWT", &merged(claims, changes))
    }

    /// The next code exchanged gives an ID token of [`USER`] with `nonce` and `changes`.
    pub fn answer_code(&self, nonce: &str, changes: Value) {
        let claims = json!({
            "iss": format!("{}/{TENANT}/v2.0", self.idp.uri()), "tid": TENANT, "oid": USER, "sub": "s", "aud": CLIENT,
            "iat": self.now().timestamp(), "exp": self.now().timestamp() + 3600, "amr": ["pwd"], "nonce": nonce,
        });
        let id_token = self.key.sign("JWT", &merged(claims, changes));
        *self.code_answer.lock().unwrap() =
            json!({"access_token": "opaque", "token_type": "Bearer", "expires_in": 600, "id_token": id_token});
    }

    /// Asks the gate as nginx does.
    pub fn question(&self, method: &str, host: &str, target: &str) -> Request {
        Request::get("/check")
            .header("Host", "gate")
            .header("X-Original-Method", method)
            .header("X-Original-URI", target)
            .header("X-Forwarded-Host", host)
            .header("X-Forwarded-Proto", "http")
    }

    /// Asks as nginx does and gives the answer that the client gets in the end.
    pub async fn ask_as_client(&self, request: &Request) -> Response {
        let first = request.send(self.address(Listener::Nginx)).await;
        assert!(matches!(first.status, 204 | 401 | 403), "nginx knows no other status: {first:?}");
        if first.status != 401 {
            return first;
        }
        let answer = request.clone().at("/answer").send(self.address(Listener::Nginx)).await;
        assert_eq!(first.header("x-mfa-status"), Some(answer.status.to_string().as_str()));
        assert_eq!(first.header("x-mfa-location"), answer.header("location"));
        answer
    }
}

/// A folder of this test's own, which goes with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("mfa-gate-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Signer {
    kid: &'static str,
    key: EncodingKey,
}

impl Signer {
    fn new(kid: &'static str, seed: u8) -> Self {
        let pem = p256::SecretKey::from_slice(&[seed; 32]).unwrap().to_pkcs8_pem(LineEnding::LF).unwrap();
        Self { kid, key: EncodingKey::from_ec_pem(pem.as_bytes()).unwrap() }
    }

    fn sign(&self, typ: &str, payload: &Value) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.kid.to_owned());
        header.typ = Some(typ.to_owned());
        jsonwebtoken::encode(&header, payload, &self.key).unwrap()
    }

    fn key_set(&self) -> Value {
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&self.key, Algorithm::ES256).unwrap()).unwrap();
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        json!({"keys": [jwk]})
    }
}

async fn set_up_idp(idp: &MockServer, key: &Signer, code_answer: Shared<Value>) {
    let at = idp.uri();
    let metadata = json!({
        "issuer": format!("{at}/{{tenantid}}/v2.0"), "authorization_endpoint": format!("{at}/authorize"),
        "token_endpoint": format!("{at}/token"), "jwks_uri": format!("{at}/keys"),
        "end_session_endpoint": format!("{at}/logout"),
    });
    let token = move |_: &Got| ResponseTemplate::new(200).set_body_json(&*code_answer.lock().unwrap());
    serve(idp, "/metadata", ResponseTemplate::new(200).set_body_json(metadata)).await;
    serve(idp, "/keys", ResponseTemplate::new(200).set_body_json(key.key_set())).await;
    Mock::given(method("POST")).and(path("/token")).respond_with(token).mount(idp).await;
}

async fn set_up_desk(desk: &MockServer, key: &Signer, document: Shared<String>) {
    let token = json!({"access_token": "feed-token", "token_type": "Bearer", "expires_in": 3600});
    let rules = move |_: &Got| match document.lock().unwrap().as_str() {
        "" => ResponseTemplate::new(503),
        document => ResponseTemplate::new(200).set_body_raw(document.to_owned(), "application/jose"),
    };
    let token = ResponseTemplate::new(200).set_body_json(token);
    Mock::given(method("POST")).and(path("/token")).respond_with(token).mount(desk).await;
    serve(desk, "/.well-known/jwks.json", ResponseTemplate::new(200).set_body_json(key.key_set())).await;
    Mock::given(method("GET")).and(path("/feed/v1/rules")).respond_with(rules).mount(desk).await;
}

async fn serve(server: &MockServer, at: &str, answer: ResponseTemplate) {
    Mock::given(method("GET")).and(path(at)).respond_with(answer).mount(server).await;
}

fn merged(mut claims: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}
