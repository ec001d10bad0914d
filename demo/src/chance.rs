//! Unguessable values.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// `N` bytes from the operating system's cryptographic generator.
///
/// # Panics
/// When the operating system has no randomness to give; nothing secret may be made then.
pub(crate) fn secret_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
    bytes
}

/// 256 random bits as 43 characters that need no escaping in an address or a cookie.
pub(crate) fn token() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(secret_bytes::<32>())
}

/// SHA-256 of `text` in base64url without padding: what PKCE calls S256.
pub(crate) fn digest(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}
