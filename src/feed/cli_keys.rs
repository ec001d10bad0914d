//! `keys …` on the command line.

use super::key_set::{KeyLine, KeyState};
use super::rotation::record;
use super::{KeyOptions, Keys};
use crate::app::Purpose;
use crate::config::Config;
use crate::db::Db;
use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;

/// The keys that sign the feed
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Print every key: id, state, since when, until when
    List,
    /// Publish a new key, which signs once every gate can know it
    Rotate(RotateArgs),
    /// Take a compromised key out at once; the feed is signed anew
    Withdraw(WithdrawArgs),
}

/// How to rotate.
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Sign with the new key at once; gates refuse the feed until they have fetched the keys again
    #[arg(long)]
    now: bool,
    /// With `signing.command`: the public part of its new key, PEM
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
}

/// What to withdraw.
#[derive(Debug, Args)]
pub struct WithdrawArgs {
    /// The key's id, as `keys list` prints it
    #[arg(allow_hyphen_values = true)]
    kid: String,
    /// With `signing.command`, when no next key is published: the public part of the key that takes its place, PEM
    #[arg(long, value_name = "FILE")]
    public_key: Option<PathBuf>,
}

/// What was done, to be recorded where a database is at hand.
#[derive(Debug)]
pub struct Done {
    /// What, and to which key.
    events: Vec<(&'static str, KeyLine)>,
    at: DateTime<Utc>,
}

impl KeysCommand {
    /// Does it. Data goes to `out`, words to standard error. Returns what is to be recorded. Blocks.
    ///
    /// # Errors
    /// Says what is in the way.
    pub fn run(self, config: &Config, now: DateTime<Utc>, out: &mut impl Write) -> anyhow::Result<Option<Done>> {
        let options = KeyOptions::of(config, Purpose::Service);
        match self {
            Self::List => {
                match Keys::open_existing(options)? {
                    Some(keys) => print(&keys.lines(now), out)?,
                    None => eprintln!(
                        "there are no keys in `{}` yet: `serve` makes the first",
                        config.key_directory().display()
                    ),
                }
                Ok(None)
            }
            Self::Rotate(args) => {
                let keys = Keys::open(options, now)?;
                let line = keys.rotate(now, args.now, args.public_key.as_deref())?;
                match line.until {
                    Some(until) if line.state == KeyState::Next => {
                        eprintln!("`{}` is published now and signs from {}", line.kid, instant(until));
                    }
                    _ => eprintln!("`{}` signs from now on", line.kid),
                }
                print(&keys.lines(now), out)?;
                Ok(Some(Done { events: vec![("signing_key.rotated", line)], at: now }))
            }
            Self::Withdraw(args) => {
                let keys = Keys::open(options, now)?;
                let signs = keys.withdraw(&args.kid, now, args.public_key.as_deref())?;
                eprintln!(
                    "`{}` is withdrawn; `{}` signs. Gates that reach the desk refuse it within fifteen minutes: start \
                     them anew to be sure at once",
                    args.kid, signs.kid
                );
                let lines = keys.lines(now);
                print(&lines, out)?;
                let withdrawn = lines.into_iter().find(|line| line.kid == args.kid);
                let events = withdrawn.into_iter().map(|line| ("signing_key.withdrawn", line));
                Ok(Some(Done { events: events.collect(), at: now }))
            }
        }
    }
}

impl Done {
    /// Writes it to the audit log.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn record(&self, db: &Db) -> Result<(), sqlx::Error> {
        for (action, line) in &self.events {
            record(db, action, line, self.at).await?;
        }
        Ok(())
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A line for each key: id, state, since, until, `-` where that is open.
fn print(lines: &[KeyLine], out: &mut impl Write) -> std::io::Result<()> {
    for line in lines {
        let until = line.until.map_or_else(|| "-".to_owned(), instant);
        writeln!(out, "{}\t{}\t{}\t{until}", line.kid, line.state.code(), instant(line.since))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: WithdrawArgs,
    }

    #[test]
    fn a_key_is_withdrawn_whatever_its_id_begins_with() {
        for kid in ["-7iGxUsN", "_a", "kid"] {
            let line =
                Line::try_parse_from(["withdraw", "--public-key", "next.pem", kid]).map_err(|error| error.to_string());
            assert_eq!(line.map(|line| line.args.kid), Ok(kid.to_owned()));
        }
    }
}
