//! Python packages in virtual environments under `target`, every one pinned by version and digest.

use super::Stamp;
use crate::project::Project;
use crate::run;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The counterparts of `tests/requirements.txt`; returns the interpreter that sees them.
pub fn ensure_peers(project: &Project) -> Result<PathBuf> {
    environment(project, &project.target.join("peers/venv"), "tests/requirements.txt")
}

/// Makes the virtual environment `folder` from the list `requirements`, unless it is there and the list is unchanged.
pub fn environment(project: &Project, folder: &Path, requirements: &str) -> Result<PathBuf> {
    let version = Command::new("python3").arg("--version").output().context("cannot run `python3`")?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let list = project.root.join(requirements);
    let stamp = Stamp::new(folder.join("made-from"), std::slice::from_ref(&list), &version)?;
    let python = folder.join("bin/python");
    if stamp.holds() {
        return Ok(python);
    }
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove `{}`", folder.display()))?;
    }
    let mut make = Command::new("python3");
    run::quiet(project, "make a Python environment", make.args(["-m", "venv"]).arg(folder))?;
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"]);
    run::quiet(project, &format!("install {requirements}"), install.arg("--requirement").arg(list))?;
    stamp.set()?;
    Ok(python)
}
