//! Who of the staff has signed in, with which roles: whether anybody is left who may decide a request.

use crate::db::Db;
use crate::identity::{Person, Role};
use chrono::{DateTime, TimeDelta, Utc};

/// How long somebody counts who does not come back.
pub const LIFETIME: TimeDelta = TimeDelta::days(90);

/// Remembers `person`, when they are an operator's; with no role any more, so that they count no more. Who does not review is not
/// mailed: their address goes.
///
/// # Errors
/// When the database is away.
pub async fn remember(db: &Db, person: &Person, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    if !person.operator {
        return Ok(());
    }
    let roles: Vec<_> = person.roles.iter().map(|role| role.code().to_owned()).collect();
    let mut tx = db.identity().await?;
    sqlx::query!(
        "INSERT INTO staff (tenant, object_id, roles, last_seen_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant, object_id) DO UPDATE SET roles = excluded.roles, last_seen_at = excluded.last_seen_at",
        person.tenant.0,
        person.object_id.0,
        &roles,
        now,
    )
    .execute(&mut *tx)
    .await?;
    if !person.has_any(&[Role::Reviewer, Role::LeadReviewer]) {
        sqlx::query!(
            "DELETE FROM staff_mail WHERE tenant = $1 AND object_id = $2",
            person.tenant.0,
            person.object_id.0
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await
}

/// Forgets who has not come back for long, with their address and what they wanted to be mailed.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.identity().await?;
    sqlx::query!("DELETE FROM staff WHERE last_seen_at <= $1", now - LIFETIME).execute(&mut *tx).await?;
    tx.commit().await
}
