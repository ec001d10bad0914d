//! Calendars on a running desk: days that are announced to be closed, what they move, and until when the holidays are known.
//!
//! The calendars themselves come from files ([`crate::sla`]); what is announced lies on top of them, in the database.

mod announce;
pub mod api;
mod checks;
mod coverage;
mod known;
mod pages;
mod plan;
mod store;

use crate::sla::Calendars;

pub use announce::{Announced, announce, withdraw};
pub use coverage::warn_of_ends;
pub use known::{KnownDays, refresh, watch};
pub use plan::{Moved, Span, follow};

/// The shipped calendars, and the operator's own.
///
/// # Errors
/// When the folder or a file in it cannot be used; the text names the line.
pub fn of_files(config: &crate::config::Calendars) -> anyhow::Result<Calendars> {
    match &config.directory {
        Some(directory) => {
            let calendars = Calendars::shipped().with_directory(directory);
            calendars.map_err(|error| anyhow::anyhow!("`calendars.directory`: {error}"))
        }
        None => Ok(Calendars::shipped()),
    }
}

/// Every address of this room.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes).configure(pages::routes);
}
