//! Ending an exception early: the row, the audit and the feed's next version commit together.

use super::{EndedBy, Exception, find};
use crate::audit::{self, Actor, Event};
use crate::db::Tx;
use crate::feed::{FeedLock, Touched};
use crate::identity::ObjectId;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// Why an exception could not be revoked.
#[derive(Debug, thiserror::Error)]
pub enum RevokeError {
    /// There is none, or not for the caller's eyes.
    #[error("no such exception")]
    NotFound,
    /// It has ended already.
    #[error("the exception has ended")]
    WrongState,
    /// It changed since the caller saw it.
    #[error("the exception has changed")]
    Stale,
    /// The database did not do it.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What to end, and why.
#[derive(Debug)]
pub struct Revocation<'a> {
    /// The exception.
    pub id: Uuid,
    /// The version the caller saw.
    pub version: i64,
    /// Why, for the partner to read; staff give a reason.
    pub reason: Option<&'a str>,
    /// Who ends it.
    pub by: ObjectId,
    /// For which side.
    pub ended_by: EndedBy,
    /// As the audit log names them.
    pub actor: Actor,
}

/// Ends it now, at its version `revocation.version` and at no other.
///
/// # Errors
/// See [`RevokeError`]; nothing is changed then once the caller rolls back.
pub async fn revoke(tx: &mut Tx, revocation: Revocation<'_>, now: DateTime<Utc>) -> Result<Exception, RevokeError> {
    let mut lock = FeedLock::take(tx).await?;
    let tx = lock.transaction();
    let exception = find(tx, revocation.id).await?.ok_or(RevokeError::NotFound)?;
    if exception.version != revocation.version {
        return Err(RevokeError::Stale);
    }
    if !exception.status(now).is_open() {
        return Err(RevokeError::WrongState);
    }
    let changed = sqlx::query!(
        "UPDATE exceptions SET revoked_at = $3, revoked_by = $4, revocation_reason = $5, ended_by = $6, version = version + 1
         WHERE id = $1 AND version = $2 AND revoked_at IS NULL",
        revocation.id,
        revocation.version,
        now,
        revocation.by.0,
        revocation.reason,
        revocation.ended_by.code(),
    )
    .execute(&mut **tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(RevokeError::Stale);
    }
    let event = Event {
        actor: revocation.actor,
        action: match revocation.ended_by {
            EndedBy::Staff => "exception.revoked",
            EndedBy::Partner => "exception.ended",
        },
        subject_kind: "exception",
        subject_id: exception.id,
        tenant: Some(exception.tenant),
        details: json!({ "request": exception.request_id, "before": exception.status(now), "expires_at": exception.expires_at }),
        personal: revocation.reason.map(|reason| json!({ "reason": reason })),
    };
    audit::record(tx, now, event).await?;
    lock.publish(&Touched::Exceptions(vec![exception.id]), now).await?;
    Ok(Exception {
        revoked_at: Some(now),
        ended_by: Some(revocation.ended_by),
        revocation_reason: revocation.reason.map(str::to_owned),
        version: exception.version + 1,
        ..exception
    })
}
