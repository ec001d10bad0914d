//! The data directory: its files, its owner, its lock.

use crate::account::{Account, command, other_owner};
use crate::binaries::Binaries;
use crate::{SUPERUSER, StartError, error, free_port, is_free};
use nix::unistd::{Uid, geteuid};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// A data directory that no other process uses while this value lives.
#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    lock: File,
}

impl Drop for Folder {
    /// To close the file would not do: a program that another thread is just starting has it open for a moment, too.
    fn drop(&mut self) {
        let _ = self.lock.unlock();
    }
}

impl Folder {
    /// Opens `path`, making it when absent, and locks it for this process.
    pub(crate) fn open(path: &Path) -> Result<Self, StartError> {
        fs::create_dir_all(path).map_err(StartError::storage(path))?;
        let path = fs::canonicalize(path).map_err(StartError::storage(path))?;
        let owner = fs::metadata(&path).map_err(StartError::storage(&path))?.uid();
        if owner != geteuid().as_raw() {
            return Err(other_owner(&path, Uid::from_raw(owner)));
        }
        let names: Vec<_> = fs::read_dir(&path).map_err(StartError::storage(&path))?.flatten().collect();
        if !names.is_empty() && !names.iter().any(|entry| entry.file_name() == "lock") {
            return Err(StartError::NotOurs { path });
        }
        // The server's account passes through to `cluster`, and can neither list nor change anything here.
        let mode = if geteuid().is_root() { 0o711 } else { 0o700 };
        fs::set_permissions(&path, Permissions::from_mode(mode)).map_err(StartError::storage(&path))?;
        let lock = lock(&path)?;
        Ok(Self { path, lock })
    }

    pub(crate) fn cluster(&self) -> PathBuf {
        self.path.join("cluster")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("log")
    }

    /// The major version that made the data; `None` when there is none yet.
    pub(crate) fn major(&self) -> Result<Option<u32>, StartError> {
        let path = self.cluster().join("PG_VERSION");
        if !self.cluster().exists() {
            return Ok(None);
        }
        let text = fs::read_to_string(&path).map_err(StartError::storage(&path))?;
        Ok(text.trim().parse().ok())
    }

    /// The superuser's password: made once, 0600.
    pub(crate) fn password(&self) -> Result<String, StartError> {
        let path = self.path.join("password");
        match fs::read_to_string(&path) {
            Ok(password) if !password.is_empty() => return Ok(password),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(StartError::storage(&path)(error)),
            _ if self.cluster().exists() => return Err(StartError::PasswordLost { path }),
            _ => {}
        }
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| StartError::storage(&path)(io::Error::other(error.to_string())))?;
        let password: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        write_private(&path, &password)?;
        Ok(password)
    }

    /// The port of earlier runs while it is free, else a new one.
    pub(crate) fn port(&self) -> Result<u16, StartError> {
        let path = self.path.join("port");
        let kept = fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok());
        if let Some(port) = kept.filter(|port| is_free(*port)) {
            return Ok(port);
        }
        let port = free_port().map_err(StartError::storage(&path))?;
        write_private(&path, &port.to_string())?;
        Ok(port)
    }

    /// Runs `initdb` unless it has been done. Works beside and renames at the end: an interrupted run leaves nothing that
    /// looks like data.
    pub(crate) fn initialise(
        &self,
        binaries: &Binaries,
        account: Option<&Account>,
        password: &str,
        durable: bool,
    ) -> Result<(), StartError> {
        if self.cluster().exists() {
            return Ok(());
        }
        let fresh = self.path.join("cluster.new");
        if fresh.exists() {
            fs::remove_dir_all(&fresh).map_err(StartError::storage(&fresh))?;
        }
        fs::create_dir(&fresh).map_err(StartError::storage(&fresh))?;
        fs::set_permissions(&fresh, Permissions::from_mode(0o700)).map_err(StartError::storage(&fresh))?;
        if let Some(account) = account {
            let (uid, gid) = (account.uid.as_raw(), account.gid.as_raw());
            chown(&fresh, Some(uid), Some(gid)).map_err(StartError::storage(&fresh))?;
        }
        self.initdb(&fresh, binaries, account, password, durable)?;
        fs::rename(&fresh, self.cluster()).map_err(StartError::storage(&fresh))
    }

    fn initdb(
        &self,
        fresh: &Path,
        binaries: &Binaries,
        account: Option<&Account>,
        password: &str,
        durable: bool,
    ) -> Result<(), StartError> {
        let program = binaries.program("initdb");
        let failed = |source| StartError::Run { program: program.clone(), source };
        // The password passes through the shell: the account may open a pipe of its own as a file, not one of root's.
        let mut initdb = command(Path::new("/bin/sh"), account);
        initdb
            .args(["-c", "read -r password; printf '%s\\n' \"$password\" | \"$@\"", "sh"])
            .arg(&program)
            .arg("--pgdata")
            .arg(fresh);
        initdb.args(["--auth=scram-sha-256", "--pwfile=/dev/stdin", "--username", SUPERUSER]);
        initdb.args(["--encoding=UTF8", "--locale=C.UTF-8", if durable { "--data-checksums" } else { "--no-sync" }]);
        initdb.current_dir(fresh).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = initdb.spawn().map_err(failed)?;
        if let Some(mut stdin) = child.stdin.take() {
            // A refusal to read shows in the exit status.
            let _ = writeln!(stdin, "{password}");
        }
        let output = child.wait_with_output().map_err(failed)?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(if error::says_disk_full(&said) {
            StartError::DiskFull { path: self.path.clone() }
        } else {
            StartError::Initialise { path: self.path.clone(), output: said }
        })
    }
}

/// Takes the lock that a living process holds; the system frees it when the process dies, however it dies.
fn lock(folder: &Path) -> Result<File, StartError> {
    let path = folder.join("lock");
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
    let mut file = file.map_err(StartError::storage(&path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => {
            let mut pid = String::new();
            let _ = file.read_to_string(&mut pid);
            return Err(StartError::AlreadyRunning { data_dir: folder.to_owned(), pid: pid.trim().to_owned() });
        }
        Err(fs::TryLockError::Error(error)) => return Err(StartError::storage(&path)(error)),
    }
    let written = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
    written.map_err(StartError::storage(&path))?;
    Ok(file)
}

/// Writes a file of mode 0600 as a whole or not at all.
fn write_private(path: &Path, text: &str) -> Result<(), StartError> {
    let beside = path.with_extension("new");
    let write = || {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().map_err(StartError::storage(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    #[test]
    fn a_folder_that_is_let_go_is_free_at_once_whatever_is_being_started() {
        let path = std::env::temp_dir().join(format!("embedded-postgres-lock-{}", std::process::id()));
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        Command::new("true").status().expect("`true` runs");
                    }
                });
            }
            let refused = (0..3_000).filter(|_| Folder::open(&path).is_err()).count();
            is_over.store(true, Ordering::Relaxed);
            assert_eq!(refused, 0);
        });
        fs::remove_dir_all(&path).expect("the folder goes");
    }
}
