//! An issuer's public keys, and the three signature algorithms believed.

use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The algorithm named in a token's header, if it is one of the three that we believe.
///
/// Everything symmetric is out: with `HS256` a public key would be the secret.
pub(crate) fn believed_algorithm(name: &str) -> Option<Algorithm> {
    match name {
        "ES256" => Some(Algorithm::ES256),
        "RS256" => Some(Algorithm::RS256),
        "PS256" => Some(Algorithm::PS256),
        _ => None,
    }
}

/// A key set (RFC 7517), reduced to the keys that can sign tokens for us.
#[derive(Debug)]
pub(crate) struct KeySet(Vec<PublicKey>);

/// One public key. The fingerprint tells a key from another that took over its id.
#[derive(Debug)]
pub(crate) struct PublicKey {
    kid: String,
    kind: Kind,
    /// The one algorithm that the key set allows for it, if it says.
    only: Option<String>,
    key: DecodingKey,
    pub fingerprint: [u8; 32],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    P256,
    Rsa,
}

#[derive(Deserialize)]
pub(crate) struct RawKeySet {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct RawKey {
    kid: String,
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl From<RawKeySet> for KeySet {
    /// Keys of other kinds or uses are left out: a set may hold some for other readers.
    fn from(raw: RawKeySet) -> Self {
        Self(raw.keys.into_iter().filter_map(|key| PublicKey::read(serde_json::from_value(key).ok()?)).collect())
    }
}

impl KeySet {
    /// The key with this id that can check this algorithm.
    pub fn find(&self, kid: &str, algorithm: Algorithm) -> Option<&PublicKey> {
        self.0.iter().find(|key| key.kid == kid && key.fits(algorithm))
    }

    /// Whether this very key is (still) in the set.
    pub fn contains(&self, fingerprint: &[u8; 32]) -> bool {
        self.0.iter().any(|key| key.fingerprint == *fingerprint)
    }
}

impl PublicKey {
    fn read(raw: RawKey) -> Option<Self> {
        if raw.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return None;
        }
        let (kind, key, material) = match (raw.kty.as_str(), raw.crv.as_deref()) {
            ("EC", Some("P-256")) => {
                let (x, y) = (raw.x?, raw.y?);
                (Kind::P256, DecodingKey::from_ec_components(&x, &y).ok()?, format!("EC {x} {y}"))
            }
            ("RSA", _) => {
                let (n, e) = (raw.n?, raw.e?);
                // 2048 bits are 256 bytes, 342 characters of base64url; what is shorter can be factored.
                if n.trim_start_matches('A').len() < 341 {
                    return None;
                }
                (Kind::Rsa, DecodingKey::from_rsa_components(&n, &e).ok()?, format!("RSA {n} {e}"))
            }
            _ => return None,
        };
        let fingerprint = Sha256::digest(format!("{} {material}", raw.kid)).into();
        Some(Self { kid: raw.kid, kind, only: raw.alg, key, fingerprint })
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        let (kind, name) = match algorithm {
            Algorithm::ES256 => (Kind::P256, "ES256"),
            Algorithm::RS256 => (Kind::Rsa, "RS256"),
            Algorithm::PS256 => (Kind::Rsa, "PS256"),
            _ => return false,
        };
        self.kind == kind && self.only.as_deref().is_none_or(|only| only == name)
    }

    /// Whether `signature` (base64url) is this key's over `message`.
    pub fn verifies(&self, message: &str, signature: &str, algorithm: Algorithm) -> bool {
        jsonwebtoken::crypto::verify(signature, message.as_bytes(), &self.key, algorithm).unwrap_or(false)
    }
}
