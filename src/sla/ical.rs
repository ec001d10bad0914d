//! Holidays from iCalendar files (RFC 5545), as calendar programs export them: whole days, once or every year.
//!
//! What is not understood is an error of its line and not left out: a holiday that is missing without a word would break a
//! promise. Recurrences are followed within the years that are asked for, so a rule without an end ends there.

use super::file::CalendarError;
use crate::locale::{Bilingual, Lang};
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Most lines of a file.
const MOST_LINES: usize = 50_000;
/// Most days that one event may last.
const MOST_DAYS: i64 = 60;

/// A content line with the number of its first physical line.
struct Line {
    number: usize,
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

impl Line {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }
}

/// An event while it is read.
#[derive(Default)]
struct Event {
    number: usize,
    start: Option<NaiveDate>,
    /// First day after it.
    end: Option<NaiveDate>,
    names: Vec<(Option<Lang>, String)>,
    rule: Option<Rule>,
    except: Vec<NaiveDate>,
    cancelled: bool,
}

/// `RRULE:FREQ=YEARLY…`
struct Rule {
    interval: u32,
    count: Option<u32>,
    until: Option<NaiveDate>,
    month: Option<u32>,
    month_day: Option<u32>,
    /// The first (1), the last (-1) … weekday of the month.
    weekday: Option<(i32, Weekday)>,
}

/// The days of `years` that the file `text` calls holidays; `file` names it in errors.
///
/// # Errors
/// The first line that is not understood, with the reason.
pub fn days(
    file: &str,
    text: &str,
    years: &RangeInclusive<i32>,
) -> Result<BTreeMap<NaiveDate, Bilingual>, CalendarError> {
    let reader = Reader { file };
    let mut days = BTreeMap::new();
    let mut event: Option<Event> = None;
    let mut depth = 0_usize;
    let mut whole = false;
    for line in reader.lines(text)? {
        match (line.name.as_str(), line.value.to_ascii_uppercase().as_str()) {
            ("BEGIN", "VCALENDAR") => whole = true,
            ("BEGIN", "VEVENT") => event = Some(Event { number: line.number, ..Event::default() }),
            // Alarms and time zones say nothing of days.
            ("BEGIN", _) => depth += 1,
            ("END", "VEVENT") => {
                let event = event.take().ok_or_else(|| reader.error(&line, "ical-end"))?;
                reader.put(event, years, &mut days)?;
            }
            ("END", "VCALENDAR") => {}
            ("END", _) => depth = depth.saturating_sub(1),
            _ => {
                if let Some(event) = event.as_mut().filter(|_| depth == 0) {
                    reader.property(event, &line)?;
                }
            }
        }
    }
    match (event, whole) {
        (Some(event), _) => Err(CalendarError::at(file, event.number, "ical-open", String::new())),
        (None, false) => Err(CalendarError::at(file, 1, "ical-none", String::new())),
        (None, true) => Ok(days),
    }
}

struct Reader<'a> {
    file: &'a str,
}

