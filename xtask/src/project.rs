//! Where things are, and how `cargo` is called again from within `cargo run`.

use anyhow::{Context, Result};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The checkout.
pub struct Project {
    pub root: PathBuf,
    pub target: PathBuf,
}

impl Project {
    /// The checkout that this program was built from.
    pub fn here() -> Result<Self> {
        let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| OsString::from(env!("CARGO_MANIFEST_DIR")));
        let root = Path::new(&package).parent().context("the package `xtask` lies in no workspace")?.to_owned();
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        Ok(Self { root, target })
    }

    /// Where this program keeps its own files.
    pub fn own(&self, name: &str) -> PathBuf {
        self.target.join("xtask").join(name)
    }

    /// Prebuilt and built cargo tools.
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Folders of installed tools, in front of `PATH`.
    pub fn search_path(&self) -> OsString {
        let own = [self.tools().join("venv/bin"), self.tools().join("bin")];
        let path = env::var_os("PATH").unwrap_or_default();
        // After the user's own: a tool that is there already is not replaced.
        env::join_paths(env::split_paths(&path).chain(own)).unwrap_or(path)
    }

    /// `program` in the root of the checkout, with the tools in its `PATH`.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir(&self.root).env("PATH", self.search_path());
        command
    }

    /// `cargo` with `arguments`, as if called from a shell: what `cargo run` has set for this package does not reach it.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = self.command(env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from));
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_PRIMARY_"].iter().any(|prefix| text.starts_with(prefix)) {
                cargo.env_remove(&name);
            }
        }
        cargo.args(arguments);
        cargo
    }

    /// The first of `names` that is a program in the search path.
    pub fn find_program(&self, names: &[&str]) -> Option<PathBuf> {
        let path = self.search_path();
        // Servers live in folders that are not in the path of every account.
        let folders = env::split_paths(&path).chain(["/usr/sbin", "/sbin"].map(PathBuf::from));
        let folders: Vec<_> = folders.collect();
        names.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
    }
}
