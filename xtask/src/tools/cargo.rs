//! Tools of cargo: prebuilt where a wheel for this system exists, else built once into `target/tools`.

use super::python;
use crate::project::Project;
use crate::run;
use anyhow::{Result, bail};
use std::process::Stdio;

/// The licence and source check.
pub fn cargo_deny(project: &Project) -> Result<()> {
    ensure(project, "deny", "cargo-deny@0.20.2")
}

/// The test runner.
pub fn ensure_nextest(project: &Project) -> Result<()> {
    ensure(project, "nextest", "cargo-nextest@0.9.148")
}

fn ensure(project: &Project, name: &str, crate_version: &str) -> Result<()> {
    if runs(project, name) {
        return Ok(());
    }
    let wheels = python::environment(project, &project.tools().join("venv"), "xtask/requirements.txt");
    if wheels.is_ok() && runs(project, name) {
        return Ok(());
    }
    eprintln!("    no prebuilt {crate_version} for this system: building it takes some minutes, once");
    let mut build = project.cargo(&["install", "--locked", crate_version, "--root"]);
    run::shown_ok(&format!("build {crate_version}"), build.arg(project.tools()))?;
    if runs(project, name) { Ok(()) } else { bail!("`cargo {name}` does not run after its installation") }
}

fn runs(project: &Project, name: &str) -> bool {
    let mut version = project.cargo(&[name, "--version"]);
    let status = version.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}
