//! Calendar files: TOML, one calendar a file, checked so that every error names the line and the way out.

use super::calendar::{Calendar, Span};
use crate::locale::{Bilingual, Lang};
use chrono::{Datelike, NaiveDate, TimeDelta};
use fluent_templates::fluent_bundle::FluentValue;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Range, RangeInclusive};
use toml::Spanned;

/// Years that a calendar may cover: those for which the rules of the time zones are at hand.
const ZONE_YEARS: RangeInclusive<i32> = 1970..=2099;

/// What is wrong with a calendar file; its [`Display`](fmt::Display) is `FILE:LINE: reason`, in English.
#[derive(Clone, Debug, PartialEq)]
pub struct CalendarError {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1, where one line is to blame.
    pub line: Option<usize>,
    /// What is wrong: the message is `sla-file-CODE` in `locales/*/sla.ftl`.
    pub code: &'static str,
    args: Vec<(&'static str, FluentValue<'static>)>,
}

impl CalendarError {
    /// An error of the whole file. `args` are those of the message.
    pub(super) fn new<const N: usize>(file: &str, code: &'static str, args: [(&'static str, String); N]) -> Self {
        let args = args.into_iter().map(|(name, value)| (name, value.into())).collect();
        Self { file: file.to_owned(), line: None, code, args }
    }

    /// An error of one line, whose message quotes `value`.
    pub(super) fn at(file: &str, line: usize, code: &'static str, value: String) -> Self {
        Self { line: Some(line), ..Self::new(file, code, [("value", value)]) }
    }

    /// The error as a reader of `lang` sees it.
    pub fn text(&self, lang: Lang) -> String {
        let reason = lang.text_with(&format!("sla-file-{}", self.code), &self.args);
        match self.line {
            Some(line) => format!("{}:{line}: {reason}", self.file),
            None => format!("{}: {reason}", self.file),
        }
    }
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for CalendarError {}

/// A calendar file as written. The shipped ones in `calendars/` are the example.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    id: Spanned<String>,
    name: Spanned<Bilingual>,
    #[serde(default)]
    countries: Vec<Spanned<String>>,
    zone: Spanned<String>,
    zone_name: Spanned<Bilingual>,
    business_day: Spanned<String>,
    first_year: Spanned<i32>,
    last_year: Spanned<i32>,
    source: String,
    hours: Spanned<Week>,
    #[serde(default)]
    holidays: BTreeMap<Spanned<String>, Spanned<Bilingual>>,
}

/// Hours of each weekday as `HH:MM-HH:MM`; a day left out is closed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Week {
    monday: Vec<Spanned<String>>,
    tuesday: Vec<Spanned<String>>,
    wednesday: Vec<Spanned<String>>,
    thursday: Vec<Spanned<String>>,
    friday: Vec<Spanned<String>>,
    saturday: Vec<Spanned<String>>,
    sunday: Vec<Spanned<String>>,
}

/// The calendar that `text` describes; `file` names it in errors.
pub fn parse(file: &str, text: &str) -> Result<Calendar, CalendarError> {
    Reader { file, text }.calendar()
}

