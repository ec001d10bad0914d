//! `mfa-gate serve`: the forward-auth service, until SIGTERM.

use super::failure;
use crate::gate::{Config, Gate, system_clock};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
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
            Ok(runtime) => runtime.block_on(serve(config)),
            Err(error) => failure(error),
        }
    }

    fn start_logging(&self) {
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
        let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
        if self.log_json { logs.json().init() } else { logs.init() }
    }
}

async fn serve(config: Config) -> ExitCode {
    let (mut terminate, mut interrupt) = match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(terminate), Ok(interrupt)) => (terminate, interrupt),
        (Err(error), _) | (_, Err(error)) => return failure(error),
    };
    let gate = match Gate::start(config, system_clock()) {
        Ok(gate) => gate,
        Err(error) => return failure(error),
    };
    for address in gate.addresses() {
        tracing::info!(%address, "listening");
    }
    let broke_off = async {
        while gate.is_running() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let exit = tokio::select! {
        _ = terminate.recv() => ExitCode::SUCCESS,
        _ = interrupt.recv() => ExitCode::SUCCESS,
        () = broke_off => failure("a part of the gate ended by itself"),
    };
    tracing::info!("stopping");
    gate.stop().await;
    exit
}
