//! Files that only the own account may read.

use anyhow::Context as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Replaces `path` in one step: a reader sees the old content or the new, never half of it. Mode 0600 from the start.
///
/// # Errors
/// The directory cannot be made or the file cannot be written.
pub(crate) fn write(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let directory = path.parent().context("a file has a directory")?;
    fs::create_dir_all(directory).with_context(|| format!("cannot make `{}`", directory.display()))?;
    let draft = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&draft)
        .with_context(|| format!("cannot write `{}`", draft.display()))?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&draft, path).with_context(|| format!("cannot replace `{}`", path.display()))
}
