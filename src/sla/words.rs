//! Dates, times and lengths of time in words.

use crate::locale::Lang;
use chrono::{Locale, NaiveDate, NaiveDateTime, TimeDelta, Timelike};

/// ISO 8601 in hours, minutes and seconds only: `PT27H`, `PT5H30M`, `PT0.5S`; zero is `PT0S`. A working day has no fixed
/// length, so hours never become days.
pub fn iso_duration(length: TimeDelta) -> String {
    let (hours, minutes, seconds) = parts(length);
    let unit = |value: String, letter: char| if value == "0" { String::new() } else { format!("{value}{letter}") };
    let text = [unit(hours.to_string(), 'H'), unit(minutes.to_string(), 'M'), unit(seconds, 'S')].concat();
    if text.is_empty() { "PT0S".to_owned() } else { format!("PT{text}") }
}

/// A length of time: `5 h 30 min`, `5時間30分`. Hours never become days.
pub fn duration(length: TimeDelta, lang: Lang) -> String {
    let (hours, minutes, seconds) = parts(length);
    let units = [("sla-hours", hours.to_string()), ("sla-minutes", minutes.to_string()), ("sla-seconds", seconds)];
    let shown = units.into_iter().filter(|(_, value)| value != "0");
    let words: Vec<_> = shown.map(|(key, value)| lang.text_with(key, &[("n", value.into())])).collect();
    if words.is_empty() {
        return lang.text_with("sla-minutes", &[("n", "0".into())]);
    }
    words.join(if lang == Lang::En { " " } else { "" })
}

/// A date with its weekday: `Thu 26 Nov 2026`, `2026年11月26日(木)`.
pub fn date(date: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::En => date.format("%a %-d %b %Y").to_string(),
        Lang::Ja => date.format_localized("%Y年%-m月%-d日(%a)", Locale::ja_JP).to_string(),
    }
}

/// A date with the time of day: `Thu 26 Nov 2026, 11:40`, `2026年11月26日(木) 11:40`.
pub fn date_time(at: NaiveDateTime, lang: Lang) -> String {
    let separator = if lang == Lang::En { ", " } else { " " };
    format!("{}{separator}{}", date(at.date(), lang), time_on(at.date(), at))
}

/// The time of day of `at` as seen on `day`: `11:40`, `11:40:05.5`; the midnight that ends the day is `24:00`.
pub fn time_on(day: NaiveDate, at: NaiveDateTime) -> String {
    if at.date() > day && at.num_seconds_from_midnight() == 0 && at.nanosecond() == 0 {
        return "24:00".to_owned();
    }
    let seconds = if at.second() == 0 && at.nanosecond() == 0 { "" } else { ":%S%.f" };
    let text = at.format(&format!("%H:%M{seconds}")).to_string();
    if text.contains('.') { text.trim_end_matches('0').to_owned() } else { text }
}

/// Whole hours, whole minutes of the hour, and seconds of the minute with their fraction, as short as it can be written.
fn parts(length: TimeDelta) -> (i64, i64, String) {
    let seconds = length.num_seconds() % 60;
    let text = match length.subsec_nanos() {
        0 => seconds.to_string(),
        nanos => format!("{seconds}.{nanos:09}").trim_end_matches('0').to_owned(),
    };
    (length.num_hours(), length.num_minutes() % 60, text)
}
