//! Who of a partner's tenant has signed in: object id and name, so that colleagues can be named without copying ids.

use crate::db::{Db, Tx};
use crate::identity::{ObjectId, Person, TenantId};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// How long somebody is remembered who does not come back.
const LIFETIME: TimeDelta = TimeDelta::days(180);
/// Most characters of a name that are kept.
const MAX_NAME: usize = 200;

/// Somebody who has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Their object id.
    pub object_id: ObjectId,
    /// Their name, to read.
    pub name: String,
}

/// Remembers `person`, when their tenant is registered and their sign-in gave a name.
///
/// # Errors
/// When the database is away.
pub async fn remember(db: &Db, person: &Person, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let name = kept_name(person);
    if person.operator || name.is_empty() {
        return Ok(());
    }
    let mut tx = db.identity().await?;
    sqlx::query!(
        "INSERT INTO people (tenant, object_id, name, last_seen_at)
         SELECT tenant, $2, $3, $4 FROM partners WHERE tenant = $1
         ON CONFLICT (tenant, object_id) DO UPDATE SET name = excluded.name, last_seen_at = excluded.last_seen_at",
        person.tenant.0,
        person.object_id.0,
        name,
        now,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// The name of `person` as it is kept: on one line, at most 200 characters.
pub fn kept_name(person: &Person) -> String {
    person.name.trim().chars().filter(|c| !c.is_control()).take(MAX_NAME).collect()
}

/// At most `limit` people of `tenant`, those who came last, by name.
///
/// # Errors
/// When the database is away.
pub async fn of_tenant(tx: &mut Tx, tenant: TenantId, limit: i64) -> Result<Vec<Colleague>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT object_id, name FROM people WHERE tenant = $1 ORDER BY last_seen_at DESC, object_id LIMIT $2",
        tenant.0,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut people: Vec<_> =
        rows.into_iter().map(|row| Colleague { object_id: ObjectId(row.object_id), name: row.name }).collect();
    people.sort_by(|one, other| (&one.name, one.object_id).cmp(&(&other.name, other.object_id)));
    Ok(people)
}

/// The names of those of `ids` who have signed in to `tenant`.
///
/// # Errors
/// When the database is away.
pub async fn named(tx: &mut Tx, tenant: TenantId, ids: &[Uuid]) -> Result<Vec<Colleague>, sqlx::Error> {
    let rows =
        sqlx::query!("SELECT object_id, name FROM people WHERE tenant = $1 AND object_id = ANY($2)", tenant.0, ids);
    let rows = rows.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| Colleague { object_id: ObjectId(row.object_id), name: row.name }).collect())
}

/// Forgets, of every tenant, who has not come back for long.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.identity().await?;
    sqlx::query!("DELETE FROM people WHERE last_seen_at <= $1", now - LIFETIME).execute(&mut *tx).await?;
    tx.commit().await
}
