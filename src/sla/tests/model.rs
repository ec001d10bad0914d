//! The clock against two slow models that share no code with it but the calendar's data.

use super::*;
use crate::sla::{ClockError, End};
use chrono::{Days, NaiveDateTime, TimeDelta, TimeZone};
use proptest::prelude::*;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;

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
fn by_minutes(watcher: &Watcher, from: DateTime<Utc>, days: u32, pauses: &[Pause]) -> Ends {
    let minute = |at: DateTime<Utc>| at.timestamp().div_euclid(60);
    let mut left = watcher.calendar.business_day().num_minutes() * i64::from(days);
    let mut now = minute(from);
    loop {
        if pauses.iter().any(|pause| pause.to.is_none() && minute(pause.from) <= now) {
            return Ends::Remaining(TimeDelta::minutes(left));
        }
        let Some(gained) = watcher.gained(now) else { return Ends::BeyondTheYears };
        now += 1;
        if !pauses.iter().any(|pause| minute(pause.from) < now && pause.to.is_some_and(|to| now <= minute(to))) {
            left -= i64::from(gained);
        }
        if left <= 0 {
            return Ends::At(DateTime::from_timestamp(now * 60, 0).expect("an instant of this century"));
        }
    }
}

/// Watches the clock on the wall of a calendar's place, and remembers for each day (UTC) what was seen in its minutes.
struct Watcher {
    calendar: Calendar,
    seen: RefCell<HashMap<i64, Rc<Vec<Option<u16>>>>>,
}

impl Watcher {
    /// How many minutes on the wall, within working hours, are reached for the first time in the minute of real time from
    /// `now` (minutes since 1970); none from the first minute after the covered years.
    fn gained(&self, now: i64) -> Option<u16> {
        let day = now.div_euclid(1440);
        let seen = self.seen.borrow_mut().entry(day).or_insert_with(|| Rc::new(self.watch(day))).clone();
        seen[usize::try_from(now.rem_euclid(1440)).expect("a minute of the day")]
    }

    fn watch(&self, day: i64) -> Vec<Option<u16>> {
        let zone = self.calendar.zone();
        let minute = TimeDelta::minutes(1);
        let start = DateTime::from_timestamp(day * 86_400, 0).expect("an instant of this century");
        let wall = |at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
        // Where the hand stands when the minute from `at` is over: past the minute shown, or where a shift has put it.
        let after = |at: DateTime<Utc>| (wall(at) + minute).max(wall(at + minute));
        // A shift back may lie behind us, with its hour still repeating.
        let mut reached = (1..=180).map(|back| after(start - minute * back)).max().expect("180 of them");
        let mut watched = Vec::with_capacity(1440);
        for now in (0..1440).map(|passed| start + minute * passed) {
            if !self.calendar.years().contains(&chrono::Datelike::year(&reached.date())) {
                watched.push(None);
                continue;
            }
            let (mut gained, end) = (0, after(now));
            while reached < end {
                let time = reached - NaiveDateTime::from(reached.date());
                let hours = self.calendar.hours(reached.date());
                gained += u16::from(hours.iter().any(|span| span.opens <= time && time < span.closes));
                reached += minute;
            }
            watched.push(Some(gained));
        }
        watched
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

/// Any instant of 2024 to 2030, and many close to a shift, a year's end, the end of a February or the end of the covered
/// years; some exactly on the hour, where hours open and close.
fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    const EDGES: [&str; 10] = [
        "2024-02-29T12:00:00Z",
        "2025-02-28T12:00:00Z",
        "2028-02-29T12:00:00Z",
        "2025-12-31T12:00:00Z",
        "2027-12-31T12:00:00Z",
        "2030-12-27T00:00:00Z",
        "2026-03-08T07:00:00Z", // New York
        "2026-11-01T06:00:00Z",
        "2026-04-04T16:00:00Z", // Sydney
        "2026-10-24T12:00:00Z", // London
    ];
    let (first, last) = (nanos(at("2024-01-01T14:00:00Z")), nanos(at("2030-12-31T00:00:00Z")));
    let (hour, day): (Nanos, Nanos) = (3_600_000_000_000, 86_400_000_000_000);
    let edge = (prop::sample::select(EDGES.to_vec()), -5 * day..4 * day).prop_map(|(edge, off)| nanos(at(edge)) + off);
    (prop_oneof![first..last, edge], any::<bool>())
        .prop_map(move |(at, on_the_hour)| instant(if on_the_hour { at / hour * hour } else { at }))
}

/// The shipped calendars, and others with a break, unequal days, and shifts in either half of the world.
fn calendars() -> &'static [Calendar] {
    static ALL: LazyLock<Vec<Calendar>> = LazyLock::new(|| {
        let uneven = r#"
            monday = ["09:00-12:00", "13:00-17:30"]
            tuesday = ["08:30-12:15"]
            thursday = ["13:00-24:00"]
            friday = ["04:00-06:00", "09:00-17:00"]
            saturday = ["10:00-12:00"]
        "#;
        let others = [file_with("Australia/Sydney", "PT7H30M", uneven), file_with("Europe/London", "PT9H", uneven)];
        Calendars::shipped().iter().cloned().chain(others).collect()
    });
    &ALL
}

