//! What a gate keeps on disk, in a directory of its own (0700, files 0600):
//!
//! | file | what it is |
//! | --- | --- |
//! | `feed.jws` | the newest accepted document, signed as it came; verified again before it is used |
//! | `state.json` | the baseline (what must not be undercut) and the latest time seen |
//! | `anchor.json` | an operator's anchor that waits to be taken up |
//! | `reports.json` | counts of decisions that the desk has not confirmed |
//! | `lock` | held while a gate runs: two that share a directory would undercut each other |
//!
//! A file is replaced whole: written beside it, flushed to disk, renamed, and the directory flushed.

use super::accept::Baseline;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// What stops a gate from keeping or reading its state.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk or the permissions.
    #[error("cannot use `{path}`: {error}")]
    Disk {
        /// Which file or directory.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file that is not what this program writes. It is never passed over in silence: without its baseline a gate
    /// would accept an old feed.
    #[error("`{path}` is damaged ({error}); restore it, or anchor the gate anew with `mfa-gate anchor`")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// Another process uses the directory.
    #[error("another gate uses `{0}`: give each its own state directory")]
    InUse(PathBuf),
}

/// An operator's word on which lineage counts, after a restore of the desk's database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The epoch.
    pub epoch: Uuid,
    /// The lowest version of it to accept.
    pub at_least: u64,
}

/// The contents of `state.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// What must not be undercut; `None` until a first document was accepted.
    pub baseline: Option<Baseline>,
    /// The latest time seen, on the own clock or in a signed document.
    pub latest_time: Option<DateTime<Utc>>,
}

/// The state directory of a running gate.
pub struct Store {
    directory: PathBuf,
    _lock: File,
}

impl Store {
    /// Opens `directory`, making it when it is not there.
    ///
    /// # Errors
    /// When it cannot be used, or another gate uses it.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        make_directory(directory)?;
        let path = directory.join("lock");
        let lock = private_file().open(&path).map_err(disk(&path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { directory: directory.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse(directory.to_owned())),
            Err(TryLockError::Error(error)) => Err(StoreError::Disk { path, error }),
        }
    }

    /// The state as last saved; the default before the first time.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn state(&self) -> Result<State, StoreError> {
        Ok(read_json(&self.directory.join("state.json"))?.unwrap_or_default())
    }

    /// Saves the state.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn save_state(&self, state: &State) -> Result<(), StoreError> {
        write_json(&self.directory, "state.json", state)
    }

    /// The signed document kept last, unverified.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn document(&self) -> Result<Option<String>, StoreError> {
        let path = self.directory.join("feed.jws");
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            result => result.map_err(disk(&path))?,
        };
        // What is no text cannot be verified either: it is as good as not there, and the next pull replaces it.
        Ok(String::from_utf8(bytes).ok())
    }

    /// Keeps a signed document in place of the last.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn save_document(&self, compact: &str) -> Result<(), StoreError> {
        replace(&self.directory, "feed.jws", compact.as_bytes())
    }

    /// The operator's anchor that waits, if one does.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn waiting_anchor(&self) -> Result<Option<Anchor>, StoreError> {
        read_json(&self.directory.join("anchor.json"))
    }

    /// Forgets the anchor, once the state holds it.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn forget_anchor(&self) -> Result<(), StoreError> {
        let path = self.directory.join("anchor.json");
        fs::remove_file(&path).map_err(disk(&path))
    }
}

/// Leaves an anchor for the gate of this state directory, running or not.
///
/// # Errors
/// When the directory cannot be written.
pub fn write_anchor(directory: &Path, anchor: &Anchor) -> Result<(), StoreError> {
    make_directory(directory)?;
    write_json(directory, "anchor.json", anchor)
}

fn make_directory(path: &Path) -> Result<(), StoreError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(disk(path))
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options
}

pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, StoreError> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::Disk { path: path.to_owned(), error }),
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| StoreError::Damaged { path: path.to_owned(), error }),
    }
}

pub(super) fn write_json<T: Serialize>(directory: &Path, name: &str, value: &T) -> Result<(), StoreError> {
    let path = directory.join(name);
    let bytes = serde_json::to_vec(value).map_err(|error| StoreError::Damaged { path, error })?;
    replace(directory, name, &bytes)
}

fn replace(directory: &Path, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let path = directory.join(name);
    // The process id keeps an operator's command and a running gate out of each other's half-written files.
    let beside = directory.join(format!("{name}.{}.new", std::process::id()));
    let write = || {
        let mut file = private_file().open(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, &path)?;
        File::open(directory)?.sync_all()
    };
    write().map_err(disk(&path))
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |error| StoreError::Disk { path: path.to_owned(), error }
}
