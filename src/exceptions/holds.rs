//! Holds: after staff revoked an exception of a tenant, or the tenant said that it never asked for one, nothing is granted to it without a person until a lead lifts the hold.

use super::Exception;
use crate::audit::{self, Actor, Event};
use crate::clock;
use crate::db::{self, Tx};
use crate::identity::{Lead, ObjectId, TenantId, partners};
use crate::problem::Kind;
use crate::web::{Failure, IfMatch};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// A hold on a tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Hold {
    /// The exception whose revocation placed it.
    pub exception: Uuid,
    /// What people call that exception.
    pub reference: String,
    /// Since when.
    pub placed_at: DateTime<Utc>,
}

/// The hold on `tenant`, if one is in force.
///
/// # Errors
/// When the database is away.
pub async fn in_force(tx: &mut Tx, tenant: TenantId) -> Result<Option<Hold>, sqlx::Error> {
    sqlx::query_as!(
        Hold,
        "SELECT h.exception_id AS exception, e.reference, h.placed_at
         FROM tenant_holds AS h JOIN exceptions AS e ON e.id = h.exception_id WHERE h.tenant = $1 AND h.lifted_at IS NULL",
        tenant.0,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Places a hold on the tenant whose `exception` is being revoked or disputed, or leaves the one that is in force. The transaction is
/// alone with the tenant from here on: no filing that saw no hold can still be granted after it.
///
/// # Errors
/// When the database is away.
pub async fn place(
    tx: &mut Tx,
    exception: &Exception,
    by: ObjectId,
    actor: Actor,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    db::lock_tenant(tx, exception.tenant).await?;
    let placed = sqlx::query!(
        "INSERT INTO tenant_holds (id, tenant, exception_id, placed_at, placed_by) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (tenant) WHERE lifted_at IS NULL DO NOTHING",
        clock::fresh_id(now),
        exception.tenant.0,
        exception.id,
        now,
        by.0,
    )
    .execute(&mut **tx)
    .await?;
    if placed.rows_affected() == 0 {
        return Ok(());
    }
    partners::touch(tx, exception.tenant).await?;
    let event = Event {
        actor,
        action: "partner.hold_placed",
        subject_kind: "partner",
        subject_id: exception.tenant.0,
        tenant: Some(exception.tenant),
        details: json!({ "exception": exception.id }),
        personal: None,
    };
    audit::record(tx, now, event).await
}

/// Lifts the hold on `tenant`, whose register entry the lead saw at `if_match`.
///
/// # Errors
/// 404 for a tenant that is not registered; 409 when there is no hold; 412; 503.
pub async fn lift(
    tx: &mut Tx,
    lead: &Lead,
    tenant: TenantId,
    if_match: &IfMatch,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    db::lock_tenant(tx, tenant).await?;
    let partner = partners::find(tx, tenant).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    if_match.holds_for(partner.version)?;
    let lifted = sqlx::query_scalar!(
        "UPDATE tenant_holds SET lifted_at = $2, lifted_by = $3, lift_reason = $4 WHERE tenant = $1 AND lifted_at IS NULL
         RETURNING exception_id",
        tenant.0,
        now,
        lead.object_id.0,
        reason,
    )
    .fetch_optional(&mut **tx)
    .await?;
    let exception = lifted.ok_or_else(|| Failure::new(Kind::WrongState))?;
    partners::touch(tx, tenant).await?;
    let event = Event {
        actor: lead.actor(),
        action: "partner.hold_lifted",
        subject_kind: "partner",
        subject_id: tenant.0,
        tenant: Some(tenant),
        details: json!({ "exception": exception }),
        personal: Some(json!({ "reason": reason })),
    };
    Ok(audit::record(tx, now, event).await?)
}
