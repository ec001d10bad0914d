//! What a page carries for us and nobody can read or change on the way: sealed with the key of the sessions.

use actix_web::cookie::{Cookie, CookieJar, Key};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Seals and opens. What was sealed for one purpose opens for no other.
#[derive(Clone)]
pub struct Seal(Key);

impl Seal {
    /// Seals with `key`.
    pub fn new(key: Key) -> Self {
        Self(key)
    }

    /// `value` as text for a page.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn seal(&self, purpose: &'static str, value: &impl Serialize) -> serde_json::Result<String> {
        let mut jar = CookieJar::new();
        jar.private_mut(&self.0).add(Cookie::new(purpose, serde_json::to_string(value)?));
        Ok(jar.get(purpose).map(|sealed| sealed.value().to_owned()).unwrap_or_default())
    }

    /// What was sealed, if `text` is that.
    pub fn open<T: DeserializeOwned>(&self, purpose: &'static str, text: &str) -> Option<T> {
        let sealed = Cookie::new(purpose, text.to_owned());
        let opened = CookieJar::new().private(&self.0).decrypt(sealed)?;
        serde_json::from_str(opened.value()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_alone_and_only_unchanged() {
        let seal = Seal::new(Key::from(&[7; 64]));
        let text = seal.seal("one", &(1, "名")).unwrap();
        assert!(!text.contains('名'), "{text}");
        assert_eq!(seal.open::<(i32, String)>("one", &text), Some((1, "名".to_owned())));
        assert_eq!(seal.open::<(i32, String)>("another", &text), None);
        assert_eq!(Seal::new(Key::from(&[8; 64])).open::<(i32, String)>("one", &text), None);
        assert_eq!(seal.open::<(i32, String)>("one", &text.replacen(|_| true, "A", 1).replacen('A', "B", 1)), None);
    }
}
