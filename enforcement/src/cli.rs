//! The command line of `mfa-gate`. Exit status: 0 done, 1 the thing asked for does not hold or input was bad, 2 usage.

mod anchor;
mod config;
mod conformance;
mod decide;
mod problem;
mod serve;

use clap::{Parser, Subcommand, ValueEnum};
use std::process::ExitCode;

/// Decides whether MFA is suppressed, by the signed feed of an exception desk.
#[derive(Parser)]
#[command(name = "mfa-gate", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// One variant for each sub-command; its arguments and its `run` stand in a file of its own.
#[derive(Subcommand)]
enum Command {
    Anchor(anchor::Arguments),
    Config(config::Arguments),
    Conformance(conformance::Arguments),
    Decide(decide::Arguments),
    Serve(serve::Arguments),
}

/// The language of what people read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Lang {
    #[default]
    En,
    Ja,
}

/// Reads the arguments of the process and does what they ask.
pub fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Anchor(arguments) => arguments.run(),
        Command::Config(arguments) => arguments.run(),
        Command::Conformance(arguments) => arguments.run(),
        Command::Decide(arguments) => arguments.run(),
        Command::Serve(arguments) => arguments.run(),
    }
}

/// Says on stderr what stopped the command; exit status 1.
fn failure(reason: impl std::fmt::Display) -> ExitCode {
    eprintln!("mfa-gate: {reason}");
    ExitCode::from(1)
}

/// Says on stderr how the command was used wrongly; exit status 2.
fn misuse(reason: impl std::fmt::Display) -> ExitCode {
    eprintln!("mfa-gate: {reason}");
    ExitCode::from(2)
}
