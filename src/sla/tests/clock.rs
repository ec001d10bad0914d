use super::*;
use crate::locale::Lang;
use crate::sla::{ClockError, End, SlaState};
use chrono::TimeDelta;

#[test]
fn three_japanese_business_days_step_over_the_silver_week() {
    // Monday to Wednesday are holidays, the Tuesday only because it lies between two.
    assert_eq!(due(&calendar("jp"), "2026-09-18T10:00:00+09:00", 3), "2026-09-28T10:00:00+09:00");
}

#[test]
fn a_clock_set_in_working_hours_ends_at_the_same_time_of_day() {
    assert_eq!(due(&calendar("jp"), "2026-11-16T10:30:00+09:00", 1), "2026-11-17T10:30:00+09:00");
    assert_eq!(due(&calendar("us"), "2026-11-16T16:59:59-05:00", 3), "2026-11-19T16:59:59-05:00");
    assert_eq!(due(&calendar("utc"), "2026-11-16T09:00:01Z", 2), "2026-11-18T09:00:01+00:00");
}

#[test]
fn a_clock_set_outside_working_hours_starts_at_the_next_opening_and_ends_at_a_closing() {
    let jp = calendar("jp");
    let before_opening = due(&jp, "2026-11-16T08:59:59.999999999+09:00", 3);
    let at_opening = due(&jp, "2026-11-16T09:00:00+09:00", 3);
    let at_midnight = due(&jp, "2026-11-16T00:00:00+09:00", 3);
    let on_saturday = due(&jp, "2026-11-14T12:00:00+09:00", 3);
    let at_closing_on_friday = due(&jp, "2026-11-13T18:00:00+09:00", 3);
    for due in [before_opening, at_opening, at_midnight, on_saturday, at_closing_on_friday] {
        assert_eq!(due, "2026-11-18T18:00:00+09:00");
    }
}

#[test]
fn the_earliest_instant_is_friday_at_closing_and_not_monday_at_opening() {
    assert_eq!(due(&calendar("jp"), "2026-11-11T09:00:00+09:00", 3), "2026-11-13T18:00:00+09:00");
    // A nanosecond later there is a nanosecond to count on Monday.
    assert_eq!(due(&calendar("jp"), "2026-11-11T09:00:00.000000001+09:00", 3), "2026-11-16T09:00:00.000000001+09:00");
    // A nanosecond before closing counts on the day itself.
    assert_eq!(due(&calendar("jp"), "2026-11-13T17:59:59.999999999+09:00", 1), "2026-11-16T17:59:59.999999999+09:00");
}

#[test]
fn the_instant_counts_and_not_the_offset_it_is_written_in() {
    assert_eq!(due(&calendar("jp"), "2026-11-16T01:00:00Z", 1), due(&calendar("jp"), "2026-11-15T20:00:00-05:00", 1));
}

#[test]
fn years_end_on_ordinary_days_but_for_new_years_day() {
    // In Japan 29 to 31 December and 2 and 3 January are working days.
    assert_eq!(due(&calendar("jp"), "2025-12-31T10:00:00+09:00", 1), "2026-01-02T10:00:00+09:00");
    assert_eq!(due(&calendar("jp"), "2026-12-29T10:00:00+09:00", 3), "2027-01-04T10:00:00+09:00");
    // New Year's Day 2028 is a Saturday, observed on the last day of 2027.
    assert_eq!(due(&calendar("us"), "2027-12-30T10:00:00-05:00", 1), "2028-01-03T10:00:00-05:00");
}

#[test]
fn the_twenty_ninth_of_february_is_a_day() {
    assert_eq!(due(&calendar("utc"), "2024-02-28T10:00:00Z", 1), "2024-02-29T10:00:00+00:00");
    assert_eq!(due(&calendar("utc"), "2028-02-28T10:00:00Z", 2), "2028-03-01T10:00:00+00:00");
}

#[test]
fn daylight_saving_moves_the_instant_and_not_the_time_of_day() {
    // Shifts on Sunday 8 March and Sunday 1 November 2026.
    assert_eq!(due(&calendar("us"), "2026-03-06T10:00:00-05:00", 1), "2026-03-09T10:00:00-04:00");
    assert_eq!(due(&calendar("us"), "2026-10-30T10:00:00-04:00", 1), "2026-11-02T10:00:00-05:00");
}

#[test]
fn a_day_outside_the_covered_years_is_an_error_and_not_a_guess() {
    let jp = calendar("jp");
    let error = |from: &str, days| jp.due(at(from), days, &[]).expect_err("not covered").to_string();
    assert!(jp.due(at("2023-12-31T15:00:00Z"), 1, &[]).is_ok(), "in Japan it is 2024 already");
    assert!(error("2023-12-31T14:59:59Z", 1).contains("`2023-12-31`"));
    assert_eq!(due(&jp, "2030-12-31T09:00:00+09:00", 1), "2030-12-31T18:00:00+09:00");
    assert_eq!(
        error("2030-12-31T09:00:01+09:00", 1),
        "the clock needs `2031-01-01`, and calendar `jp` knows the holidays of 2024 to 2030 only; choose another instant \
         or add a calendar file that covers it"
    );
    assert!(error("2026-01-01T00:00:00Z", 4_000_000_000).contains("`2031-01-01`"));
}

