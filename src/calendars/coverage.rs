//! Until when a calendar's holidays are known: a desk says in time that it runs out.

use crate::app::Desk;
use crate::sla::Calendar;
use chrono::{DateTime, NaiveDate, Utc};

/// How many days before its last one a calendar is said to run out.
pub const WARNED_DAYS: i64 = 60;

/// The last day whose holidays `calendar` knows, and how many days are left until then at `now`, in its zone; below zero
/// when it lies behind.
pub fn ends(calendar: &Calendar, now: DateTime<Utc>) -> (NaiveDate, i64) {
    let last = NaiveDate::from_ymd_opt(*calendar.years().end(), 12, 31).unwrap_or(NaiveDate::MAX);
    (last, (last - now.with_timezone(&calendar.zone()).date_naive()).num_days())
}

/// Sets `desk_calendar_days_left` for each calendar, and says of each that runs out that it does.
pub fn warn_of_ends(desk: &Desk) {
    for calendar in desk.calendars.iter() {
        let (last, left) = ends(calendar, desk.clock.now());
        let figure = f64::from(i32::try_from(left).unwrap_or(i32::MAX));
        metrics::gauge!("desk_calendar_days_left", "calendar" => calendar.id().to_owned()).set(figure);
        if left < WARNED_DAYS {
            tracing::warn!(calendar = calendar.id(), %last, left, "the holidays of a calendar run out; add years to its file");
        }
    }
}
