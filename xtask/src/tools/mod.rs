//! The real counterparts that the tests talk to, and the tools that run them. What is there is not touched, and when all
//! is there the network is not asked.

mod apt;
mod cargo;
mod node;
mod python;

use crate::project::Project;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

pub use cargo::{cargo_deny, ensure_nextest};

/// The programs that tests start, found or installed.
pub struct Tools {
    python: PathBuf,
    node: PathBuf,
    chromium: PathBuf,
    nginx: PathBuf,
    exim: PathBuf,
    promtool: PathBuf,
}

impl Tools {
    /// The variables that tell a test where they are.
    pub fn variables(&self) -> [(&'static str, &Path); 6] {
        [
            ("EXCEPTION_DESK_PYTHON", &self.python),
            ("EXCEPTION_DESK_NODE", &self.node),
            ("EXCEPTION_DESK_CHROMIUM", &self.chromium),
            ("EXCEPTION_DESK_NGINX", &self.nginx),
            ("EXCEPTION_DESK_EXIM", &self.exim),
            ("EXCEPTION_DESK_PROMTOOL", &self.promtool),
        ]
    }
}

/// Installs what is missing.
pub fn ensure(project: &Project) -> Result<Tools> {
    apt::ensure(project)?;
    let python = python::ensure_peers(project)?;
    node::ensure_modules(project)?;
    ensure_nextest(project)?;
    let found = |names: &[&str]| project.find_program(names).with_context(|| format!("`{}` is missing", names[0]));
    Ok(Tools {
        python,
        node: found(&["node"])?,
        chromium: found(apt::CHROMIUM)?,
        nginx: found(&["nginx"])?,
        exim: found(&["exim4"])?,
        promtool: found(&["promtool"])?,
    })
}

/// A file beside something installed that holds all it was made from: when that is unchanged, there is nothing to do.
struct Stamp {
    file: PathBuf,
    made_from: String,
}

impl Stamp {
    /// `sources`: files whose content matters; `version`: of the program that installs.
    fn new(file: PathBuf, sources: &[PathBuf], version: &str) -> Result<Self> {
        let mut made_from = format!("{version}\n");
        for source in sources {
            let text = fs::read_to_string(source).with_context(|| format!("cannot read `{}`", source.display()))?;
            made_from.push_str(&text);
        }
        Ok(Self { file, made_from })
    }

    fn holds(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|text| text == self.made_from)
    }

    fn set(&self) -> Result<()> {
        fs::write(&self.file, &self.made_from).with_context(|| format!("cannot write `{}`", self.file.display()))
    }
}
