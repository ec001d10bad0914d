//! Files with a key in them: made once, whole, and readable by their own account alone.

use crate::clock;
use std::fs::{self, OpenOptions};
use std::io::{Error, ErrorKind, Result, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

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
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
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

/// Writes aside and links into place: a link is there whole or not at all, and never replaces what another put there.
fn put(path: &Path, content: &[u8]) -> Result<()> {
    let name = path.file_name().ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
    let chance = u64::from_le_bytes(clock::secret_bytes());
    let aside = path.with_file_name(format!(".{}.{chance:016x}", name.to_string_lossy()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    let linked = file.write_all(content).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&aside, path));
    fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

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
    fn a_file_that_others_can_read_is_exposed() {
        let path = folder().join("key");
        read_or_make(&path, || Ok(b"known".to_vec())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(is_exposed(&path).unwrap());
    }
}
