//! What the gate remembers of browsers: sign-ins under way and sessions. In memory, bounded, with an end.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use relying_party::{Claims, PendingSignIn, Secret};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// A signed-in browser.
pub struct Session {
    pub claims: Arc<Claims>,
    /// The configured name of the issuer, for signing out there too.
    pub issuer: String,
    pub id_token: Secret,
}

/// A sign-in that has begun.
pub struct Pending {
    /// The browser that began it (the content of its binding cookie).
    pub browser: String,
    pub sign_in: PendingSignIn,
    /// Where to go afterwards: a path of the same host.
    pub to: String,
}

/// Things by an unguessable key, each with an end, never more than a fixed number.
///
/// Keys are kept as hashes: whoever reads the memory of a stopped process finds no usable cookie in it, and looking one
/// up takes the same time whatever part of it is right.
pub struct Store<V> {
    capacity: usize,
    things: Mutex<Things<V>>,
}

/// By the hash of the key: the end, and the thing.
type Things<V> = HashMap<[u8; 32], (DateTime<Utc>, Arc<V>)>;

impl<V> Store<V> {
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), things: Mutex::default() }
    }

    /// Keeps `thing` under `key` until `ends_at`. When full, what has ended goes first, then what ends soonest.
    pub fn put(&self, key: &str, thing: V, ends_at: DateTime<Utc>, now: DateTime<Utc>) {
        let mut things = self.lock();
        if things.len() >= self.capacity {
            things.retain(|_, (end, _)| *end > now);
        }
        if things.len() >= self.capacity
            && let Some(soonest) = things.iter().min_by_key(|(_, (end, _))| *end).map(|(key, _)| *key)
        {
            things.remove(&soonest);
        }
        things.insert(hash(key), (ends_at, Arc::new(thing)));
    }

    /// What is kept under `key`, unless it has ended.
    pub fn get(&self, key: &str, now: DateTime<Utc>) -> Option<Arc<V>> {
        self.lock().get(&hash(key)).filter(|(end, _)| now < *end).map(|(_, thing)| Arc::clone(thing))
    }

    /// Takes out what is kept under `key`; nothing when it has ended.
    pub fn take(&self, key: &str, now: DateTime<Utc>) -> Option<Arc<V>> {
        self.lock().remove(&hash(key)).filter(|(end, _)| now < *end).map(|(_, thing)| thing)
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, Things<V>> {
        self.things.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// 256 bits from the operating system, as 43 characters of base64url.
///
/// # Panics
/// When the operating system has no randomness to give; nothing secret may be made then.
pub fn unguessable() -> String {
    let mut bytes = [0_u8; 32];
    if let Err(error) = getrandom::fill(&mut bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Store, unguessable};
    use chrono::{DateTime, TimeDelta, Utc};

    fn now() -> DateTime<Utc> {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn things_end_and_can_be_taken_once() {
        let store = Store::new(10);
        store.put("key", 7, now() + TimeDelta::seconds(5), now());
        assert_eq!(store.get("key", now()).as_deref(), Some(&7));
        assert_eq!(store.get("key", now() + TimeDelta::seconds(5)), None);
        assert_eq!(store.get("other", now()), None);
        assert_eq!(store.take("key", now()).as_deref(), Some(&7));
        assert_eq!(store.take("key", now()), None);
    }

    #[test]
    fn a_full_store_forgets_what_ended_and_then_what_ends_soonest() {
        let store = Store::new(2);
        store.put("ended", 1, now() - TimeDelta::seconds(1), now());
        store.put("long", 2, now() + TimeDelta::seconds(90), now());
        store.put("short", 3, now() + TimeDelta::seconds(10), now());
        store.put("new", 4, now() + TimeDelta::seconds(50), now());
        assert_eq!(store.len(), 2);
        assert!(store.get("long", now()).is_some() && store.get("new", now()).is_some());
    }

    #[test]
    fn keys_have_256_bits_and_differ() {
        assert_eq!(unguessable().len(), 43);
        assert_ne!(unguessable(), unguessable());
    }
}
