//! Every test, against one PostgreSQL and the real counterparts.

use crate::project::Project;
use crate::{database, run, tools};
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{BufRead, BufReader};
use std::ops::AddAssign;
use std::process::{Command, Stdio};

/// Cases of a property test in a soak run.
const SOAK_CASES: &str = "20000";

/// How many tests ran, and how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    passed: u64,
    failed: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// Runs what [`count`] counts and prints the closing line.
pub fn run(project: &Project, filters: &[String]) -> Result<()> {
    conclude(count(project, filters)?)
}

/// The tests that `filters` select, or with none all tests, the examples in the documentation, and the enforcement crate
/// as others embed it, without its default features.
pub fn count(project: &Project, filters: &[String]) -> Result<Count> {
    let stage = Stage::set(project)?;
    let mut count = stage.nextest(project, &selection(filters), "default")?;
    if filters.is_empty() {
        count += stage.doc_tests(project)?;
        let alone = ["-p", "mfa-enforcement", "--no-default-features"].map(str::to_owned);
        count += stage.nextest(project, &alone, "default")?;
    }
    Ok(count)
}

/// The same tests with more cases, and those that are ignored because they are long.
pub fn soak(project: &Project, filters: &[String]) -> Result<()> {
    let mut stage = Stage::set(project)?;
    let cases = std::env::var("PROPTEST_CASES").unwrap_or_else(|_| SOAK_CASES.to_owned());
    stage.variables.extend([("EXCEPTION_DESK_SOAK", "1".into()), ("PROPTEST_CASES", cases.into())]);
    let mut selection = selection(filters);
    selection.extend(["--cargo-profile", "soak", "--run-ignored", "all"].map(str::to_owned));
    conclude(stage.nextest(project, &selection, "soak")?)
}

/// Prints the closing line and says whether all is well.
pub fn conclude(count: Count) -> Result<()> {
    println!("{} passed, {} failed", count.passed, count.failed);
    match count {
        Count { passed: 0, failed: 0 } => bail!("no test was run"),
        Count { failed: 0, .. } => Ok(()),
        Count { failed, .. } => bail!("{failed} tests failed, see above"),
    }
}

/// The whole workspace, unless the caller names packages.
fn selection(filters: &[String]) -> Vec<String> {
    let names_package = |filter: &String| {
        ["-p", "--package", "--workspace", "--manifest-path"]
            .iter()
            .any(|option| filter == option || filter.starts_with(&format!("{option}=")))
    };
    let whole = (!filters.iter().any(names_package)).then(|| "--workspace".to_owned());
    whole.into_iter().chain(filters.iter().cloned()).collect()
}

/// What the tests find in their environment. The server stops when this is dropped.
struct Stage {
    _server: embedded_postgres::Server,
    variables: Vec<(&'static str, std::ffi::OsString)>,
}

impl Stage {
    fn set(project: &Project) -> Result<Self> {
        let tools = tools::ensure(project)?;
        let server = database::throw_away(project, "test")?;
        let artefacts = project.target.join("artefacts");
        fs::create_dir_all(&artefacts).with_context(|| format!("cannot make `{}`", artefacts.display()))?;
        let mut variables: Vec<_> = tools.variables().map(|(name, path)| (name, path.as_os_str().to_owned())).into();
        variables.push(("EXCEPTION_DESK_TEST_DATABASE_URL", server.superuser_url("postgres").into()));
        variables.push(("EXCEPTION_DESK_ARTEFACTS", artefacts.into_os_string()));
        // What the macros check is the committed `.sqlx`; a database of the caller's is neither asked nor changed.
        variables.push(("SQLX_OFFLINE", "true".into()));
        Ok(Self { _server: server, variables })
    }

    fn dress<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env_remove("DATABASE_URL").envs(self.variables.iter().map(|(name, value)| (name, value)))
    }

    fn nextest(&self, project: &Project, selection: &[String], profile: &str) -> Result<Count> {
        let report = project.target.join("nextest").join(profile).join("junit.xml");
        if report.exists() {
            fs::remove_file(&report).with_context(|| format!("cannot remove `{}`", report.display()))?;
        }
        let mut nextest = project.cargo(&["nextest", "run", "--profile", profile]);
        let status = run::shown(&format!("nextest {}", selection.join(" ")), self.dress(nextest.args(selection)))?;
        let report = fs::read_to_string(&report).unwrap_or_default();
        match (count_in_report(&report), status.success()) {
            (Some(count), true) => Ok(count),
            (Some(count), false) if count.failed > 0 => Ok(count),
            _ => bail!("the tests could not be built or run, see above"),
        }
    }

    fn doc_tests(&self, project: &Project) -> Result<Count> {
        eprintln!("==> examples in the documentation");
        let mut cargo = project.cargo(&["test", "--doc", "--workspace", "--no-fail-fast"]);
        let mut child = self.dress(&mut cargo).stdout(Stdio::piped()).spawn().context("cannot run `cargo`")?;
        let mut count = Count::default();
        for line in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufReader::lines) {
            let line = line?;
            println!("{line}");
            count += count_in_line(&line).unwrap_or_default();
        }
        match child.wait()?.success() || count.failed > 0 {
            true => Ok(count),
            false => bail!("the examples in the documentation could not be built, see above"),
        }
    }
}

/// Reads the head of a JUnit report: `<testsuites … tests="26" failures="1" errors="0" …>`.
fn count_in_report(report: &str) -> Option<Count> {
    let head = report.split_once("<testsuites ")?.1.split_once('>')?.0;
    let number =
        |name: &str| -> Option<u64> { head.split_once(&format!("{name}=\""))?.1.split_once('"')?.0.parse().ok() };
    let failed = number("failures")? + number("errors")?;
    Some(Count { passed: number("tests")?.checked_sub(failed)?, failed })
}

/// Reads a closing line of the built-in test runner: `test result: ok. 3 passed; 0 failed; …`.
fn count_in_line(line: &str) -> Option<Count> {
    let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |unit: &str| numbers.split("; ").find_map(|part| part.strip_suffix(unit)?.trim().parse().ok());
    Some(Count { passed: number("passed")?, failed: number("failed")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_runners_are_counted() {
        let report =
            r#"<?xml version="1.0"?><testsuites name="nextest-run" tests="26" failures="2" errors="1" uuid="x">"#;
        assert_eq!(count_in_report(report), Some(Count { passed: 23, failed: 3 }));
        assert_eq!(count_in_report("<testsuites tests=\"many\">"), None);
        let line = "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        assert_eq!(count_in_line(line), Some(Count { passed: 3, failed: 1 }));
        assert_eq!(count_in_line("running 3 tests"), None);
    }

    #[test]
    fn nothing_run_is_no_success() {
        assert!(conclude(Count::default()).is_err());
        assert!(conclude(Count { passed: 1, failed: 1 }).is_err());
        assert!(conclude(Count { passed: 1, failed: 0 }).is_ok());
    }

    #[test]
    fn a_named_package_replaces_the_workspace() {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(selection(&owned(&["queue"])), owned(&["--workspace", "queue"]));
        assert_eq!(selection(&owned(&["-p", "xtask"])), owned(&["-p", "xtask"]));
        assert_eq!(selection(&owned(&["--package=xtask"])), owned(&["--package=xtask"]));
    }
}
