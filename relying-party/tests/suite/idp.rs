//! An identity provider for tests: discovery, keys that can be rotated, a token endpoint, tokens of any content.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use relying_party::{IssuerConfig, Limits, RelyingParty, Secret};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use uuid::{Uuid, uuid};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

pub const TENANT: Uuid = uuid!("3f2504e0-4f89-41d3-9a0c-0305e82c3301");
pub const OTHER_TENANT: Uuid = uuid!("9b2d7f1e-58f4-4c8a-8d55-5a3d1c9e7a10");
pub const USER: Uuid = uuid!("6e1d0c5b-7a39-4c0f-9b44-0f6f2d8c1a77");
pub const CLIENT: &str = "desk-client";
pub const AUDIENCE: &str = "api://desk";

/// The instant at which the tests take place.
pub fn now() -> DateTime<Utc> {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

pub fn seconds(n: i64) -> TimeDelta {
    TimeDelta::seconds(n)
}

/// A signing key, the same for the same seed.
#[derive(Clone)]
pub struct Key {
    pub kid: String,
    pub algorithm: Algorithm,
    key: EncodingKey,
}

impl Key {
    pub fn p256(kid: &str, seed: u8) -> Self {
        let secret = p256::SecretKey::from_slice(&[seed; 32]).unwrap();
        let pem = secret.to_pkcs8_pem(LineEnding::LF).unwrap().to_string();
        let key = EncodingKey::from_ec_pem(pem.as_bytes()).unwrap();
        Self { kid: kid.to_owned(), algorithm: Algorithm::ES256, key }
    }

    pub fn rsa(kid: &str, algorithm: Algorithm) -> Self {
        let key = EncodingKey::from_rsa_pem(include_bytes!("data/rsa-for-tests-only.pem")).unwrap();
        Self { kid: kid.to_owned(), algorithm, key }
    }

    pub fn public(&self) -> Value {
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&self.key, self.algorithm).unwrap()).unwrap();
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk
    }

    pub fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = Some(self.kid.clone());
        self.sign_with_header(&header, claims)
    }

    pub fn sign_with_header(&self, header: &Header, claims: &Value) -> String {
        jsonwebtoken::encode(header, claims, &self.key).unwrap()
    }
}

/// The provider. Its issuer is `ADDRESS/{tid}/v2.0`.
pub struct Idp {
    pub server: MockServer,
    pub key: Key,
    keys: Arc<Mutex<Vec<Value>>>,
    metadata: Arc<Mutex<Value>>,
    pub token_answer: Arc<Mutex<ResponseTemplate>>,
}

impl Idp {
    pub async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let server = MockServer::start().await;
        let key = Key::p256("first", 7);
        let keys = Arc::new(Mutex::new(vec![key.public()]));
        let at = server.uri();
        let metadata = Arc::new(Mutex::new(json!({
            "issuer": format!("{at}/{{tenantid}}/v2.0"),
            "authorization_endpoint": format!("{at}/authorize"),
            "token_endpoint": format!("{at}/token"),
            "jwks_uri": format!("{at}/keys"),
            "end_session_endpoint": format!("{at}/logout"),
        })));
        let token_answer = Arc::new(Mutex::new(ResponseTemplate::new(500)));
        let (document, set, answer) = (Arc::clone(&metadata), Arc::clone(&keys), Arc::clone(&token_answer));
        let document = move |_: &Request| ResponseTemplate::new(200).set_body_json(&*document.lock().unwrap());
        let set = move |_: &Request| ResponseTemplate::new(200).set_body_json(json!({"keys": *set.lock().unwrap()}));
        let answer = move |_: &Request| answer.lock().unwrap().clone();
        Mock::given(method("GET")).and(path("/metadata")).respond_with(document).mount(&server).await;
        Mock::given(method("GET")).and(path("/keys")).respond_with(set).mount(&server).await;
        Mock::given(method("POST")).and(path("/token")).respond_with(answer).mount(&server).await;
        Self { server, key, keys, metadata, token_answer }
    }

    pub fn template(&self) -> String {
        format!("{}/{{tid}}/v2.0", self.server.uri())
    }

    pub fn issuer(&self, tenant: Uuid) -> String {
        format!("{}/{tenant}/v2.0", self.server.uri())
    }

    pub fn config(&self) -> IssuerConfig {
        IssuerConfig {
            issuer: self.template(),
            tenant: None,
            metadata_url: Some(format!("{}/metadata", self.server.uri()).parse().unwrap()),
            client_id: CLIENT.to_owned(),
            client_secret: Some(Secret::new("s3cret")),
            client_secret_file: None,
            audiences: vec![AUDIENCE.to_owned()],
            scopes: vec!["openid".to_owned()],
        }
    }

    pub fn relying_party(&self) -> RelyingParty {
        RelyingParty::new(vec![self.config()], Limits::default()).unwrap()
    }

    pub fn publish(&self, keys: Vec<Value>) {
        *self.keys.lock().unwrap() = keys;
    }

    pub fn set_metadata(&self, name: &str, value: Value) {
        self.metadata.lock().unwrap()[name] = value;
    }

    pub async fn fetches_of(&self, path: &str) -> usize {
        self.server.received_requests().await.unwrap().iter().filter(|request| request.url.path() == path).count()
    }

    /// Claims of a good access token of [`USER`], with `changes` over them (null removes).
    pub fn access_claims(&self, changes: Value) -> Value {
        let claims = json!({
            "iss": self.issuer(TENANT), "tid": TENANT, "oid": USER, "sub": "pairwise", "aud": AUDIENCE,
            "iat": now().timestamp() - 60, "nbf": now().timestamp() - 60, "exp": now().timestamp() + 600,
            "amr": ["pwd", "mfa"], "azp": "some-app", "scp": "user_impersonation",
        });
        changed(claims, changes)
    }

    pub fn access_token(&self, changes: Value) -> String {
        self.key.sign(&self.access_claims(changes))
    }

    /// Claims of a good ID token for the sign-in with `nonce`, with `changes` over them.
    pub fn id_claims(&self, nonce: &str, changes: Value) -> Value {
        let claims = json!({
            "iss": self.issuer(TENANT), "tid": TENANT, "oid": USER, "sub": "pairwise", "aud": CLIENT, "nonce": nonce,
            "iat": now().timestamp(), "exp": now().timestamp() + 600, "amr": ["pwd"],
        });
        changed(claims, changes)
    }

    pub fn answer_code_with(&self, id_token: &str) {
        let body = json!({"access_token": "opaque", "token_type": "Bearer", "expires_in": 600, "id_token": id_token});
        *self.token_answer.lock().unwrap() = ResponseTemplate::new(200).set_body_json(body);
    }
}

fn changed(mut claims: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}
