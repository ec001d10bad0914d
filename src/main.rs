//! `exception-desk`: command line → configuration → telemetry → application.

use clap::Parser;
use exception_desk::cli::{self, Cli};
use std::process::ExitCode;

#[actix_web::main]
async fn main() -> ExitCode {
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("error: another TLS provider was installed first");
        return ExitCode::FAILURE;
    }
    match cli::run(Cli::parse()).await {
        Ok(status) => ExitCode::from(status),
        // Whoever read our output has gone: nothing to say, and nobody to say it to.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}
