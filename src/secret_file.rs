//! Files with a key in them: made once, whole, and readable by their own account alone.

use crate::clock;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The content of `path`; when there is none, that of `make` is put there first, mode 0600. Of several processes that
/// start at once one makes the file, and all read the same, whole content.
///
/// # Errors
/// When the file or its folder cannot be read or made.
pub fn read_or_make(path: &Path, make: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        read => return read,
    }
    make_folder_of(path)?;
    put(path, &make()?)?;
    fs::read(path)
}

/// Whether other accounts may read or change `path`.
///
/// # Errors
/// When it cannot be looked at.
pub fn is_exposed(path: &Path) -> Result<bool> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Puts `content` in the place of what `path` holds, mode 0600: whoever reads it sees the one or the other, whole.
///
/// # Errors
/// When the file or its folder cannot be written or made.
pub fn replace(path: &Path, content: &[u8]) -> Result<()> {
    make_folder_of(path)?;
    let aside = write_aside(path, content)?;
    fs::rename(&aside, path).inspect_err(|_| drop(fs::remove_file(&aside)))?;
    // Else a power cut could bring back what was replaced.
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Waits until nobody else has the lock `path`, here or in another process; it is given back when what is returned is dropped.
///
/// # Errors
/// When the file or its folder cannot be made.
pub fn lock(path: &Path) -> Result<File> {
    make_folder_of(path)?;
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    give_to_folders_account(path);
    file.lock()?;
    Ok(file)
}

/// A command that root runs must not leave files that the desk's account cannot read. Nobody else may give files away, or needs to.
fn give_to_folders_account(path: &Path) {
    let Some(Ok(folder)) = path.parent().map(fs::metadata) else { return };
    let is_its = fs::metadata(path).is_ok_and(|file| file.uid() == folder.uid());
    // Root's folder is nobody's in particular, such as `/tmp`.
    if !is_its && folder.uid() != 0 {
        let _ = std::os::unix::fs::chown(path, Some(folder.uid()), Some(folder.gid()));
    }
}

/// Makes the folder `path` when there is none, for its own account alone (mode 0700).
///
/// # Errors
/// When it cannot be made.
pub fn make_own_folder(path: &Path) -> Result<()> {
    make_folder_of(path)?;
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

fn make_folder_of(path: &Path) -> Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => fs::create_dir_all(folder),
        _ => Ok(()),
    }
}

/// Writes aside and links into place: a link is there whole or not at all, and never replaces what another put there.
fn put(path: &Path, content: &[u8]) -> Result<()> {
    let aside = write_aside(path, content)?;
    let linked = fs::hard_link(&aside, path);
    fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

/// A file beside `path` that holds `content`, kept for good.
fn write_aside(path: &Path, content: &[u8]) -> Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
    let chance = u64::from_le_bytes(clock::secret_bytes());
    let aside = path.with_file_name(format!(".{}.{chance:016x}", name.to_string_lossy()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    give_to_folders_account(&aside);
    let written = file.write_all(content).and_then(|()| file.sync_all());
    written.inspect_err(|_| drop(fs::remove_file(&aside)))?;
    Ok(aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> PathBuf {
        let chance = u128::from_le_bytes(clock::secret_bytes());
        std::env::temp_dir().join(format!("desk-secrets-{chance:032x}"))
    }

    #[test]
    fn a_file_is_made_once_and_kept() {
        let path = folder().join("key");
        assert_eq!(read_or_make(&path, || Ok(b"first".to_vec())).unwrap(), b"first");
        assert_eq!(read_or_make(&path, || Ok(b"second".to_vec())).unwrap(), b"first");
        assert!(!is_exposed(&path).unwrap());
        let beside = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(beside, 1, "nothing is left beside it");
    }

    #[test]
    fn those_who_start_at_once_read_the_same_whole_content() {
        let path = folder().join("key");
        let content = |seed: u8| vec![seed; 1 << 20];
        let read: Vec<_> = std::thread::scope(|scope| {
            let path = &path;
            let start = |seed| scope.spawn(move || read_or_make(path, || Ok(content(seed))).unwrap());
            let started: Vec<_> = (0..8).map(start).collect();
            started.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(read.iter().all(|one| *one == read[0] && one.len() == 1 << 20));
    }

    #[test]
    fn what_is_replaced_is_whole_and_leaves_nothing_beside_it() {
        let path = folder().join("mark");
        replace(&path, b"first").unwrap();
        replace(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert!(!is_exposed(&path).unwrap());
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn an_own_folder_is_closed_to_others() {
        let path = folder().join("keys");
        make_own_folder(&path).unwrap();
        make_own_folder(&path).unwrap();
        assert!(!is_exposed(&path).unwrap());
    }

    #[test]
    fn a_file_that_others_can_read_is_exposed() {
        let path = folder().join("key");
        read_or_make(&path, || Ok(b"known".to_vec())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(is_exposed(&path).unwrap());
    }
}
