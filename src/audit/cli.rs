//! `audit …` on the command line.

use super::erase::{Erasure, erase};
use super::export::{Export, Selection};
use super::head::{AnchorError, Heads, Ring, add_file, heads_in, keys_in, mark_of_file};
use super::record::Actor;
use super::store::Period;
use super::{sealer, verify};
use crate::config::Config;
use crate::db::Db;
use crate::exceptions::api::MAX_REASON;
use crate::feed::SigningKey;
use crate::identity::{TenantId, parse_guid};
use anyhow::Context;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

/// After so many events, `verify` says how far it is.
const PROGRESS: usize = 100_000;

/// The audit log: verify its chain, export it, sign its head, erase personal text
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Find the first broken link of the chain; with heads kept elsewhere, a rewritten or cut chain too
    Verify(VerifyArgs),
    /// Print the sealed events as JSON lines
    Export(ExportArgs),
    /// Sign the head of the chain now and print it
    Anchor,
    /// Erase personal text; the chain holds as before
    Erase(EraseArgs),
}

/// What to verify against.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// A signed head that was kept elsewhere; may be repeated. Those in `audit.anchor_directory` are read anyway
    #[arg(long, value_name = "FILE")]
    anchor: Vec<PathBuf>,
    /// Keys that heads may be signed by (JSON Web Key Set), besides the desk's own; may be repeated
    #[arg(long, value_name = "FILE")]
    jwks: Vec<PathBuf>,
}

/// What to export.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Events from this instant (RFC 3339) or day (UTC)
    #[arg(long, value_parser = instant)]
    from: Option<DateTime<Utc>>,
    /// Events before this instant (RFC 3339) or day (UTC)
    #[arg(long, value_parser = instant)]
    until: Option<DateTime<Utc>>,
    /// Leave out what people wrote
    #[arg(long)]
    without_personal: bool,
}

/// What to erase: at least one condition, and events must meet all of them.
#[derive(Debug, Args)]
#[group(id = "conditions", required = true, multiple = true, args = ["before", "tenant"])]
pub struct EraseArgs {
    /// Of events before this instant (RFC 3339) or day (UTC)
    #[arg(long, value_parser = instant)]
    before: Option<DateTime<Utc>>,
    /// Of events about this tenant
    #[arg(long, value_parser = tenant)]
    tenant: Option<TenantId>,
    /// Why, for the audit log
    #[arg(long, value_parser = reason)]
    reason: Option<String>,
}

/// An instant, or the beginning of a day in UTC.
pub(crate) fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(day.and_time(NaiveTime::MIN).and_utc());
    }
    let read = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
    read.map_err(|_| "give an instant such as `2026-11-24T09:00:00+09:00`, or a day such as `2026-11-24`".to_owned())
}

pub(crate) fn tenant(text: &str) -> Result<TenantId, &'static str> {
    parse_guid(text).map(TenantId).ok_or("give a tenant id such as `11111111-2222-4333-8444-555555555555`")
}

pub(crate) fn reason(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("say why".to_owned()),
        text if text.chars().count() > MAX_REASON => Err(format!("give at most {MAX_REASON} characters")),
        text => Ok(text.to_owned()),
    }
}

/// Does what `command` says. Data goes to `out`, words to standard error. Returns the exit status.
///
/// # Errors
/// When the database is away, or a file cannot be read or written.
pub async fn run(
    command: AuditCommand,
    config: &Config,
    db: &Db,
    now: DateTime<Utc>,
    out: &mut impl Write,
) -> anyhow::Result<u8> {
    match command {
        AuditCommand::Verify(args) => verify_chain(&args, config, db, out).await,
        AuditCommand::Export(args) => export(&args, db, now, out).await,
        AuditCommand::Anchor => anchor(config, db, now, out).await,
        AuditCommand::Erase(args) => {
            sealer::seal(db).await?;
            let erasure = Erasure { before: args.before, tenant: args.tenant, reason: args.reason };
            let count = erase(db, &erasure, now).await?;
            eprintln!("personal text of {count} events was erased");
            Ok(0)
        }
    }
}

async fn verify_chain(args: &VerifyArgs, config: &Config, db: &Db, out: &mut impl Write) -> anyhow::Result<u8> {
    let ring = ring(config, &args.jwks)?;
    let written = config.audit.anchor_directory.as_deref().map(heads_in).transpose()?.unwrap_or_default();
    let marks = args.anchor.iter().chain(&written).map(|path| mark_of_file(&ring, path)).collect::<Result<Vec<_>, _>>();
    let marks = match marks {
        Ok(marks) => marks,
        Err(error @ AnchorError::Head(..)) => {
            eprintln!("error: {error}");
            return Ok(1);
        }
        Err(error) => return Err(error.into()),
    };
    let mut told = 0;
    let progress = |count: usize| {
        if count / PROGRESS > told {
            told = count / PROGRESS;
            eprintln!("{count} events are whole so far");
        }
    };
    let report = verify::verify(db, &ring, marks, progress).await.context("the audit log cannot be read")?;
    writeln!(out, "{}", report.line()?)?;
    let waiting = report.waiting;
    match report.chain {
        Ok(holds) => {
            eprintln!(
                "the chain holds: {} events, {} signed heads met, {} personal texts erased, {waiting} events wait to be sealed",
                holds.position, holds.heads, holds.erased
            );
            Ok(0)
        }
        Err(fault) => {
            eprintln!("the chain does not hold: {fault}");
            Ok(1)
        }
    }
}

/// The keys that heads may be signed by: the desk's own, those beside the heads, and those of `files`.
fn ring(config: &Config, files: &[PathBuf]) -> Result<Ring, AnchorError> {
    let mut ring = config.audit.anchor_directory.as_deref().map(keys_in).transpose()?.unwrap_or_default();
    if let Some(key) = SigningKey::load(&config.audit.signing_key_file)? {
        ring.add(&key.jwks());
    }
    files.iter().try_for_each(|file| add_file(&mut ring, file))?;
    Ok(ring)
}

async fn export(args: &ExportArgs, db: &Db, now: DateTime<Utc>, out: &mut impl Write) -> anyhow::Result<u8> {
    let period = Period { from: args.from, until: args.until };
    let selection = Selection { period, without_personal: args.without_personal };
    sealer::seal(db).await?;
    let mut export = Export::begin(db.clone(), Actor::System, selection, now).await?;
    while let Some(lines) = export.lines().await? {
        out.write_all(lines.as_bytes())?;
    }
    out.flush()?;
    Ok(0)
}

async fn anchor(config: &Config, db: &Db, now: DateTime<Utc>, out: &mut impl Write) -> anyhow::Result<u8> {
    let Some(key) = SigningKey::load(&config.audit.signing_key_file)? else {
        anyhow::bail!("there is no `{}`: `serve` makes the key", config.audit.signing_key_file.display());
    };
    let heads = Arc::new(Heads::new(key, config.public_base(), config.audit.anchor_directory.clone()));
    sealer::seal(db).await?;
    match sealer::sign(db, heads, now, |_, position| position > 0).await {
        Ok(Some(jws)) => {
            writeln!(out, "{jws}")?;
            Ok(0)
        }
        Ok(None) => {
            eprintln!("the audit log is empty: there is nothing to sign");
            Ok(1)
        }
        Err(error @ sealer::SigningError::Contradiction(..)) => {
            eprintln!("error: {error}");
            Ok(1)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_first_instant_in_utc() {
        assert_eq!(instant("2026-11-24").unwrap(), instant("2026-11-24T09:00:00+09:00").unwrap());
        assert!(instant("yesterday").is_err());
    }
}