impl Reader<'_> {
    fn error(&self, line: &Line, code: &'static str) -> CalendarError {
        CalendarError::at(self.file, line.number, code, line.value.clone())
    }

    /// The content lines: what begins with a space or a tab goes on from the line before.
    fn lines(&self, text: &str) -> Result<Vec<Line>, CalendarError> {
        let mut unfolded: Vec<(usize, String)> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            if index >= MOST_LINES {
                return Err(CalendarError::at(self.file, index + 1, "ical-long", String::new()));
            }
            match (line.strip_prefix([' ', '\t']), unfolded.last_mut()) {
                (Some(rest), Some((_, whole))) => whole.push_str(rest),
                _ if line.trim().is_empty() => {}
                _ => unfolded.push((index + 1, line.trim_start_matches('\u{feff}').to_owned())),
            }
        }
        unfolded.into_iter().map(|(number, line)| self.line(number, &line)).collect()
    }

    fn line(&self, number: usize, line: &str) -> Result<Line, CalendarError> {
        let mut quoted = false;
        let colon = line.find(|c: char| {
            quoted ^= c == '"';
            c == ':' && !quoted
        });
        let Some(colon) = colon else {
            return Err(CalendarError::at(self.file, number, "ical-line", line.chars().take(60).collect()));
        };
        let mut parts = line[..colon].split(';');
        let name = parts.next().unwrap_or_default().to_ascii_uppercase();
        let parameters = parts.filter_map(|part| part.split_once('='));
        let parameters =
            parameters.map(|(name, value)| (name.to_ascii_uppercase(), value.trim_matches('"').to_owned()));
        let value = line[colon + 1..].trim().to_owned();
        Ok(Line { number, name, parameters: parameters.collect(), value })
    }

    fn property(&self, event: &mut Event, line: &Line) -> Result<(), CalendarError> {
        match line.name.as_str() {
            "DTSTART" => event.start = Some(self.date(line, &line.value)?),
            "DTEND" => event.end = Some(self.date(line, &line.value)?),
            "DURATION" => {
                let days = line.value.strip_prefix('P').and_then(|rest| rest.strip_suffix('D')?.parse().ok());
                let days: u64 = days.ok_or_else(|| self.error(line, "ical-duration"))?;
                event.end = event.start.and_then(|start| start.checked_add_days(Days::new(days)));
            }
            "SUMMARY" => {
                let lang = line.parameter("LANGUAGE").and_then(|tag| Lang::from_tag(tag.split('-').next()?));
                event.names.push((lang, unescaped(&line.value)));
            }
            "RRULE" => event.rule = Some(self.rule(line)?),
            "EXDATE" => {
                for day in line.value.split(',') {
                    event.except.push(self.date(line, day)?);
                }
            }
            "RDATE" | "RECURRENCE-ID" | "EXRULE" => return Err(self.error(line, "ical-unknown")),
            "STATUS" => event.cancelled = line.value.eq_ignore_ascii_case("CANCELLED"),
            _ => {}
        }
        Ok(())
    }

    /// A whole day: `20261224`, or the midnight at which it begins.
    fn date(&self, line: &Line, value: &str) -> Result<NaiveDate, CalendarError> {
        let value = value.trim();
        let day = value.strip_suffix('Z').unwrap_or(value);
        let day = day.strip_suffix("T000000").unwrap_or(day);
        let plain = day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit());
        let date = plain.then(|| NaiveDate::parse_from_str(day, "%Y%m%d").ok()).flatten();
        date.ok_or_else(|| CalendarError::at(self.file, line.number, "ical-date", value.to_owned()))
    }

    fn rule(&self, line: &Line) -> Result<Rule, CalendarError> {
        let mut rule = Rule { interval: 1, count: None, until: None, month: None, month_day: None, weekday: None };
        let unknown = || self.error(line, "ical-rule");
        let number = |value: &str, most: u32| -> Result<u32, CalendarError> {
            value.parse().ok().filter(|number| (1..=most).contains(number)).ok_or_else(unknown)
        };
        let mut yearly = false;
        for part in line.value.split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(unknown)?;
            match name.to_ascii_uppercase().as_str() {
                "FREQ" => yearly = value.eq_ignore_ascii_case("YEARLY"),
                "INTERVAL" => rule.interval = number(value, 100)?,
                "COUNT" => rule.count = Some(number(value, 10_000)?),
                "UNTIL" => rule.until = Some(self.date(line, value.split('T').next().unwrap_or_default())?),
                "BYMONTH" => rule.month = Some(number(value, 12)?),
                "BYMONTHDAY" => rule.month_day = Some(number(value, 31)?),
                "BYDAY" => rule.weekday = Some(weekday(value).ok_or_else(unknown)?),
                "WKST" => {}
                _ => return Err(unknown()),
            }
        }
        if !yearly || (rule.month_day.is_some() && rule.weekday.is_some()) {
            return Err(unknown());
        }
        Ok(rule)
    }

    /// The days of a whole event.
    fn put(
        &self,
        event: Event,
        years: &RangeInclusive<i32>,
        days: &mut BTreeMap<NaiveDate, Bilingual>,
    ) -> Result<(), CalendarError> {
        let wrong = |code, value: String| CalendarError::at(self.file, event.number, code, value);
        if event.cancelled {
            return Ok(());
        }
        let start = event.start.ok_or_else(|| wrong("ical-start", String::new()))?;
        let length = event.end.map_or(1, |end| (end - start).num_days());
        if !(1..=MOST_DAYS).contains(&length) {
            return Err(wrong("ical-length", length.to_string()));
        }
        let name = name(&event.names).ok_or_else(|| wrong("ical-name", start.to_string()))?;
        let first_days = match &event.rule {
            Some(rule) => rule.occurrences(start, *years.end()),
            None => vec![start],
        };
        for first in first_days.into_iter().filter(|day| !event.except.contains(day)) {
            let length = usize::try_from(length).unwrap_or(1);
            for day in first.iter_days().take(length).filter(|day| years.contains(&day.year())) {
                days.entry(day).or_insert_with(|| name.clone());
            }
        }
        Ok(())
    }
}

