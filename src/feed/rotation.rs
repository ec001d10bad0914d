//! What happens to the feed's keys is on record, and happens by itself when a key is old.

use super::key_set::KeyLine;
use crate::app::Desk;
use crate::audit::{self, Actor, Event};
use crate::db::Db;
use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::task::spawn_blocking;
use uuid::Uuid;

/// Publishes a next key when the current one is as old as `signing.rotate_after_days` says; one of several desks does.
///
/// # Errors
/// When the folder of the keys cannot be read or written, or the database is away; the key is rotated nevertheless then.
pub async fn rotate_by_age(desk: &Desk) -> anyhow::Result<()> {
    let (keys, now) = (desk.feed.keys(), desk.clock.now());
    let Some(next) = spawn_blocking(move || keys.rotate_by_age(now)).await?? else { return Ok(()) };
    tracing::info!(kid = next.kid, signs_from = ?next.until, "a next signing key is published, since the current one is old");
    record(&desk.db, "signing_key.rotated", &next, now).await?;
    Ok(())
}

/// Records that something happened to the key of `line`.
///
/// # Errors
/// When the database is away.
pub(super) async fn record(
    db: &Db,
    action: &'static str,
    line: &KeyLine,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let event = Event {
        actor: Actor::System,
        action,
        subject_kind: "signing_key",
        subject_id: subject(&line.kid),
        tenant: None,
        details: json!({ "kid": line.kid, "state": line.state.code(), "until": line.until }),
        personal: None,
    };
    let mut tx = db.publisher().await?;
    audit::record(&mut tx, now, event).await?;
    tx.commit().await
}

/// A key in the audit log: an id that is always the same for it.
fn subject(kid: &str) -> Uuid {
    let digest: [u8; 32] = Sha256::digest(kid.as_bytes()).into();
    let (first, _) = digest.split_at(16);
    uuid::Builder::from_custom_bytes(first.try_into().unwrap_or_default()).into_uuid()
}
