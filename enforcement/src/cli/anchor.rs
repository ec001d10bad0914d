//! `mfa-gate anchor`: an operator's word on which lineage of the desk's database counts, after a restore.

use super::failure;
use crate::client::{Anchor, write_anchor};
use crate::guid;
use std::path::PathBuf;
use std::process::ExitCode;
use uuid::Uuid;

/// Accepts another epoch of the feed, after the desk's database was restored
///
/// The gate then refuses every other epoch and every version below the one named, suppresses nothing until it has
/// pulled such a feed, and forgets the latest time it has seen. A running gate follows within a second or two.
#[derive(clap::Args)]
pub struct Arguments {
    /// The epoch that the desk's operator announced.
    #[arg(long, value_name = "UUID", value_parser = |text: &str| guid::parse(text).ok_or("write a UUID with hyphens"))]
    epoch: Uuid,
    /// The lowest version of it to accept.
    #[arg(long, value_name = "VERSION")]
    at_least: u64,
    /// The gate's state directory.
    #[arg(long, value_name = "DIR")]
    state_dir: PathBuf,
}

impl Arguments {
    /// Does it.
    pub fn run(self) -> ExitCode {
        let anchor = Anchor { epoch: self.epoch, at_least: self.at_least };
        match write_anchor(&self.state_dir, &anchor) {
            Ok(()) => {
                eprintln!("mfa-gate: from now on epoch {} counts, from version {}", self.epoch, self.at_least);
                ExitCode::SUCCESS
            }
            Err(error) => failure(error),
        }
    }
}
