//! `mfa-gate decide`: decision inputs as JSON lines in, decisions out. No network, no clock.

use super::{Lang, failure, misuse, problem::ErrorLine};
use crate::client::{JwsError, KeySet, Unverified};
use crate::input::{InputCode, InputError};
use crate::routes::{RouteFile, Routes};
use crate::wire::{Reading, SNAPSHOT_TYP};
use crate::{Decision, Feed, RuleIndex, Snapshot, Surfaces, decide, input};
use chrono::{DateTime, Utc};
use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Longest line of input, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// Reads decision inputs as JSON lines on stdin and writes a decision a line on stdout
///
/// Whether the feed is fresh is judged at each input's `at`. Blank lines are passed over. A malformed line gives
/// `{"error": …}` in its place, and exit status 1 at the end.
#[derive(clap::Args)]
pub struct Arguments {
    /// The feed document, as JSON or, together with `--jwks`, as compact JWS. The JSON `null` stands for no feed at all.
    #[arg(long, value_name = "FILE")]
    feed: PathBuf,
    /// The key set (JWKS) of the desk; the feed must then be a JWS that one of these keys signed.
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// Routes (TOML) that give each `path` its surface.
    #[arg(long, value_name = "FILE")]
    routes: Option<PathBuf>,
    /// Language of the texts in errors.
    #[arg(long, value_enum, default_value = "en")]
    lang: Lang,
}

struct HeldFeed {
    rules: RuleIndex,
    expires_at: DateTime<Utc>,
}

/// Why the command cannot start.
enum Stop {
    Failure(String),
    Misuse(String),
}

impl Arguments {
    /// Does it.
    pub fn run(self) -> ExitCode {
        let feed = match self.feed() {
            Ok(feed) => feed,
            Err(Stop::Failure(reason)) => return failure(reason),
            Err(Stop::Misuse(reason)) => return misuse(reason),
        };
        let routes = match self.routes.as_deref().map(read_routes).transpose() {
            Ok(routes) => routes,
            Err(reason) => return failure(reason),
        };
        match self.answer_all(feed.as_ref(), routes.as_ref(), io::stdin().lock(), io::stdout().lock()) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(1),
            Err(error) => failure(format_args!("cannot go on reading or writing: {error}")),
        }
    }

    fn feed(&self) -> Result<Option<HeldFeed>, Stop> {
        let content = read_file(&self.feed).map_err(Stop::Failure)?;
        let place = self.feed.display();
        let text = content.trim_ascii();
        let payload = match &self.jwks {
            None if is_compact_jws(text) => {
                return Err(Stop::Misuse(format!("`{place}` is a JWS: name the desk's key set with `--jwks FILE`")));
            }
            None => content,
            Some(_) if !is_compact_jws(text) => {
                return Err(Stop::Failure(format!("`{place}` is not a JWS, and `--jwks` asks for a signature")));
            }
            Some(jwks) => {
                let keys = KeySet::read(&read_file(jwks).map_err(Stop::Failure)?);
                let keys = keys.map_err(|error| Stop::Failure(format!("`{}`: {error}", jwks.display())))?;
                verified(text, &keys).map_err(|error| Stop::Failure(format!("`{place}` is refused: {error}")))?
            }
        };
        if payload.trim_ascii() == b"null" {
            return Ok(None);
        }
        let Reading { snapshot, unreadable } = Snapshot::read(&payload)
            .map_err(|error| Stop::Failure(format!("`{place}` is not a feed document: {error}")))?;
        if unreadable > 0 {
            eprintln!("mfa-gate: `{place}` has {unreadable} malformed rules, which suppress nothing");
        }
        Ok(Some(HeldFeed { rules: RuleIndex::of(&snapshot.rules), expires_at: snapshot.expires_at }))
    }

    /// Whether every line could be answered with a decision.
    fn answer_all(
        &self,
        feed: Option<&HeldFeed>,
        routes: Option<&Routes>,
        mut lines: impl BufRead,
        mut out: impl Write,
    ) -> io::Result<bool> {
        let surfaces = routes.map_or_else(Surfaces::default, |routes| routes.surfaces().clone());
        let feed = feed.map_or(Feed::Absent, |held| Feed::Held { rules: &held.rules, expires_at: held.expires_at });
        let (mut line, mut all_good) = (Vec::new(), true);
        while let Some(whole) = next_line(&mut lines, &mut line)? {
            if whole && line.trim_ascii().is_empty() {
                continue;
            }
            let answer = if whole {
                answer(feed, &line, &surfaces, routes)
            } else {
                Err(vec![InputError { pointer: "", code: InputCode::TooLong }])
            };
            match answer {
                Ok(decision) => serde_json::to_writer(&mut out, &decision)?,
                Err(errors) => {
                    all_good = false;
                    serde_json::to_writer(&mut out, &ErrorLine::new(&errors, self.lang))?;
                }
            }
            out.write_all(b"\n")?;
        }
        out.flush()?;
        Ok(all_good)
    }
}

fn answer(
    feed: Feed<'_>,
    line: &[u8],
    surfaces: &Surfaces,
    routes: Option<&Routes>,
) -> Result<Decision, Vec<InputError>> {
    input::read(line, surfaces, routes).map(|input| decide(feed, &input))
}

/// Reads the next line into `line`: `None` at the end, `Some(false)` when it is too long and its rest was passed over.
fn next_line(lines: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    if lines.by_ref().take(LONGEST_LINE).read_until(b'\n', line)? == 0 {
        return Ok(None);
    }
    if line.len() as u64 == LONGEST_LINE && !line.ends_with(b"\n") {
        lines.skip_until(b'\n')?;
        return Ok(Some(false));
    }
    Ok(Some(true))
}

/// Whether this is meant as a compact JWS: three parts of base64url.
fn is_compact_jws(text: &[u8]) -> bool {
    let parts = text.split(|&byte| byte == b'.');
    parts.clone().count() == 3
        && parts.flatten().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_')
}

fn verified(compact: &[u8], keys: &KeySet) -> Result<Vec<u8>, JwsError> {
    let compact = str::from_utf8(compact).map_err(|_| JwsError::Malformed)?;
    Unverified::read(compact, SNAPSHOT_TYP)?.verify(keys)
}

fn read_routes(path: &Path) -> Result<Routes, String> {
    let place = path.display();
    let content = String::from_utf8(read_file(path)?).map_err(|_| format!("`{place}` is not UTF-8"))?;
    let file: RouteFile = toml::from_str(&content).map_err(|error| format!("`{place}`: {error}"))?;
    Routes::check(&file).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(|error| format!("`{place}`: {error}")).collect();
        lines.join("\nmfa-gate: ")
    })
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
}
