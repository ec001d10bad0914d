//! The folder of the feed's keys. Every desk process that shares it signs with the same key, and sees a change of it at once.
//!
//! | file | what |
//! | --- | --- |
//! | `keys.json` | the [`KeySet`]; replaced whole, never changed in place |
//! | `KID.pem` | the private part of a key, unless a signing service keeps it |
//! | `lock` | held while the set changes |

use super::key_set::{Entry, Keeper, KeyLine, KeySet};
use super::keys::{KeyError, SigningKey};
use super::signer::{Signer, SigningService};
use crate::app::Purpose;
use crate::config::{self, Config};
use crate::secret_file;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// How keys are kept and how long each is published.
#[derive(Clone, Debug)]
pub struct KeyOptions {
    folder: PathBuf,
    /// The one key of earlier desks: an empty folder begins with it, where it is there.
    first_key_file: PathBuf,
    is_demo: bool,
    /// How long a key is published before it signs.
    overlap: TimeDelta,
    /// How long a key is published after it signed last: the life of a document, and of a copy of the published keys.
    kept: TimeDelta,
    rotate_after: Option<TimeDelta>,
    service: Option<Service>,
}

#[derive(Clone, Debug)]
struct Service {
    command: Vec<String>,
    timeout: Duration,
    public_key_file: Option<PathBuf>,
}

impl KeyOptions {
    /// What `config` says.
    pub fn of(config: &Config, purpose: Purpose) -> Self {
        let config::Signing { rotate_after_days, overlap_minutes, command, command_timeout_seconds, .. } =
            &config.signing;
        let overlap = TimeDelta::minutes((*overlap_minutes).into());
        Self {
            folder: config.key_directory(),
            first_key_file: config.feed.signing_key_file.clone(),
            is_demo: purpose == Purpose::Demo,
            overlap,
            kept: overlap + TimeDelta::seconds(config.feed.ttl_seconds.into()),
            rotate_after: (*rotate_after_days > 0).then(|| TimeDelta::days((*rotate_after_days).into())),
            service: (!command.is_empty()).then(|| Service {
                command: command.clone(),
                timeout: Duration::from_secs((*command_timeout_seconds).into()),
                public_key_file: config.signing.public_key_file.clone(),
            }),
        }
    }
}

/// The feed's keys as this process knows them.
pub struct Keys {
    options: KeyOptions,
    loaded: RwLock<Loaded>,
}

/// What was read of the folder.
struct Loaded {
    stamp: Stamp,
    set: KeySet,
    signers: BTreeMap<String, Arc<dyn Signer>>,
}

/// Tells one content of `keys.json` from another: each is a file of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    modified: (i64, i64),
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
            let signed = set.current(now).is_some_and(|current| current.kid == kid);
            if signed {
                let next = set.next(now).map(|next| next.kid.clone());
                match next.and_then(|next| set.find_mut(&next)) {
                    Some(next) => next.signs_from = now,
                    None => drop(self.add(set, public_key, now, now)?),
                }
            }
            if let Some(key) = set.find_mut(kid) {
                key.withdrawn_at = Some(now);
            }
            set.current(now).map(|current| current.kid.clone()).ok_or(KeyError::NoneSigns)
        })?;
        // Afterwards: a key that is still listed must be there.
        self.options.erase(kid)?;
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

impl KeyOptions {
    fn set_file(&self) -> PathBuf {
        self.folder.join("keys.json")
    }

    fn lock(&self) -> Result<fs::File, KeyError> {
        secret_file::lock(&self.folder.join("lock")).map_err(|error| KeyError::io(&self.folder, error))
    }

    fn key_file(&self, kid: &str) -> PathBuf {
        self.folder.join(format!("{kid}.pem"))
    }

    fn stamp(&self) -> Result<Stamp, KeyError> {
        let path = self.set_file();
        let file = fs::metadata(&path).map_err(|error| KeyError::io(&path, error))?;
        Ok(Stamp { inode: file.ino(), modified: (file.mtime(), file.mtime_nsec()) })
    }

    /// What another account writes here, the desk could not read; root gives it away.
    fn check_account(&self) -> Result<(), KeyError> {
        let owner = |path: &Path| fs::metadata(path).map(|file| file.uid());
        let (Ok(folder), Ok(own)) = (owner(&self.folder), owner(Path::new("/proc/self"))) else { return Ok(()) };
        if own == 0 || folder == own { Ok(()) } else { Err(KeyError::OtherAccount(self.folder.display().to_string())) }
    }

