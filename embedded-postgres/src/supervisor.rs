//! The process between us and the server, which outlives us just long enough to stop it.
//!
//! `unsafe` is forbidden, so nothing can be arranged between `fork` and `exec`. A shell does it instead: it reads a pipe
//! whose other end only this process holds. The system closes that end when we drop it and when we die in any way, so the
//! ordinary stop and the stop after `kill -9` are one and the same path. Where `setpriv` exists, the server also gets the
//! signal when the shell itself is killed (set by the shell after the change of account, as the kernel wants it).

use crate::account::{Account, command};
use crate::binaries::Binaries;
use crate::cluster::Folder;
use crate::{ServerDied, StartError, error};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// SIGINT asks PostgreSQL for its fast shutdown. A server that has not yet set its handlers ignores SIGINT (the shell starts
/// background commands so) and dies of SIGTERM; one that has takes SIGTERM as the lesser wish, which changes nothing.
/// The shell ignores the SIGTERM that a service manager sends to everybody: when to stop is our decision.
const SCRIPT: &str = r#"
if setpriv --pdeathsig INT true 2>/dev/null; then set -- setpriv --pdeathsig INT -- "$@"; fi
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ trap '' TERM HUP; read -r _ <&3; kill -INT "$server"; kill -TERM "$server"; } 2>/dev/null &
watch=$!
trap '' TERM HUP
exec 3<&-
wait "$server"
status=$?
kill -KILL "$watch"
exit "$status"
"#;

/// How long a server may take to get ready; replaying the log after a crash is included.
const READY_WITHIN: Duration = Duration::from_secs(300);
/// How long a server of a process that died may take to stop.
const GONE_WITHIN: Duration = Duration::from_secs(60);
const GLANCE: Duration = Duration::from_millis(10);

/// A started server.
#[derive(Debug)]
pub(crate) struct Supervisor(Child);

/// Why there is none.
pub(crate) enum Failure {
    PortTaken,
    Other(StartError),
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::Other(error)
    }
}

impl Supervisor {
    /// Starts the server with `arguments` and waits until it accepts connections.
    pub(crate) fn start(
        folder: &Folder,
        binaries: &Binaries,
        account: Option<&Account>,
        arguments: &[String],
    ) -> Result<Self, Failure> {
        ensure_no_server(folder)?;
        let log = fresh_log(folder)?;
        let clone = || log.try_clone().map_err(StartError::storage(&folder.log()));
        let mut shell = command(Path::new("/bin/sh"), account);
        shell.args(["-c", SCRIPT, "sh"]).arg(binaries.program("postgres")).arg("-D").arg(folder.cluster());
        shell.args(arguments).current_dir(folder.cluster());
        // A group of its own: Ctrl-C in a terminal is for us, and we stop the server last.
        shell.process_group(0).stdin(Stdio::piped()).stdout(clone()?).stderr(clone()?);
        let program = binaries.program("postgres");
        let child = shell.spawn().map_err(|source| StartError::Run { program, source })?;
        let mut supervisor = Self(child);
        supervisor.wait_until_ready(folder)?;
        Ok(supervisor)
    }

    fn wait_until_ready(&mut self, folder: &Folder) -> Result<(), Failure> {
        let begin = Instant::now();
        while !is_ready(&folder.cluster()) {
            if !self.is_up() {
                let died = ServerDied::read(&folder.log());
                return Err(match died.tail.as_str() {
                    tail if tail.contains("Address already in use") => Failure::PortTaken,
                    tail if error::says_disk_full(tail) => StartError::DiskFull { path: folder.path.clone() }.into(),
                    _ => StartError::Died(died).into(),
                });
            }
            if begin.elapsed() > READY_WITHIN {
                let (data_dir, seconds) = (folder.path.clone(), READY_WITHIN.as_secs());
                return Err(StartError::NotReady { data_dir, seconds, tail: error::tail(&folder.log()) }.into());
            }
            sleep(GLANCE);
        }
        Ok(())
    }

    pub(crate) fn is_up(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        // `wait` closes the pipe first, which is the order to stop.
        let _ = self.0.wait();
    }
}

/// PostgreSQL writes its state as the eighth line of `postmaster.pid`.
fn is_ready(cluster: &Path) -> bool {
    let text = fs::read_to_string(cluster.join("postmaster.pid")).unwrap_or_default();
    text.lines().nth(7).is_some_and(|state| state.trim() == "ready")
}

/// Returns when no server uses the folder: waits for one whose starter died, and refuses when one was started by other means.
pub(crate) fn ensure_no_server(folder: &Folder) -> Result<(), StartError> {
    let path = folder.log();
    let earlier = open_log(&path)?;
    let begin = Instant::now();
    while let Err(error) = earlier.try_lock() {
        match error {
            fs::TryLockError::Error(error) => return Err(StartError::storage(&path)(error)),
            fs::TryLockError::WouldBlock if begin.elapsed() < GONE_WITHIN => stop_leftover(folder),
            fs::TryLockError::WouldBlock => return Err(already_running(folder)),
        }
        sleep(GLANCE);
    }
    clear_stale_pid_file(folder)
}

/// Begins a new log and locks it. The server inherits the locked file as its output: the lock lasts until the last of its
/// processes has ended, whoever started it and whatever became of them.
fn fresh_log(folder: &Folder) -> Result<File, StartError> {
    let path = folder.log();
    fs::rename(&path, path.with_extension("previous")).map_err(StartError::storage(&path))?;
    let log = open_log(&path)?;
    // Nobody else can hold a file that did not exist, in a folder that we hold.
    log.try_lock().map_err(|error| StartError::storage(&path)(error.into()))?;
    Ok(log)
}

fn open_log(path: &Path) -> Result<File, StartError> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path).map_err(StartError::storage(path))
}

/// Asks a server whose starter is gone to stop. Only a process that works in the data is signalled: the pid file belongs to
/// the server's account, and what that account writes must not make root stop anything else.
fn stop_leftover(folder: &Folder) {
    if let Some(pid) = pid_in_file(folder).filter(|pid| runs_in(*pid, &folder.cluster())) {
        let _ = kill(pid, Signal::SIGINT);
    }
}

/// Removes the pid file of a server that is no more. PostgreSQL does so itself for a dead process, but refuses to start when
/// the number now belongs to another process of the same account, as it often does in containers.
fn clear_stale_pid_file(folder: &Folder) -> Result<(), StartError> {
    let path = folder.cluster().join("postmaster.pid");
    let Some(pid) = pid_in_file(folder) else { return Ok(()) };
    if runs_in(pid, &folder.cluster()) {
        return Err(already_running(folder));
    }
    fs::remove_file(&path).map_err(StartError::storage(&path))
}

/// Whether process `pid` is a server of this very data: its working directory is the data, or, on systems that do not tell,
/// its command line names it.
fn runs_in(pid: Pid, cluster: &Path) -> bool {
    if Path::new("/proc/self/cwd").exists() {
        return fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == cluster);
    }
    let listing = Command::new("ps").args(["-o", "args=", "-p", &pid.to_string()]).output();
    listing.is_ok_and(|listing| String::from_utf8_lossy(&listing.stdout).contains(&*cluster.to_string_lossy()))
}

fn pid_in_file(folder: &Folder) -> Option<Pid> {
    let text = fs::read_to_string(folder.cluster().join("postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok().filter(|pid| *pid > 1).map(Pid::from_raw)
}

fn already_running(folder: &Folder) -> StartError {
    let pid = pid_in_file(folder).map_or_else(|| "unknown".to_owned(), |pid| pid.to_string());
    StartError::AlreadyRunning { data_dir: folder.path.clone(), pid }
}
