//! Held exceptions: after a new epoch of the feed, none is published until a lead confirms it.

use super::Exception;
use super::store::exceptions;
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::db::{self, Tx};
use crate::feed::{FeedLock, Touched};
use crate::identity::{Lead, TenantId};
use crate::problem::InputError;
use crate::web::Failure;
use actix_web::web;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

/// Most exceptions that are confirmed at once.
pub const MOST_AT_ONCE: usize = 200;

/// At most `limit` held exceptions that are not over at `now`, of every tenant, the oldest first, after the exception `after`.
///
/// # Errors
/// When the database is away.
pub async fn list(
    tx: &mut Tx,
    after: Option<Uuid>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Exception>, sqlx::Error> {
    let after = after.unwrap_or(Uuid::nil());
    let rows = exceptions!(
        "held_at IS NOT NULL AND revoked_at IS NULL AND expires_at > $3 AND id > $1 ORDER BY id LIMIT $2",
        after,
        limit,
        now
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Exception::from).collect())
}

/// How many are held at `now`.
///
/// # Errors
/// When the database is away.
pub async fn count(tx: &mut Tx, now: DateTime<Utc>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM exceptions WHERE held_at IS NOT NULL AND revoked_at IS NULL AND expires_at > $1"#,
        now
    )
    .fetch_one(&mut **tx)
    .await
}

/// Confirms the exceptions `ids`, all or none, and publishes them again, in one transaction.
///
/// # Errors
/// 422 at `/exceptions/N` for one that is not held (any more) or is of the lead's own tenant, at `/exceptions` for none, too many,
/// or one that is named twice; 503 when the database is away.
pub async fn confirm(desk: web::Data<Desk>, lead: Lead, ids: Vec<Uuid>, reason: String) -> Result<usize, Failure> {
    check(&ids)?;
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        let confirmed = confirm_in(&mut tx, &lead, &ids, &reason, now).await;
        db::finish(tx, confirmed).await?;
        desk.feed.catch_up().await;
        Ok(ids.len())
    })
    .await
}

fn check(ids: &[Uuid]) -> Result<(), Failure> {
    let mut errors = Vec::new();
    if ids.is_empty() {
        errors.push(InputError::new("/exceptions", "none_chosen"));
    }
    if ids.len() > MOST_AT_ONCE {
        errors.push(InputError::new("/exceptions", "too_many").with("max", MOST_AT_ONCE as u64));
    }
    for (index, id) in ids.iter().enumerate().take(MOST_AT_ONCE) {
        if ids.iter().take(index).any(|earlier| earlier == id) {
            errors.push(InputError::new(format!("/exceptions/{index}"), "named_twice"));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Failure::invalid(errors)) }
}

async fn confirm_in(tx: &mut Tx, lead: &Lead, ids: &[Uuid], reason: &str, now: DateTime<Utc>) -> Result<(), Failure> {
    let mut lock = FeedLock::take(tx).await?;
    let tx = lock.transaction();
    let confirmed = sqlx::query!(
        "UPDATE exceptions SET held_at = NULL, version = version + 1
         WHERE id = ANY($1) AND held_at IS NOT NULL AND revoked_at IS NULL AND expires_at > $2 AND tenant <> $3
         RETURNING id, tenant, request_id",
        ids,
        now,
        lead.tenant.0,
    )
    .fetch_all(&mut **tx)
    .await?;
    let missing = ids.iter().enumerate().filter(|(_, id)| !confirmed.iter().any(|row| row.id == **id));
    let errors: Vec<_> =
        missing.map(|(index, _)| InputError::new(format!("/exceptions/{index}"), "not_held")).collect();
    if !errors.is_empty() {
        return Err(Failure::invalid(errors));
    }
    for row in &confirmed {
        let event = Event {
            actor: lead.actor(),
            action: "exception.confirmed",
            subject_kind: "exception",
            subject_id: row.id,
            tenant: Some(TenantId(row.tenant)),
            details: json!({ "request": row.request_id }),
            personal: Some(json!({ "reason": reason })),
        };
        audit::record(tx, now, event).await?;
    }
    lock.publish(&Touched::Exceptions(ids.to_vec()), now).await?;
    Ok(())
}