/// The holidays in `years` of the calendar file `text`, or of a file that holds nothing but `[holidays]`.
///
/// # Errors
/// The first line that is wrong.
pub fn holidays(
    file: &str,
    text: &str,
    years: &RangeInclusive<i32>,
) -> Result<BTreeMap<NaiveDate, Bilingual>, CalendarError> {
    #[derive(Deserialize)]
    struct Holidays {
        holidays: BTreeMap<Spanned<String>, Spanned<Bilingual>>,
    }
    let reader = Reader { file, text };
    let written: Holidays = reader.written()?;
    reader.holidays(written.holidays, years)
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn calendar(&self) -> Result<Calendar, CalendarError> {
        let written: CalendarFile = self.written()?;
        let years = self.years(&written)?;
        Ok(Calendar {
            id: self.id(&written.id)?,
            name: self.names(written.name)?,
            countries: written.countries.iter().map(|code| self.country(code)).collect::<Result<_, _>>()?,
            zone: self.zone(&written.zone)?,
            zone_name: self.names(written.zone_name)?,
            business_day: self.business_day(&written.business_day)?,
            source: written.source.trim().to_owned(),
            week: self.week(&written.hours)?,
            holidays: self.holidays(written.holidays, &years)?,
            years,
        })
    }

    fn written<T: serde::de::DeserializeOwned>(&self) -> Result<T, CalendarError> {
        toml::from_str(self.text).map_err(|error| {
            let span = error.span().unwrap_or_default();
            self.error(span, "syntax", [("message", error.message().replace('\n', ", "))])
        })
    }

    fn error<const N: usize>(
        &self,
        at: Range<usize>,
        code: &'static str,
        args: [(&'static str, String); N],
    ) -> CalendarError {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line = 1 + before.matches('\n').count();
        CalendarError { line: Some(line), ..CalendarError::new(self.file, code, args) }
    }

    /// An error about one value, which its message quotes.
    fn bad(&self, value: &Spanned<String>, code: &'static str) -> CalendarError {
        self.error(value.span(), code, [("value", value.get_ref().clone())])
    }

    fn id(&self, id: &Spanned<String>) -> Result<String, CalendarError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let fits = id.get_ref().starts_with(|c: char| c.is_ascii_lowercase()) && id.get_ref().chars().all(plain);
        if fits { Ok(id.get_ref().clone()) } else { Err(self.bad(id, "id")) }
    }

    fn names(&self, names: Spanned<Bilingual>) -> Result<Bilingual, CalendarError> {
        if Lang::ALL.iter().any(|lang| names.get_ref().get(*lang).trim().is_empty()) {
            return Err(self.error(names.span(), "blank-name", []));
        }
        Ok(names.into_inner())
    }

    fn country(&self, code: &Spanned<String>) -> Result<String, CalendarError> {
        let fits = code.get_ref().len() == 2 && code.get_ref().bytes().all(|b| b.is_ascii_uppercase());
        if fits { Ok(code.get_ref().clone()) } else { Err(self.bad(code, "country")) }
    }

    fn zone(&self, zone: &Spanned<String>) -> Result<chrono_tz::Tz, CalendarError> {
        zone.get_ref().parse().map_err(|_| self.bad(zone, "zone"))
    }

    fn years(&self, written: &CalendarFile) -> Result<RangeInclusive<i32>, CalendarError> {
        let (first, last) = (&written.first_year, &written.last_year);
        for year in [first, last] {
            if !ZONE_YEARS.contains(year.get_ref()) {
                return Err(self.error(year.span(), "year", [("value", year.get_ref().to_string())]));
            }
        }
        if first > last {
            return Err(self.error(last.span(), "years-backwards", []));
        }
        Ok(*first.get_ref()..=*last.get_ref())
    }

    fn business_day(&self, length: &Spanned<String>) -> Result<TimeDelta, CalendarError> {
        hours_and_minutes(length.get_ref())
            .filter(|length| (TimeDelta::minutes(1)..=TimeDelta::hours(24)).contains(length))
            .ok_or_else(|| self.bad(length, "business-day"))
    }

    fn week(&self, written: &Spanned<Week>) -> Result<[Vec<Span>; 7], CalendarError> {
        let Week { monday, tuesday, wednesday, thursday, friday, saturday, sunday } = written.get_ref();
        let mut week: [Vec<Span>; 7] = Default::default();
        for (spans, texts) in week.iter_mut().zip([monday, tuesday, wednesday, thursday, friday, saturday, sunday]) {
            for text in texts {
                let span = span(text.get_ref()).ok_or_else(|| self.bad(text, "hours"))?;
                if spans.last().is_some_and(|earlier: &Span| span.opens < earlier.closes) {
                    return Err(self.bad(text, "hours-order"));
                }
                spans.push(span);
            }
        }
        if week.iter().all(Vec::is_empty) {
            return Err(self.error(written.span(), "no-hours", []));
        }
        Ok(week)
    }

    fn holidays(
        &self,
        written: BTreeMap<Spanned<String>, Spanned<Bilingual>>,
        years: &RangeInclusive<i32>,
    ) -> Result<BTreeMap<NaiveDate, Bilingual>, CalendarError> {
        let mut holidays = BTreeMap::new();
        for (day, names) in written {
            // The length keeps out `2026-1-1`, which would hide beside `2026-01-01`.
            let date = NaiveDate::parse_from_str(day.get_ref(), "%Y-%m-%d").ok().filter(|_| day.get_ref().len() == 10);
            let date = date.ok_or_else(|| self.bad(&day, "holiday"))?;
            if !years.contains(&date.year()) {
                return Err(self.bad(&day, "holiday-year"));
            }
            holidays.insert(date, self.names(names)?);
        }
        Ok(holidays)
    }
}

/// `09:00-18:00`; the closing may be `24:00`.
fn span(text: &str) -> Option<Span> {
    let (opens, closes) = text.split_once('-')?;
    let span = Span { opens: time_of_day(opens)?, closes: time_of_day(closes)? };
    (span.opens < span.closes).then_some(span)
}

/// `HH:MM` from `00:00` to `24:00`, as time since midnight.
fn time_of_day(text: &str) -> Option<TimeDelta> {
    let (hours, minutes) = text.split_once(':').filter(|(h, m)| h.len() == 2 && m.len() == 2)?;
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    let time = TimeDelta::hours(hours) + TimeDelta::minutes(minutes);
    (minutes < 60 && time <= TimeDelta::hours(24)).then_some(time)
}

/// `PT9H`, `PT7H30M` or `PT450M`.
fn hours_and_minutes(text: &str) -> Option<TimeDelta> {
    let rest = text.strip_prefix("PT").filter(|rest| !rest.is_empty())?;
    let (hours, rest) = rest.split_once('H').unwrap_or(("0", rest));
    let minutes = if rest.is_empty() { "0" } else { rest.strip_suffix('M')? };
    Some(TimeDelta::hours(digits(hours)?) + TimeDelta::minutes(digits(minutes)?))
}

/// Up to four digits, no sign.
fn digits(text: &str) -> Option<i64> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}
