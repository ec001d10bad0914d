//! What a gate keeps on disk, in a directory of its own (0700, files 0600):
//!
//! | file | what it is |
//! | --- | --- |
//! | `feed.jws` | the newest accepted snapshot, signed as it came; verified again before it is used |
//! | `changes.jws` | the signed changes accepted since, a line each; verified and followed again before they are used |
//! | `state.json` | the baseline (what must not be undercut) and the latest time seen |
//! | `anchor.json` | an operator's anchor that waits to be taken up |
//! | `reports.json` | counts of decisions that the desk has not confirmed |
//! | `lock` | held while a gate runs: two that share a directory would undercut each other |
//!
//! A file is replaced whole: written beside it, flushed to disk, renamed, and the directory flushed. Changes are added to
//! theirs: a line that was cut off has no end, and is not read. Whatever happens in between, what is on disk is a state
//! that was accepted once; `state.json`, saved last, tells whether it is the newest.

use super::accept::Baseline;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
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

/// What was found on disk, unverified.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The snapshot.
    pub document: String,
    /// The changes after it, a line each.
    pub changes: String,
}

/// Bytes of changes from which on it is time for a new snapshot: some thousands, which are followed again in a second.
const MANY_CHANGES: u64 = 4 << 20;
/// Most bytes of changes that are read back; more were never written.
const MOST_CHANGES: u64 = 64 << 20;

/// The state directory of a running gate.
pub struct Store {
    directory: PathBuf,
    /// How much of `changes.jws` counts. What comes is written from there on.
    changes: AtomicU64,
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
            Ok(()) => {
                forget_half_written(directory);
                Ok(Self { directory: directory.to_owned(), changes: AtomicU64::new(0), _lock: lock })
            }
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

    /// What was kept last, if it is no longer than `longest` bytes. What is no text cannot be verified either: it is as
    /// good as not there, and the next snapshot replaces it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn found(&self, longest: usize) -> Result<Option<Found>, StoreError> {
        let document = read_text(&self.directory.join("feed.jws"), longest as u64)?;
        let changes = read_text(&self.directory.join("changes.jws"), MOST_CHANGES)?;
        Ok(document.map(|document| Found { document, changes: changes.unwrap_or_default() }))
    }

    /// Writes a signed snapshot beside the one that is kept: [`Store::save_document`] is all that is left to do then.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn prepare_document(&self, compact: &str) -> Result<Prepared, StoreError> {
        Prepared::write(&self.directory, "feed.jws", compact.as_bytes())
    }

    /// Keeps a signed snapshot in place of the last and of all changes after that.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn save_document(&self, prepared: Prepared) -> Result<(), StoreError> {
        prepared.put_in_place()?;
        // Were this not to happen any more: those changes do not follow on the new snapshot, so that nobody uses them.
        self.changes.store(0, Ordering::Relaxed);
        self.write_changes(0, &[])
    }

    /// Says how many bytes of the changes found count.
    pub fn count_changes(&self, length: usize) {
        self.changes.store(length as u64, Ordering::Relaxed);
    }

    /// Keeps signed changes after those that are kept.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn add_changes(&self, compact: &str) -> Result<(), StoreError> {
        let line = format!("{compact}\n");
        let start = self.changes.load(Ordering::Relaxed);
        self.write_changes(start, line.as_bytes())?;
        self.changes.store(start + line.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    /// Whether it is time for a new snapshot in place of all the changes.
    pub fn has_many_changes(&self) -> bool {
        self.changes.load(Ordering::Relaxed) > MANY_CHANGES
    }

    /// Makes `changes.jws` end with `bytes` at `start`.
    fn write_changes(&self, start: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.directory.join("changes.jws");
        let write = || {
            let mut file = private_file().truncate(false).open(&path)?;
            file.set_len(start)?;
            file.seek(SeekFrom::Start(start))?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(disk(&path))
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

/// Removes what a gate that was killed had begun to write. An anchor may be an operator's, just being written.
fn forget_half_written(directory: &Path) {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let is_half_written = name.ends_with(".new") && !name.starts_with("anchor.json.");
        if is_half_written && let Err(error) = fs::remove_file(&path) {
            tracing::warn!(%error, path = %path.display(), "what was half written cannot be removed");
        }
    }
}

fn make_directory(path: &Path) -> Result<(), StoreError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(disk(path))
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options
}

/// A file's text, if it is there, is text, and has `longest` bytes at most.
fn read_text(path: &Path, longest: u64) -> Result<Option<String>, StoreError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Ok(metadata) if metadata.len() > longest => return Ok(None),
        result => result.map_err(disk(path))?,
    };
    Ok(String::from_utf8(fs::read(path).map_err(disk(path))?).ok())
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
    Prepared::write(directory, name, bytes)?.put_in_place()
}

/// A file that is written and flushed beside the one whose place it may take; when it does not, it goes.
pub struct Prepared {
    beside: PathBuf,
    path: PathBuf,
}

impl Prepared {
    fn write(directory: &Path, name: &str, bytes: &[u8]) -> Result<Self, StoreError> {
        static WRITTEN: AtomicU64 = AtomicU64::new(0);
        // Neither an operator's command nor what this process writes besides gets in the way.
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let beside = directory.join(format!("{name}.{}-{number}.new", std::process::id()));
        let prepared = Self { beside, path: directory.join(name) };
        let write = || {
            let mut file = private_file().open(&prepared.beside)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(disk(&prepared.path))?;
        Ok(prepared)
    }

    fn put_in_place(self) -> Result<(), StoreError> {
        let put = || {
            fs::rename(&self.beside, &self.path)?;
            self.path.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())
        };
        put().map_err(disk(&self.path))
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        // There is none where it took its place.
        let _ = fs::remove_file(&self.beside);
    }
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    move |error| StoreError::Disk { path: path.to_owned(), error }
}
