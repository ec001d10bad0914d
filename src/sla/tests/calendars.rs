use super::*;
use crate::locale::{Bilingual, Lang};
use crate::sla::file::parse;
use chrono::{Datelike, NaiveDate, Weekday};
use std::path::PathBuf;

const GOOD: &str = r#"id = "acme"
name = { en = "Acme", ja = "アクメ" }
countries = ["DE"]
zone = "Europe/Berlin"
zone_name = { en = "Berlin time", ja = "ベルリン時間" }
business_day = "PT7H30M"
first_year = 2026
last_year = 2026
source = "the works council"

[hours]
monday = ["09:00-12:00", "12:30-17:00"]

[holidays]
2026-05-01 = { en = "Labour Day", ja = "メーデー" }
"#;

/// The error of a file that has `new` in the place of `old`.
fn error_with(old: &str, new: &str) -> String {
    assert!(GOOD.contains(old), "the example holds `{old}`");
    parse("acme.toml", &GOOD.replacen(old, new, 1)).expect_err("a wrong file").to_string()
}

/// A directory for one test, with these files in it; gone at the end.
struct Directory(PathBuf);

impl Directory {
    fn with(name: &str, files: &[(&str, String)]) -> Self {
        let path = std::env::temp_dir().join(format!("exception-desk-calendars-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a temporary directory");
        for (file, text) in files {
            std::fs::write(path.join(file), text).expect("a temporary file");
        }
        Self(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

#[test]
fn the_shipped_calendars_cover_2024_to_2030() {
    let calendars = Calendars::shipped();
    let ids: Vec<_> = calendars.iter().map(|calendar| (calendar.id(), calendar.holidays().len())).collect();
    assert_eq!(ids, [("jp", 129), ("us", 77), ("utc", 0)]);
    assert!(calendars.iter().all(|calendar| *calendar.years() == (2024..=2030) && !calendar.source().is_empty()));
}

#[test]
fn japanese_holidays_include_substitute_and_in_between_ones() {
    let jp = calendar("jp");
    let name = |day: &str| jp.holidays().get(&date(day)).map(|name| name.get(Lang::Ja));
    assert_eq!(name("2026-05-06"), Some("振替休日（憲法記念日）"));
    assert_eq!(name("2026-09-22"), Some("国民の休日"));
    assert_eq!(name("2026-12-31"), None);
    assert_eq!(name("2027-01-01"), Some("元日"));
    assert_eq!(name("2027-01-02"), None);
}

#[test]
fn federal_holidays_are_listed_on_the_day_on_which_they_are_observed() {
    let us = calendar("us");
    let name = |day: &str| us.holidays().get(&date(day)).map(|name| name.get(Lang::En));
    assert_eq!(name("2026-07-03"), Some("Independence Day (observed)"));
    assert_eq!(name("2026-07-04"), None);
    assert_eq!(name("2027-07-05"), Some("Independence Day (observed)"));
    assert_eq!(name("2027-12-31"), Some("New Year's Day (observed)"));
    assert_eq!(name("2026-06-19"), Some("Juneteenth National Independence Day"));
    assert_eq!(name("2025-01-09"), None, "a day of mourning by executive order");
    assert_eq!(name("2025-12-26"), None, "a closure by executive order");
    assert_eq!(name("2029-01-22"), None, "no day off for Inauguration Day, 20 January 2029, a Saturday");
    assert!(us.holidays().keys().all(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)));
}

#[test]
fn a_country_gets_its_calendar_and_all_others_utc() {
    let calendars = Calendars::shipped();
    let id = |country| calendars.for_country(country).id();
    assert_eq!([id("JP"), id("jp"), id("US"), id("DE"), id("")], ["jp", "jp", "us", "utc", "utc"]);
}

#[test]
fn a_calendar_file_says_what_it_says() {
    let calendar = parse("acme.toml", GOOD).expect("a correct file");
    assert_eq!(calendar.business_day(), chrono::TimeDelta::minutes(450));
    assert_eq!(calendar.zone_name(Lang::Ja), "ベルリン時間");
    assert_eq!(calendar.hours(date("2026-11-16")).len(), 2);
    assert_eq!(calendar.hours(date("2026-11-17")), []);
    let labour_day = Bilingual { en: "Labour Day".into(), ja: "メーデー".into() };
    assert_eq!(calendar.holidays().get(&date("2026-05-01")), Some(&labour_day));
}

#[test]
fn an_error_in_a_calendar_file_names_the_line_and_the_way_out() {
    for (old, new, expected) in [
        ("\"acme\"", "\"Acme!\"", "acme.toml:1: `Acme!` is no calendar id; use lower-case letters"),
        ("\"Acme\"", "\" \"", "acme.toml:2: a name is blank; give it in English and in Japanese"),
        ("\"DE\"", "\"Germany\"", "acme.toml:3: `Germany` is no country code; use two capital letters"),
        ("Europe/Berlin", "Berlin", "acme.toml:4: `Berlin` is no time zone; use a name of the IANA database"),
        ("PT7H30M", "7.5h", "acme.toml:6: `7.5h` is no length of a business day; write hours and minutes"),
        ("PT7H30M", "PT0H", "acme.toml:6: `PT0H` is no length of a business day"),
        ("PT7H30M", "PT24H1M", "acme.toml:6: `PT24H1M` is no length of a business day"),
        ("= 2026", "= 1969", "acme.toml:7: `1969` cannot be covered; time zones are known from 1970 to 2099"),
        ("= 2026", "= 2027", "acme.toml:8: `last_year` is before `first_year`"),
        ("source", "sauce", "acme.toml:9: not a calendar: unknown field `sauce`"),
        ("\"09:00-12:00\", \"12:30-17:00\"", "", "acme.toml:11: no day of the week has working hours"),
        ("monday", "mondays", "acme.toml:12: not a calendar: unknown field `mondays`"),
        ("09:00-12:00", "9-12", "acme.toml:12: `9-12` are no working hours; write opening and closing as"),
        ("09:00-12:00", "22:00-06:00", "acme.toml:12: `22:00-06:00` are no working hours"),
        ("12:30-17:00", "12:30-24:01", "acme.toml:12: `12:30-24:01` are no working hours"),
        ("12:30-17:00", "11:59-17:00", "acme.toml:12: `11:59-17:00` opens before the hours written before it close"),
        ("2026-05-01", "2026-5-1", "acme.toml:15: `2026-5-1` is no date; write it as `2026-09-22`"),
        ("2026-05-01", "2026-02-29", "acme.toml:15: `2026-02-29` is no date"),
        ("2026-05-01", "2027-05-01", "acme.toml:15: the holiday `2027-05-01` lies outside `first_year` to"),
        ("メーデー", "", "acme.toml:15: a name is blank"),
        ("[holidays]", "[holidays", "acme.toml:14: not a calendar: "),
        ("last_year = 2026\n", "", "acme.toml:1: not a calendar: missing field `last_year`"),
    ] {
        let error = error_with(old, new);
        assert!(error.starts_with(expected), "`{new}` for `{old}`: {error}");
    }
}

#[test]
fn a_holiday_named_twice_is_an_error() {
    let error = error_with("2026-05-01", "2026-05-01 = { en = \"x\", ja = \"x\" }\n2026-05-01");
    assert!(error.starts_with("acme.toml:16: not a calendar: duplicate key"), "{error}");
}

#[test]
fn a_file_in_the_directory_replaces_the_calendar_with_its_id_and_takes_over_countries() {
    let files = [
        ("a.toml", GOOD.replace("\"DE\"", "\"DE\", \"US\"")),
        ("b.toml", GOOD.replace("acme", "jp").replace("\"DE\"", "")),
        ("notes.txt", "not a calendar".to_owned()),
    ];
    let directory = Directory::with("replaces", &files);
    let calendars = Calendars::shipped().with_directory(&directory.0).expect("correct files");
    let id = |country| calendars.for_country(country).id();
    assert_eq!([id("DE"), id("US"), id("JP")], ["acme", "acme", "utc"]);
    assert_eq!(calendars.get("jp").map(|calendar| calendar.name(Lang::En)), Some("Acme"));
    assert_eq!(calendars.iter().count(), 4);
}

#[test]
fn two_files_that_claim_the_same_id_or_country_are_an_error() {
    let same_id = Directory::with("same-id", &[("a.toml", GOOD.into()), ("b.toml", GOOD.replace("DE", "AT"))]);
    let same_country =
        Directory::with("same-country", &[("a.toml", GOOD.into()), ("b.toml", GOOD.replace("acme", "b"))]);
    let error = |directory: &Directory| {
        let error = Calendars::shipped().with_directory(&directory.0).expect_err("a conflict");
        (error.code, error.to_string())
    };
    let (code, text) = error(&same_id);
    assert!(code == "id-twice" && text.contains("b.toml: the id `acme`") && text.contains("a.toml;"), "{text}");
    let (code, text) = error(&same_country);
    assert!(code == "country-twice" && text.contains("b.toml: the country `DE`"), "{text}");
}

#[test]
fn a_directory_that_is_not_there_is_an_error() {
    let error = Calendars::shipped().with_directory("/nonexistent/calendars".as_ref()).expect_err("no directory");
    assert!(error.to_string().starts_with("/nonexistent/calendars: cannot be read: "), "{error}");
}
