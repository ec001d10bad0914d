//! The clock of a request: three business days from the filing or the appeal, standing still while the partner is asked.

use super::course::ClockSet;
use super::request::Request;
use crate::app::Desk;
use crate::sla::{ClockError, Due, Pause, Reckoned};
use crate::web::Failure;
use chrono::{DateTime, Utc};

/// Business days within which a person answers.
pub const BUSINESS_DAYS: u32 = 3;
/// Business days within which the partner replies, and, after that, within which it may reopen.
const WAITING_DAYS: u32 = 10;
/// Business days of waiting after which the partner is reminded: one before the last.
const REMINDED_AFTER_DAYS: u32 = WAITING_DAYS - 1;

/// The wait for a partner's reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// When the partner is reminded.
    pub remind_at: DateTime<Utc>,
    /// When the request is withdrawn by itself.
    pub until: DateTime<Utc>,
}

/// The clock of `request` with its whole arithmetic; none when the desk answered at once.
///
/// # Errors
/// When its calendar is gone, or covers the years no more.
pub fn clock_of(desk: &Desk, request: &Request) -> Result<Option<Due>, Failure> {
    Ok(reckoned(desk, request)?.map(|reckoned| reckoned.due))
}

/// The same with what was announced while it ran.
///
/// # Errors
/// As [`clock_of`].
pub fn reckoned(desk: &Desk, request: &Request) -> Result<Option<Reckoned>, Failure> {
    let Some(clock) = request.course.clock else { return Ok(None) };
    reckon(desk, &request.calendar, clock, &request.course.pauses, request.decided_at).map(Some)
}

/// When the `clock` of a request that is not decided ends by `calendar`, with `pauses`.
///
/// # Errors
/// When the calendar is gone, or does not cover the years.
pub fn due(desk: &Desk, calendar: &str, clock: ClockSet, pauses: &[Pause]) -> Result<Due, Failure> {
    Ok(reckon(desk, calendar, clock, pauses, None)?.due)
}

fn reckon(
    desk: &Desk,
    calendar: &str,
    clock: ClockSet,
    pauses: &[Pause],
    decided_at: Option<DateTime<Utc>>,
) -> Result<Reckoned, Failure> {
    let known = desk.closed_days.now();
    let closed = known.get(calendar).map_or(&[][..], Vec::as_slice);
    let calendar = desk
        .calendars
        .get(calendar)
        .ok_or_else(|| Failure::internal(anyhow::anyhow!("there is no calendar `{calendar}`")))?;
    calendar.reckon(clock.from, clock.business_days, pauses, closed, decided_at).map_err(failure)
}

/// The wait that begins at `from`, by `calendar`.
///
/// # Errors
/// As [`due`].
pub fn wait(desk: &Desk, calendar: &str, from: DateTime<Utc>) -> Result<Wait, Failure> {
    Ok(Wait { remind_at: after(desk, calendar, from, REMINDED_AFTER_DAYS)?, until: end_of_wait(desk, calendar, from)? })
}

/// When ten business days have passed since `from`: the end of a wait, and of the time to reopen.
///
/// # Errors
/// As [`due`].
pub fn end_of_wait(desk: &Desk, calendar: &str, from: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
    after(desk, calendar, from, WAITING_DAYS)
}

fn after(desk: &Desk, calendar: &str, from: DateTime<Utc>, business_days: u32) -> Result<DateTime<Utc>, Failure> {
    let due = due(desk, calendar, ClockSet { from, business_days }, &[])?;
    due.at().ok_or_else(|| Failure::internal(anyhow::anyhow!("a clock without a pause has no end")))
}

fn failure(error: ClockError) -> Failure {
    Failure::internal(anyhow::anyhow!("{error}"))
}
