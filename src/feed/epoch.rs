//! A new epoch: what an operator begins when the database is not the one that was published from, such as after a restore.

use super::lineage::Mark;
use super::publish::{FeedLock, fresh_name};
use crate::audit::{self, Actor, Event};
use crate::db::Db;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// What was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// The epoch.
    pub epoch: Uuid,
    /// Its first version, from which on enforcement points may take it.
    pub version: u64,
    /// How many exceptions are held until a lead confirms them.
    pub held: usize,
}

/// Makes the rules as they are the next version; returns it. After a change of what clients are limited to, it keeps the same
/// version from having two contents.
///
/// # Errors
/// When the database is away, or has no feed yet.
pub async fn next_version(db: &Db, reason: &str, now: DateTime<Utc>) -> Result<i64, sqlx::Error> {
    let mut tx = db.publisher().await?;
    let version = FeedLock::take(&mut tx).await?.publish_again(now).await?;
    let event = Event {
        actor: Actor::System,
        action: "feed.version_begun",
        subject_kind: "feed",
        subject_id: fresh_name(),
        tenant: None,
        details: json!({ "version": version }),
        personal: Some(json!({ "reason": reason })),
    };
    audit::record(&mut tx, now, event).await?;
    tx.commit().await?;
    Ok(version)
}

/// Begins a new epoch in the place of the database's, and of that of `mark`, the mark of the desk that this is asked on. Every
/// exception is held from now on.
///
/// # Errors
/// When the database is away, or has no feed yet.
pub async fn begin(db: &Db, mark: Option<Mark>, reason: &str, now: DateTime<Utc>) -> Result<Begun, sqlx::Error> {
    let mut tx = db.publisher().await?;
    let epoch = fresh_name();
    let held = FeedLock::take(&mut tx).await?.begin_epoch(epoch, mark.map(|mark| mark.epoch), now).await?;
    let event = Event {
        actor: Actor::System,
        action: "feed.epoch_begun",
        subject_kind: "feed",
        subject_id: epoch,
        tenant: None,
        details: json!({ "held": held.len() }),
        personal: Some(json!({ "reason": reason })),
    };
    audit::record(&mut tx, now, event).await?;
    for (id, tenant) in &held {
        let event = Event {
            actor: Actor::System,
            action: "exception.held",
            subject_kind: "exception",
            subject_id: *id,
            tenant: Some(*tenant),
            details: json!({ "epoch": epoch }),
            personal: None,
        };
        audit::record(&mut tx, now, event).await?;
    }
    tx.commit().await?;
    Ok(Begun { epoch, version: 1, held: held.len() })
}
