//! Remembers which bearer tokens had a good signature, within a fixed size.

use crate::verify::Verified;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// The SHA-256 of a token: the cache cannot be read back into tokens.
pub(crate) type TokenId = [u8; 32];

pub(crate) fn id_of(token: &str) -> TokenId {
    Sha256::digest(token.as_bytes()).into()
}

pub(crate) struct BearerCache {
    tokens: Mutex<Generations<TokenId, Arc<Verified>>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// How the memory of verified bearer tokens does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// Tokens remembered now.
    pub tokens: usize,
    /// Tokens whose signature did not have to be checked again, since the start.
    pub hits: u64,
    /// Tokens whose signature had to be checked, since the start.
    pub misses: u64,
}

impl BearerCache {
    pub fn new(capacity: usize) -> Self {
        Self { tokens: Mutex::new(Generations::new(capacity)), hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    pub fn get(&self, id: &TokenId) -> Option<Arc<Verified>> {
        let found = self.lock().get(id).cloned();
        let counter = if found.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        found
    }

    pub fn insert(&self, id: TokenId, verified: Verified) {
        self.lock().insert(id, Arc::new(verified));
    }

    /// Forgets a token: it has ended, or its key was withdrawn.
    pub fn remove(&self, id: &TokenId) {
        self.lock().remove(id);
    }

    pub fn remembered(&self) -> Remembered {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Remembered { tokens: self.lock().len(), hits: count(&self.hits), misses: count(&self.misses) }
    }

    fn lock(&self) -> MutexGuard<'_, Generations<TokenId, Arc<Verified>>> {
        self.tokens.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
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
        if !self.old.is_empty()
            && let Some((key, value)) = self.old.remove_entry(key)
        {
            self.insert(key, value);
        }
        self.young.get(key)
    }

    pub fn remove(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }

    pub fn len(&self) -> usize {
        self.young.len() + self.old.len()
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
            assert!(seen.len() <= 10);
            assert_eq!(seen.get(&0), Some(&"asked for"));
        }
        assert_eq!(seen.get(&1), None);
        seen.remove(&0);
        assert_eq!(seen.get(&0), None);
    }
}
