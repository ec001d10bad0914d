//! What it costs a gate to fetch everything anew at 100,000 rules: from the question to rules that decide, kept on disk.
//!
//! The base is the least that anybody can do who believes nothing unsigned: download the same bytes with the same HTTP client,
//! unpack them, check the one signature, and read the JSON into the same rules. What comes on top are the token, the keys, the
//! digest over the rules, the index, and a copy on disk that is flushed. Both are done in turns, against one server on this
//! machine; the medians of the turns are printed as JSON on stdout, for `cargo xtask bench`.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use flate2::write::GzEncoder;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};
use mfa_enforcement::client::{ClientConfig, FeedClient, Outcome, Secret, TokenConfig};
use mfa_enforcement::wire::SNAPSHOT_TYP;
use mfa_enforcement::{Rule, RulesDigest, Snapshot, Subjects};
use p256::pkcs8::{EncodePrivateKey, LineEnding};
use serde::Deserialize;
use serde_json::{Value, json};
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;
use uuid::Uuid;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const RULES: u64 = 100_000;
const TENANTS: u64 = 20_000;
const TURNS: usize = 9;
/// Highest ratio that is good enough.
const RESYNC: f64 = 1.5;

/// A document as somebody reads it who takes every word for granted.
#[derive(Deserialize)]
struct Plain {
    rules: Vec<Rule>,
}

fn main() -> Result<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    tokio::runtime::Runtime::new()?.block_on(measure())
}

async fn measure() -> Result<()> {
    let folder = Folder::new()?;
    let at: DateTime<Utc> = DateTime::from_timestamp(1_795_000_000, 0).ok_or("an instant within chrono's range")?;
    let desk = MockServer::builder().start().await;
    let public = publish(&desk, at).await?;
    let (mut ours, mut base) = (Vec::new(), Vec::new());
    // The first turn fills caches.
    for turn in 0..=TURNS {
        let begin = Instant::now();
        let downloaded = download(&desk, &public).await?;
        let between = Instant::now();
        let client = resync(&desk, folder.0.join(turn.to_string()), at).await?;
        let end = Instant::now();
        let status = client.handle().status(at);
        assert_eq!(downloaded as u64, RULES);
        assert_eq!(status.held.map(|held| held.rules as u64), Some(RULES), "what was fetched is held");
        if turn > 0 {
            base.push((between - begin).as_secs_f64() * 1e3);
            ours.push((end - between).as_secs_f64() * 1e3);
        }
    }
    let row = json!({"what": "resync, 100,000 rules", "ours": median(ours), "base": median(base), "unit": "ms",
        "against": "download, verify and parse", "aim": RESYNC});
    println!("{}", json!({"rules": RULES, "turns": TURNS, "rows": [row]}));
    Ok(())
}

/// A gate that holds nothing fetches everything.
async fn resync(desk: &MockServer, state_dir: PathBuf, at: DateTime<Utc>) -> Result<FeedClient> {
    let token = TokenConfig {
        endpoint: format!("{}/token", desk.uri()).parse()?,
        client_id: "feed".to_owned(),
        client_secret: Secret::new("hush"),
        scope: None,
    };
    let mut client = FeedClient::new(ClientConfig::new(desk.uri().parse()?, token, state_dir), Arc::new(move || at))?;
    match client.poll().await? {
        Outcome::Accepted { .. } => Ok(client),
        other => Err(format!("the document is not taken: {other:?}").into()),
    }
}

/// The base. Gives how many rules there are.
async fn download(desk: &MockServer, key: &DecodingKey) -> Result<usize> {
    let http = reqwest::Client::new();
    let compact = http.get(format!("{}/feed/v1/rules", desk.uri())).send().await?.text().await?;
    let (signed, signature) = compact.rsplit_once('.').ok_or("no signature")?;
    let (_, payload) = signed.split_once('.').ok_or("no payload")?;
    if !crypto::verify(signature, signed.as_bytes(), key, Algorithm::ES256)? {
        return Err("the signature is wrong".into());
    }
    let plain: Plain = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload)?)?;
    Ok(plain.rules.len())
}

/// A desk with one document, its keys and a token for everybody.
async fn publish(desk: &MockServer, at: DateTime<Utc>) -> Result<DecodingKey> {
    let pem = p256::SecretKey::from_slice(&[7; 32])?.to_pkcs8_pem(LineEnding::LF)?;
    let key = EncodingKey::from_ec_pem(pem.as_bytes())?;
    let jwk = Jwk::from_encoding_key(&key, Algorithm::ES256)?;
    let mut published = serde_json::to_value(&jwk)?;
    published["kid"] = json!("one");
    let documents: [(&str, Value); 2] = [
        ("/token", json!({"access_token": "token", "token_type": "Bearer", "expires_in": 3600})),
        ("/.well-known/jwks.json", json!({"keys": [published]})),
    ];
    for (place, document) in documents {
        Mock::given(path(place)).respond_with(ResponseTemplate::new(200).set_body_json(document)).mount(desk).await;
    }
    let header = json!({"alg": "ES256", "typ": SNAPSHOT_TYP, "kid": "one"}).to_string();
    let payload = serde_json::to_vec(&snapshot(desk.uri(), at))?;
    let signed = format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(header), BASE64_URL_SAFE_NO_PAD.encode(payload));
    let signature = crypto::sign(signed.as_bytes(), &key, Algorithm::ES256)?;
    let mut packed = GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(format!("{signed}.{signature}").as_bytes())?;
    let answer = ResponseTemplate::new(200).insert_header("content-encoding", "gzip").insert_header("etag", "\"1\"");
    let answer = answer.set_body_raw(packed.finish()?, "application/jose");
    Mock::given(path("/feed/v1/rules")).respond_with(answer).mount(desk).await;
    Ok(DecodingKey::from_jwk(&jwk)?)
}

fn snapshot(issuer: String, at: DateTime<Utc>) -> Snapshot {
    let rules: Vec<Rule> = (0..RULES).map(|number| rule(number, at)).collect();
    let rules_digest = RulesDigest::of(&rules).to_string();
    let expires_at = at + Duration::minutes(15);
    Snapshot { issuer, epoch: id(9, 0), version: 1, rules_digest, issued_at: at, expires_at, rules }
}

fn rule(number: u64, at: DateTime<Utc>) -> Rule {
    Rule {
        id: id(1, number),
        tenant: id(2, number % TENANTS),
        subjects: Subjects::Users(vec![id(3, number)]),
        surfaces: vec!["delegated_admin_api".to_owned()],
        not_before: at - Duration::days(1),
        expires_at: at + Duration::days(30),
        issue: "exchange_online_powershell".to_owned(),
    }
}

/// An id without visible order, the same in every run.
fn id(kind: u64, number: u64) -> Uuid {
    Uuid::from_u64_pair(scattered(kind << 48 | number), scattered(number ^ kind << 40))
}

/// The finishing step of SplitMix64.
fn scattered(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// A folder of this benchmark's own, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("mfa-resync-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
