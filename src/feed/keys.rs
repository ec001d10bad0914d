//! A key that signs: ES256, which every common library verifies. The feed has one, the heads of the audit chain another.

use crate::secret_file;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Begins the file of a key made for a demonstration; `serve` refuses such a key.
pub const DEMO_MARK: &str = "Made by `exception-desk demo`: not for production";

/// Why the signing key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or made.
    #[error("signing key `{path}`: {error}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// Not a P-256 key.
    #[error("signing key `{0}` is no PKCS#8 PEM of a P-256 key; move it away and one is made in its place")]
    Malformed(String),
    /// Others may read it.
    #[error("signing key `{0}` can be read by others; run `chmod 600` on it, and consider it known")]
    Exposed(String),
    /// It comes from a demonstration.
    #[error("signing key `{0}` was made by the demo; name another in the configuration (`signing_key_file`)")]
    Demo(String),
}

/// A signing key and how the world knows it.
pub struct SigningKey {
    key: EncodingKey,
    kid: String,
    jwk: Value,
}

impl SigningKey {
    /// Reads the key in `path`, or makes one there with mode 0600. A demo marks its keys, and only a demo takes such.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn load_or_make(path: &Path, demo: bool) -> Result<Self, KeyError> {
        let text = secret_file::read_or_make(path, || make(demo)).map_err(|error| Self::io(path, error))?;
        if !demo && String::from_utf8_lossy(&text).contains(DEMO_MARK) {
            return Err(KeyError::Demo(path.display().to_string()));
        }
        Self::read(path, text, demo)
    }

    /// The key in `path`, a demonstration's or not; none when there is no such file.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn load(path: &Path) -> Result<Option<Self>, KeyError> {
        let text = match std::fs::read(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            text => text.map_err(|error| Self::io(path, error))?,
        };
        let demo = String::from_utf8_lossy(&text).contains(DEMO_MARK);
        Self::read(path, text, demo).map(Some)
    }

    fn io(path: &Path, error: std::io::Error) -> KeyError {
        KeyError::Io { path: path.display().to_string(), error }
    }

    /// The key that the file `path` holds as `text`.
    fn read(path: &Path, text: Vec<u8>, demo: bool) -> Result<Self, KeyError> {
        let shown = || path.display().to_string();
        let text = String::from_utf8(text).map_err(|_| KeyError::Malformed(shown()))?;
        if secret_file::is_exposed(path).map_err(|error| Self::io(path, error))? {
            return Err(KeyError::Exposed(shown()));
        }
        let pem = text.find("-----BEGIN").and_then(|start| text.get(start..)).unwrap_or_default();
        let secret = SecretKey::from_pkcs8_pem(pem).map_err(|_| KeyError::Malformed(shown()))?;
        let key = EncodingKey::from_ec_pem(pem.as_bytes()).map_err(|_| KeyError::Malformed(shown()))?;
        let point = secret.public_key().to_sec1_point(false);
        let coordinate = |bytes: Option<_>| bytes.map(|bytes: &p256::FieldBytes| URL_SAFE_NO_PAD.encode(bytes));
        let (Some(x), Some(y)) = (coordinate(point.x()), coordinate(point.y())) else {
            return Err(KeyError::Malformed(shown()));
        };
        // RFC 7638: the thumbprint over exactly these members in this order.
        let thumbprint = Sha256::digest(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
        let kid = format!("{}{}", if demo { "demo-" } else { "" }, URL_SAFE_NO_PAD.encode(thumbprint));
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "alg": "ES256", "use": "sig" });
        Ok(Self { key, kid, jwk })
    }

    /// `payload` as a compact JWS whose header says `typ`.
    ///
    /// # Errors
    /// When `payload` cannot be serialised.
    pub fn sign(&self, typ: &str, payload: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, payload, &self.key)
    }

    /// The JWK Set (RFC 7517) that verifies it.
    pub fn jwks(&self) -> Value {
        json!({ "keys": [self.jwk] })
    }
}

/// A new key as its file holds it.
fn make(demo: bool) -> std::io::Result<Vec<u8>> {
    let secret = loop {
        // A random scalar is out of range about once in 2^32 tries.
        if let Ok(secret) = SecretKey::from_slice(&crate::clock::secret_bytes::<32>()) {
            break secret;
        }
    };
    let pem = secret.to_pkcs8_pem(LineEnding::LF).map_err(std::io::Error::other)?;
    let mark = if demo { format!("{DEMO_MARK}\n") } else { String::new() };
    Ok([mark.as_bytes(), pem.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn folder() -> std::path::PathBuf {
        let folder =
            std::env::temp_dir().join(format!("desk-keys-{}", u128::from_le_bytes(crate::clock::secret_bytes())));
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_key_is_made_once_and_kept() {
        let path = folder().join("key.pem");
        let first = SigningKey::load_or_make(&path, false).unwrap();
        let second = SigningKey::load_or_make(&path, false).unwrap();
        assert_eq!(first.jwks(), second.jwks());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let path = folder().join("key.pem");
        SigningKey::load_or_make(&path, false).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(SigningKey::load_or_make(&path, false), Err(KeyError::Exposed(_))));
    }

    #[test]
    fn serve_refuses_a_demos_key() {
        let path = folder().join("key.pem");
        SigningKey::load_or_make(&path, true).unwrap();
        assert!(matches!(SigningKey::load_or_make(&path, false), Err(KeyError::Demo(_))));
        assert!(SigningKey::load_or_make(&path, true).is_ok());
    }

    #[test]
    fn something_else_is_no_key() {
        let path = folder().join("key.pem");
        std::fs::write(&path, "hello").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(SigningKey::load_or_make(&path, false), Err(KeyError::Malformed(_))));
    }
}
