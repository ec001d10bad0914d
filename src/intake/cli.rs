//! `requests …` on the command line.

use super::erase::erase;
use crate::audit::Erasure;
use crate::audit::cli::{instant, reason, tenant};
use crate::db::Db;
use crate::identity::TenantId;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};

/// What people wrote with requests: erase it
#[derive(Debug, Subcommand)]
pub enum RequestsCommand {
    /// Erase what people wrote with requests that are over; decisions, codes, dates and figures stay
    Erase(EraseArgs),
}

/// What to erase: at least one condition, and requests must meet all of them.
#[derive(Debug, Args)]
#[group(id = "conditions", required = true, multiple = true, args = ["before", "tenant"])]
pub struct EraseArgs {
    /// Of requests that were over before this instant (RFC 3339) or day (UTC)
    #[arg(long, value_parser = instant)]
    before: Option<DateTime<Utc>>,
    /// Of requests of this tenant
    #[arg(long, value_parser = tenant)]
    tenant: Option<TenantId>,
    /// Why, for the audit log
    #[arg(long, value_parser = reason)]
    reason: Option<String>,
}

/// Does what `command` says. Words go to standard error. Returns the exit status.
///
/// # Errors
/// When the database is away.
pub async fn run(command: RequestsCommand, db: &Db, now: DateTime<Utc>) -> Result<u8, sqlx::Error> {
    let RequestsCommand::Erase(args) = command;
    let erasure = Erasure { before: args.before, tenant: args.tenant, reason: args.reason };
    let count = erase(db, &erasure, now).await?;
    eprintln!("what was written with {count} requests was erased");
    Ok(0)
}
