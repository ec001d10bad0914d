//! Parameters of OAuth requests: each at most once.

use std::collections::HashMap;
use url::form_urlencoded;

/// Parameters by name.
pub(crate) struct Params(HashMap<String, String>);

impl Params {
    /// Reads a query or a form body.
    ///
    /// # Errors
    /// The name of a parameter that is there twice (RFC 6749, section 3.1).
    pub fn parse(encoded: &[u8]) -> Result<Self, String> {
        let mut params = HashMap::new();
        for (name, value) in form_urlencoded::parse(encoded) {
            if params.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                return Err(name.into_owned());
            }
        }
        Ok(Self(params))
    }

    /// The value, when it is there and not empty (an empty one counts as left out).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether `word` is among the words of a parameter.
    pub fn has_word(&self, name: &str, word: &str) -> bool {
        self.get(name).is_some_and(|value| value.split_whitespace().any(|w| w == word))
    }
}
