//! Development tasks: `cargo xtask test`, `cargo xtask ci` and what else a change needs before it is sent.

mod bench;
mod ci;
mod database;
mod project;
mod run;
mod sqlx_prepare;
mod test;
mod tools;

use anyhow::Result;
use clap::{Parser, Subcommand};
use project::Project;
use std::process::ExitCode;

/// Development tasks of the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what is missing, starts one PostgreSQL and runs every test.
    Test {
        /// Filters and options for `cargo nextest run`; with any, only the tests that it selects are run.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        nextest: Vec<String>,
    },
    /// Everything that a change must pass: format, lints, prepared queries, licences, tests.
    Ci,
    /// Describes the queries of the desk against a migrated database and writes `.sqlx`.
    SqlxPrepare {
        /// Changes nothing; fails and names the differences when `.sqlx` is out of date.
        #[arg(long)]
        check: bool,
    },
    /// Runs a database server for development until Ctrl-C; its data stay from run to run.
    Db,
    /// Property tests with many more cases, and the long tests.
    Soak {
        /// Filters and options for `cargo nextest run`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        nextest: Vec<String>,
    },
    /// Measures the hot paths against their aims, in the profile of packages.
    Bench {
        /// Names of benchmarks; all of them without.
        names: Vec<String>,
    },
    /// Installs what the tests need, and nothing else.
    Setup,
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    let project = Project::here()?;
    match task {
        Task::Test { nextest } => test::run(&project, &nextest),
        Task::Ci => ci::run(&project),
        Task::SqlxPrepare { check } => sqlx_prepare::run(&project, check),
        Task::Db => database::run(&project),
        Task::Soak { nextest } => test::soak(&project, &nextest),
        Task::Bench { names } => bench::run(&project, &names),
        Task::Setup => tools::ensure(&project).map(drop),
    }
}
