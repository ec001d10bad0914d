//! `feed …` on the command line.

use super::{Encoding, Feed, Form, KeyOptions, Keys, MarkFile, Settings, begin_epoch, ensure_head, next_version};
use crate::app::Purpose;
use crate::audit::cli::reason;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use std::io::Write;

/// The published feed: print it, begin a new epoch or version
#[derive(Debug, Subcommand)]
pub enum FeedCommand {
    /// Print the current document; readers take nothing else than what the running desk serves
    Export(ExportArgs),
    /// After a restore: begin a new epoch, in which every exception is held until a lead confirms it
    NewEpoch(ReasonArgs),
    /// After a change of `feed.clients`: begin a new version with the same rules, so that gates take it as news and not as a fork
    NewVersion(ReasonArgs),
}

/// What to print.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// As plain JSON, signed, or as a bundle
    #[arg(long, value_enum)]
    format: ExportFormat,
}

/// The forms of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// The document itself
    Json,
    /// The same as a compact JWS, as gates take it
    Jws,
    /// The signed bundle for Open Policy Agent
    OpaBundle,
}

/// Why.
#[derive(Debug, Args)]
pub struct ReasonArgs {
    /// Why, for the audit log: 1 to 2000 characters
    #[arg(long, value_parser = reason)]
    reason: String,
}

/// Does what `command` says. Data goes to `out`, words to standard error. Returns the exit status.
///
/// # Errors
/// When the database is away or nothing of it may be published, or a file cannot be read or written.
pub async fn run(
    command: FeedCommand,
    config: &Config,
    db: &Db,
    clock: Clock,
    out: &mut impl Write,
) -> anyhow::Result<u8> {
    match command {
        FeedCommand::Export(args) => export(args.format, config, db, clock, out).await,
        FeedCommand::NewEpoch(args) => new_epoch(&args.reason, config, db, clock, out).await,
        FeedCommand::NewVersion(args) => new_version(&args.reason, db, clock, out).await,
    }
}

/// Reads and signs as the running desk does, the mark of what was published included.
async fn export(
    format: ExportFormat,
    config: &Config,
    db: &Db,
    clock: Clock,
    out: &mut impl Write,
) -> anyhow::Result<u8> {
    let keys = Keys::open(KeyOptions::of(config, Purpose::Service), clock.now())?;
    let marks = MarkFile::at(config.feed.mark_file());
    let feed = Feed::new(db.clone(), clock, keys, marks, Settings::of(config, Purpose::Service));
    ensure_head(db).await.context("the database cannot be reached")?;
    feed.refresh().await.context("nothing is published")?;
    let document = feed.current().context("nothing is published")?;
    let text = |form| -> std::io::Result<Vec<u8>> {
        let body = document.forms().map_err(std::io::Error::other)?.body(form, Encoding::Identity)?;
        Ok([&*body, b"\n"].concat())
    };
    let bytes = match format {
        ExportFormat::Json => text(Form::Json)?,
        ExportFormat::Jws => text(Form::Jws)?,
        ExportFormat::OpaBundle => document.opa_bundle()?.to_vec(),
    };
    out.write_all(&bytes)?;
    Ok(0)
}

async fn new_epoch(reason: &str, config: &Config, db: &Db, clock: Clock, out: &mut impl Write) -> anyhow::Result<u8> {
    let marks = MarkFile::at(config.feed.mark_file());
    let mark = marks.held()?;
    if mark.is_none() {
        eprintln!(
            "note: there is no mark `{}` of an earlier feed; the new epoch takes the place of the database's alone",
            marks.path().display()
        );
    }
    ensure_head(db).await.context("the database cannot be reached")?;
    let begun = begin_epoch(db, mark, reason, clock.now()).await.context("no new epoch was begun")?;
    eprintln!(
        "a new epoch has begun; {} exceptions are held until a lead confirms them on the page Held exceptions\n\
         at each gate run: mfa-gate anchor --epoch {} --at-least {} --state-dir DIR",
        begun.held, begun.epoch, begun.version
    );
    let begun = serde_json::json!({ "epoch": begun.epoch, "version": begun.version, "held": begun.held });
    writeln!(out, "{begun}")?;
    Ok(0)
}

async fn new_version(reason: &str, db: &Db, clock: Clock, out: &mut impl Write) -> anyhow::Result<u8> {
    ensure_head(db).await.context("the database cannot be reached")?;
    let version = next_version(db, reason, clock.now()).await.context("no new version was begun")?;
    writeln!(out, "{}", serde_json::json!({ "version": version }))?;
    Ok(0)
}
