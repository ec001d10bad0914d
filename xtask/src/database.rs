//! The PostgreSQL servers of the tasks.

use crate::project::Project;
use anyhow::{Context, Result, bail};
use embedded_postgres::{Options, Server, StartError};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// Tests open pools beside each other.
const CONNECTIONS: &str = "400";

/// An empty server for one run of a task, without the disk's delays.
pub fn throw_away(project: &Project, name: &str) -> Result<Server> {
    let server = start(project, name, |data_dir| {
        embedded_postgres::erase(&data_dir)?;
        Server::start(Options { durable: false, settings: settings(), ..Options::in_dir(data_dir) })
    })?;
    Ok(server)
}

/// `cargo xtask db`: a server that keeps its data, until Ctrl-C.
pub fn run(project: &Project) -> Result<()> {
    let mut server = start(project, "development", |data_dir| {
        Server::start(Options { settings: settings(), ..Options::in_dir(data_dir) })
    })?;
    println!("{}", server.superuser_url("postgres"));
    eprintln!("export DATABASE_URL with this address in another terminal; Ctrl-C stops the server and keeps its data");
    loop {
        server.check()?;
        sleep(Duration::from_secs(1));
    }
}

/// Runs `sql` through `psql`, as a whole or not at all where `atomic`.
pub fn apply(server: &Server, database: &str, file: &Path, atomic: bool) -> Result<()> {
    let beside = server.programs().join("psql");
    let program = if beside.is_file() { beside } else { PathBuf::from("psql") };
    let mut psql = Command::new(program);
    psql.args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1"]).args(atomic.then_some("--single-transaction"));
    psql.arg("--file").arg(file).arg(server.superuser_url(database)).stdout(Stdio::null());
    match psql.status().context("cannot run `psql`")?.success() {
        true => Ok(()),
        false => bail!("`{}` fails, see above", file.display()),
    }
}

fn settings() -> Vec<(String, String)> {
    vec![("max_connections".to_owned(), CONNECTIONS.to_owned())]
}

/// Starts in the target folder, or, for root with a checkout that the server's account cannot enter, in a temporary one.
fn start(
    project: &Project,
    name: &str,
    start: impl Fn(PathBuf) -> Result<Server, StartError>,
) -> Result<Server, StartError> {
    match start(project.own("postgres").join(name)) {
        Err(StartError::NotEnterable { path, account }) => {
            let place = elsewhere(project, name);
            eprintln!(
                "    `{account}` cannot enter `{}`: the server keeps its data in `{}`",
                path.display(),
                place.display()
            );
            start(place)
        }
        result => result,
    }
}

/// A folder for this checkout alone: its path is the name. Somebody else's folder of that name is refused at the start.
fn elsewhere(project: &Project, name: &str) -> PathBuf {
    let checkout = project.root.to_string_lossy().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    std::env::temp_dir().join(format!("exception-desk{checkout}-{name}"))
}
