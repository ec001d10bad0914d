//! `exception-desk policy backtest`: the desk's own history, judged by a changed edition.

use super::{Backtest, Change, Part, backtest};
use crate::db::Db;
use crate::policy::Edition;
use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// `policy backtest`: which past decisions and which open exceptions a changed edition would change.
#[derive(Args, Clone, Debug)]
pub struct BacktestArgs {
    /// The changed edition, whenever it takes effect
    pub file: PathBuf,
    /// A table for people, or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// How the result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

/// Tries `edition` on all that is stored in `db`, and writes what would change to `output`.
///
/// # Errors
/// When the database is away, or writing fails.
pub async fn run(
    args: &BacktestArgs,
    edition: Edition,
    db: &Db,
    now: DateTime<Utc>,
    mut output: impl Write,
) -> anyhow::Result<()> {
    let found = backtest(db, &Arc::new(edition), now, None).await?;
    match args.format {
        Format::Json => {
            serde_json::to_writer(&mut output, &found)?;
            writeln!(output)?;
        }
        Format::Table => table(&found, &mut output)?,
    }
    Ok(())
}

fn table(found: &Backtest, output: &mut impl Write) -> io::Result<()> {
    writeln!(output, "{}", found.policy_version)?;
    part("requests", "judged otherwise", &found.requests, output)?;
    part("open exceptions", "affected", &found.open_exceptions, output)
}

fn part(what: &str, how: &str, part: &Part, output: &mut impl Write) -> io::Result<()> {
    writeln!(output, "\n{what}: {} looked at, {} {how}", part.looked_at, part.changed)?;
    let width = part.changes.iter().map(|change| change.issue.len()).max().unwrap_or_default().max("issue".len());
    if !part.changes.is_empty() {
        writeln!(output, "  {:width$}  {:9}  {:13}  {:>7}  references", "issue", "from", "to", "count")?;
    }
    for Change { issue, from, to, count, references } in &part.changes {
        let more = usize::try_from(*count).unwrap_or(usize::MAX) - references.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(output, "  {issue:width$}  {from:9}  {to:13}  {count:>7}  {}{more}", references.join(", "))?;
    }
    Ok(())
}
