//! What the desk keeps evidence with: a store, and perhaps a scanner.

use super::scanner::Scanner;
use super::store::{EvidenceStore, PgStore};
use crate::config;
use crate::db::Db;
use crate::web::Failure;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use uuid::Uuid;

/// Shared by every handler and the background work.
pub struct Keeper {
    pub(super) store: Box<dyn EvidenceStore>,
    pub(super) scanner: Option<Scanner>,
    pub(super) waiting: Notify,
    scanner_answers: AtomicBool,
}

impl Keeper {
    /// As configured, with the database as store.
    pub fn new(config: &config::Evidence, db: Db) -> Self {
        let patience = Duration::from_secs(u64::from(config.scanner_timeout_seconds));
        Self {
            store: Box::new(PgStore::new(db)),
            scanner: config.scanner.clone().map(|address| Scanner::new(address, patience)),
            waiting: Notify::new(),
            scanner_answers: AtomicBool::new(false),
        }
    }

    /// Whether what comes in is scanned.
    pub fn has_scanner(&self) -> bool {
        self.scanner.is_some()
    }

    /// Whether a scanner is configured and does not answer: what comes in stays blocked.
    pub fn scanner_is_away(&self) -> bool {
        self.has_scanner() && !self.scanner_answers.load(Ordering::Relaxed)
    }

    pub(super) fn note_scanner(&self, answers: bool) {
        if self.scanner_answers.swap(answers, Ordering::Relaxed) != answers {
            tracing::warn!(answers, "the virus scanner came or went");
        }
        metrics::gauge!("desk_scanner_up").set(if answers { 1.0 } else { 0.0 });
    }

    /// There is something to scan.
    pub(super) fn wake(&self) {
        self.waiting.notify_one();
    }

    /// Deletes bytes that no evidence names.
    pub(super) async fn discard(&self, db: &Db, key: Uuid) -> Result<(), Failure> {
        self.store.delete(key).await?;
        let mut tx = db.identity().await?;
        sqlx::query!("DELETE FROM evidence_loose WHERE key = $1", key).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }
}
