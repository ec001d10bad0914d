//! `exception-desk sla due`: the due instant of a clock, without a database.

use super::calendars::Calendars;
use super::due::{Due, End};
use super::explain::explain;
use super::pause::Pause;
use super::words::iso_duration;
use crate::locale::Lang;
use chrono::{DateTime, Timelike, Utc};
use std::io::{self, Write};
use std::path::PathBuf;

/// `exception-desk sla …`
#[derive(Clone, Debug, clap::Subcommand)]
pub enum SlaCommand {
    /// Print the instant by which a request must be decided
    Due(DueArgs),
}

/// What `sla due` is told.
#[derive(Clone, Debug, clap::Args)]
pub struct DueArgs {
    /// The calendar: `jp`, `us`, `utc`, or one from --calendars
    #[arg(long, value_name = "ID")]
    pub calendar: String,

    /// The submission, with its offset: 2026-09-18T10:00:00+09:00
    #[arg(long, value_name = "RFC3339")]
    pub from: String,

    /// How many business days the clock has
    #[arg(long, value_name = "N", default_value_t = 3, allow_negative_numbers = true)]
    pub business_days: i64,

    /// A time during which the clock stands still; `FROM/` is still open. Repeats
    #[arg(long, value_name = "FROM/TO")]
    pub pause: Vec<String>,

    /// Print the arithmetic too, day by day
    #[arg(long)]
    pub explain: bool,

    /// The language of the explanation and of errors
    #[arg(long, value_enum, default_value = "en")]
    pub lang: Lang,

    /// A directory of further calendar files; a file replaces the calendar with the same id
    #[arg(long, value_name = "DIR")]
    pub calendars: Option<PathBuf>,
}

/// Runs the command: data to `out`, words to `err`. Returns the exit status: 0 done, 2 for anything wrong with `args`.
///
/// # Errors
/// `out` or `err` cannot be written to.
pub fn run(command: &SlaCommand, out: &mut impl Write, err: &mut impl Write) -> io::Result<u8> {
    let SlaCommand::Due(args) = command;
    match answer(args) {
        Ok(lines) => {
            for line in lines {
                writeln!(out, "{line}")?;
            }
            Ok(0)
        }
        Err(reason) => {
            writeln!(err, "{reason}")?;
            Ok(2)
        }
    }
}

/// The lines to print, or the reason why there are none in the language asked for.
fn answer(args: &DueArgs) -> Result<Vec<String>, String> {
    let lang = args.lang;
    let calendars = match &args.calendars {
        Some(directory) => Calendars::shipped().with_directory(directory).map_err(|error| error.text(lang))?,
        None => Calendars::shipped(),
    };
    let calendar = calendars.get(&args.calendar).ok_or_else(|| unknown_calendar(args, &calendars))?;
    let from = instant(&args.from, "--from", lang)?;
    let pauses = args.pause.iter().map(|text| pause(text, lang)).collect::<Result<Vec<_>, _>>()?;
    // Below zero is as little a number of days as zero; beyond u32 no calendar reaches.
    let business_days = u32::try_from(args.business_days.max(0)).unwrap_or(u32::MAX);
    let due = calendar.due(from, business_days, &pauses).map_err(|error| error.text(lang))?;
    let mut lines = vec![first_line(&due, fraction_digits(args))];
    if args.explain {
        lines.push(String::new());
        lines.extend(explain(&due, calendar, lang));
    }
    Ok(lines)
}

fn first_line(due: &Due, digits: usize) -> String {
    match due.end {
        End::At(at) => {
            let local = at.with_timezone(&due.zone);
            let fraction = match at.nanosecond() {
                0 => String::new(),
                nanos => format!(".{:.digits$}", format!("{nanos:09}")),
            };
            format!("{}{fraction}{}", local.format("%Y-%m-%dT%H:%M:%S"), local.format("%:z"))
        }
        End::Paused { remaining, .. } => format!("remaining {}", iso_duration(remaining)),
    }
}

fn unknown_calendar(args: &DueArgs, calendars: &Calendars) -> String {
    let known: Vec<_> = calendars.iter().map(|calendar| format!("`{}`", calendar.id())).collect();
    let known = known.join(if args.lang == Lang::En { ", " } else { "、" });
    args.lang.text_with("sla-error-calendar", &[("id", args.calendar.clone().into()), ("known", known.into())])
}

/// The instant that `text` writes; `option` names it in the error.
fn instant(text: &str, option: &'static str, lang: Lang) -> Result<DateTime<Utc>, String> {
    let wrong = |key| lang.text_with(key, &[("option", option.into()), ("value", text.to_owned().into())]);
    // Nine digits are nanoseconds; what is finer would be lost without a word.
    if fraction(text).len() > 9 {
        return Err(wrong("sla-error-too-fine"));
    }
    let instant = DateTime::parse_from_rfc3339(text).map_err(|_| wrong("sla-error-instant"))?;
    Ok(instant.to_utc())
}

fn pause(text: &str, lang: Lang) -> Result<Pause, String> {
    let wrong = || lang.text_with("sla-error-pause", &[("value", text.to_owned().into())]);
    let (from, to) = text.split_once('/').ok_or_else(wrong)?;
    let to = if to.is_empty() { None } else { Some(instant(to, "--pause", lang)?) };
    Ok(Pause { from: instant(from, "--pause", lang)?, to })
}

/// The digits of the fraction of a second that `text` writes.
fn fraction(text: &str) -> &str {
    let digits = text.split_once('.').map_or("", |(_, rest)| rest);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    &digits[..end]
}

/// As many digits as the finest of the given instants has. No more are needed: hours are whole minutes.
fn fraction_digits(args: &DueArgs) -> usize {
    let instants = args.pause.iter().flat_map(|pause| pause.split('/')).chain([args.from.as_str()]);
    instants.map(|text| fraction(text).len()).max().unwrap_or(0)
}
