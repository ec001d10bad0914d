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

/// Grants: the rest of `tx` is the publisher's, and the feed's lock is held until it commits.
///
/// # Errors
/// When the database is away or refuses (one exception a request, nobody for their own tenant).
pub async fn grant(tx: &mut Tx, grant: Grant<'_>, now: DateTime<Utc>) -> Result<Exception, sqlx::Error> {
    let mut lock = FeedLock::take(tx).await?;
    let id = clock::fresh_id(now);
    let (granted_by, granted_by_tenant, actor) = match grant.by {
        GrantedBy::Policy => (None, None, Actor::System),
        GrantedBy::Person { object_id, tenant, actor } => (Some(object_id), Some(tenant.0), actor),
    };
    let object_ids = match &grant.subjects {
        Subjects::All => Vec::new(),
        Subjects::Users(ids) => ids.clone(),
    };
    let tx = lock.transaction();
    sqlx::query!(
        "INSERT INTO exceptions (id, request_id, reference, tenant, issue, every_user, object_ids, surfaces, not_before,
             expires_at, granted_at, granted_by, granted_by_tenant)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        id,
        grant.request_id,
        grant.reference,
        grant.tenant.0,
        grant.issue,
        object_ids.is_empty(),
        &object_ids,
        &grant.surfaces,
        grant.not_before,
        grant.expires_at,
        now,
        granted_by.map(|id| id.0),
        granted_by_tenant,
    )
    .execute(&mut **tx)
    .await?;
    let event = Event {
        actor,
        action: "exception.granted",
        subject_kind: "exception",
        subject_id: id,
        tenant: Some(grant.tenant),
        details: json!({
            "request": grant.request_id,
            "issue": grant.issue,
            "subjects": grant.subjects,
            "surfaces": grant.surfaces,
            "not_before": grant.not_before,
            "expires_at": grant.expires_at,
        }),
        personal: None,
    };
    audit::record(tx, now, event).await?;
    lock.publish(&Touched::Exceptions(vec![id]), now).await?;
    Ok(Exception {
        id,
        request_id: grant.request_id,
        reference: grant.reference.to_owned(),
        tenant: grant.tenant,
        issue: grant.issue.to_owned(),
        subjects: grant.subjects,
        surfaces: grant.surfaces,
        not_before: grant.not_before,
        expires_at: grant.expires_at,
        granted_at: now,
        granted_by,
        revoked_at: None,
        ended_by: None,
        revocation_reason: None,
        disputed_at: None,
        version: 1,
    })
}
