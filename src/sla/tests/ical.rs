use crate::locale::{Bilingual, Lang};
use crate::sla::ical::days;
use chrono::NaiveDate;
use std::collections::BTreeMap;

fn read(text: &str) -> BTreeMap<NaiveDate, Bilingual> {
    days("holidays.ics", text, &(2024..=2030)).unwrap_or_else(|error| panic!("{error}"))
}

/// A calendar of one event.
fn event(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1@example\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn dates(lines: &str) -> Vec<String> {
    read(&event(lines)).keys().map(ToString::to_string).collect()
}

fn refused(text: &str) -> String {
    days("holidays.ics", text, &(2024..=2030)).expect_err("a fault").to_string()
}

#[test]
fn whole_days_are_read_with_their_names_in_one_language_or_two() {
    let text =
        event("DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Office closed\\, all\r\n  day");
    let closed = read(&text);
    assert_eq!(closed.keys().map(ToString::to_string).collect::<Vec<_>>(), ["2026-12-24", "2026-12-25", "2026-12-26"]);
    assert!(
        closed
            .values()
            .all(|name| name.get(Lang::En) == "Office closed, all day" && name.get(Lang::Ja) == name.get(Lang::En))
    );
    let both =
        "DTSTART;VALUE=DATE:20260922\r\nSUMMARY;LANGUAGE=ja:国民の休日\r\nSUMMARY;LANGUAGE=en-GB:Citizens' Holiday";
    let day = read(&event(both)).into_values().next().expect("a day");
    assert_eq!((day.get(Lang::En), day.get(Lang::Ja)), ("Citizens' Holiday", "国民の休日"));
    assert_eq!(dates("DTSTART:20261224T000000\r\nDURATION:P2D\r\nSUMMARY:x"), ["2026-12-24", "2026-12-25"]);
    assert_eq!(dates("DTSTART:20261224\r\nSTATUS:CANCELLED\r\nSUMMARY:x"), Vec::<String>::new());
}

#[test]
fn a_yearly_rule_ends_with_the_covered_years_at_the_latest() {
    assert_eq!(dates("DTSTART:19700224\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:x").len(), 7);
    assert_eq!(dates("DTSTART:20260224\r\nRRULE:FREQ=YEARLY;COUNT=2\r\nSUMMARY:x"), ["2026-02-24", "2027-02-24"]);
    assert_eq!(dates("DTSTART:20260224\r\nRRULE:FREQ=YEARLY;UNTIL=20270224T000000Z\r\nSUMMARY:x").len(), 2);
    assert_eq!(
        dates("DTSTART:20250224\r\nRRULE:FREQ=YEARLY;INTERVAL=2\r\nEXDATE:20270224\r\nSUMMARY:x"),
        ["2025-02-24", "2029-02-24"]
    );
    assert_eq!(dates("DTSTART:20240229\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:x"), ["2024-02-29", "2028-02-29"]);
    // Thanksgiving, and Memorial Day: the fourth Thursday, the last Monday.
    let thanksgiving = dates("DTSTART:20241128\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\nSUMMARY:x");
    assert_eq!((thanksgiving.len(), thanksgiving[2].as_str()), (7, "2026-11-26"));
    let memorial = dates("DTSTART:20240527\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\r\nSUMMARY:x");
    assert_eq!((memorial.len(), memorial[2].as_str()), (7, "2026-05-25"));
}

#[test]
fn holidays_of_the_united_states_come_out_as_the_shipped_calendar_has_them() {
    let rules = [
        ("20240115", "BYMONTH=1;BYDAY=3MO"),
        ("20240219", "BYMONTH=2;BYDAY=3MO"),
        ("20240527", "BYMONTH=5;BYDAY=-1MO"),
        ("20240902", "BYMONTH=9;BYDAY=1MO"),
        ("20241014", "BYMONTH=10;BYDAY=2MO"),
        ("20241128", "BYMONTH=11;BYDAY=4TH"),
    ];
    let us = super::calendar("us");
    for (start, rule) in rules {
        let days = dates(&format!("DTSTART:{start}\r\nRRULE:FREQ=YEARLY;{rule}\r\nSUMMARY:x"));
        assert_eq!(days.len(), 7);
        assert!(days.iter().all(|day| us.holidays().contains_key(&day.parse().expect("a date"))), "{rule}: {days:?}");
    }
}

#[test]
fn what_is_not_understood_is_an_error_of_its_line_and_not_left_out() {
    for (lines, fault) in [
        ("DTSTART:20261224T093000\r\nSUMMARY:x", "holidays.ics:5: `20261224T093000` is no whole day"),
        ("DTSTART:20260230\r\nSUMMARY:x", "holidays.ics:5: `20260230` is no whole day"),
        ("SUMMARY:x\r\nDTSTART:20261224\r\nRRULE:FREQ=DAILY", "holidays.ics:7: `FREQ=DAILY` is no recurrence"),
        ("SUMMARY:x\r\nDTSTART:20261224\r\nRRULE:FREQ=YEARLY;BYSETPOS=1", "holidays.ics:7: `FREQ=YEARLY;BYSETPOS=1`"),
        ("SUMMARY:x\r\nDTSTART:20261224\r\nRDATE:20261225", "holidays.ics:7: `20261225`"),
        ("SUMMARY:x\r\nDTSTART:20261224\r\nDTEND:20261224", "holidays.ics:3: the event lasts `0` days"),
        ("SUMMARY:x\r\nDTSTART:20261224\r\nDTEND:20991224", "holidays.ics:3: the event lasts"),
        ("SUMMARY:x", "holidays.ics:3: the event has no `DTSTART`"),
        ("DTSTART:20261224", "holidays.ics:3: the event of `2026-12-24` has no `SUMMARY`"),
        ("no colon here", "holidays.ics:5: `no colon here`"),
    ] {
        let error = refused(&event(lines));
        assert!(error.starts_with(fault), "{error}");
    }
    assert!(
        refused("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261224\n")
            .starts_with("holidays.ics:2: the event has no end")
    );
    assert!(refused("").starts_with("holidays.ics:1: no iCalendar file"));
    assert!(refused(&"BEGIN:VCALENDAR\n".repeat(50_001)).starts_with("holidays.ics:50001: the file has more than"));
}
