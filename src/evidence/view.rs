//! A file as the API shows it.

use super::{Evidence, Scan};
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

/// A file with a request.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct EvidenceView {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// What it is, by its content.
    #[schema(example = "application/pdf")]
    pub media_type: String,
    /// Its bytes.
    pub size: u64,
    /// Their SHA-256, in hexadecimal.
    pub sha256: String,
    /// What is known about viruses in it. `pending` cannot be downloaded yet, `infected` never: its content is deleted.
    pub scan: Scan,
    /// When it came.
    pub uploaded_at: DateTime<Utc>,
}

impl From<&Evidence> for EvidenceView {
    fn from(evidence: &Evidence) -> Self {
        Self {
            id: evidence.id,
            name: evidence.name.clone(),
            media_type: evidence.media_type.as_str().to_owned(),
            size: evidence.size,
            sha256: evidence.digest(),
            scan: evidence.scan,
            uploaded_at: evidence.uploaded_at,
        }
    }
}

/// Every file of a request or draft.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct EvidenceList {
    /// The first uploaded first; there are five at most, and those that were infected.
    pub items: Vec<EvidenceView>,
}
