//! Steps: a named command that says how long it takes.

use crate::project::Project;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::process::{Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

const SIGN_OF_LIFE: Duration = Duration::from_secs(20);
const GLANCE: Duration = Duration::from_millis(50);

/// Runs a command that shows its own progress. The status is the caller's to judge.
pub fn shown(name: &str, command: &mut Command) -> Result<ExitStatus> {
    eprintln!("==> {name}");
    let begin = Instant::now();
    let status = command.status().with_context(|| format!("cannot run {}", program(command)))?;
    eprintln!("<== {name}: {}, {}", if status.success() { "ok" } else { "failed" }, seconds(begin));
    Ok(status)
}

/// As [`shown`], and an unsuccessful status is an error.
pub fn shown_ok(name: &str, command: &mut Command) -> Result<()> {
    if shown(name, command)?.success() { Ok(()) } else { bail!("{name} failed, see above") }
}

/// Runs a command whose words matter only when it fails; says every 20 s that it still runs.
pub fn quiet(project: &Project, name: &str, command: &mut Command) -> Result<()> {
    eprintln!("==> {name}");
    let log = project.own(&format!("{}.log", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-")));
    fs::create_dir_all(project.own(""))?;
    let file = File::create(&log).with_context(|| format!("cannot write `{}`", log.display()))?;
    command.stdin(std::process::Stdio::null()).stdout(file.try_clone()?).stderr(file);
    let begin = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot run {}", program(command)))?;
    let mut next_sign = SIGN_OF_LIFE;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if begin.elapsed() > next_sign {
            eprintln!("    {name}: still running, {}", seconds(begin));
            next_sign += SIGN_OF_LIFE;
        }
        sleep(GLANCE);
    };
    if status.success() {
        eprintln!("<== {name}: ok, {}", seconds(begin));
        return Ok(());
    }
    bail!("{name} failed ({status}); the end of `{}`:\n{}", log.display(), last_lines(&log))
}

/// The time since `begin`, to a tenth of a second.
pub fn seconds(begin: Instant) -> String {
    format!("{:.1} s", begin.elapsed().as_secs_f64())
}

fn program(command: &Command) -> String {
    format!("`{}`", command.get_program().to_string_lossy())
}

fn last_lines(log: &std::path::Path) -> String {
    let text = String::from_utf8_lossy(&fs::read(log).unwrap_or_default()).into_owned();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(25)..].join("\n")
}
