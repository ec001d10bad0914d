//! Signatures of Standard Webhooks, version 1 of its symmetric scheme: HMAC-SHA256 of id, time and body.

use crate::clock;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;

/// What an endpoint and the desk share: `whsec_` and the key in base64, as its receiver's library takes it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secret(String);

impl Secret {
    /// A new one, of 32 bytes.
    pub fn fresh() -> Self {
        Self(format!("whsec_{}", STANDARD.encode(clock::secret_bytes::<32>())))
    }

    /// As it is shown, once.
    pub fn shown(&self) -> &str {
        &self.0
    }

    fn signature(&self, content: &[&[u8]]) -> Option<String> {
        let key = STANDARD.decode(self.0.strip_prefix("whsec_")?).ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        content.iter().for_each(|part| mac.update(part));
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

/// Never its words.
impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// The header `webhook-signature` of message `id`, sent at `timestamp` (seconds since 1970): one signature for each of `secrets`, apart by
/// a space. Nothing when there is no secret to sign with.
pub fn signatures(secrets: &[Secret], id: &str, timestamp: i64, body: &str) -> Option<String> {
    let head = format!("{id}.{timestamp}.");
    let signed: Option<Vec<_>> =
        secrets.iter().map(|secret| secret.signature(&[head.as_bytes(), body.as_bytes()])).collect();
    signed.filter(|signed| !signed.is_empty()).map(|signed| signed.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the standard's own libraries test with.
    #[test]
    fn the_standards_example_is_signed_as_its_libraries_sign_it() {
        let secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let signed = signatures(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    #[test]
    fn two_secrets_give_two_signatures_and_none_gives_none() {
        let secrets = [Secret::fresh(), Secret::fresh()];
        let signed = signatures(&secrets, "id", 1, "{}").unwrap();
        assert_eq!(signed.split(' ').filter(|one| one.starts_with("v1,")).count(), 2);
        assert_eq!(signatures(&[], "id", 1, "{}"), None);
        assert_eq!(format!("{secrets:?}"), "[Secret(…), Secret(…)]");
    }
}
