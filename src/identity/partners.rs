//! The register of partners. A tenant that is not in it cannot file.

pub mod api;
pub mod calendar;
mod import;
pub mod one;
mod pages;
mod show;
mod words;

pub use import::{ImportError, ImportSummary, import, read_csv};
pub use words::tenant_id;

use crate::db::Tx;
use crate::identity::TenantId;
use crate::locale::Lang;
use crate::sla::{Calendar, Calendars};
use chrono::{DateTime, Utc};
use lettre::Address;
use serde::{Deserialize, Serialize};

/// What kind of partner a tenant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum PartnerType {
    /// Bills its customers itself.
    DirectBill,
    /// Sells through resellers.
    IndirectProvider,
    /// Sells through a provider.
    IndirectReseller,
    /// Advises.
    Advisor,
}

impl PartnerType {
    /// Every type.
    pub const ALL: [Self; 4] = [Self::DirectBill, Self::IndirectProvider, Self::IndirectReseller, Self::Advisor];

    /// The name in files, the database and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::DirectBill => "direct_bill",
            Self::IndirectProvider => "indirect_provider",
            Self::IndirectReseller => "indirect_reseller",
            Self::Advisor => "advisor",
        }
    }

    /// What people call it: the message `partner-type-CODE`.
    pub fn label(self, lang: Lang) -> String {
        lang.text(match self {
            Self::DirectBill => "partner-type-direct-bill",
            Self::IndirectProvider => "partner-type-indirect-provider",
            Self::IndirectReseller => "partner-type-indirect-reseller",
            Self::Advisor => "partner-type-advisor",
        })
    }
}

/// A registered partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Partner {
    /// Its tenant.
    pub tenant: TenantId,
    /// Its name.
    pub name: String,
    /// What kind of partner it is.
    pub r#type: PartnerType,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    /// The calendar of its business days.
    pub calendar: String,
    /// Where grants are announced besides the request's contact.
    pub security_contact: String,
    /// Since when it is registered.
    pub registered_at: DateTime<Utc>,
    /// Rises with every change; the `ETag`.
    pub version: i64,
}

impl Partner {
    /// The calendar of its business days; its country's, should the one that it was registered with be gone.
    pub fn calendar_in<'a>(&self, calendars: &'a Calendars) -> &'a Calendar {
        calendars.get(&self.calendar).unwrap_or_else(|| calendars.for_country(&self.country))
    }
}

/// A partner to register: checked, not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPartner {
    /// Its tenant; no operator's.
    pub tenant: TenantId,
    /// Its name, not empty.
    pub name: String,
    /// What kind of partner it is.
    pub r#type: PartnerType,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    /// The calendar of its business days.
    pub calendar: String,
    /// Where grants are announced besides the request's contact.
    pub security_contact: Address,
}

/// What storing a partner changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is new.
    Added,
    /// It was there and differs now.
    Changed,
    /// It was there just so.
    Unchanged,
}

/// The partner `tenant`, as far as the transaction's role may see it.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, tenant: TenantId) -> Result<Option<Partner>, sqlx::Error> {
    sqlx::query_as!(
        Partner,
        r#"SELECT tenant AS "tenant: TenantId", name, type AS "type: PartnerType", country, calendar, security_contact,
             registered_at, version
         FROM partners WHERE tenant = $1"#,
        tenant.0,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Those of `tenants` that are registered.
///
/// # Errors
/// When the database is away.
pub async fn of_tenants(tx: &mut Tx, tenants: &[TenantId]) -> Result<Vec<Partner>, sqlx::Error> {
    let tenants: Vec<_> = tenants.iter().map(|tenant| tenant.0).collect();
    sqlx::query_as!(
        Partner,
        r#"SELECT tenant AS "tenant: TenantId", name, type AS "type: PartnerType", country, calendar, security_contact,
             registered_at, version
         FROM partners WHERE tenant = ANY($1)"#,
        &tenants,
    )
    .fetch_all(&mut **tx)
    .await
}

/// At most `limit` partners by name, after the cursor `(name, tenant)`.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, after: Option<(&str, TenantId)>, limit: i64) -> Result<Vec<Partner>, sqlx::Error> {
    let (name, tenant) = after.map_or(("", TenantId(uuid::Uuid::nil())), |after| after);
    sqlx::query_as!(
        Partner,
        r#"SELECT tenant AS "tenant: TenantId", name, type AS "type: PartnerType", country, calendar, security_contact,
             registered_at, version
         FROM partners WHERE (name, tenant) > ($1, $2) ORDER BY name, tenant LIMIT $3"#,
        name,
        tenant.0,
        limit,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Registers `new`, or brings what is registered in line with it.
///
/// # Errors
/// When the database is away.
pub async fn store(tx: &mut Tx, new: &NewPartner, now: DateTime<Utc>) -> Result<Stored, sqlx::Error> {
    // A row comes back only when something was written; xmax is 0 in a row that was inserted.
    let written = sqlx::query_scalar!(
        r#"INSERT INTO partners AS old (tenant, name, type, country, calendar, security_contact, registered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (tenant) DO UPDATE SET name = excluded.name, type = excluded.type, country = excluded.country,
             calendar = excluded.calendar, security_contact = excluded.security_contact, version = old.version + 1
         WHERE (old.name, old.type, old.country, old.calendar, old.security_contact)
             <> (excluded.name, excluded.type, excluded.country, excluded.calendar, excluded.security_contact)
         RETURNING (xmax = 0) AS "inserted!""#,
        new.tenant.0,
        new.name,
        new.r#type.code(),
        new.country,
        new.calendar,
        new.security_contact.to_string(),
        now,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(match written {
        Some(true) => Stored::Added,
        Some(false) => Stored::Changed,
        None => Stored::Unchanged,
    })
}

/// Something about `tenant` changed that its entry's readers see: the next version.
///
/// # Errors
/// When the database is away.
pub async fn touch(tx: &mut Tx, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE partners SET version = version + 1 WHERE tenant = $1", tenant.0)
        .execute(&mut **tx)
        .await
        .map(drop)
}

/// Every address of the register.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes).configure(one::routes).configure(pages::routes).configure(show::routes);
}
