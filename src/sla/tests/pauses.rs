use super::*;
use crate::sla::{ClockError, End, SlaState};
use chrono::TimeDelta;

const FROM: &str = "2026-11-16T10:00:00+09:00"; // a Monday

fn due_with(business_days: u32, pauses: &[Pause]) -> Due {
    calendar("jp").due(at(FROM), business_days, pauses).expect("a clock")
}

#[test]
fn a_pause_in_working_hours_moves_the_due_instant_by_its_length() {
    let due = due_with(1, &[pause("2026-11-16T12:00:00+09:00", "2026-11-16T13:30:00.25+09:00")]);
    assert_eq!(local(&due), "2026-11-17T11:30:00.250+09:00");
}

#[test]
fn only_working_time_of_a_pause_moves_the_due_instant() {
    let overnight = due_with(1, &[pause("2026-11-16T17:00:00+09:00", "2026-11-17T09:30:00+09:00")]);
    assert_eq!(local(&overnight), "2026-11-17T11:30:00+09:00");
    let after_hours = due_with(1, &[pause("2026-11-16T18:00:00+09:00", "2026-11-17T09:00:00+09:00")]);
    assert_eq!(local(&after_hours), "2026-11-17T10:00:00+09:00");
}

#[test]
fn overlapping_and_repeated_pauses_count_once() {
    let lunch = pause("2026-11-16T12:00:00+09:00", "2026-11-16T13:00:00+09:00");
    let longer = pause("2026-11-16T12:30:00+09:00", "2026-11-16T14:00:00+09:00");
    let within = pause("2026-11-16T12:45:00+09:00", "2026-11-16T12:50:00+09:00");
    let touching = pause("2026-11-16T14:00:00+09:00", "2026-11-16T15:00:00+09:00");
    let due = due_with(1, &[touching, within, longer, lunch, lunch]);
    assert_eq!(local(&due), "2026-11-17T13:00:00+09:00");
    assert_eq!(due.receipt[0].paused, TimeDelta::hours(3));
}

#[test]
fn pauses_are_clipped_to_the_clock() {
    let before = pause("2020-01-01T00:00:00Z", "2026-11-16T09:59:00+09:00");
    let over_the_start = pause("2026-11-16T09:00:00+09:00", "2026-11-16T10:30:00+09:00");
    let after_the_end = pause("2026-11-17T10:30:00+09:00", "2040-01-01T00:00:00Z");
    let empty = pause("2026-11-16T11:00:00+09:00", "2026-11-16T11:00:00+09:00");
    let due = due_with(1, &[before, over_the_start, after_the_end, empty]);
    assert_eq!(local(&due), "2026-11-17T10:30:00+09:00");
    assert_eq!(due.receipt[0].counted.len(), 1, "a pause of no length parts nothing");
}

#[test]
fn a_pause_that_ends_before_it_starts_is_an_error() {
    let (from, to) = ("2026-11-16T12:00:00+09:00", "2026-11-16T11:59:59.999999999+09:00");
    let error = calendar("jp").due(at(FROM), 1, &[pause(from, to)]);
    assert_eq!(error, Err(ClockError::PauseEndsBeforeItStarts { from: at(from), to: at(to) }));
}

#[test]
fn a_pause_that_outlasts_the_covered_years_is_an_error() {
    let long = pause("2026-11-16T12:00:00+09:00", "2031-01-01T00:00:00+09:00");
    assert!(matches!(calendar("jp").due(at(FROM), 1, &[long]), Err(ClockError::NotCovered { .. })));
}

#[test]
fn an_open_pause_leaves_the_working_time_that_is_left() {
    let since = "2026-11-16T13:30:00+09:00";
    let due = due_with(1, &[open_pause(since), open_pause("2026-11-17T09:00:00+09:00")]);
    let remaining = TimeDelta::minutes(330);
    assert_eq!(due.end, End::Paused { since: at(since), remaining });
    assert_eq!(due.remaining(at("2026-12-24T00:00:00Z")), remaining);
    assert_eq!(due.remaining(at("2026-11-16T12:30:00+09:00")), TimeDelta::minutes(390));
    assert_eq!(due.passed_at(30), Some(at("2026-11-16T12:42:00+09:00")));
    assert_eq!(due.passed_at(80), None);
    assert_eq!(due.state(at("2026-12-24T00:00:00Z"), None), SlaState::Paused);
    assert_eq!(due.state(at("2026-12-24T00:00:00Z"), Some(at("2026-12-24T00:00:00Z"))), SlaState::Met);
}

#[test]
fn an_open_pause_from_before_the_clock_leaves_all_of_it() {
    for since in ["2020-01-01T00:00:00Z", FROM] {
        let due = due_with(3, &[open_pause(since)]);
        assert_eq!(due.end, End::Paused { since: at(FROM), remaining: TimeDelta::hours(27) });
        assert_eq!(due.receipt.len(), 1);
    }
}

#[test]
fn a_clock_that_has_ended_when_the_pause_begins_keeps_its_due_instant() {
    let at_the_due_instant = due_with(1, &[open_pause("2026-11-17T10:00:00+09:00")]);
    assert_eq!(local(&at_the_due_instant), "2026-11-17T10:00:00+09:00");
    let just_before = due_with(1, &[open_pause("2026-11-17T09:59:59.999999999+09:00")]);
    assert!(matches!(just_before.end, End::Paused { remaining, .. } if remaining == TimeDelta::nanoseconds(1)));
}

#[test]
fn an_open_pause_outside_working_hours_needs_no_day_after_it() {
    let jp = calendar("jp");
    let new_year = open_pause("2031-01-01T00:00:00+09:00");
    let due = jp.due(at("2030-12-31T17:00:00+09:00"), 1, &[new_year]).expect("a paused clock");
    assert_eq!(due.end, End::Paused { since: new_year.from, remaining: TimeDelta::hours(8) });
    let beyond = jp.due(at("2031-01-06T10:00:00+09:00"), 1, &[new_year]);
    assert!(matches!(beyond, Err(ClockError::NotCovered { .. })), "an open pause covers no year");
}

#[test]
fn reopening_gives_back_exactly_what_was_left() {
    let closed = due_with(1, &[pause("2026-11-16T13:30:00+09:00", "2026-11-20T09:00:00+09:00")]);
    assert_eq!(local(&closed), "2026-11-20T14:30:00+09:00");
}
