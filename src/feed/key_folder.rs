//! The folder of the feed's keys. Every desk process that shares it signs with the same key, and sees a change of it at once.
//!
//! | file | what |
//! | --- | --- |
//! | `keys.json` | the [`KeySet`]; replaced whole, never changed in place |
//! | `KID.pem` | the private part of a key, unless a signing service keeps it |
//! | `lock` | held while the set changes |

use super::key_files::{KeyOptions, Loaded};
use super::key_set::{Entry, KeyLine, KeySet};
use super::keys::KeyError;
use super::signer::Signer;
use crate::secret_file;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

/// The feed's keys as this process knows them.
pub struct Keys {
    options: KeyOptions,
    loaded: RwLock<Loaded>,
}

impl Keys {
    /// The keys of the folder; the first one is made when there is none, by one of those who start at once. Blocks.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn open(options: KeyOptions, now: DateTime<Utc>) -> Result<Self, KeyError> {
        secret_file::make_own_folder(&options.folder).map_err(|error| KeyError::io(&options.folder, error))?;
        if !options.set_file().exists() {
            let _alone = options.lock()?;
            if !options.set_file().exists() {
                let first = options.first(now)?;
                options.save(&KeySet { keys: vec![first] })?;
            }
        }
        let loaded = RwLock::new(options.load()?);
        Ok(Self { options, loaded })
    }

    /// The keys of the folder; none when no desk has made any. Blocks.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn open_existing(options: KeyOptions) -> Result<Option<Self>, KeyError> {
        if !options.set_file().exists() {
            return Ok(None);
        }
        let loaded = RwLock::new(options.load()?);
        Ok(Some(Self { options, loaded }))
    }

    /// Takes over what another process, or a command, has changed in the folder. Blocks.
    ///
    /// # Errors
    /// See [`KeyError`]; what was known before stays known.
    pub fn look(&self) -> Result<(), KeyError> {
        if self.options.stamp()? != self.read(|loaded| loaded.stamp) {
            self.keep(self.options.load()?);
        }
        Ok(())
    }

    /// Who signs at `now`.
    ///
    /// # Errors
    /// When there is no such key.
    pub fn signer(&self, now: DateTime<Utc>) -> Result<Arc<dyn Signer>, KeyError> {
        self.read(|loaded| {
            let current = loaded.set.current(now)?;
            loaded.signers.get(&current.kid).cloned()
        })
        .ok_or(KeyError::NoneSigns)
    }

    /// The JWK Set (RFC 7517) to publish at `now`.
    pub fn jwks(&self, now: DateTime<Utc>) -> Value {
        self.read(|loaded| {
            let keys: Vec<_> = loaded.set.published(now, self.options.kept).map(|key| key.jwk.clone()).collect();
            json!({ "keys": keys })
        })
    }

    /// Every key that is published or was withdrawn, the newest first.
    pub fn lines(&self, now: DateTime<Utc>) -> Vec<KeyLine> {
        self.read(|loaded| loaded.set.lines(now, self.options.kept))
    }

    /// Publishes a new key, which signs after the overlap, or `at_once`. With a signing service the key is the one in
    /// `public_key`, otherwise it is made. Returns its line. Blocks.
    ///
    /// # Errors
    /// See [`KeyError`]; a next key that is there already is only let sign at once.
    pub fn rotate(&self, now: DateTime<Utc>, at_once: bool, public_key: Option<&Path>) -> Result<KeyLine, KeyError> {
        let kid = self.change(|set| {
            if let Some(next) = set.next(now).map(|next| (next.kid.clone(), next.signs_from)) {
                let waiting = set.find_mut(&next.0).filter(|_| at_once && public_key.is_none());
                let waiting =
                    waiting.ok_or_else(|| KeyError::NextIsThere { kid: next.0.clone(), signs_from: next.1 })?;
                waiting.signs_from = now;
                return Ok(next.0);
            }
            let signs_from = if at_once { now } else { now + self.options.overlap };
            self.add(set, public_key, now, signs_from)
        })?;
        self.line(&kid, now)
    }

    /// Publishes a next key when the current one is older than the configuration allows. Blocks.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn rotate_by_age(&self, now: DateTime<Utc>) -> Result<Option<KeyLine>, KeyError> {
        let Some(age) = self.options.rotate_after else { return Ok(None) };
        let is_due = |set: &KeySet| {
            set.next(now).is_none() && set.current(now).is_some_and(|current| now - current.signs_from >= age)
        };
        if !self.read(|loaded| is_due(&loaded.set)) {
            return Ok(None);
        }
        let rotated = self.change(|set| {
            // Another desk may have been faster.
            if is_due(set) { self.add(set, None, now, now + self.options.overlap).map(Some) } else { Ok(None) }
        })?;
        rotated.map(|kid| self.line(&kid, now)).transpose()
    }

    /// Takes a compromised key out at once. When it is the one that signs, the next one begins to, or a new one. Returns the one
    /// that signs now. Blocks.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn withdraw(&self, kid: &str, now: DateTime<Utc>, public_key: Option<&Path>) -> Result<KeyLine, KeyError> {
        let signs = self.change(|set| {
            let key = set.find_mut(kid).ok_or_else(|| KeyError::Unknown(kid.to_owned()))?;
            if let Some(at) = key.withdrawn_at {
                return Err(KeyError::WithdrawnBefore { kid: kid.to_owned(), at });
            }
            // What takes its place does so from its beginning: also for a desk whose clock is behind, and never the key before it.
            let from = key.signs_from;
            if set.current(now).is_some_and(|current| current.kid == kid) {
                let next = set.next(now).map(|next| next.kid.clone());
                match next.and_then(|next| set.find_mut(&next)) {
                    Some(next) => next.signs_from = from,
                    None => drop(self.add(set, public_key, now, from)?),
                }
            }
            if let Some(key) = set.find_mut(kid) {
                key.withdrawn_at = Some(now);
            }
            set.current(now).map(|current| current.kid.clone()).ok_or(KeyError::NoneSigns)
        })?;
        // Afterwards: a key that is still listed must be there.
        self.options.erase_for_good(kid)?;
        self.line(&signs, now)
    }

    /// Changes the set, alone with the folder.
    fn change<T>(&self, change: impl FnOnce(&mut KeySet) -> Result<T, KeyError>) -> Result<T, KeyError> {
        self.options.check_account()?;
        let _alone = self.options.lock()?;
        let mut set = self.options.read_set()?;
        let changed = change(&mut set)?;
        self.options.save(&set)?;
        self.keep(self.options.load()?);
        Ok(changed)
    }

    /// Adds a key to `set`, and forgets those that nobody needs any more. Returns its id.
    fn add(
        &self,
        set: &mut KeySet,
        public_key: Option<&Path>,
        now: DateTime<Utc>,
        signs_from: DateTime<Utc>,
    ) -> Result<String, KeyError> {
        for gone in set.forget(now, self.options.kept) {
            self.options.erase(&gone.kid)?;
        }
        let entry = Entry { published_at: now, signs_from, ..self.options.new_key(public_key, now)? };
        let kid = entry.kid.clone();
        if set.find_mut(&kid).is_some() {
            return Err(KeyError::IsThere(kid));
        }
        set.keys.push(entry);
        Ok(kid)
    }

    fn line(&self, kid: &str, now: DateTime<Utc>) -> Result<KeyLine, KeyError> {
        let line = self.lines(now).into_iter().find(|line| line.kid == kid);
        line.ok_or_else(|| KeyError::Unknown(kid.to_owned()))
    }

    fn read<T>(&self, read: impl FnOnce(&Loaded) -> T) -> T {
        read(&self.loaded.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep(&self, loaded: Loaded) {
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = loaded;
    }
}
