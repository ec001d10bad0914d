//! Editions that were proposed or brought in on a running desk.

use crate::db::Tx;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// An edition as the database keeps it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its row.
    pub id: Uuid,
    /// Policy, edition and version.
    pub policy_version: String,
    /// The edition file.
    pub text: String,
    /// From when it applies.
    pub effective_at: DateTime<Utc>,
    /// Whether it loosens the policy, or may.
    pub looser: bool,
    /// When it was proposed.
    pub proposed_at: DateTime<Utc>,
    /// By whom.
    pub proposed_by: Uuid,
    /// Their name, to read.
    pub proposed_by_name: String,
    /// The second person's name, to read.
    pub confirmed_by_name: Option<String>,
    /// When it was brought in; it waits for a second person when absent.
    pub brought_in_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Rises with every change; the `ETag`.
    pub version: i64,
}

macro_rules! editions {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Stored,
            "SELECT id, policy_version, text, effective_at, looser, proposed_at, proposed_by, proposed_by_name, confirmed_by_name,
               brought_in_at, withdrawn_at, version
             FROM policy_editions WHERE " + $condition
            $(, $argument)*
        )
    };
}

/// The rows of the editions that were brought in, and nothing else of them.
///
/// # Errors
/// When the database is away.
pub async fn ids(tx: &mut Tx) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("SELECT id FROM policy_editions WHERE brought_in_at IS NOT NULL ORDER BY effective_at, id")
        .fetch_all(&mut **tx)
        .await
}

/// The editions that were brought in, the first to apply first.
///
/// # Errors
/// When the database is away.
pub async fn brought_in(tx: &mut Tx) -> Result<Vec<Stored>, sqlx::Error> {
    editions!("brought_in_at IS NOT NULL ORDER BY effective_at, id").fetch_all(&mut **tx).await
}

/// Every edition that was brought in or waits, the first to apply first.
///
/// # Errors
/// When the database is away.
pub async fn all(tx: &mut Tx) -> Result<Vec<Stored>, sqlx::Error> {
    editions!("withdrawn_at IS NULL ORDER BY effective_at, id").fetch_all(&mut **tx).await
}

/// The edition `policy_version`, unless it was taken back.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, policy_version: &str) -> Result<Option<Stored>, sqlx::Error> {
    editions!("policy_version = $1 AND withdrawn_at IS NULL", policy_version).fetch_optional(&mut **tx).await
}
