//! Signed feed documents for tests, made without the crate's own code.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};

/// A signing key and its name.
#[derive(Clone)]
pub struct Key {
    pub kid: String,
    key: SigningKey,
}

impl Key {
    /// The key of this name, made from `seed`.
    pub fn new(kid: &str, seed: u8) -> Self {
        Self { kid: kid.to_owned(), key: SigningKey::from_slice(&[seed; 32]).expect("a key") }
    }

    /// The public half as a JWK.
    pub fn jwk(&self) -> Value {
        let point = self.key.verifying_key().to_sec1_point(false);
        let text = |bytes: Option<&[u8]>| BASE64.encode(bytes.expect("a coordinate"));
        json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": self.kid,
            "x": text(point.x().map(|x| x.as_slice())), "y": text(point.y().map(|y| y.as_slice()))})
    }

    /// `document` signed under the header that the contract asks for.
    pub fn sign(&self, document: &Value) -> String {
        self.sign_under(&json!({"alg": "ES256", "typ": "mfa-suppression+jws", "kid": self.kid}), document)
    }

    /// `changes` signed as the desk signs changes.
    #[allow(dead_code, reason = "only some of the test binaries sign changes")]
    pub fn sign_changes(&self, changes: &Value) -> String {
        self.sign_under(&json!({"alg": "ES256", "typ": "mfa-suppression-changes+jws", "kid": self.kid}), changes)
    }

    /// `document` signed under any header.
    pub fn sign_under(&self, header: &Value, document: &Value) -> String {
        let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(document.to_string()));
        let signature: Signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", BASE64.encode(signature.to_bytes()))
    }
}