impl Rule {
    /// The days on which it begins, from `start` to the end of `last_year`. Years that have no such day are passed over.
    fn occurrences(&self, start: NaiveDate, last_year: i32) -> Vec<NaiveDate> {
        let step = usize::try_from(self.interval).unwrap_or(1);
        let days = (start.year()..=last_year).step_by(step).filter_map(|year| self.day_of(year, start));
        let days = days.filter(|day| *day >= start && self.until.is_none_or(|until| *day <= until));
        days.take(self.count.map_or(usize::MAX, |count| count as usize)).collect()
    }

    fn day_of(&self, year: i32, start: NaiveDate) -> Option<NaiveDate> {
        let month = self.month.unwrap_or_else(|| start.month());
        match self.weekday {
            Some((nth @ 1.., weekday)) => {
                NaiveDate::from_weekday_of_month_opt(year, month, weekday, u8::try_from(nth).ok()?)
            }
            Some((nth, weekday)) => {
                let last = NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt()?;
                let back = (7 + last.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7;
                let weeks = u64::try_from(-1 - nth).ok()?;
                last.checked_sub_days(Days::new(u64::from(back) + 7 * weeks)).filter(|day| day.month() == month)
            }
            None => NaiveDate::from_ymd_opt(year, month, self.month_day.unwrap_or_else(|| start.day())),
        }
    }
}

/// `4TH`, `-1MO`.
fn weekday(value: &str) -> Option<(i32, Weekday)> {
    let (nth, day) = value.split_at_checked(value.len().checked_sub(2)?)?;
    let nth: i32 = nth.parse().ok().filter(|nth: &i32| *nth != 0 && nth.abs() <= 5)?;
    let day = match day.to_ascii_uppercase().as_str() {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    };
    Some((nth, day))
}

/// The names in both languages: those that are given, else the one that is.
fn name(names: &[(Option<Lang>, String)]) -> Option<Bilingual> {
    let any = names.iter().map(|(_, name)| name).find(|name| !name.trim().is_empty())?;
    let of = |lang: Lang| names.iter().find(|(of, name)| *of == Some(lang) && !name.trim().is_empty());
    Some(Bilingual::of(|lang| of(lang).map_or(any, |(_, name)| name).trim().to_owned()))
}

/// The text as it was meant: `\,` and `\;` are themselves, `\n` ends a line.
fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('n' | 'N') => text.push(' '),
                Some(other) => text.push(other),
                None => {}
            },
            (other, false) => text.push(other),
        }
    }
    text.chars().filter(|c| !c.is_control()).collect()
}
