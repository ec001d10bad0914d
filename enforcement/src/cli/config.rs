//! `mfa-gate config check`: whether a configuration can be used, before a gate is started with it.

use super::failure;
use crate::gate::Config;
use clap::Subcommand;
use std::path::PathBuf;
use std::process::ExitCode;

/// Looks at a configuration file
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Says everything that is wrong with it; asks nothing of the network
    Check {
        /// The configuration file (TOML).
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
}

impl Arguments {
    /// Does it.
    pub fn run(self) -> ExitCode {
        let What::Check { config } = self.what;
        // Whoever was first in this process installed the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        match Config::read(&config).and_then(|config| config.check()) {
            Ok(()) => {
                eprintln!("mfa-gate: `{}` can be used", config.display());
                ExitCode::SUCCESS
            }
            Err(errors) => failure(errors),
        }
    }
}
