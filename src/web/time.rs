//! Instants and spans as people read them: always with weekday and zone, never as a bare "tomorrow".

use crate::locale::Lang;
use askama::filters::HtmlSafe;
use chrono::{DateTime, Locale, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use std::fmt;

use super::field::Choice;
use super::message::Argument;

/// The zones in which a reader is told an instant: one, and for staff the partner's beside it where it is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zones {
    own: Tz,
    beside: Option<Tz>,
}

impl Zones {
    /// `own`, and `other` beside it unless it is the same.
    pub fn beside(own: Tz, other: Tz) -> Self {
        Self { own, beside: (own != other).then_some(other) }
    }
}

impl From<Tz> for Zones {
    fn from(own: Tz) -> Self {
        Self { own, beside: None }
    }
}

/// An instant for a reader in a zone. In a template `{{ when }}` writes `<time datetime="…Z">Thu 26 Nov 2026, 11:40 (Japan time)</time>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    at: DateTime<Utc>,
    zones: Zones,
    lang: Lang,
}

impl When {
    /// `at` as a clock on the wall in `zones` shows it.
    pub fn new(at: DateTime<Utc>, zones: impl Into<Zones>, lang: Lang) -> Self {
        Self { at, zones: zones.into(), lang }
    }

    /// The instant in words: "Thu 26 Nov 2026, 11:40 (Japan time)", "2026年11月26日(木) 11:40(日本時間)"; with a partner's zone beside it
    /// "Thu 26 Nov 2026, 02:40 (UTC; 11:40 Japan time)".
    pub fn text(&self) -> String {
        let (day, time, mut zone) = self.wall(self.zones.own);
        if let Some(other) = self.zones.beside {
            let (its_day, its_time, its_zone) = self.wall(other);
            // The day is said again only where it is another.
            let key = if its_day == day { "time-beside" } else { "time-beside-another-day" };
            let args = [
                ("own", zone.argument()),
                ("date", date(its_day, self.lang).argument()),
                ("time", its_time.argument()),
                ("zone", its_zone.argument()),
            ];
            zone = self.lang.text_with(key, &args);
        }
        let args = [("date", date(day, self.lang).argument()), ("time", time.argument()), ("zone", zone.argument())];
        self.lang.text_with("time-instant", &args)
    }

    /// Day, time and name of the zone, as a clock on the wall there shows it.
    fn wall(&self, zone: Tz) -> (NaiveDate, String, String) {
        let local = self.at.with_timezone(&zone);
        let naive = local.naive_local();
        let mut name = zone_name(zone, self.lang);
        // In the hour that autumn repeats, the zone's name alone would name two instants.
        if matches!(zone.from_local_datetime(&naive), chrono::LocalResult::Ambiguous(..)) {
            name = format!("{name}, UTC{}", local.format("%:z"));
        }
        (naive.date(), naive.format("%H:%M").to_string(), name)
    }

    /// How far the instant lies from `now`: "in 2 h 10 min", "3日前". A supplement to [`When::text`], never instead of it.
    pub fn relative(&self, now: DateTime<Utc>) -> String {
        let away = self.at - now;
        let key = match away.num_minutes() {
            0 => return self.lang.text("time-now"),
            minutes if minutes > 0 => "time-in",
            _ => "time-ago",
        };
        self.lang.text_with(key, &[("span", rough_span(away.abs(), self.lang).argument())])
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let machine = self.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        write!(
            f,
            r#"<time datetime="{machine}">{}</time>"#,
            askama::filters::escape(self.text(), askama::filters::Html).map_err(|_| fmt::Error)?
        )
    }
}

impl HtmlSafe for When {}

/// A day with its weekday: "Thu 26 Nov 2026", "2026年11月26日(木)".
pub fn date(day: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::En => day.format_localized("%a %-d %b %Y", Locale::en_US),
        Lang::Ja => day.format_localized("%Y年%-m月%-d日(%a)", Locale::ja_JP),
    }
    .to_string()
}

/// A span of working time to the minute: "5 h 30 min", "5時間30分".
pub fn span(span: TimeDelta, lang: Lang) -> String {
    let minutes = span.num_minutes();
    match (minutes / 60, minutes % 60) {
        (0, minutes) => count("time-minutes", minutes, lang),
        (hours, 0) => count("time-hours", hours, lang),
        (hours, minutes) => join(count("time-hours", hours, lang), count("time-minutes", minutes, lang), lang),
    }
}

/// A distance in time by its two largest units, days at most: "2 days 3 h", "2日3時間".
fn rough_span(distance: TimeDelta, lang: Lang) -> String {
    match (distance.num_days(), distance.num_hours() % 24) {
        (0, _) => span(distance, lang),
        (days, 0) => count("time-days", days, lang),
        (days, hours) => join(count("time-days", days, lang), count("time-hours", hours, lang), lang),
    }
}

fn count(key: &str, count: i64, lang: Lang) -> String {
    lang.text_with(key, &[("count", count.argument())])
}

fn join(large: String, small: String, lang: Lang) -> String {
    lang.text_with("time-two-units", &[("large", large.argument()), ("small", small.argument())])
}

/// What people call `zone`: its name in the locale files (`zone-asia-tokyo`), else its id with the underscores read as spaces.
pub fn zone_name(zone: Tz, lang: Lang) -> String {
    let key = format!("zone-{}", zone.name().to_ascii_lowercase().replace(['/', '_', '+'], "-"));
    lang.try_text(&key).unwrap_or_else(|| zone.name().replace('_', " "))
}