    fn read_set(&self) -> Result<KeySet, KeyError> {
        let path = self.set_file();
        let text = fs::read(&path).map_err(|error| KeyError::io(&path, error))?;
        let set: KeySet =
            serde_json::from_slice(&text).map_err(|_| KeyError::DamagedSet(path.display().to_string()))?;
        // The ids are names of files.
        let is_plain = |kid: &str| kid.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        match set.keys.iter().all(|key| is_plain(&key.kid)) {
            true => Ok(set),
            false => Err(KeyError::DamagedSet(path.display().to_string())),
        }
    }

    fn load(&self) -> Result<Loaded, KeyError> {
        if secret_file::is_exposed(&self.folder).map_err(|error| KeyError::io(&self.folder, error))? {
            return Err(KeyError::ExposedFolder(self.folder.display().to_string()));
        }
        let stamp = self.stamp()?;
        let set = self.read_set()?;
        let mut signers = BTreeMap::new();
        for key in set.keys.iter().filter(|key| key.withdrawn_at.is_none()) {
            if let Some(signer) = self.signer(key)? {
                signers.insert(key.kid.clone(), signer);
            }
        }
        Ok(Loaded { stamp, set, signers })
    }

    /// Who signs with `key`; nobody with one whose private part or service is not there (any more), which stays published.
    fn signer(&self, key: &Entry) -> Result<Option<Arc<dyn Signer>>, KeyError> {
        match (key.keeper, &self.service) {
            (Keeper::File, _) => {
                let read = SigningKey::load_for(&self.key_file(&key.kid), self.is_demo)?;
                Ok(read.map(|key| Arc::new(key) as Arc<dyn Signer>))
            }
            (Keeper::Service, Some(service)) => {
                let signs = SigningService::new(&service.command, service.timeout, &key.kid, &key.jwk);
                let signs = signs.map_err(|_| KeyError::DamagedSet(self.set_file().display().to_string()))?;
                Ok(Some(Arc::new(signs)))
            }
            (Keeper::Service, None) => Ok(None),
        }
    }

    fn save(&self, set: &KeySet) -> Result<(), KeyError> {
        let path = self.set_file();
        let text = serde_json::to_vec_pretty(set).map_err(|error| KeyError::io(&path, error.into()))?;
        secret_file::replace(&path, &text).map_err(|error| KeyError::io(&path, error))
    }

    /// Deletes the private part of the key `kid`.
    fn erase(&self, kid: &str) -> Result<(), KeyError> {
        let path = self.key_file(kid);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(KeyError::io(&path, error)),
            _ => Ok(()),
        }
    }

    /// The key that a folder begins with: the service's, that of an earlier desk, or a new one.
    fn first(&self, now: DateTime<Utc>) -> Result<Entry, KeyError> {
        if self.service.is_none() && SigningKey::load_for(&self.first_key_file, self.is_demo)?.is_some() {
            let path = &self.first_key_file;
            let text = fs::read(path).map_err(|error| KeyError::io(path, error))?;
            return self.put(&text, now);
        }
        let service = self.service.as_ref().and_then(|service| service.public_key_file.as_deref());
        self.new_key(service, now)
    }

    /// A new key in a file, or that of the service whose public part is in `public_key`.
    fn new_key(&self, public_key: Option<&Path>, now: DateTime<Utc>) -> Result<Entry, KeyError> {
        match (&self.service, public_key) {
            (Some(_), Some(path)) => {
                let text = fs::read_to_string(path).map_err(|error| KeyError::io(path, error))?;
                let (kid, jwk) =
                    super::keys::public_key(&text).ok_or_else(|| KeyError::NoPublicKey(path.display().to_string()))?;
                Ok(Entry { kid, jwk, keeper: Keeper::Service, published_at: now, signs_from: now, withdrawn_at: None })
            }
            (Some(_), None) => Err(KeyError::ServiceMakesKeys),
            (None, Some(_)) => Err(KeyError::NoService),
            (None, None) => {
                let text = super::keys::make(self.is_demo).map_err(|error| KeyError::io(&self.folder, error))?;
                self.put(&text, now)
            }
        }
    }

    /// Puts the key that `text` holds into its file.
    fn put(&self, text: &[u8], now: DateTime<Utc>) -> Result<Entry, KeyError> {
        let key = SigningKey::parse(&self.folder, text)?;
        let path = self.key_file(key.kid());
        secret_file::replace(&path, text).map_err(|error| KeyError::io(&path, error))?;
        let (kid, jwk) = (key.kid().to_owned(), key.jwk().clone());
        Ok(Entry { kid, jwk, keeper: Keeper::File, published_at: now, signs_from: now, withdrawn_at: None })
    }
}
