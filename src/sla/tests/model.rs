//! The clock against two slow models that share no code with it but the calendar's data.

use super::*;
use crate::sla::{ClockError, End};
use chrono::{Days, NaiveDateTime, TimeDelta, TimeZone};
use proptest::prelude::*;

/// Instants as nanoseconds since 1970.
type Nanos = i64;

fn nanos(at: DateTime<Utc>) -> Nanos {
    at.timestamp_nanos_opt().expect("an instant of this century")
}

fn instant(at: Nanos) -> DateTime<Utc> {
    DateTime::from_timestamp_nanos(at)
}

/// How the model says that a clock ends.
#[derive(Debug, PartialEq)]
enum Ends {
    At(DateTime<Utc>),
    Remaining(TimeDelta),
    BeyondTheYears,
}

fn ends(calendar: &Calendar, from: DateTime<Utc>, days: u32, pauses: &[Pause]) -> Ends {
    match calendar.due(from, days, pauses) {
        Ok(Due { end: End::At(at), .. }) => Ends::At(at),
        Ok(Due { end: End::Paused { remaining, .. }, .. }) => Ends::Remaining(remaining),
        Err(ClockError::NotCovered { .. }) => Ends::BeyondTheYears,
        Err(error) => panic!("{error}"),
    }
}

/// Working time as intervals of instants, from which each pause is taken in turn; right where no shift falls within
/// working hours, as in the shipped calendars.
fn by_intervals(calendar: &Calendar, from: DateTime<Utc>, days: u32, pauses: &[Pause]) -> Ends {
    let zone = calendar.zone();
    let mut day = from.with_timezone(&zone).date_naive();
    let mut left = calendar.business_day().num_nanoseconds().expect("a day") * i64::from(days);
    let open_from = pauses.iter().filter(|pause| pause.to.is_none()).map(|pause| nanos(pause.from)).min();
    loop {
        if !(2024..=2030).contains(&chrono::Datelike::year(&day)) {
            return Ends::BeyondTheYears;
        }
        for span in calendar.hours(day) {
            let instant = |offset: TimeDelta| {
                let local = NaiveDateTime::from(day) + offset;
                nanos(zone.from_local_datetime(&local).single().expect("no shift in working hours").to_utc())
            };
            let mut open = vec![(instant(span.opens).max(nanos(from)), instant(span.closes))];
            for pause in pauses {
                let (start, end) = (nanos(pause.from), pause.to.map_or(i64::MAX, nanos));
                open = open.into_iter().flat_map(|(a, b)| [(a, b.min(start)), (a.max(end), b)]).collect();
            }
            for (a, b) in open.into_iter().filter(|(a, b)| a < b) {
                if b - a >= left {
                    return Ends::At(self::instant(a + left));
                }
                left -= b - a;
            }
        }
        let midnight = zone.from_local_datetime(&NaiveDateTime::from(day + Days::new(1))).earliest().expect("midnight");
        if open_from.is_some_and(|from| from <= nanos(midnight.to_utc())) {
            return Ends::Remaining(TimeDelta::nanoseconds(left));
        }
        day = day + Days::new(1);
    }
}

/// Minute by minute through real time, watching a clock on the wall: a minute on the wall counts when the clock reaches
/// it for the first time, within hours and outside pauses. For instants and hours in whole minutes.
fn by_minutes(calendar: &Calendar, from: DateTime<Utc>, days: u32, pauses: &[Pause]) -> Ends {
    let zone = calendar.zone();
    let minute = TimeDelta::minutes(1);
    let wall = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
    // Where the hand stands when the minute from `now` is over: past the minute shown, or where a shift has put it.
    let after = |now: DateTime<Utc>| (wall(now) + minute).max(wall(now + minute));
    // A shift back may lie behind us, with its hour still repeating.
    let mut reached = (1..=180).map(|back| after(from - minute * back)).max().expect("180 of them");
    let mut left = calendar.business_day().num_minutes() * i64::from(days);
    let mut now = from;
    loop {
        if pauses.iter().any(|pause| pause.to.is_none() && pause.from <= now) {
            return Ends::Remaining(minute * i32::try_from(left).expect("few minutes"));
        }
        let paused = pauses.iter().any(|pause| pause.from <= now && pause.to.is_some_and(|to| now < to));
        while reached < after(now) {
            let time = reached - NaiveDateTime::from(reached.date());
            let open = calendar.hours(reached.date()).iter().any(|span| span.opens <= time && time < span.closes);
            reached += minute;
            if open && !paused {
                left -= 1;
                if left == 0 {
                    return Ends::At(now + minute);
                }
            }
        }
        now += minute;
    }
}

