//! Hits by hour, as a plot and the table behind it.

use crate::reach::hits::HourOfHits;
use crate::web::Page;
use crate::web::components::{Empty, Markup};
use crate::web::plot::{Chart, Kind, Series};
use crate::web::table::{Column, Table};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use chrono_tz::Tz;

/// How many hours are drawn: three days, so that single hours can be told apart.
const HOURS: i32 = 72;

/// The first hour that is drawn at `now`.
pub fn first_hour(now: DateTime<Utc>) -> DateTime<Utc> {
    let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
    hour - TimeDelta::hours(i64::from(HOURS) - 1)
}

/// The first instant after the last hour that is drawn at `now`.
pub fn last_hour_end(now: DateTime<Utc>) -> DateTime<Utc> {
    first_hour(now) + TimeDelta::hours(HOURS.into())
}

/// Hits, ready for a page.
pub struct Hits {
    /// What was counted.
    pub definition: String,
    /// The plot; none when there was no hit.
    pub plot: Option<Markup>,
    /// The hours with hits.
    pub table: Table,
    /// What is said when there was none.
    pub empty: Option<String>,
}

impl Hits {
    /// `hours` with hits, of those from [`first_hour`] on.
    pub fn new(page: &Page, hours: &[HourOfHits], now: DateTime<Utc>) -> Self {
        let first = first_hour(now);
        let places: Vec<_> = (0..HOURS).map(|hour| first + TimeDelta::hours(hour.into())).collect();
        let labels: Vec<_> = places.iter().map(|at| at.format("%d. %H:00").to_string()).collect();
        let series = |name: &str, value: fn(&HourOfHits) -> i64| Series {
            name: page.t(name),
            values: places
                .iter()
                .map(|at| Some(hours.iter().find(|hour| hour.hour == *at).map_or(0.0, |hour| number(value(hour)))))
                .collect(),
        };
        let series =
            [series("reach-suppressed", |hour| hour.suppressed), series("reach-passed", |hour| hour.would_have_passed)];
        let (title, definition) = (page.t("reach-hits"), page.t("reach-hits-text"));
        let plot = (!hours.is_empty()).then(|| {
            let unit = page.t("reach-unit-decisions");
            Markup::of(&Chart::new("hits-plot", Kind::Stacked, &title, &definition, unit, &labels, &series))
        });
        let columns = vec![
            Column::new(page.t("reach-hour")),
            Column::new(page.t("reach-suppressed")).number(),
            Column::new(page.t("reach-passed")).number(),
        ];
        let empty = Empty::new(page.t("reach-hits-none"), page.t("reach-hits-none-text"));
        let table = Table::new(&title, columns, empty).caption_is_title();
        let table = hours.iter().rev().fold(table, |table, hour| {
            let when = page.when(hour.hour, Tz::UTC);
            table.row([when.into(), hour.suppressed.to_string().into(), hour.would_have_passed.to_string().into()])
        });
        let empty = hours.is_empty().then(|| page.t("reach-hits-none-text"));
        Self { definition, plot, table, empty }
    }
}

/// As plots take it; beyond four thousand million, a bar is as high as it gets.
pub(super) fn number(count: i64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
