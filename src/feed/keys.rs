//! A key that signs, in a file: ES256, which every common library verifies. The feed has some, the heads of the audit chain another.

use super::signer::{SignError, Signer};
use crate::secret_file;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, LineEnding};
use p256::{PublicKey, SecretKey};
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
    /// Others may look into the folder of the keys.
    #[error("the folder of the signing keys `{0}` can be entered by others; run `chmod 700` on it")]
    ExposedFolder(String),
    /// The list of the keys is something else.
    #[error("the list of signing keys `{0}` is damaged; put back a copy of it")]
    DamagedSet(String),
    /// The folder is another account's.
    #[error("the folder of the signing keys `{0}` is another account's; run this as the account that the desk runs as")]
    OtherAccount(String),
    /// No key signs.
    #[error("no signing key is there to sign with; see `exception-desk keys list`")]
    NoneSigns,
    /// There is no such key.
    #[error("there is no signing key `{0}`; see `exception-desk keys list`")]
    Unknown(String),
    /// It is in the set already.
    #[error("the signing key `{0}` is there already")]
    IsThere(String),
    /// It was withdrawn before.
    #[error("the signing key `{kid}` was withdrawn at {at}")]
    WithdrawnBefore {
        /// Which.
        kid: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// A new key waits already.
    #[error(
        "the next signing key `{kid}` is published already and signs from {signs_from}; `--now` lets it sign at once"
    )]
    NextIsThere {
        /// Which.
        kid: String,
        /// From when on it signs.
        signs_from: DateTime<Utc>,
    },
    /// A signing service makes its keys itself.
    #[error(
        "`signing.command` keeps the keys: have it make one, and give its public part with `--public-key FILE` (for the first, `signing.public_key_file`)"
    )]
    ServiceMakesKeys,
    /// A public key without a service that has the private part.
    #[error("`--public-key` is for keys of a signing service, and `signing.command` names none")]
    NoService,
    /// No public P-256 key.
    #[error("`{0}` is no PEM of a public P-256 key")]
    NoPublicKey(String),
}

impl KeyError {
    pub(super) fn io(path: &Path, error: std::io::Error) -> Self {
        Self::Io { path: path.display().to_string(), error }
    }
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
        secret_file::read_or_make(path, || make(demo)).map_err(|error| KeyError::io(path, error))?;
        let key = Self::load_for(path, demo)?;
        key.ok_or_else(|| KeyError::io(path, std::io::ErrorKind::NotFound.into()))
    }

    /// The key in `path`, as [`load`](Self::load); only a demonstration takes one of a demonstration.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub(super) fn load_for(path: &Path, demo: bool) -> Result<Option<Self>, KeyError> {
        match Self::load(path)? {
            Some(key) if key.kid.starts_with(DEMO_KID) && !demo => Err(KeyError::Demo(path.display().to_string())),
            key => Ok(key),
        }
    }

    /// The key in `path`, a demonstration's or not; none when there is no such file.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn load(path: &Path) -> Result<Option<Self>, KeyError> {
        let text = match std::fs::read(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            text => text.map_err(|error| KeyError::io(path, error))?,
        };
        if secret_file::is_exposed(path).map_err(|error| KeyError::io(path, error))? {
            return Err(KeyError::Exposed(path.display().to_string()));
        }
        Self::parse(path, &text).map(Some)
    }

    /// The key that `text` holds, which stands in `path`.
    pub(super) fn parse(path: &Path, text: &[u8]) -> Result<Self, KeyError> {
        let malformed = || KeyError::Malformed(path.display().to_string());
        let text = str::from_utf8(text).map_err(|_| malformed())?;
        let pem = text.find("-----BEGIN").and_then(|start| text.get(start..)).unwrap_or_default();
        let secret = SecretKey::from_pkcs8_pem(pem).map_err(|_| malformed())?;
        let key = EncodingKey::from_ec_pem(pem.as_bytes()).map_err(|_| malformed())?;
        let prefix = if text.contains(DEMO_MARK) { DEMO_KID } else { "" };
        let (kid, jwk) = named(&secret.public_key(), prefix).ok_or_else(malformed)?;
        Ok(Self { key, kid, jwk })
    }

    /// How the world calls it.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Its public part.
    pub fn jwk(&self) -> &Value {
        &self.jwk
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

impl Signer for SigningKey {
    fn kid(&self) -> &str {
        &self.kid
    }

    fn jwk(&self) -> &Value {
        &self.jwk
    }

    fn signature(&self, input: &[u8]) -> Result<String, SignError> {
        Ok(jsonwebtoken::crypto::sign(input, &self.key, Algorithm::ES256)?)
    }
}

/// Begins the id of a demonstration's key.
const DEMO_KID: &str = "demo-";

/// The id and the JWK of the public key that the PEM `text` (SPKI) holds.
pub(super) fn public_key(text: &str) -> Option<(String, Value)> {
    named(&PublicKey::from_public_key_pem(text).ok()?, "")
}

/// The id of `key`, its thumbprint after `prefix`, and the key as a JWK.
fn named(key: &PublicKey, prefix: &str) -> Option<(String, Value)> {
    let point = key.to_sec1_point(false);
    let (x, y) = (URL_SAFE_NO_PAD.encode(point.x()?), URL_SAFE_NO_PAD.encode(point.y()?));
    // RFC 7638: the thumbprint over exactly these members in this order.
    let thumbprint = Sha256::digest(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
    let kid = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(thumbprint));
    let jwk = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "alg": "ES256", "use": "sig" });
    Some((kid, jwk))
}

/// A new key as its file holds it.
pub(super) fn make(demo: bool) -> std::io::Result<Vec<u8>> {
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
