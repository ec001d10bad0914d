//! Node modules, exactly as `package-lock.json` names them.

use super::Stamp;
use crate::project::Project;
use crate::run;
use anyhow::{Context, Result};

/// Fills `node_modules` unless it was made from these very lists.
pub fn ensure_modules(project: &Project) -> Result<()> {
    let version = project.command("node").arg("--version").output().context("cannot run `node`")?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let lists = ["package.json", "package-lock.json"].map(|name| project.root.join(name));
    let stamp = Stamp::new(project.root.join("node_modules/.made-from"), &lists, &version)?;
    if stamp.holds() {
        return Ok(());
    }
    run::quiet(project, "install node modules", project.command("npm").args(["ci", "--no-audit", "--no-fund"]))?;
    stamp.set()
}
