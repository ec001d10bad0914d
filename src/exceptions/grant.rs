//! Granting: an exception, its audit row and its feed version, in the transaction that decided.

use super::Exception;
use crate::audit::{self, Actor, Event};
use crate::clock;
use crate::db::Tx;
use crate::feed::{FeedLock, Touched};
use crate::identity::{ObjectId, TenantId};
use chrono::{DateTime, Utc};
use mfa_enforcement::wire::Subjects;
use serde_json::json;
use uuid::Uuid;

/// Who grants.
#[derive(Clone, Copy, Debug)]
pub enum GrantedBy {
    /// The policy, at submission.
    Policy,
    /// A reviewer.
    Person {
        /// Who.
        object_id: ObjectId,
        /// Of which tenant; never the exception's own.
        tenant: TenantId,
        /// As the audit log names them.
        actor: Actor,
    },
}

/// What is to be granted. Its time begins when it is granted, or at the later start that was asked for.
#[derive(Debug)]
pub struct Grant<'a> {
    /// The request it answers.
    pub request_id: Uuid,
    /// That request's reference.
    pub reference: &'a str,
    /// The partner's tenant.
    pub tenant: TenantId,
    /// The issue.
    pub issue: &'a str,
    /// Whom it covers.
    pub subjects: Subjects,
    /// Where it holds.
    pub surfaces: Vec<String>,
    /// First instant in force.
    pub not_before: DateTime<Utc>,
    /// First instant no longer in force.
    pub expires_at: DateTime<Utc>,
    /// Who grants.
    pub by: GrantedBy,
}

impl Grant<'_> {
    /// The exception that it comes to, granted at `now`.
    pub fn exception(self, now: DateTime<Utc>) -> Exception {
        Exception {
            id: clock::fresh_id(now),
            request_id: self.request_id,
            reference: self.reference.to_owned(),
            tenant: self.tenant,
            issue: self.issue.to_owned(),
            subjects: self.subjects,
            surfaces: self.surfaces,
            not_before: self.not_before,
            expires_at: self.expires_at,
            granted_at: now,
            granted_by: match self.by {
                GrantedBy::Policy => None,
                GrantedBy::Person { object_id, .. } => Some(object_id),
            },
            revoked_at: None,
            ended_by: None,
            revocation_reason: None,
            disputed_at: None,
            held_at: None,
            version: 1,
        }
    }
}

/// Grants: the rest of `tx` is the publisher's, and the feed's lock is held until it commits.
///
/// # Errors
/// When the database is away or refuses (one exception a request, nobody for their own tenant).
pub async fn grant(tx: &mut Tx, grant: Grant<'_>, now: DateTime<Utc>) -> Result<Exception, sqlx::Error> {
    let by = grant.by;
    let exception = grant.exception(now);
    put(tx, &exception, by, now).await?;
    Ok(exception)
}

/// Puts `exception` in force, as [`grant`].
///
/// # Errors
/// As [`grant`].
pub async fn put(tx: &mut Tx, exception: &Exception, by: GrantedBy, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut lock = FeedLock::take(tx).await?;
    let (granted_by_tenant, actor) = match by {
        GrantedBy::Policy => (None, Actor::System),
        GrantedBy::Person { tenant, actor, .. } => (Some(tenant.0), actor),
    };
    let object_ids: &[Uuid] = match &exception.subjects {
        Subjects::All => &[],
        Subjects::Users(ids) => ids,
    };
    let tx = lock.transaction();
    sqlx::query!(
        "INSERT INTO exceptions (id, request_id, reference, tenant, issue, every_user, object_ids, surfaces, not_before,
             expires_at, granted_at, granted_by, granted_by_tenant)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        exception.id,
        exception.request_id,
        exception.reference,
        exception.tenant.0,
        exception.issue,
        object_ids.is_empty(),
        object_ids,
        &exception.surfaces,
        exception.not_before,
        exception.expires_at,
        now,
        exception.granted_by.map(|id| id.0),
        granted_by_tenant,
    )
    .execute(&mut **tx)
    .await?;
    let event = Event {
        actor,
        action: "exception.granted",
        subject_kind: "exception",
        subject_id: exception.id,
        tenant: Some(exception.tenant),
        details: json!({
            "request": exception.request_id,
            "issue": exception.issue,
            "subjects": exception.subjects,
            "surfaces": exception.surfaces,
            "not_before": exception.not_before,
            "expires_at": exception.expires_at,
        }),
        personal: None,
    };
    audit::record(tx, now, event).await?;
    lock.publish(&Touched::Exceptions(vec![exception.id]), now).await?;
    Ok(())
}
