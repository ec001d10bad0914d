//! Reading exceptions.

use super::Exception;
use crate::db::Tx;
use crate::identity::{ObjectId, TenantId};
use chrono::{DateTime, Utc};
use mfa_enforcement::wire::Subjects;
use uuid::Uuid;

/// A row as the database keeps it.
pub(crate) struct Row {
    pub id: Uuid,
    pub request_id: Uuid,
    pub reference: String,
    pub tenant: Uuid,
    pub issue: String,
    pub every_user: bool,
    pub object_ids: Vec<Uuid>,
    pub surfaces: Vec<String>,
    pub not_before: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub granted_at: DateTime<Utc>,
    pub granted_by: Option<Uuid>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub ended_by: Option<String>,
    pub revocation_reason: Option<String>,
    pub disputed_at: Option<DateTime<Utc>>,
    pub held_at: Option<DateTime<Utc>>,
    pub version: i64,
}

impl From<Row> for Exception {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            request_id: row.request_id,
            reference: row.reference,
            tenant: TenantId(row.tenant),
            issue: row.issue,
            subjects: if row.every_user { Subjects::All } else { Subjects::Users(row.object_ids) },
            surfaces: row.surfaces,
            not_before: row.not_before,
            expires_at: row.expires_at,
            granted_at: row.granted_at,
            granted_by: row.granted_by.map(ObjectId),
            revoked_at: row.revoked_at,
            // The column's constraint lets nothing else in.
            ended_by: row.ended_by.and_then(|by| by.try_into().ok()),
            revocation_reason: row.revocation_reason,
            disputed_at: row.disputed_at,
            held_at: row.held_at,
            version: row.version,
        }
    }
}

macro_rules! exceptions {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            $crate::exceptions::store::Row,
            "SELECT id, request_id, reference, tenant, issue, every_user, object_ids, surfaces, not_before, expires_at,
               granted_at, granted_by, revoked_at, ended_by, revocation_reason, disputed_at, held_at, version
             FROM exceptions WHERE " + $condition
            $(, $argument)*
        )
    };
}
pub(super) use exceptions;

/// The exception `id`, as far as the transaction's role may see it.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Exception>, sqlx::Error> {
    Ok(exceptions!("id = $1", id).fetch_optional(&mut **tx).await?.map(Exception::from))
}

/// The exception of the request called `reference`.
///
/// # Errors
/// When the database is away.
pub async fn find_by_reference(tx: &mut Tx, reference: &str) -> Result<Option<Exception>, sqlx::Error> {
    Ok(exceptions!("reference = $1", reference).fetch_optional(&mut **tx).await?.map(Exception::from))
}

/// The exception that answers the request `id`.
///
/// # Errors
/// When the database is away.
pub async fn of_request(tx: &mut Tx, id: Uuid) -> Result<Option<Exception>, sqlx::Error> {
    Ok(exceptions!("request_id = $1", id).fetch_optional(&mut **tx).await?.map(Exception::from))
}

/// The exceptions that answer the requests `ids`.
///
/// # Errors
/// When the database is away.
pub async fn of_requests(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Exception>, sqlx::Error> {
    let rows = exceptions!("request_id = ANY($1)", ids).fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(Exception::from).collect())
}

/// The exceptions `ids`, as far as there are any.
///
/// # Errors
/// When the database is away.
pub async fn of_ids(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Exception>, sqlx::Error> {
    let rows = exceptions!("id = ANY($1)", ids).fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(Exception::from).collect())
}

/// At most `limit` exceptions that the role may see, newest first, older than the exception `before`.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, before: Option<Uuid>, limit: i64) -> Result<Vec<Exception>, sqlx::Error> {
    let before = before.unwrap_or(Uuid::max());
    let rows = exceptions!("id < $1 ORDER BY id DESC LIMIT $2", before, limit).fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(Exception::from).collect())
}

/// At most `limit` exceptions that the role may see, in force or scheduled at `now`, that end by `until`; the next to end first.
///
/// # Errors
/// When the database is away.
pub async fn ending(
    tx: &mut Tx,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Exception>, sqlx::Error> {
    let rows = exceptions!(
        "revoked_at IS NULL AND expires_at > $1 AND expires_at <= $2 ORDER BY expires_at, id LIMIT $3",
        now,
        until,
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Exception::from).collect())
}

/// At most `limit` exceptions whose partners said since `since` that they never asked for them, the latest first.
///
/// # Errors
/// When the database is away.
pub async fn disputed(tx: &mut Tx, since: DateTime<Utc>, limit: i64) -> Result<Vec<Exception>, sqlx::Error> {
    let rows = exceptions!("disputed_at >= $1 ORDER BY disputed_at DESC, id LIMIT $2", since, limit)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(Exception::from).collect())
}

/// Like [`list`], of one tenant.
///
/// # Errors
/// When the database is away.
pub async fn of_tenant(
    tx: &mut Tx,
    tenant: TenantId,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Exception>, sqlx::Error> {
    let before = before.unwrap_or(Uuid::max());
    let rows = exceptions!("tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3", tenant.0, before, limit)
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(Exception::from).collect())
}

/// The exceptions of one tenant that are in force or scheduled at `now`, the next to end first.
///
/// # Errors
/// When the database is away.
pub async fn open_of_tenant(tx: &mut Tx, tenant: TenantId, now: DateTime<Utc>) -> Result<Vec<Exception>, sqlx::Error> {
    let rows =
        exceptions!("tenant = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY expires_at, id", tenant.0, now)
            .fetch_all(&mut **tx)
            .await?;
    Ok(rows.into_iter().map(Exception::from).collect())
}

/// The exceptions that are in force or scheduled at `now`, those of `tenant` and of `issue` where one is given.
///
/// # Errors
/// When the database is away.
pub async fn open_in(
    tx: &mut Tx,
    tenant: Option<TenantId>,
    issue: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Vec<Exception>, sqlx::Error> {
    let rows = exceptions!(
        "revoked_at IS NULL AND expires_at > $1 AND ($2::uuid IS NULL OR tenant = $2) AND ($3::text IS NULL OR issue = $3)",
        now,
        tenant.map(|tenant| tenant.0),
        issue
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Exception::from).collect())
}