/// The parts of the names of zones that are places; the others are abbreviations and old names.
const PLACES: [&str; 9] =
    ["Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/"];

/// Every zone to choose, and `chosen` whatever it is: those that have a name of their own here first.
pub fn zone_choices(chosen: Option<Tz>, lang: Lang) -> Vec<Choice> {
    let is_place = |zone: &Tz| *zone == Tz::UTC || PLACES.iter().any(|place| zone.name().starts_with(place));
    let offered = TZ_VARIANTS.iter().copied().filter(|zone| is_place(zone) || Some(*zone) == chosen);
    let mut zones: Vec<_> = offered.map(|zone| (zone_name(zone, lang), zone)).collect();
    // Whatever is called by its id has a `/` in it.
    zones.sort_by(|one, other| (one.0.contains('/'), &one.0).cmp(&(other.0.contains('/'), &other.0)));
    zones.into_iter().map(|(name, zone)| Choice::new(zone.name(), name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(rfc3339: &str) -> DateTime<Utc> {
        rfc3339.parse().unwrap()
    }

    #[test]
    fn an_instant_reads_with_weekday_and_zone_in_both_languages() {
        let due = at("2026-11-26T02:40:59Z");
        assert_eq!(When::new(due, Tz::Asia__Tokyo, Lang::En).text(), "Thu 26 Nov 2026, 11:40 (Japan time)");
        assert_eq!(When::new(due, Tz::Asia__Tokyo, Lang::Ja).text(), "2026年11月26日(木) 11:40(日本時間)");
    }

    #[test]
    fn staff_read_their_own_time_with_the_partners_beside_it() {
        let text = |instant, own, lang| When::new(at(instant), Zones::beside(own, Tz::Asia__Tokyo), lang).text();
        let (morning, evening) = ("2026-11-26T02:40:00Z", "2026-11-26T15:10:00Z");
        assert_eq!(text(morning, Tz::UTC, Lang::En), "Thu 26 Nov 2026, 02:40 (UTC; 11:40 Japan time)");
        assert_eq!(text(morning, Tz::UTC, Lang::Ja), "2026年11月26日(木) 02:40(UTC、日本時間 11:40)");
        assert_eq!(text(evening, Tz::UTC, Lang::En), "Thu 26 Nov 2026, 15:10 (UTC; Fri 27 Nov 2026, 00:10 Japan time)");
        assert_eq!(
            text(evening, Tz::UTC, Lang::Ja),
            "2026年11月26日(木) 15:10(UTC、日本時間 2026年11月27日(金) 00:10)"
        );
        assert_eq!(text(morning, Tz::Asia__Tokyo, Lang::En), "Thu 26 Nov 2026, 11:40 (Japan time)");
    }

    #[test]
    fn a_zone_that_is_no_place_is_offered_to_whoever_has_it() {
        let offers = |chosen, name| zone_choices(chosen, Lang::En).iter().any(|choice| choice.value() == name);
        assert!(offers(None, "Asia/Tokyo") && offers(None, "UTC") && !offers(None, "Etc/GMT+3"));
        assert!(offers(Some(Tz::Etc__GMTPlus3), "Etc/GMT+3"));
    }

    #[test]
    fn machines_read_the_instant_in_utc() {
        let html = When::new(at("2026-11-26T02:40:00Z"), Tz::America__New_York, Lang::En).to_string();
        assert_eq!(html, r#"<time datetime="2026-11-26T02:40:00Z">Wed 25 Nov 2026, 21:40 (New York time)</time>"#);
    }

    #[test]
    fn the_repeated_hour_of_autumn_names_its_offset() {
        let text = |instant| When::new(at(instant), Tz::America__New_York, Lang::En).text();
        assert_eq!(text("2026-11-01T05:30:00Z"), "Sun 1 Nov 2026, 01:30 (New York time, UTC-04:00)");
        assert_eq!(text("2026-11-01T06:30:00Z"), "Sun 1 Nov 2026, 01:30 (New York time, UTC-05:00)");
    }

    #[test]
    fn a_zone_without_a_name_is_called_by_its_id() {
        assert_eq!(zone_name(Tz::America__Port_of_Spain, Lang::Ja), "America/Port of Spain");
    }

    #[test]
    fn distances_read_forwards_backwards_and_now() {
        let when = |instant, lang| When::new(at(instant), Tz::UTC, lang).relative(at("2026-11-22T10:00:00Z"));
        assert_eq!(when("2026-11-22T12:10:00Z", Lang::En), "in 2 h 10 min");
        assert_eq!(when("2026-11-22T12:10:00Z", Lang::Ja), "あと2時間10分");
        assert_eq!(when("2026-11-19T10:00:00Z", Lang::En), "3 days ago");
        assert_eq!(when("2026-11-19T07:00:00Z", Lang::Ja), "3日3時間前");
        assert_eq!(when("2026-11-23T10:00:10Z", Lang::En), "in 1 day");
        assert_eq!(when("2026-11-22T10:00:30Z", Lang::En), "now");
    }

    #[test]
    fn working_time_counts_in_hours_however_long() {
        assert_eq!(span(TimeDelta::minutes(27 * 60), Lang::En), "27 h");
        assert_eq!(span(TimeDelta::minutes(330), Lang::Ja), "5時間30分");
        assert_eq!(span(TimeDelta::zero(), Lang::En), "0 min");
    }
}
