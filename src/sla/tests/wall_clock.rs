use super::*;
use crate::sla::wall;
use chrono::TimeDelta;
use chrono_tz::Tz;
use proptest::prelude::*;

#[test]
fn a_day_round_the_clock_has_24_working_hours_on_the_days_of_a_shift_too() {
    let calendar = round_the_clock("America/New_York");
    assert_eq!(due(&calendar, "2026-03-07T12:00:00-05:00", 1), "2026-03-08T12:00:00-04:00");
    assert_eq!(due(&calendar, "2026-10-31T12:00:00-04:00", 1), "2026-11-01T12:00:00-05:00");
}

#[test]
fn a_clock_that_would_end_in_the_skipped_hour_ends_at_the_shift() {
    let calendar = round_the_clock("America/New_York");
    assert_eq!(due(&calendar, "2026-03-07T02:30:00-05:00", 1), "2026-03-08T03:00:00-04:00");
}

#[test]
fn a_clock_that_would_end_in_the_repeated_hour_ends_in_its_first_pass() {
    let calendar = round_the_clock("America/New_York");
    assert_eq!(due(&calendar, "2026-10-31T01:30:00-04:00", 1), "2026-11-01T01:30:00-04:00");
}

#[test]
fn a_clock_that_would_end_when_the_repeat_begins_ends_before_it() {
    // The first two o'clock of New York, the first midnight of Santiago: an hour before the one that the hands then show.
    let calendar = round_the_clock("America/New_York");
    assert_eq!(due(&calendar, "2026-10-31T02:00:00-04:00", 1), "2026-11-01T01:00:00-05:00");
    let calendar = round_the_clock("America/Santiago");
    assert_eq!(due(&calendar, "2026-04-04T00:00:00-03:00", 1), "2026-04-04T23:00:00-04:00");
}

#[test]
fn nothing_counts_while_the_hour_repeats() {
    let calendar = round_the_clock("America/New_York");
    let first_pass = due(&calendar, "2026-11-01T01:30:00-04:00", 1);
    let second_pass = due(&calendar, "2026-11-01T01:30:00-05:00", 1);
    assert_eq!(first_pass, "2026-11-02T01:30:00-05:00");
    assert_eq!(second_pass, "2026-11-02T02:00:00-05:00");
    let pause = pause("2026-11-01T01:00:00-05:00", "2026-11-01T02:00:00-05:00");
    let paused = calendar.due(at("2026-10-31T12:00:00-04:00"), 1, &[pause]).expect("a due instant");
    assert_eq!(local(&paused), "2026-11-01T12:00:00-05:00", "a pause within the repeat holds nothing up");
}

#[test]
fn a_leap_second_is_the_start_of_the_next_second() {
    let calendar = calendar("utc");
    assert_eq!(due(&calendar, "2026-11-16T10:59:60.5Z", 1), "2026-11-17T11:00:00.500+00:00");
}

const ZONES: [Tz; 9] = [
    Tz::UTC,
    Tz::Asia__Tokyo,
    Tz::America__New_York,
    Tz::Europe__London,
    Tz::America__St_Johns,
    Tz::Australia__Lord_Howe,
    Tz::America__Santiago,
    Tz::Africa__Casablanca,
    Tz::Africa__Cairo,
];

/// Instants of 2024 to 2030, half of them close to a shift of some zone.
fn instants() -> impl Strategy<Value = (Tz, DateTime<Utc>)> {
    let (first, last) = (at("2024-01-01T00:00:00Z").timestamp(), at("2030-12-31T00:00:00Z").timestamp());
    (prop::sample::select(ZONES.to_vec()), first..last, 0..1_000_000_000u32, any::<bool>(), -7200..7200i64).prop_map(
        |(zone, seconds, nanos, near_a_shift, offset)| {
            let seconds = if near_a_shift { next_shift(zone, seconds) + offset } else { seconds };
            (zone, DateTime::from_timestamp(seconds, nanos).expect("an instant of this century"))
        },
    )
}

/// The next shift after `seconds`, found by stepping a quarter of an hour at a time.
fn next_shift(zone: Tz, seconds: i64) -> i64 {
    let local = |at: i64| DateTime::from_timestamp(at, 0).expect("an instant").with_timezone(&zone).naive_local();
    let start = seconds / 900 * 900;
    let steps = (0..36_000).map(|step| start + step * 900);
    steps.into_iter().find(|at| local(*at) - local(at - 900) != TimeDelta::minutes(15)).unwrap_or(start)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_wall_clock_never_goes_back((zone, at) in instants(), step in 0..10_000i64) {
        let later = at + TimeDelta::seconds(step);
        prop_assert!(wall::time(zone, at) <= wall::time(zone, later));
    }

    #[test]
    fn the_instant_of_a_wall_time_is_the_earliest_at_which_it_is_reached((zone, at) in instants(), back in 0..10_000i64) {
        let wall = wall::time(zone, at) - TimeDelta::seconds(back);
        let instant = wall::instant(zone, wall);
        prop_assert!(wall::time(zone, instant) >= wall);
        prop_assert!(wall::time(zone, instant - TimeDelta::nanoseconds(1)) < wall);
    }
}
