//! The demonstration: everything on loopback in one process, with example data.
//!
//! The world around the desk (identity provider, protected site, example people) is the crate `exception-desk-demo`; here it
//! is put together with a desk and a gate of the very same code that `serve` and `mfa-gate serve` run.

mod addresses;
mod example_data;
mod run;
mod settings;

use crate::clock::Clock;
use crate::config::{Config, default_data_dir};
use crate::evidence::ScannerAddress;
use addresses::Addresses;
use anyhow::Context;
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;

/// `aud` of every access token of the demonstration: the desk's API and the protected site's.
const AUDIENCE: &str = "api://exception-desk-demo";

/// `exception-desk demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Where everything is kept between runs
    #[arg(long, global = true, value_name = "DIR", env = "EXCEPTION_DESK_DEMO_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// First of the six ports
    #[arg(long, value_name = "N", default_value_t = 7400, value_parser = clap::value_parser!(u16).range(1024..=65_530))]
    port_base: u16,
    /// A virus scanner for uploaded files, such as tcp://127.0.0.1:3310; without one they are marked as not scanned
    #[arg(long, value_name = "ADDRESS")]
    scanner: Option<ScannerAddress>,
    #[command(subcommand)]
    command: Option<DemoCommand>,
}

#[derive(Debug, Subcommand)]
enum DemoCommand {
    /// Print a bearer token of the running demo
    Token(TokenArgs),
    /// Print the example people, with tenant and object ids, as JSON
    Personas,
}

#[derive(Debug, Args)]
struct TokenArgs {
    /// Who: see `demo personas`
    #[arg(long, value_name = "NAME")]
    persona: String,
    /// As after MFA
    #[arg(long, conflicts_with = "no_mfa")]
    mfa: bool,
    /// As without MFA
    #[arg(long)]
    no_mfa: bool,
}

/// Runs the demonstration until told to stop, or answers a question about it. Returns the exit status.
///
/// # Errors
/// Says what is in the way, such as a taken port, and the way out.
pub async fn run(args: DemoArgs, clock: Clock) -> anyhow::Result<u8> {
    let data_dir = args.data_dir.unwrap_or_else(|| default_data_dir().join("demo"));
    match args.command {
        None => run::run(&data_dir, args.port_base, args.scanner, clock).await?,
        Some(DemoCommand::Token(args)) => {
            let token = token(&args, &data_dir, &clock)?;
            writeln!(std::io::stdout(), "{token}")?;
        }
        Some(DemoCommand::Personas) => {
            writeln!(std::io::stdout(), "{:#}", exception_desk_demo::personas_json())?;
        }
    }
    Ok(0)
}

fn token(args: &TokenArgs, data_dir: &std::path::Path, clock: &Clock) -> anyhow::Result<String> {
    let addresses = Addresses::read(data_dir)?;
    let mfa = match (args.mfa, args.no_mfa) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    };
    let idp_dir = settings::idp_dir(data_dir);
    exception_desk_demo::mint_token(&idp_dir, &args.persona, mfa, &addresses.idp, AUDIENCE, clock.now())
        .context("no token")
}

/// `serve` believes nothing that a demonstration's identity provider says.
///
/// # Errors
/// Names the issuer.
pub fn refuse_its_issuers(config: &Config) -> anyhow::Result<()> {
    match config.identity.issuers.iter().find(|issuer| exception_desk_demo::is_demo_issuer(&issuer.issuer)) {
        Some(issuer) => {
            anyhow::bail!("`{}` is the demo's identity provider; name another in `identity.issuers`", issuer.issuer)
        }
        None => Ok(()),
    }
}
