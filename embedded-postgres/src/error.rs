use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why a server did not start, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No folder with `initdb` and `postgres` in it.
    #[error(
        "no PostgreSQL server programs (`initdb` and `postgres`) in {searched}; install them (on Debian and Ubuntu \
         `apt-get install postgresql-15` or newer) or name their folder in the variable `PG_BIN_DIR`"
    )]
    NoBinaries {
        /// The places looked at.
        searched: String,
    },
    /// The data was made by another major version than that of the programs.
    #[error(
        "the data in `{data_dir}` was made by PostgreSQL {made_by}, but the programs in `{bin_dir}` are PostgreSQL \
         {found}; install postgresql-{made_by} (or name its folder in `PG_BIN_DIR`), or move the data with `pg_upgrade`"
    )]
    OtherMajor {
        /// The data directory.
        data_dir: PathBuf,
        /// Major version that made the data.
        made_by: u32,
        /// The folder of the programs.
        bin_dir: PathBuf,
        /// Their major version.
        found: u32,
    },
    /// Run by root on a system without an account for the server.
    #[error(
        "PostgreSQL does not run as root, and this system has neither an account `postgres` nor `nobody`; start as an \
         ordinary user, or add an account with `useradd --system postgres`"
    )]
    NoAccount,
    /// The account that runs the server cannot enter a folder on the way.
    #[error(
        "the account `{account}`, which runs PostgreSQL because root may not, cannot enter `{path}`; choose a data \
         directory (and programs) outside it, such as `/var/lib/exception-desk`, or allow it with `chmod o+x {path}`"
    )]
    NotEnterable {
        /// The first folder that cannot be entered.
        path: PathBuf,
        /// The account's name.
        account: String,
    },
    /// The folder, or the data in it, belongs to somebody else.
    #[error("`{path}` belongs to the account `{owner}`; start as that account, or choose another data directory")]
    OtherOwner {
        /// The folder.
        path: PathBuf,
        /// Name or number of the owner.
        owner: String,
    },
    /// The data belongs to root, as after a restore by hand.
    #[error(
        "`{path}` belongs to root, as whom PostgreSQL does not run; give it to the account that shall run it, such as by \
         `chown -R postgres {path}`"
    )]
    OwnedByRoot {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds other files.
    #[error("`{path}` holds other files and no server of ours; choose an empty or new folder as data directory")]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// A file or folder of the data directory could not be made, read or changed.
    #[error("cannot use `{path}`: {source}; choose a data directory that this account may write to")]
    Storage {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file system is full.
    #[error("no space is left for the data directory `{path}`; free some, or choose another place")]
    DiskFull {
        /// The data directory.
        path: PathBuf,
    },
    /// Another process runs a server in this directory.
    #[error(
        "a server already runs in `{data_dir}` (process {pid}); use that one, stop it, or choose another directory"
    )]
    AlreadyRunning {
        /// The data directory.
        data_dir: PathBuf,
        /// The process that started it, or the server itself when it was started by other means.
        pid: String,
    },
    /// The wanted port belongs to another program.
    #[error("port {port} on 127.0.0.1 is taken by another program; stop that program, or choose another port")]
    PortTaken {
        /// The wanted port.
        port: u16,
    },
    /// The data is there and its password is not.
    #[error(
        "the superuser's password `{path}` is missing while the data beside it exists; put the file back from a backup, \
         or move the whole data directory away to begin anew"
    )]
    PasswordLost {
        /// Where the password should be.
        path: PathBuf,
    },
    /// `initdb` refused.
    #[error("`initdb` could not make the data directory `{path}`; it says:\n{output}")]
    Initialise {
        /// The data directory.
        path: PathBuf,
        /// What it printed.
        output: String,
    },
    /// A program could not be run at all.
    #[error("cannot run `{program}`: {source}; check that the installation of PostgreSQL is complete")]
    Run {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The server ended before it accepted connections.
    #[error(transparent)]
    Died(#[from] ServerDied),
    /// The server neither ended nor got ready.
    #[error("the server in `{data_dir}` is not ready after {seconds} s; the end of its log:\n{tail}")]
    NotReady {
        /// The data directory.
        data_dir: PathBuf,
        /// How long the start waited.
        seconds: u64,
        /// The last lines of the log.
        tail: String,
    },
}

impl StartError {
    /// Turns what the system says about `path` into the message that fits.
    pub(crate) fn storage(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| match source.kind() {
            io::ErrorKind::StorageFull => Self::DiskFull { path: path.to_owned() },
            _ => Self::Storage { path: path.to_owned(), source },
        }
    }
}

/// The server ended without being asked to.
#[derive(Debug, thiserror::Error)]
#[error("the PostgreSQL server has ended; the end of its log `{log}`:\n{tail}")]
pub struct ServerDied {
    /// The whole log.
    pub log: PathBuf,
    /// Its last lines.
    pub tail: String,
}

impl ServerDied {
    pub(crate) fn read(log: &Path) -> Self {
        Self { log: log.to_owned(), tail: tail(log) }
    }
}

/// The last lines of `log`: enough to hold the reason and what led to it.
pub(crate) fn tail(log: &Path) -> String {
    const LINES: usize = 12;
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

/// Whether a program's words (in the C locale) say that the file system is full.
pub(crate) fn says_disk_full(words: &str) -> bool {
    words.contains("No space left on device") || words.contains("Disk quota exceeded")
}
