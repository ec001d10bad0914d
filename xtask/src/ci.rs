//! Everything that a change must pass, in the order of how soon it can say no.

use crate::project::Project;
use crate::{run, sqlx_prepare, test, tools};
use anyhow::Result;
use std::time::Instant;

/// Lints hold for the workspace, for the desk as packages build it, and for the enforcement crate as others embed it.
const LINTED: [&[&str]; 3] = [
    &["--workspace"],
    &["-p", "exception-desk", "--no-default-features"],
    &["-p", "mfa-enforcement", "--no-default-features"],
];

/// Stops at the first thing that does not hold.
pub fn run(project: &Project) -> Result<()> {
    let begin = Instant::now();
    run::shown_ok("format", &mut project.cargo(&["fmt", "--all", "--check"]))?;
    tools::cargo_deny(project)?;
    let deny = ["deny", "--log-level", "error", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"];
    run::shown_ok("licences, bans and sources", &mut project.cargo(&deny))?;
    tools::ensure(project)?;
    sqlx_prepare::run(project, true)?;
    for packages in LINTED {
        let mut clippy = project.cargo(&["clippy", "--all-targets"]);
        clippy.args(packages).args(["--", "-D", "warnings"]);
        run::shown_ok(&format!("lints {}", packages.join(" ")), &mut clippy)?;
    }
    let count = test::count(project, &[])?;
    eprintln!("all checks took {}", run::seconds(begin));
    test::conclude(count)
}
