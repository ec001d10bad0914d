//! The queue: what waits for a person, breached first, then by due time. It reads narrow rows that the database keeps beside the
//! requests, so that any part of any tab costs the same, however many requests there are.

mod filter;
mod next;
mod read;
mod search;
mod texts;

pub use filter::{Filter, MAX_SEARCH, Tab};
pub use next::next;
pub use read::{Counts, Cursor, Entry, Held, counts, mark_late, page, rows};
pub use texts::{lexemes, read_texts, search_for};

use crate::app::Desk;
use crate::db;
use actix_web::web::Data;
use std::time::Duration;

/// Between two looks for texts that are not read yet, and for requests that are late.
const PAUSE: Duration = Duration::from_secs(2);

/// Ends claims that have lapsed, marks what is late, and reads the texts of new requests, so that they are found.
pub async fn tend(desk: Data<Desk>) {
    loop {
        // None of them waits for another that fails.
        let read = async {
            while read_texts(&desk.db).await? {}
            Ok(())
        };
        let tended = [super::claim::sweep(&desk.db).await, mark_late(&desk.db, desk.clock.now()).await, read.await];
        for error in tended.into_iter().filter_map(Result::err) {
            match db::is_away(&error) {
                true => tracing::debug!(%error, "the queue could not be tended"),
                false => tracing::warn!(%error, "the queue could not be tended"),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}
