//! `mfa-gate serve`: the forward-auth service, until SIGTERM. SIGHUP has it read its configuration again.

use super::failure;
use crate::gate::{Config, Gate, system_clock};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Answers the questions of a proxy, until SIGTERM or SIGINT
#[derive(clap::Args)]
pub struct Arguments {
    /// The configuration file (TOML).
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Logs as JSON lines; `RUST_LOG` says how much.
    #[arg(long)]
    log_json: bool,
}

impl Arguments {
    /// Does it.
    pub fn run(self) -> ExitCode {
        self.start_logging();
        // Whoever was first in this process installed the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let config = match Config::read(&self.config) {
            Ok(config) => config,
            Err(errors) => return failure(errors),
        };
        match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime.block_on(serve(config, &self.config)),
            Err(error) => failure(error),
        }
    }

    fn start_logging(&self) {
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
        let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        if self.log_json { logs.json().init() } else { logs.init() }
    }
}

async fn serve(config: Config, path: &Path) -> ExitCode {
    let [mut terminate, mut interrupt, mut hangup] = match signals() {
        Ok(signals) => signals,
        Err(error) => return failure(error),
    };
    let gate = match Gate::start(config, system_clock()) {
        Ok(gate) => gate,
        Err(error) => return failure(error),
    };
    for address in gate.addresses().iter().chain(&gate.status_address()) {
        tracing::info!(%address, "listening");
    }
    let broke_off = async {
        while gate.is_running() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let reads_again = async {
        while hangup.recv().await.is_some() {
            read_again(&gate, path);
        }
        std::future::pending::<()>().await;
    };
    let exit = tokio::select! {
        () = reads_again => ExitCode::SUCCESS,
        _ = terminate.recv() => ExitCode::SUCCESS,
        _ = interrupt.recv() => ExitCode::SUCCESS,
        () = broke_off => failure("a part of the gate ended by itself"),
    };
    tracing::info!("stopping");
    gate.stop().await;
    exit
}

/// The signals to stop, to stop, and to read the configuration again.
fn signals() -> io::Result<[Signal; 3]> {
    Ok([signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::hangup())?])
}

fn read_again(gate: &Gate, path: &Path) {
    match gate.reload(Config::read(path)) {
        Ok(()) => tracing::info!(path = %path.display(), "the configuration was read again and is in force"),
        Err(errors) => tracing::error!(%errors, "the configuration is refused, the one before stays in force"),
    }
}
