//! The files of the feed's keys: read, made and erased.

use super::key_set::{Entry, Keeper, KeySet};
use super::keys::{KeyError, SigningKey};
use super::signer::{Signer, SigningService};
use crate::app::Purpose;
use crate::config::{self, Config};
use crate::secret_file;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How keys are kept and how long each is published.
#[derive(Clone, Debug)]
pub struct KeyOptions {
    pub(super) folder: PathBuf,
    /// The one key of earlier desks: an empty folder begins with it, where it is there.
    first_key_file: PathBuf,
    is_demo: bool,
    /// How long a key is published before it signs.
    pub(super) overlap: TimeDelta,
    /// How long a key is published after it signed last: the life of a document, and of a copy of the published keys.
    pub(super) kept: TimeDelta,
    pub(super) rotate_after: Option<TimeDelta>,
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

/// What was read of the folder.
pub(super) struct Loaded {
    pub stamp: Stamp,
    pub set: KeySet,
    pub signers: BTreeMap<String, Arc<dyn Signer>>,
}

/// Tells one content of `keys.json` from another: each is a file of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    inode: u64,
    modified: (i64, i64),
}

impl KeyOptions {
    pub(super) fn set_file(&self) -> PathBuf {
        self.folder.join("keys.json")
    }

    pub(super) fn lock(&self) -> Result<fs::File, KeyError> {
        secret_file::lock(&self.folder.join("lock")).map_err(|error| KeyError::io(&self.folder, error))
    }

    pub(super) fn key_file(&self, kid: &str) -> PathBuf {
        self.folder.join(format!("{kid}.pem"))
    }

    pub(super) fn stamp(&self) -> Result<Stamp, KeyError> {
        let path = self.set_file();
        let file = fs::metadata(&path).map_err(|error| KeyError::io(&path, error))?;
        Ok(Stamp { inode: file.ino(), modified: (file.mtime(), file.mtime_nsec()) })
    }

    /// What another account writes here, the desk could not read; root gives it away.
    pub(super) fn check_account(&self) -> Result<(), KeyError> {
        let owner = |path: &Path| fs::metadata(path).map(|file| file.uid());
        let (Ok(folder), Ok(own)) = (owner(&self.folder), owner(Path::new("/proc/self"))) else { return Ok(()) };
        if own == 0 || folder == own { Ok(()) } else { Err(KeyError::OtherAccount(self.folder.display().to_string())) }
    }

    pub(super) fn read_set(&self) -> Result<KeySet, KeyError> {
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

    pub(super) fn load(&self) -> Result<Loaded, KeyError> {
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
    pub(super) fn signer(&self, key: &Entry) -> Result<Option<Arc<dyn Signer>>, KeyError> {
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

    pub(super) fn save(&self, set: &KeySet) -> Result<(), KeyError> {
        let path = self.set_file();
        let text = serde_json::to_vec_pretty(set).map_err(|error| KeyError::io(&path, error.into()))?;
        secret_file::replace(&path, &text).map_err(|error| KeyError::io(&path, error))
    }

    /// Deletes the private part of the key `kid`.
    pub(super) fn erase(&self, kid: &str) -> Result<(), KeyError> {
        remove(&self.key_file(kid))
    }

    /// Deletes the private part of the key `kid` for good: also where the folder had it from.
    pub(super) fn erase_for_good(&self, kid: &str) -> Result<(), KeyError> {
        self.erase(kid)?;
        let first = SigningKey::load_for(&self.first_key_file, self.is_demo);
        // Whatever else lies there is no business of this key.
        if first.is_ok_and(|first| first.is_some_and(|key| key.kid() == kid)) {
            remove(&self.first_key_file)?;
        }
        Ok(())
    }

    /// The key that a folder begins with: the service's, that of an earlier desk, or a new one.
    pub(super) fn first(&self, now: DateTime<Utc>) -> Result<Entry, KeyError> {
        if self.service.is_none() && SigningKey::load_for(&self.first_key_file, self.is_demo)?.is_some() {
            let path = &self.first_key_file;
            let text = fs::read(path).map_err(|error| KeyError::io(path, error))?;
            return self.put(&text, now);
        }
        let service = self.service.as_ref().and_then(|service| service.public_key_file.as_deref());
        self.new_key(service, now)
    }

    /// A new key in a file, or that of the service whose public part is in `public_key`.
    pub(super) fn new_key(&self, public_key: Option<&Path>, now: DateTime<Utc>) -> Result<Entry, KeyError> {
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
    pub(super) fn put(&self, text: &[u8], now: DateTime<Utc>) -> Result<Entry, KeyError> {
        let key = SigningKey::parse(&self.folder, text)?;
        let path = self.key_file(key.kid());
        secret_file::replace(&path, text).map_err(|error| KeyError::io(&path, error))?;
        let (kid, jwk) = (key.kid().to_owned(), key.jwk().clone());
        Ok(Entry { kid, jwk, keeper: Keeper::File, published_at: now, signs_from: now, withdrawn_at: None })
    }
}

fn remove(path: &Path) -> Result<(), KeyError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(KeyError::io(path, error)),
        _ => Ok(()),
    }
}
