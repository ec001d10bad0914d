//! Signed documents: compact JWS with ES256 and nothing else, and the key sets (JWKS) that they are checked against.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Why a document is not taken for signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Not three parts of unpadded base64url with a JSON header.
    #[error("not a compact JWS")]
    Malformed,
    /// An algorithm other than ES256, above all `none`.
    #[error("signed with an algorithm other than `ES256`")]
    Algorithm,
    /// A `typ` other than the one asked for: a token or another kind of document of the same signer.
    #[error("its `typ` is not `{0}`")]
    Type(&'static str),
    /// A header that must be understood (`crit`), or one that brings its own keys.
    #[error("its header has extensions that are not supported")]
    Extension,
    /// The key set has no key of this `kid`.
    #[error("signed with a key that the key set does not have: `{0}`")]
    UnknownKey(String),
    /// The signature does not fit.
    #[error("its signature is wrong")]
    Signature,
}

/// Why a key set cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeySetError {
    /// Not a JWKS.
    #[error("not a JSON Web Key Set: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Two keys of one name: which one counts would be chance.
    #[error("two keys are named `{0}`")]
    SameName(String),
    /// No key for ES256 among them.
    #[error("no key for `ES256` with a `kid` in it")]
    Empty,
}

/// The ES256 keys of a signer by `kid`.
#[derive(Clone)]
pub struct KeySet(BTreeMap<String, DecodingKey>);

#[derive(Deserialize)]
struct Jwks {
    keys: Vec<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    kid: String,
    x: String,
    y: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<Value>,
    b64: Option<Value>,
}

impl KeySet {
    /// Reads a JWKS; keys for other purposes and algorithms are left aside.
    ///
    /// # Errors
    /// When it is no JWKS, has two keys of one name, or none that can check an ES256 signature.
    pub fn read(json: &[u8]) -> Result<Self, KeySetError> {
        let set: Jwks = serde_json::from_slice(json)?;
        let mut keys = BTreeMap::new();
        for key in set.keys.into_iter().filter_map(|key| serde_json::from_value::<Jwk>(key).ok()) {
            let is_ours = key.kty == "EC"
                && key.crv == "P-256"
                && key.alg.as_deref().is_none_or(|alg| alg == "ES256")
                && key.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
            if is_ours
                && let Ok(decoding) = DecodingKey::from_ec_components(&key.x, &key.y)
                && keys.insert(key.kid.clone(), decoding).is_some()
            {
                return Err(KeySetError::SameName(key.kid));
            }
        }
        if keys.is_empty() { Err(KeySetError::Empty) } else { Ok(Self(keys)) }
    }

    /// Whether it has a key of this name.
    pub fn has(&self, kid: &str) -> bool {
        self.0.contains_key(kid)
    }
}

/// A compact JWS whose header was read and found acceptable; nothing is verified yet.
pub struct Unverified<'a> {
    kid: String,
    signed: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Unverified<'a> {
    /// Reads the header of `compact`, which must be an ES256 signature over a document of type `typ`.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn read(compact: &'a str, typ: &'static str) -> Result<Self, JwsError> {
        let (signed, signature) = compact.rsplit_once('.').ok_or(JwsError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(JwsError::Malformed)?;
        if payload.contains('.') {
            return Err(JwsError::Malformed);
        }
        let header = BASE64_URL_SAFE_NO_PAD.decode(header).map_err(|_| JwsError::Malformed)?;
        let header: Header = serde_json::from_slice(&header).map_err(|_| JwsError::Malformed)?;
        if header.alg != "ES256" {
            return Err(JwsError::Algorithm);
        }
        if header.typ.as_deref() != Some(typ) {
            return Err(JwsError::Type(typ));
        }
        if header.crit.is_some() || header.b64.is_some() {
            return Err(JwsError::Extension);
        }
        Ok(Self { kid: header.kid.unwrap_or_default(), signed, payload, signature })
    }

    /// The name of the key that is said to have signed it; empty when none is named.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The payload, once the signature is found right.
    ///
    /// # Errors
    /// When the key is unknown or the signature wrong.
    pub fn verify(&self, keys: &KeySet) -> Result<Vec<u8>, JwsError> {
        let key = keys.0.get(&self.kid).ok_or_else(|| JwsError::UnknownKey(self.kid.clone()))?;
        let genuine = crypto::verify(self.signature, self.signed.as_bytes(), key, Algorithm::ES256);
        if !genuine.unwrap_or(false) {
            return Err(JwsError::Signature);
        }
        BASE64_URL_SAFE_NO_PAD.decode(self.payload).map_err(|_| JwsError::Malformed)
    }
}
