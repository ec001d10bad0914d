//! Remembers which bearer tokens had a good signature, within a fixed size.

use crate::verify::Verified;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex};

/// The SHA-256 of a token: the cache cannot be read back into tokens.
pub(crate) type TokenId = [u8; 32];

pub(crate) fn id_of(token: &str) -> TokenId {
    Sha256::digest(token.as_bytes()).into()
}

pub(crate) struct BearerCache(Mutex<Generations<TokenId, Arc<Verified>>>);

impl BearerCache {
    pub fn new(capacity: usize) -> Self {
        Self(Mutex::new(Generations::new(capacity)))
    }

    pub fn get(&self, id: &TokenId) -> Option<Arc<Verified>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).get(id).cloned()
    }

    pub fn insert(&self, id: TokenId, verified: Verified) {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(id, Arc::new(verified));
    }
}

/// A map of bounded size that forgets what was not asked for lately: two halves, the older of which is dropped whole
/// when the younger is full. What is found in the older one moves to the younger.
pub(crate) struct Generations<K, V> {
    half: usize,
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Eq + Hash, V> Generations<K, V> {
    /// Holds at least half of `capacity` of the latest entries and never more than `capacity` (at least two).
    pub fn new(capacity: usize) -> Self {
        Self { half: (capacity / 2).max(1), young: HashMap::new(), old: HashMap::new() }
    }

    pub fn get(&mut self, key: &K) -> Option<&V> {
        if let Some((key, value)) = self.old.remove_entry(key) {
            self.insert(key, value);
        }
        self.young.get(key)
    }

    pub fn insert(&mut self, key: K, value: V) {
        if self.young.len() >= self.half && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::Generations;

    #[test]
    fn keeps_what_is_asked_for_and_never_grows_past_its_capacity() {
        let mut seen = Generations::new(10);
        seen.insert(0, "asked for");
        for key in 1..1_000 {
            seen.insert(key, "asked for once");
            assert!(seen.young.len() + seen.old.len() <= 10);
            assert_eq!(seen.get(&0), Some(&"asked for"));
        }
        assert_eq!(seen.get(&1), None);
    }
}
