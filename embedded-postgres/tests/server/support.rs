//! A folder that goes away, questions to a database, and a look at the processes of a folder.

use embedded_postgres::{Options, Server};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

pub fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// A folder of one test, removed at its end.
pub struct Place(pub PathBuf);

impl Place {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("embedded-postgres-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self(fs::canonicalize(path).unwrap())
    }

    /// Where the server of the test keeps its data.
    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// Options that spare the disk; what a commit survives here is a crash, not a power cut.
    pub fn options(&self) -> Options {
        Options { durable: false, ..Options::in_dir(self.data()) }
    }

    pub fn start(&self) -> Server {
        Server::start(self.options()).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The message of a start that must fail.
    pub fn refusal(&self, options: Options) -> String {
        let message = Server::start(options).expect_err("the start must fail").to_string();
        self.processes_end();
        message
    }

    /// The server's own process.
    pub fn postmaster(&self) -> i32 {
        let text = fs::read_to_string(self.data().join("cluster/postmaster.pid")).unwrap();
        text.lines().next().unwrap().parse().unwrap()
    }

    /// Every process that works in this place or names it on its command line, except this one.
    pub fn processes(&self) -> Vec<i32> {
        let here = |pid: &i32| {
            let folder = fs::read_link(format!("/proc/{pid}/cwd")).unwrap_or_default();
            folder.starts_with(&self.0) || command_line(*pid).contains(&*self.0.to_string_lossy())
        };
        let all = fs::read_dir("/proc").unwrap().flatten();
        let all = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        all.filter(|pid| *pid != std::process::id() as i32).filter(here).collect()
    }

    /// Waits until nothing runs here any more.
    pub fn processes_end(&self) {
        let begin = Instant::now();
        while !self.processes().is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(20), "left behind: {:?}", self.processes());
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a process was called with; empty when it is gone.
pub fn command_line(pid: i32) -> String {
    String::from_utf8_lossy(&fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default()).into_owned()
}

/// The answer of the database at `url` to `sql`.
pub fn ask(url: &str, sql: &str) -> Result<String, String> {
    let output = Command::new("psql").args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, url]).output().unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

/// Leaves a row that a later [`find`] must see.
pub fn keep(server: &Server) {
    ask(&server.superuser_url("postgres"), "create table kept as select 'still here' as what").unwrap();
}

pub fn find(server: &Server) -> String {
    ask(&server.superuser_url("postgres"), "select what from kept").unwrap()
}

pub fn kill_9(pid: i32) {
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL).unwrap();
}

/// A copy of this test program that any account may run.
pub fn test_program(place: &Place) -> PathBuf {
    let copy = place.0.join("tests");
    // Written by another process: what a thread beside this one starts at that moment would keep our open file, and a
    // program that is open for writing cannot be run ("Text file busy").
    let copied = Command::new("install").args(["-m", "755"]).arg(std::env::current_exe().unwrap()).arg(&copy).status();
    assert!(copied.unwrap().success(), "`{}` is not copied", copy.display());
    copy
}

/// Waits for `file` and reads it.
pub fn wait_for(file: &Path) -> String {
    let begin = Instant::now();
    loop {
        match fs::read_to_string(file) {
            Ok(text) if !text.is_empty() => return text,
            _ => assert!(begin.elapsed() < Duration::from_secs(30), "`{}` does not appear", file.display()),
        }
        sleep(Duration::from_millis(20));
    }
}