fn clocks() -> impl Strategy<Value = (&'static Calendar, DateTime<Utc>, u32, Vec<Pause>)> {
    let second = TimeDelta::nanoseconds(1_000_000_007);
    any_instant().prop_flat_map(move |from| {
        let pauses =
            prop_oneof![pauses(from, second, 1_000_000), pauses(from, TimeDelta::hours(1), 400), Just(Vec::new()),];
        ((0..calendars().len()).prop_map(|index| &calendars()[index]), Just(from), 1..12u32, pauses)
    })
}

/// Places whose clocks shift while they are open, each with instants at which something is special there.
struct Place {
    watcher: Watcher,
    edges: [DateTime<Utc>; 4],
}

thread_local! {
    static PLACES: [Place; 7] = {
        let week = "saturday = [\"00:00-02:30\", \"23:00-24:00\"]\nsunday = [\"00:30-01:45\", \"02:15-06:00\"]";
        let place = |calendar, edges: [&str; 4]| {
            Place { watcher: Watcher { calendar, seen: RefCell::default() }, edges: edges.map(at) }
        };
        // Of each half of the world the shifts both ways, a year's end or the end of the covered years, a leap day.
        let new_york = ["2026-03-08T07:00:00Z", "2026-11-01T06:00:00Z", "2028-01-01T05:00:00Z", "2028-02-29T17:00:00Z"];
        let lord_howe = ["2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z", "2030-12-30T13:00:00Z", "2028-02-29T12:00:00Z"];
        // Here the clocks shift at midnight, so that an hour comes twice on the day before, or a day starts at one.
        let santiago = ["2026-04-05T03:00:00Z", "2026-09-06T04:00:00Z", "2027-01-01T03:00:00Z", "2024-02-29T03:00:00Z"];
        [
            place(round_the_clock("America/New_York"), new_york),
            place(file_with("America/New_York", "PT3H", week), new_york),
            place(round_the_clock("Australia/Lord_Howe"), lord_howe),
            place(file_with("Australia/Lord_Howe", "PT2H15M", week), lord_howe),
            place(round_the_clock("America/Santiago"), santiago),
            place(file_with("America/Santiago", "PT2H15M", week), santiago),
            place(round_the_clock("Europe/London"), ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2029-01-01T00:00:00Z",
                "2028-02-29T12:00:00Z"]),
        ]
    };
}

/// A place, an instant in whole minutes within three days of something special there, a few days and pauses.
fn clocks_at_edges() -> impl Strategy<Value = (usize, DateTime<Utc>, u32, Vec<Pause>)> {
    let minutes = prop_oneof![-2000..300i64, (-66..10i64).prop_map(|half_hours| half_hours * 30)];
    (0..7usize, 0..4usize, minutes).prop_flat_map(|(place, edge, minutes)| {
        let from = PLACES.with(|places| places[place].edges[edge]) + TimeDelta::minutes(minutes);
        let pauses = prop_oneof![pauses(from, TimeDelta::minutes(1), 2500), pauses(from, TimeDelta::minutes(15), 160)];
        (Just(place), Just(from), 1..3u32, pauses)
    })
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_clock_ends_where_intervals_of_working_time_say((calendar, from, days, pauses) in clocks()) {
        prop_assert_eq!(ends(calendar, from, days, &pauses), by_intervals(calendar, from, days, &pauses));
    }

    #[test]
    fn the_clock_ends_where_a_watcher_of_the_wall_clock_says((place, from, days, pauses) in clocks_at_edges()) {
        PLACES.with(|places| {
            let watcher = &places[place].watcher;
            prop_assert_eq!(ends(&watcher.calendar, from, days, &pauses), by_minutes(watcher, from, days, &pauses));
            Ok(())
        })?;
    }
}

/// 20,000 cases, a million in a soak run.
fn cases() -> ProptestConfig {
    let soak = std::env::var_os("EXCEPTION_DESK_SOAK").is_some();
    ProptestConfig::with_cases(if soak { 1_000_000 } else { 20_000 })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn warnings_and_the_rest_agree_with_the_end((calendar, from, days, pauses) in clocks(), percent in 1..=100u8) {
        let Ok(due) = calendar.due(from, days, &pauses) else { return Ok(()) };
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