fn pauses(from: DateTime<Utc>, unit: TimeDelta, length: i64) -> impl Strategy<Value = Vec<Pause>> {
    let pause =
        (-length / 4..length, 0..length / 2, prop::bool::weighted(0.1)).prop_map(move |(start, length, open)| {
            let start = from + TimeDelta::nanoseconds(unit.num_nanoseconds().expect("short") * start);
            let end = start + TimeDelta::nanoseconds(unit.num_nanoseconds().expect("short") * length);
            Pause { from: start, to: (!open).then_some(end) }
        });
    prop::collection::vec(pause, 0..6)
}

/// Any instant of 2024 to 2030, at times exactly on the hour, where hours open and close.
fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    let (first, last) = (nanos(at("2024-01-01T06:00:00Z")), nanos(at("2030-12-31T00:00:00Z")));
    let hour = 3_600_000_000_000;
    prop_oneof![first..last, (first / hour..last / hour).prop_map(move |h| h * hour)].prop_map(instant)
}

fn clocks() -> impl Strategy<Value = (&'static str, DateTime<Utc>, u32, Vec<Pause>)> {
    let second = TimeDelta::nanoseconds(1_000_000_007);
    any_instant().prop_flat_map(move |from| {
        let pauses =
            prop_oneof![pauses(from, second, 1_000_000), pauses(from, TimeDelta::hours(1), 400), Just(Vec::new()),];
        (prop::sample::select(vec!["jp", "us", "utc"]), Just(from), 1..12u32, pauses)
    })
}

/// Instants in whole minutes within three days of a shift in New York, or (in the south) Lord Howe's half hour.
fn clocks_at_shifts() -> impl Strategy<Value = (Calendar, DateTime<Utc>, u32, Vec<Pause>)> {
    let week = "saturday = [\"00:00-02:30\", \"23:00-24:00\"]\nsunday = [\"00:30-01:45\", \"02:15-06:00\"]";
    let calendars = vec![
        round_the_clock("America/New_York"),
        round_the_clock("Australia/Lord_Howe"),
        file_with("America/New_York", "PT3H", week),
        file_with("Australia/Lord_Howe", "PT2H15M", week),
    ];
    let shifts = ["2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z"];
    (prop::sample::select(calendars), prop::sample::select(shifts.to_vec()), -2000..300i64).prop_flat_map(
        |(calendar, shift, minutes)| {
            let from = at(shift) + TimeDelta::minutes(minutes);
            (Just(calendar), Just(from), 1..3u32, pauses(from, TimeDelta::minutes(1), 2500))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn the_clock_ends_where_intervals_of_working_time_say((id, from, days, pauses) in clocks()) {
        let calendar = calendar(id);
        prop_assert_eq!(ends(&calendar, from, days, &pauses), by_intervals(&calendar, from, days, &pauses));
    }

    #[test]
    fn warnings_and_the_rest_agree_with_the_end((id, from, days, pauses) in clocks(), percent in 1..=100u8) {
        let Ok(due) = calendar(id).due(from, days, &pauses) else { return Ok(()) };
        let counted: TimeDelta = due.receipt.iter().map(|day| day.length()).sum();
        let rest = due.needed - counted;
        match due.end {
            End::At(at) => {
                prop_assert!(rest.is_zero() && due.remaining(at).is_zero());
                prop_assert!(due.remaining(at - TimeDelta::nanoseconds(1)) > TimeDelta::zero());
            }
            End::Paused { since, remaining } => prop_assert_eq!((rest, due.remaining(since)), (remaining, remaining)),
        }
        if let Some(warning) = due.passed_at(percent) {
            prop_assert_eq!(due.needed - due.remaining(warning), due.needed * i32::from(percent) / 100);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_clock_ends_where_a_watcher_of_the_wall_clock_says((calendar, from, days, pauses) in clocks_at_shifts()) {
        prop_assert_eq!(ends(&calendar, from, days, &pauses), by_minutes(&calendar, from, days, &pauses));
    }
}
