use super::*;
use crate::locale::{Bilingual, Lang};
use crate::sla::{ClockError, ClosedDay, End, Reckoned, SlaState};
use chrono::TimeDelta;

const FROM: &str = "2026-11-16T10:00:00+09:00"; // a Monday

fn closed(day: &str, announced: &str) -> ClosedDay {
    let name = Bilingual::of(|lang| if lang == Lang::En { "Snow".to_owned() } else { "大雪".to_owned() });
    ClosedDay { day: day.parse().expect("a date"), name, announced_at: at(announced), withdrawn_at: None }
}

fn reckon(pauses: &[Pause], closed: &[ClosedDay], decided_at: Option<&str>) -> Reckoned {
    calendar("jp").reckon(at(FROM), 3, pauses, closed, decided_at.map(at)).expect("a clock")
}

#[test]
fn a_day_announced_before_the_clock_was_set_is_a_holiday_like_any_other() {
    let reckoned = reckon(&[], &[closed("2026-11-17", FROM)], None);
    assert_eq!(local(&reckoned.due), "2026-11-20T10:00:00+09:00");
    assert_eq!((reckoned.moves.len(), reckoned.due.receipt[1].holiday.is_some()), (0, true));
}

#[test]
fn a_day_announced_late_moves_a_deadline_that_is_open_and_says_from_where_to_where() {
    let reckoned = reckon(&[], &[closed("2026-11-19", "2026-11-17T12:00:00+09:00")], None);
    assert_eq!(local(&reckoned.due), "2026-11-20T10:00:00+09:00");
    let [moved] = reckoned.moves.as_slice() else { panic!("one move: {:?}", reckoned.moves) };
    let ends = (moved.before, moved.after);
    assert_eq!(ends, (End::At(at("2026-11-19T10:00:00+09:00")), End::At(at("2026-11-20T10:00:00+09:00"))));
    assert_eq!(moved.days[0].name.get(Lang::Ja), "大雪");
}

#[test]
fn a_deadline_that_is_breached_or_met_stays_where_it_was() {
    let (due, late) = ("2026-11-19T10:00:00+09:00", "2026-11-19T10:00:00.000000001+09:00");
    let breached = reckon(&[], &[closed("2026-11-17", late)], None);
    assert_eq!((local(&breached.due), breached.moves.len()), (due.to_owned(), 0));
    assert_eq!(breached.due.state(at("2026-11-19T12:00:00+09:00"), None), SlaState::Breached);
    // At the due instant there is still time to meet it.
    let at_the_last_instant = reckon(&[], &[closed("2026-11-17", due)], None);
    assert_eq!(local(&at_the_last_instant.due), "2026-11-20T10:00:00+09:00");
    let met = reckon(&[], &[closed("2026-11-17", "2026-11-18T12:00:00+09:00")], Some("2026-11-18T12:00:00+09:00"));
    assert_eq!((local(&met.due), met.moves.len()), (due.to_owned(), 0));
}

#[test]
fn what_one_announcement_saved_from_a_breach_the_next_one_can_move_again() {
    let first = closed("2026-11-19", "2026-11-18T12:00:00+09:00");
    let second = closed("2026-11-20", "2026-11-19T12:00:00+09:00");
    let reckoned = reckon(&[], &[first.clone(), second.clone()], None);
    // From Friday over the weekend and Labour Thanksgiving Day.
    assert_eq!((local(&reckoned.due).as_str(), reckoned.moves.len()), ("2026-11-24T10:00:00+09:00", 2));
    let without_the_first = reckon(&[], &[second], None);
    assert_eq!(local(&without_the_first.due), "2026-11-19T10:00:00+09:00", "it came after the breach");
    let together = closed("2026-11-20", "2026-11-18T12:00:00+09:00");
    assert_eq!(reckon(&[], &[first, together], None).moves.len(), 1, "one announcement of two days");
}

#[test]
fn a_closed_day_on_a_weekend_or_a_holiday_moves_nothing() {
    for day in ["2026-11-22", "2026-11-23", "2026-12-01"] {
        let reckoned = reckon(&[], &[closed(day, "2026-11-17T12:00:00+09:00")], None);
        assert_eq!((local(&reckoned.due).as_str(), reckoned.moves.len()), ("2026-11-19T10:00:00+09:00", 0), "{day}");
    }
}

#[test]
fn a_clock_that_stands_still_gets_the_hours_of_a_closed_day_back() {
    // Twelve hours were used when the question was asked, three of them on the day that is closed afterwards.
    let since = "2026-11-17T13:00:00+09:00";
    let reckoned = reckon(&[open_pause(since)], &[closed("2026-11-17", "2026-11-25T12:00:00+09:00")], None);
    let End::Paused { remaining, .. } = reckoned.due.end else { panic!("paused") };
    assert_eq!(remaining, TimeDelta::hours(19));
    assert_eq!(reckoned.moves[0].before, End::Paused { since: at(since), remaining: TimeDelta::hours(15) });
}

#[test]
fn what_is_taken_back_shortens_no_promise() {
    let withdrawn =
        |at_: &str| ClosedDay { withdrawn_at: Some(at(at_)), ..closed("2026-11-18", "2026-11-01T00:00:00Z") };
    let kept = reckon(&[], &[withdrawn("2026-11-16T10:00:00.000001+09:00")], None);
    assert_eq!(local(&kept.due), "2026-11-20T10:00:00+09:00");
    let gone = reckon(&[], &[withdrawn(FROM)], None);
    assert_eq!(local(&gone.due), "2026-11-19T10:00:00+09:00");
}

#[test]
fn closing_more_than_the_covered_years_have_is_an_error() {
    let last = closed("2030-12-31", "2030-12-30T12:00:00+09:00");
    let reckoned = calendar("jp").reckon(at("2030-12-30T10:00:00+09:00"), 2, &[], &[last], None);
    assert!(matches!(reckoned, Err(ClockError::NotCovered { .. })));
}

#[test]
fn an_open_deadline_is_postponed_by_the_working_time_that_closes() {
    let jp = calendar("jp");
    let closer = jp.closed_on(&[closed("2026-11-18", FROM)]);
    let postponed = |until: &str| jp.postponed(&closer, at(FROM), at(until)).expect("covered");
    assert_eq!(postponed("2026-11-30T10:00:00+09:00"), at("2026-12-01T10:00:00+09:00"));
    assert_eq!(postponed("2026-11-17T18:00:00+09:00"), at("2026-11-17T18:00:00+09:00"), "before the closed day");
    assert_eq!(postponed("2026-11-18T12:00:00+09:00"), at("2026-11-19T12:00:00+09:00"));
    let at_night = jp.postponed(&closer, at("2026-11-16T20:00:00+09:00"), at("2026-11-16T22:00:00+09:00"));
    assert_eq!(at_night.expect("nothing to count"), at("2026-11-16T22:00:00+09:00"));
}
