//! What must survive a restart: the report that was not answered yet, and what came together since (`reports.json`).

use super::tally::Hits;
use crate::client::store::{StoreError, read_json, write_json};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::path::Path;
use uuid::Uuid;

const FILE: &str = "reports.json";
/// For so long the desk knows a key; a report that was sent longer ago could count twice.
const KEY_LIFETIME: TimeDelta = TimeDelta::hours(23);

/// The contents of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The report that was not answered yet.
    pub pending: Option<Pending>,
    /// What is for the reports after it.
    #[serde(default)]
    pub hits: Vec<Hits>,
}

/// A report under way, the same at each attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Its `Idempotency-Key`.
    pub key: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Its body.
    pub body: Body,
}

/// What the desk is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The enforcement point.
    pub gate: String,
    /// The lineage of the version.
    pub epoch: Uuid,
    /// The version that is applied.
    pub version: u64,
    /// Since when.
    pub applied_at: DateTime<Utc>,
    /// What exceptions did.
    pub hits: Vec<Hits>,
}

impl Pending {
    /// Whether the desk may have forgotten its key.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        now - self.made_at > KEY_LIFETIME
    }
}

impl Kept {
    /// What was kept in `directory`; nothing when there is no such file, or none that can be read: only counts are lost.
    pub fn read(directory: &Path) -> Self {
        read_json(&directory.join(FILE))
            .unwrap_or_else(|error| {
                tracing::warn!(%error, "counts of decisions that were not reported yet are lost");
                None
            })
            .unwrap_or_default()
    }

    /// Keeps it.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn write(&self, directory: &Path) -> Result<(), StoreError> {
        write_json(directory, FILE, self)
    }
}
