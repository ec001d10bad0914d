//! The row of a tenant's second contact, read and locked by its own people; the address goes to them and to the role that delivers.

use crate::db::{Db, Tx};
use crate::identity::TenantId;
use crate::identity::partners::{self, Partner};
use crate::intake::not_registered;
use crate::notify::confirmation::LIFETIME;
use crate::web::Failure;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What is kept of a tenant's second contact.
#[derive(Clone, Debug, Default)]
pub(super) struct SecondContact {
    /// Rises with each change; 0 as long as none was named.
    pub version: i64,
    /// Where copies go.
    pub address: Option<String>,
    /// Since when.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// An address to be confirmed.
    pub pending: Option<Pending>,
    /// When links were mailed, those of the last day.
    pub links: Vec<DateTime<Utc>>,
}

/// An address that a link was mailed to.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub id: Uuid,
    pub address: String,
    /// When the link was mailed.
    pub at: DateTime<Utc>,
    /// The name of who entered it.
    pub by: String,
    /// The language in which they read the desk.
    pub language: String,
}

impl Pending {
    /// After this instant the link counts no more.
    pub fn until(&self) -> DateTime<Utc> {
        self.at + LIFETIME
    }
}

struct Row {
    version: i64,
    address: Option<String>,
    confirmed_at: Option<DateTime<Utc>>,
    pending: Option<String>,
    pending_id: Option<Uuid>,
    pending_at: Option<DateTime<Utc>>,
    pending_by: Option<String>,
    language: String,
    links: Vec<DateTime<Utc>>,
}

impl From<Row> for SecondContact {
    fn from(row: Row) -> Self {
        let whole = row.pending.zip(row.pending_id).zip(row.pending_at).zip(row.pending_by);
        let pending = whole.map(|(((address, id), at), by)| Pending { id, address, at, by, language: row.language });
        Self { version: row.version, address: row.address, confirmed_at: row.confirmed_at, pending, links: row.links }
    }
}

/// The second contact of `tenant`, for a transaction of that tenant.
///
/// # Errors
/// When the database is away.
pub(super) async fn find(tx: &mut Tx, tenant: TenantId) -> Result<SecondContact, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        "SELECT version, address, confirmed_at, pending, pending_id, pending_at, pending_by, language, links
         FROM second_contacts WHERE tenant = $1",
        tenant.0,
    );
    Ok(row.fetch_optional(&mut **tx).await?.map(SecondContact::from).unwrap_or_default())
}

/// The same with the register's entry, and nobody changes it until `tx` ends.
///
/// # Errors
/// 403 when the tenant is not registered; 503.
pub(super) async fn locked(tx: &mut Tx, tenant: TenantId) -> Result<(Partner, SecondContact), Failure> {
    let partner = partners::find(tx, tenant).await?.ok_or_else(|| not_registered(tenant))?;
    sqlx::query!("INSERT INTO second_contacts (tenant) VALUES ($1) ON CONFLICT DO NOTHING", tenant.0)
        .execute(&mut **tx)
        .await?;
    sqlx::query_scalar!("SELECT tenant FROM second_contacts WHERE tenant = $1 FOR UPDATE", tenant.0)
        .fetch_one(&mut **tx)
        .await?;
    Ok((partner, find(tx, tenant).await?))
}

/// Forgets the addresses whose link is over.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.identity().await?;
    sqlx::query!(
        "UPDATE second_contacts SET pending = NULL, pending_id = NULL, pending_at = NULL, pending_by = NULL WHERE pending_at <= $1",
        now - LIFETIME,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
