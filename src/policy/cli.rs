//! `exception-desk classify` and `exception-desk policy check`: the policy without a database.

use super::policies::{files_in, read_file};
use super::{Edition, FileFault, Policies, PoliciesError};
use crate::clock::Clock;
use crate::intake::{BodyError, NewRequest, RequestBody};
use crate::locale::Lang;
use crate::problem::{Kind, Problem};
use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Exit status: done.
const DONE: u8 = 0;
/// Exit status: the input was bad.
const BAD: u8 = 1;

/// `classify`: requests as JSON lines on standard input, one classification a line on standard output.
#[derive(Args, Clone, Debug, Default)]
pub struct ClassifyArgs {
    /// Language of the sentences; without it, each request's own
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,
    /// Judge as if submitted at this instant (RFC 3339); without it, now
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub at: Option<DateTime<Utc>>,
    /// Judge by this edition file, whenever it takes effect, instead of the shipped edition of the instant
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
}

/// `policy check`: says every fault of edition files, by line.
#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
    /// Edition files, or folders of them; what is named together is checked together, as one policy
    #[arg(required = true, value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
}

fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let at = DateTime::parse_from_rfc3339(text);
    at.map(|at| at.to_utc()).map_err(|error| format!("{error}: give an instant such as 2026-04-01T09:00:00+09:00"))
}

/// Classifies each line of `input`; words about what is wrong with the policy go to `words`. Returns the exit status:
/// 0, or 1 when a line or the policy was bad.
///
/// # Errors
/// When reading or writing fails.
pub fn classify(
    args: &ClassifyArgs,
    clock: &Clock,
    mut input: impl BufRead,
    mut output: impl Write,
    mut words: impl Write,
) -> io::Result<u8> {
    let at = args.at.unwrap_or_else(|| clock.now());
    let edition = match edition(args.policy.as_deref(), at) {
        Ok(edition) => edition,
        Err(message) => {
            writeln!(words, "{message}")?;
            return Ok(BAD);
        }
    };
    let mut status = DONE;
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        if !line.iter().all(u8::is_ascii_whitespace) {
            match classify_line(&line, &edition, at, args.lang) {
                Ok(view) => write_line(&mut output, &view)?,
                Err(error) => {
                    status = BAD;
                    write_line(&mut output, &BadLine { error })?;
                }
            }
        }
        line.clear();
    }
    output.flush()?;
    Ok(status)
}

/// What a bad line is answered with.
#[derive(Serialize)]
struct BadLine {
    error: Box<Problem>,
}

fn classify_line(
    line: &[u8],
    edition: &Arc<Edition>,
    at: DateTime<Utc>,
    lang: Option<Lang>,
) -> Result<super::ClassificationView, Box<Problem>> {
    let problem =
        |kind: Kind, lang: Option<Lang>, errors: &[_]| Box::new(kind.problem("", lang.unwrap_or_default(), errors));
    let body = RequestBody::from_json(line).map_err(|error| match error {
        BodyError::Unreadable => problem(Kind::UnreadableBody, lang, &[]),
        BodyError::Invalid(error) => problem(Kind::InvalidInput, lang, &[error]),
    })?;
    let lang = lang.unwrap_or(body.language);
    let request =
        NewRequest::try_from(body, edition, at).map_err(|errors| problem(Kind::InvalidInput, Some(lang), &errors))?;
    Ok(request.classify().view(edition, lang))
}

fn write_line(output: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *output, value)?;
    output.write_all(b"\n")
}

fn edition(file: Option<&Path>, at: DateTime<Utc>) -> Result<Arc<Edition>, String> {
    match file {
        Some(file) => read(file).map(Arc::new).map_err(|error| error.to_string()),
        None => {
            let policies = Policies::shipped().map_err(|error| error.to_string())?;
            policies.at(at).map(Arc::clone).map_err(|error| error.to_string())
        }
    }
}

/// The edition in `file`, whenever it takes effect.
///
/// # Errors
/// When it cannot be read, or has faults: `FILE:LINE: …`, a fault a line.
pub fn read(file: &Path) -> Result<Edition, PoliciesError> {
    let (name, text) = read_file(file)?;
    let told = |fault| FileFault { file: name.clone(), fault };
    Edition::parse(&text).map_err(|faults| PoliciesError::Faulty(faults.into_iter().map(told).collect()))
}

/// Checks edition files, each by itself and all together: a line about each edition on `output`, or the faults on `words`.
/// Returns the exit status: 0 without faults, else 1.
///
/// # Errors
/// When writing fails.
pub fn check(args: &CheckArgs, mut output: impl Write, mut words: impl Write) -> io::Result<u8> {
    let files: Result<Vec<_>, _> = args.paths.iter().map(|path| files(path)).collect();
    match files.and_then(|files| Policies::from_files(files.into_iter().flatten())) {
        Ok(policies) => {
            for edition in policies.editions() {
                let (version, at, issues) =
                    (edition.version(), edition.effective_at().to_rfc3339(), edition.issues().len());
                writeln!(output, "{version}: in effect from {at}, {issues} issues, no faults")?;
            }
            Ok(DONE)
        }
        Err(error) => {
            writeln!(words, "{error}")?;
            Ok(BAD)
        }
    }
}

/// The files that `path` names: itself, or those of the folder that it is.
fn files(path: &Path) -> Result<Vec<(String, String)>, PoliciesError> {
    if path.is_dir() { files_in(path) } else { read_file(path).map(|file| vec![file]) }
}
