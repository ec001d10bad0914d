//! Runs the installed PostgreSQL programs as a private server: one data directory, loopback only, one password, and no
//! process left behind.
//!
//! ```no_run
//! use embedded_postgres::{Options, Server};
//!
//! # fn main() -> Result<(), embedded_postgres::StartError> {
//! let server = Server::start(Options::in_dir("/var/lib/exception-desk/postgres"))?;
//! println!("{}", server.superuser_url("postgres"));
//! # Ok(())
//! # }
//! ```
//!
//! The data directory holds `cluster/` (PostgreSQL's own files), `password` (of the superuser, 0600), `port`, `log` (of
//! this run), `log.previous` and `lock`. A second start in the same directory finds the same data at the same address.
//!
//! PostgreSQL refuses to run as root. Started by root, the server runs as the account `postgres`, else `nobody`, and only
//! `cluster/` belongs to that account: root never writes where another account could have laid a symbolic link.

mod account;
mod binaries;
mod cluster;
mod error;
mod supervisor;

pub use error::{ServerDied, StartError};

use account::Account;
use binaries::Binaries;
use cluster::Folder;
use std::fmt;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use supervisor::{Failure, Supervisor};

/// Name of the superuser of every server that this crate makes.
pub const SUPERUSER: &str = "postgres";

/// How often a port of our own choice may be lost to another program before the start gives up.
const PORT_ATTEMPTS: usize = 5;

/// What to run, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The directory that keeps everything; made when absent. When run by root its parents must be enterable by others.
    pub data_dir: PathBuf,
    /// The folder of `initdb` and `postgres`. `None`: the variable `PG_BIN_DIR`, else what is installed, where programs
    /// of the major version that made the data come before newer ones.
    pub bin_dir: Option<PathBuf>,
    /// The TCP port on 127.0.0.1. `None`: a free one, kept from run to run for as long as nobody else takes it.
    pub port: Option<u16>,
    /// Whether a commit survives a power cut. `false` only for data that tests throw away.
    pub durable: bool,
    /// Further server settings, as in `postgresql.conf`: name and value.
    pub settings: Vec<(String, String)>,
}

impl Options {
    /// A durable server in `data_dir`, everything else chosen by itself.
    pub fn in_dir(data_dir: impl Into<PathBuf>) -> Self {
        Self { data_dir: data_dir.into(), bin_dir: None, port: None, durable: true, settings: Vec::new() }
    }
}

/// A running server. Dropping it stops the server (open connections are closed, data is written) and waits until it has
/// ended; when this process dies in any other way, even by `kill -9`, the server stops too.
pub struct Server {
    supervisor: Supervisor,
    folder: Folder,
    programs: PathBuf,
    port: u16,
    password: String,
}

impl Server {
    /// Makes the data directory when it is new, starts the server and returns when it accepts connections.
    ///
    /// Blocks for about a second the first time, for about 0.1 s later, longer after a crash.
    ///
    /// # Errors
    /// [`StartError`]: every message names the place and the way out.
    pub fn start(options: Options) -> Result<Self, StartError> {
        let folder = Folder::open(&options.data_dir)?;
        let account = Account::for_cluster(&folder.cluster())?;
        let binaries = Binaries::find(options.bin_dir.as_deref(), folder.major()?, &folder.path)?;
        if let Some(account) = &account {
            account.must_enter(&binaries.dir)?;
            account.must_enter(&folder.path)?;
        }
        let password = folder.password()?;
        folder.initialise(&binaries, account.as_ref(), &password, options.durable)?;
        let mut attempts = if options.port.is_some() { 1 } else { PORT_ATTEMPTS };
        loop {
            attempts -= 1;
            let port = match options.port {
                Some(port) => port,
                None => folder.port()?,
            };
            match Supervisor::start(&folder, &binaries, account.as_ref(), &arguments(&options, port)) {
                Ok(supervisor) => return Ok(Self { supervisor, folder, programs: binaries.dir, port, password }),
                Err(Failure::PortTaken) if attempts > 0 => {}
                Err(Failure::PortTaken) => return Err(StartError::PortTaken { port }),
                Err(Failure::Other(error)) => return Err(error),
            }
        }
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `postgres://…` of the superuser, with its password, to `database` (`postgres` always exists).
    pub fn superuser_url(&self, database: &str) -> String {
        self.url(SUPERUSER, &self.password, database)
    }

    /// `postgres://…` of another login role, whose password the caller has set.
    pub fn url(&self, user: &str, password: &str, database: &str) -> String {
        let [user, password, database] = [user, password, database].map(percent_encoded);
        format!("postgres://{user}:{password}@{}:{}/{database}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// The folder of the PostgreSQL programs that run it; `psql` is often beside them.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// Whether the server is still up.
    ///
    /// # Errors
    /// [`ServerDied`] with the last lines of its log, when it ended without being asked to.
    pub fn check(&mut self) -> Result<(), ServerDied> {
        if self.supervisor.is_up() { Ok(()) } else { Err(ServerDied::read(&self.folder.log())) }
    }

    /// Stops the server and waits, as dropping it does; for callers who want the moment to be seen in their code.
    pub fn stop(self) {
        drop(self);
    }
}

/// Without the password: what is logged must not open the database.
impl fmt::Debug for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Server").field("data_dir", &self.folder.path).field("port", &self.port).finish()
    }
}

/// The folder of the programs that a new server would use.
///
/// # Errors
/// [`StartError::NoBinaries`] when PostgreSQL is not installed.
pub fn find_programs() -> Result<PathBuf, StartError> {
    Binaries::find(None, None, Path::new("")).map(|binaries| binaries.dir)
}

/// Deletes a data directory with everything in it; a directory that does not exist is fine.
///
/// # Errors
/// [`StartError::AlreadyRunning`] while a server uses it, [`StartError::NotOurs`] when it is no data directory.
pub fn erase(data_dir: &Path) -> Result<(), StartError> {
    if !data_dir.exists() {
        return Ok(());
    }
    let folder = Folder::open(data_dir)?;
    supervisor::ensure_no_server(&folder)?;
    std::fs::remove_dir_all(&folder.path).map_err(StartError::storage(&folder.path))
}

/// Whether this process runs as root, so that the server will run as another account.
pub fn runs_as_root() -> bool {
    nix::unistd::geteuid().is_root()
}

/// The settings that make the server private, then the durability, then the caller's.
fn arguments(options: &Options, port: u16) -> Vec<String> {
    let mut settings = vec![
        ("listen_addresses", "127.0.0.1".to_owned()),
        ("port", port.to_string()),
        ("unix_socket_directories", String::new()),
        ("logging_collector", "off".to_owned()),
        ("log_destination", "stderr".to_owned()),
        ("lc_messages", "C".to_owned()),
        ("timezone", "UTC".to_owned()),
        ("log_timezone", "UTC".to_owned()),
        ("password_encryption", "scram-sha-256".to_owned()),
    ];
    if !options.durable {
        settings.extend(["fsync", "synchronous_commit", "full_page_writes"].map(|name| (name, "off".to_owned())));
    }
    let own = settings.iter().map(|(name, value)| (*name, value.as_str()));
    let callers = options.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    own.chain(callers).flat_map(|(name, value)| ["-c".to_owned(), format!("{name}={value}")]).collect()
}

/// A port that nobody listens on at this moment.
fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Everything but RFC 3986's unreserved characters as `%XX`, so that no part of a URL runs into the next.
fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
