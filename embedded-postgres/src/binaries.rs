//! Where `initdb` and `postgres` are.

use crate::StartError;
use crate::account::command;
use std::fs;
use std::path::{Path, PathBuf};

/// Parents of version folders, and the folder of programs within each of those.
const INSTALLED: [(&str, &str); 6] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/opt", "bin"),
    ("/usr/local", "bin"),
    ("/usr/libexec", ""),
];

/// A folder with the server's programs.
#[derive(Debug)]
pub(crate) struct Binaries {
    pub(crate) dir: PathBuf,
    major: u32,
}

impl Binaries {
    /// The folder `given`, else `PG_BIN_DIR`, else the best that is installed: of major version `made_by` when data
    /// exists, the newest when not.
    pub(crate) fn find(given: Option<&Path>, made_by: Option<u32>, data_dir: &Path) -> Result<Self, StartError> {
        let variable = std::env::var_os("PG_BIN_DIR").filter(|dir| !dir.is_empty());
        let named = given.map(Path::to_owned).or(variable.map(PathBuf::from));
        let (folders, searched) = match &named {
            Some(dir) => (vec![dir.clone()], format!("`{}`", dir.display())),
            None => (installed(), "`PATH`, `/usr/lib/postgresql/*/bin` and other usual places".to_owned()),
        };
        let mut found = Vec::new();
        for dir in folders {
            // The programs run in another working directory than ours.
            let Ok(dir) = std::path::absolute(dir) else { continue };
            if !dir.join("initdb").is_file() || !dir.join("postgres").is_file() {
                continue;
            }
            match major_of(&dir) {
                Ok(major) => found.extend(major.map(|major| Self { dir, major })),
                Err(error) if named.is_some() => return Err(error),
                Err(_) => {} // A broken installation does not stand in the way of a sound one.
            }
        }
        // Stable: among equals the one that comes first in PATH stays first.
        found.sort_by_key(|one| std::cmp::Reverse((Some(one.major) == made_by, one.major)));
        let best = found.into_iter().next().ok_or(StartError::NoBinaries { searched })?;
        match made_by {
            Some(made_by) if made_by != best.major => Err(StartError::OtherMajor {
                data_dir: data_dir.to_owned(),
                made_by,
                bin_dir: best.dir,
                found: best.major,
            }),
            _ => Ok(best),
        }
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

fn installed() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    for (parent, programs) in INSTALLED {
        let versions = fs::read_dir(parent).into_iter().flatten().flatten();
        folders.extend(versions.map(|version| version.path().join(programs)));
    }
    folders
}

/// Major version by `postgres --version`, such as `postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)`.
fn major_of(dir: &Path) -> Result<Option<u32>, StartError> {
    let program = dir.join("postgres");
    let output = command(&program, None).arg("--version").output();
    let output = output.map_err(|source| StartError::Run { program, source })?;
    let text = String::from_utf8_lossy(&output.stdout);
    let version = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    Ok(version.and_then(|version| version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()))
}
