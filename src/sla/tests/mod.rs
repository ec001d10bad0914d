//! What the clock promises, by example; against a slow model in [`model`].

mod calendars;
mod clock;
mod command;
mod late;
mod model;
mod pauses;
mod wall_clock;

use super::{Calendar, Calendars, Due, Pause};
use chrono::{DateTime, Utc};

/// A shipped calendar.
fn calendar(id: &str) -> Calendar {
    Calendars::shipped().get(id).expect("a shipped calendar").clone()
}

/// A calendar from a file's text.
fn written(text: &str) -> Calendar {
    super::file::parse("test.toml", text).expect("a correct calendar file")
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("an RFC 3339 instant").to_utc()
}

fn pause(from: &str, to: &str) -> Pause {
    Pause { from: at(from), to: Some(at(to)) }
}

fn open_pause(from: &str) -> Pause {
    Pause { from: at(from), to: None }
}

/// The due instant of `business_days` from `from`, as the calendar's local time with offset.
fn due(calendar: &Calendar, from: &str, business_days: u32) -> String {
    local(&calendar.due(at(from), business_days, &[]).expect("a due instant"))
}

fn local(due: &Due) -> String {
    let at = due.at().expect("no open pause");
    at.with_timezone(&due.zone).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
}

/// Open round the clock on every day, in a zone: what meets daylight-saving shifts.
fn round_the_clock(zone: &str) -> Calendar {
    let hours = "[\"00:00-24:00\"]";
    let week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let week: String = week.iter().map(|day| format!("{day} = {hours}\n")).collect();
    file_with(zone, "PT24H", &week)
}

fn file_with(zone: &str, business_day: &str, week: &str) -> Calendar {
    written(&format!(
        r#"
        id = "test"
        name = {{ en = "Test", ja = "試験" }}
        zone = "{zone}"
        zone_name = {{ en = "Local time", ja = "現地時間" }}
        business_day = "{business_day}"
        first_year = 2024
        last_year = 2030
        source = "none"
        [hours]
        {week}
        "#
    ))
}
