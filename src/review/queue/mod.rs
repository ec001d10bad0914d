//! The queue: what waits for a person, breached first, then by due time. It reads narrow rows that the database keeps beside the
//! requests, so that any part of any tab costs the same, however many requests there are.

mod filter;
mod next;
mod read;
mod search;
mod texts;

pub use filter::{Filter, MAX_SEARCH, Tab};
pub use next::next;
pub use read::{Counts, Cursor, Entry, Held, MOST_BREACHED, counts, figure, late_after_checks, page, rows};
pub use texts::{lexemes, read_texts, search_for};

use crate::app::Desk;
use actix_web::web::Data;
use std::time::Duration;

/// Between two looks for texts that are not read yet.
const PAUSE: Duration = Duration::from_secs(2);

/// Reads the texts of new requests, so that they are found, and ends claims that have lapsed.
pub async fn tend(desk: Data<Desk>) {
    loop {
        let tended = async {
            super::claim::sweep(&desk.db).await?;
            while read_texts(&desk.db).await? {}
            Ok::<_, sqlx::Error>(())
        };
        if let Err(error) = tended.await {
            tracing::debug!(%error, "the queue could not be tended");
        }
        tokio::time::sleep(PAUSE).await;
    }
}
