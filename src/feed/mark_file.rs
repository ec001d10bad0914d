//! The file that holds a desk's mark. Desks that share it share the mark.

use super::lineage::Mark;
use crate::secret_file;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Why the mark cannot be used. Nothing is published then.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// The file cannot be read or written.
    #[error("the feed's mark `{path}`: {error}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// It holds something else.
    #[error(
        "the feed's mark `{0}` is damaged; put back a copy of it, or, when the database is surely not a restored one, \
         remove it and start the desk again"
    )]
    Damaged(String),
}

/// A desk's mark, and where it is kept.
pub struct MarkFile {
    path: PathBuf,
    held: Mutex<Option<Mark>>,
}

impl MarkFile {
    /// The mark in `path`, read when it is first asked for.
    pub fn at(path: PathBuf) -> Self {
        Self { path, held: Mutex::default() }
    }

    /// Where it is kept.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The newest version that was published here; none on a fresh desk. Blocks.
    ///
    /// # Errors
    /// See [`MarkError`].
    pub fn held(&self) -> Result<Option<Mark>, MarkError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_none() {
            *held = self.read()?;
        }
        Ok(*held)
    }

    /// Keeps `mark`, before it is published, unless a desk that shares the file is ahead in its epoch. Blocks.
    ///
    /// # Errors
    /// See [`MarkError`].
    pub fn raise(&self, mark: Mark) -> Result<(), MarkError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if *held == Some(mark) {
            return Ok(());
        }
        let _alone = secret_file::lock(&self.path.with_extension("lock")).map_err(|error| self.io(error))?;
        let ahead = self.read()?.filter(|kept| kept.epoch == mark.epoch && kept.version > mark.version);
        if ahead.is_none() {
            let text = serde_json::to_vec(&mark).map_err(|error| self.io(error.into()))?;
            secret_file::replace(&self.path, &text).map_err(|error| self.io(error))?;
        }
        *held = Some(ahead.unwrap_or(mark));
        Ok(())
    }

    fn read(&self) -> Result<Option<Mark>, MarkError> {
        match fs::read(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.io(error)),
            Ok(text) => match serde_json::from_slice(&text) {
                Ok(mark) => Ok(Some(mark)),
                Err(_) => Err(MarkError::Damaged(self.path.display().to_string())),
            },
        }
    }

    fn io(&self, error: std::io::Error) -> MarkError {
        MarkError::Io { path: self.path.display().to_string(), error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn path() -> PathBuf {
        let chance = u128::from_le_bytes(crate::clock::secret_bytes());
        std::env::temp_dir().join(format!("desk-mark-{chance:x}")).join("mark.json")
    }

    fn mark(epoch: u128, version: u64) -> Mark {
        Mark { epoch: Uuid::from_u128(epoch), version, lineage: Uuid::from_u128(version.into()) }
    }

    #[test]
    fn the_mark_is_found_again_by_the_next_desk() {
        let path = path();
        let first = MarkFile::at(path.clone());
        assert_eq!(first.held().unwrap(), None);
        first.raise(mark(1, 3)).unwrap();
        assert_eq!(MarkFile::at(path).held().unwrap(), Some(mark(1, 3)));
    }

    #[test]
    fn of_desks_that_share_it_the_one_ahead_counts_and_a_new_epoch_begins_below() {
        let path = path();
        let (ahead, late) = (MarkFile::at(path.clone()), MarkFile::at(path.clone()));
        assert_eq!(late.held().unwrap(), None);
        ahead.raise(mark(1, 8)).unwrap();
        late.raise(mark(1, 5)).unwrap();
        assert_eq!(MarkFile::at(path.clone()).held().unwrap(), Some(mark(1, 8)));
        late.raise(mark(2, 1)).unwrap();
        assert_eq!(MarkFile::at(path).held().unwrap(), Some(mark(2, 1)));
    }

    #[test]
    fn a_damaged_mark_is_no_fresh_desk() {
        let path = path();
        MarkFile::at(path.clone()).raise(mark(1, 3)).unwrap();
        fs::write(&path, "").unwrap();
        assert!(matches!(MarkFile::at(path).held(), Err(MarkError::Damaged(_))));
    }
}
