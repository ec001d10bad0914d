//! The signing key: made at the first start, kept in the data directory, so that tokens survive a restart.

use super::marks::KEY_PREFIX;
use super::private_file;
use crate::chance;
use anyhow::{Context as _, anyhow};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, LineEnding};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::path::Path;

const FILE: &str = "identity-provider-key.pem";

/// An ES256 key and its public half.
pub struct SigningKey {
    kid: String,
    secret: EncodingKey,
    public: DecodingKey,
    jwk: Value,
}

impl SigningKey {
    /// The key of `data_dir`, made (mode 0600) when there is none yet.
    ///
    /// # Errors
    /// The file can be neither read nor written, or holds no P-256 key.
    pub fn load_or_create(data_dir: &Path) -> anyhow::Result<Self> {
        let path = data_dir.join(FILE);
        if !path.exists() {
            let pem =
                fresh().to_pkcs8_pem(LineEnding::LF).map_err(|e| anyhow!("the new key cannot be written: {e}"))?;
            private_file::write(&path, pem.as_bytes())?;
        }
        Self::load(data_dir)
    }

    /// The key of `data_dir`.
    ///
    /// # Errors
    /// There is none, or the file holds no P-256 key.
    pub fn load(data_dir: &Path) -> anyhow::Result<Self> {
        let path = data_dir.join(FILE);
        let pem = std::fs::read_to_string(&path).with_context(|| format!("no signing key at `{}`", path.display()))?;
        let secret = SecretKey::from_pkcs8_pem(&pem)
            .map_err(|e| anyhow!("`{}` holds no P-256 key ({e}): remove it, a new one is made", path.display()))?;
        Self::new(&secret)
    }

    fn new(secret: &SecretKey) -> anyhow::Result<Self> {
        let point = secret.public_key().to_sec1_point(false);
        let (x, y) = point.x().zip(point.y()).context("an uncompressed point has both coordinates")?;
        let (x, y) = (BASE64_URL_SAFE_NO_PAD.encode(x), BASE64_URL_SAFE_NO_PAD.encode(y));
        let fingerprint = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(point.as_bytes()));
        let kid = format!("{KEY_PREFIX}{}", &fingerprint[..16]);
        let der = secret.to_pkcs8_der().map_err(|e| anyhow!("the key cannot be used: {e}"))?;
        Ok(Self {
            secret: EncodingKey::from_ec_der(der.as_bytes()),
            public: DecodingKey::from_ec_components(&x, &y)?,
            jwk: json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": &kid, "x": x, "y": y}),
            kid,
        })
    }

    /// The key set to publish.
    pub fn jwks(&self) -> Value {
        json!({"keys": [self.jwk]})
    }

    /// Signs claims as a compact JWT with this `typ`.
    ///
    /// # Errors
    /// The claims cannot be serialised.
    pub fn sign(&self, typ: &str, claims: &Map<String, Value>) -> anyhow::Result<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.kid.clone());
        header.typ = Some(typ.to_owned());
        Ok(jsonwebtoken::encode(&header, claims, &self.secret)?)
    }

    /// The claims of a token of ours, expired or not; nothing when the signature is not ours.
    pub fn own_claims(&self, token: &str) -> Option<Map<String, Value>> {
        let mut validation = Validation::new(Algorithm::ES256);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        jsonwebtoken::decode(token, &self.public, &validation).ok().map(|data| data.claims)
    }
}

fn fresh() -> SecretKey {
    loop {
        // About one in 2^32 draws is not below the order of the curve.
        if let Ok(key) = SecretKey::from_slice(&chance::secret_bytes::<32>()) {
            return key;
        }
    }
}