#[test]
fn a_clock_has_one_business_day_at_least() {
    let error = calendar("utc").due(at("2026-11-16T10:00:00Z"), 0, &[]);
    assert_eq!(error, Err(ClockError::NoBusinessDays));
}

#[test]
fn a_business_day_is_its_stated_length_where_days_are_unequal() {
    let week = r#"
        monday = ["09:00-12:00", "13:00-18:00"]
        tuesday = ["09:00-12:00"]
        wednesday = ["20:00-24:00"]
        thursday = ["00:00-04:00"]
    "#;
    let calendar = file_with("Europe/Berlin", "PT7H30M", week);
    assert_eq!(due(&calendar, "2026-11-16T09:00:00+01:00", 1), "2026-11-16T17:30:00+01:00");
    assert_eq!(due(&calendar, "2026-11-16T12:00:00+01:00", 1), "2026-11-17T11:30:00+01:00");
    // 5 h on Monday, 3 h on Tuesday, 4 h to midnight, 3 h after it.
    assert_eq!(due(&calendar, "2026-11-16T12:30:00+01:00", 2), "2026-11-19T03:00:00+01:00");
}

#[test]
fn the_receipt_shows_every_day_with_what_it_counted() {
    let due = calendar("jp").due(at("2026-09-18T16:00:00+09:00"), 1, &[]).expect("a due instant");
    let days: Vec<_> = due
        .receipt
        .iter()
        .map(|day| {
            let holiday = day.holiday.as_ref().map_or("", |name| name.get(Lang::Ja));
            (day.date.to_string(), day.hours.len(), holiday, day.length().num_hours())
        })
        .collect();
    assert_eq!(
        days,
        [
            ("2026-09-18".into(), 1, "", 2),
            ("2026-09-19".into(), 0, "", 0),
            ("2026-09-20".into(), 0, "", 0),
            ("2026-09-21".into(), 0, "敬老の日", 0),
            ("2026-09-22".into(), 0, "国民の休日", 0),
            ("2026-09-23".into(), 0, "秋分の日", 0),
            ("2026-09-24".into(), 1, "", 7),
        ]
    );
}

#[test]
fn what_remains_falls_in_working_hours_only() {
    let due = calendar("jp").due(at("2026-11-16T10:00:00+09:00"), 1, &[]).expect("a due instant");
    let remaining = |now| due.remaining(at(now));
    assert_eq!(remaining("2026-11-15T00:00:00+09:00"), TimeDelta::hours(9));
    assert_eq!(remaining("2026-11-16T10:00:00+09:00"), TimeDelta::hours(9));
    assert_eq!(remaining("2026-11-16T12:30:00+09:00"), TimeDelta::minutes(390));
    assert_eq!(remaining("2026-11-16T23:00:00+09:00"), TimeDelta::hours(1));
    assert_eq!(remaining("2026-11-17T10:00:00+09:00"), TimeDelta::zero());
    assert_eq!(remaining("2027-01-01T00:00:00+09:00"), TimeDelta::zero());
}

#[test]
fn warnings_come_when_a_share_of_the_working_time_has_passed() {
    let due = calendar("jp").due(at("2026-11-13T09:00:00+09:00"), 1, &[]).expect("a due instant");
    assert_eq!(due.passed_at(50), Some(at("2026-11-13T13:30:00+09:00")));
    assert_eq!(due.passed_at(80), Some(at("2026-11-13T16:12:00+09:00")));
    assert_eq!(due.passed_at(100), due.at());
    assert_eq!(due.passed_at(101), None);
}

#[test]
fn a_decision_at_the_due_instant_has_met_it() {
    let due = calendar("utc").due(at("2026-11-16T10:00:00Z"), 1, &[]).expect("a due instant");
    let (on_time, late) = (at("2026-11-17T10:00:00Z"), at("2026-11-17T10:00:00.000000001Z"));
    assert_eq!(due.end, End::At(on_time));
    assert_eq!(due.state(on_time, None), SlaState::Running);
    assert_eq!(due.state(late, None), SlaState::Breached);
    assert_eq!(due.state(late, Some(on_time)), SlaState::Met);
    assert_eq!(due.state(late, Some(late)), SlaState::Breached);
}

#[test]
fn states_read_as_the_contract_writes_them() {
    let written = serde_json::to_string(&[SlaState::Running, SlaState::Paused, SlaState::Met, SlaState::Breached]);
    assert_eq!(written.expect("plain names"), r#"["running","paused","met","breached"]"#);
    assert_eq!(SlaState::Breached.text(Lang::Ja), "期限超過");
}
