//! The clock: by when a request in review must be decided.
//!
//! A request has a number of business days, counted in the working time of its tenant's [`Calendar`]. This room is pure:
//! it takes instants and gives instants, and asks nobody for the time. From a calendar file ([`file`]) to a due instant
//! ([`due`]) it reads in this order:
//!
//! - [`file`] → [`calendar`] → [`calendars`]: what the operator writes, what it means, and which one a country gets
//! - `wall`: instants to local clock time and back, across daylight-saving shifts
//! - [`pause`]: while the request waits for the partner the clock stands still
//! - [`due`]: the arithmetic, and its receipt
//! - [`ical`]: holidays from calendar programs
//! - [`late`]: days that are announced when clocks already run, and what they move
//! - [`words`], [`explain`]: the same for people; [`cli`]: `exception-desk sla due`

pub mod calendar;
pub mod calendars;
pub mod cli;
pub mod due;
pub mod explain;
pub mod file;
pub mod ical;
pub mod late;
pub mod pause;
pub(crate) mod wall;
pub mod words;

#[cfg(test)]
mod tests;

pub use calendar::{Calendar, Span};
pub use calendars::Calendars;
pub use due::{ClockError, Due, End, ReceiptDay, SlaState, Stretch};
pub use file::CalendarError;
pub use late::{ClosedDay, Move, Reckoned};
pub use pause::Pause;
