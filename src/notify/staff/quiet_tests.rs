//! Quiet hours against a model that walks from minute to minute.

use super::*;
use chrono::{Datelike, Weekday};
use proptest::prelude::*;

const ZONES: [Tz; 6] = [
    Tz::UTC,
    Tz::Asia__Tokyo,
    Tz::America__New_York,
    Tz::Europe__Berlin,
    Tz::Australia__Lord_Howe,
    // Its day begins at 01:00 when summer time does.
    Tz::Asia__Beirut,
];

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn time(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

fn weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// What the clock on the wall has reached at each minute from `from` on, the latest if it was set back: it is watched from three hours
/// before, longer than any shift, and each minute that it shows runs to its end.
fn shown(zone: Tz, from: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, NaiveDateTime)> {
    let minutes = (-180..).map(move |minute| from + TimeDelta::minutes(minute));
    let local = move |at: DateTime<Utc>| at.with_timezone(&zone).naive_local();
    let reached = minutes.scan(None, move |last: &mut Option<(NaiveDateTime, NaiveDateTime)>, at| {
        let reached =
            last.map_or(local(at), |(reached, shown)| reached.max(shown + TimeDelta::minutes(1)).max(local(at)));
        *last = Some((reached, local(at)));
        Some((at, reached))
    });
    reached.skip(180)
}

/// Whether nobody is to be mailed while the clock shows `shown`: a sentence of the settings each.
fn is_quiet(quiet: &Quiet, shown: NaiveDateTime) -> bool {
    let now = shown.time();
    let in_hours = quiet.hours.is_some_and(|(from, until)| match from < until {
        true => now >= from && now < until,
        false => now >= from || now < until,
    });
    in_hours || (quiet.closed_days && weekend(shown.date()))
}

fn by_the_minute(quiet: &Quiet, from: DateTime<Utc>) -> DateTime<Utc> {
    shown(quiet.zone, from).find(|(_, shown)| !is_quiet(quiet, *shown)).unwrap().0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Around the shifts of all zones, and anywhere in the year.
    #[test]
    fn mail_waits_for_the_first_welcome_minute(
        zone in proptest::sample::select(&ZONES[..]),
        day in prop_oneof![
            Just("2026-03-08"), Just("2026-03-28"), Just("2026-04-04"), Just("2026-10-03"), Just("2026-10-24"), Just("2026-10-31"),
            Just("2026-07-01"),
        ],
        minute in 0_i64..4320,
        hours in proptest::option::of((0_u32..24, 0_u32..60, 0_u32..24, 0_u32..60)),
        closed_days: bool,
    ) {
        let hours = hours.map(|(a, b, c, d)| (time(a, b), time(c, d))).filter(|(from, until)| from != until);
        let quiet = Quiet { zone, hours, closed_days };
        let from = at(&format!("{day}T00:00:00Z")) + TimeDelta::minutes(minute);
        prop_assert_eq!(quiet.welcome_at(from, weekend), by_the_minute(&quiet, from), "{:?} from {}", quiet, from);
    }

    #[test]
    fn what_was_held_until_it_is_welcome_is_held_no_longer(
        zone in proptest::sample::select(&ZONES[..]), minute in 0_i64..525_600, from in 0_u32..1440, until in 0_u32..1440, closed_days: bool,
    ) {
        let hours = Some((time(from / 60, from % 60), time(until / 60, until % 60))).filter(|_| from != until);
        let quiet = Quiet { zone, hours, closed_days };
        let start = at("2026-01-01T00:00:00Z") + TimeDelta::minutes(minute);
        let held = quiet.welcome_at(start, weekend);
        prop_assert!(held >= start);
        prop_assert_eq!(quiet.welcome_at(held, weekend), held);
    }
}

#[test]
fn a_night_ends_in_the_morning_and_a_weekend_on_monday() {
    let quiet = Quiet { zone: Tz::Asia__Tokyo, hours: Some((time(19, 0), time(8, 30))), closed_days: true };
    // Thursday, 19:00 in Tokyo; 18:59; Friday at 20:00.
    assert_eq!(quiet.welcome_at(at("2026-11-26T10:00:00Z"), weekend), at("2026-11-26T23:30:00Z"));
    assert_eq!(quiet.welcome_at(at("2026-11-26T09:59:59Z"), weekend), at("2026-11-26T09:59:59Z"));
    assert_eq!(quiet.welcome_at(at("2026-11-27T11:00:00Z"), weekend), at("2026-11-29T23:30:00Z"));
}

#[test]
fn an_hour_that_is_skipped_or_repeated_holds_nothing_too_long() {
    let quiet = |from, until| Quiet { zone: Tz::Europe__Berlin, hours: Some((from, until)), closed_days: false };
    // 02:30 is skipped on 29 March: at 03:00 it has passed.
    let night = quiet(time(22, 0), time(2, 30));
    assert_eq!(night.welcome_at(at("2026-03-28T23:00:00Z"), weekend), at("2026-03-29T01:00:00Z"));
    // 02:30 comes twice on 25 October: the first counts.
    assert_eq!(night.welcome_at(at("2026-10-24T22:00:00Z"), weekend), at("2026-10-25T00:30:00Z"));
}

#[test]
fn a_calendar_without_an_open_day_holds_nothing_for_ever() {
    let quiet = Quiet { zone: Tz::UTC, hours: None, closed_days: true };
    assert_eq!(quiet.welcome_at(at("2026-11-26T10:00:00Z"), |_| true), at("2026-12-28T00:00:00Z"));
}

#[test]
fn a_digest_is_due_on_open_days_from_its_time_on() {
    let due = |now, since| digest_day(Tz::Asia__Tokyo, time(8, 30), at(since), at(now), weekend);
    let long_ago = "2026-01-01T00:00:00Z";
    // Thursday, 08:29 and 08:30 in Tokyo; the same evening; Saturday.
    assert_eq!(due("2026-11-25T23:29:59Z", long_ago), None);
    assert_eq!(due("2026-11-25T23:30:00Z", long_ago), NaiveDate::from_ymd_opt(2026, 11, 26));
    assert_eq!(due("2026-11-26T14:59:59Z", long_ago), NaiveDate::from_ymd_opt(2026, 11, 26));
    assert_eq!(due("2026-11-28T01:00:00Z", long_ago), None);
    // Who chose the time after it had passed waits until tomorrow.
    assert_eq!(due("2026-11-26T05:00:00Z", "2026-11-26T04:00:00Z"), None);
}

#[test]
fn a_day_ends_at_its_midnight_in_the_persons_zone() {
    let day = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
    assert_eq!(end_of(day, Tz::Asia__Tokyo), at("2026-11-26T15:00:00Z"));
}
