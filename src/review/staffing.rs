//! Who of the staff a request concerns: who works on it, who may decide it, who may complete its first approval.

use crate::db::Tx;
use crate::identity::{Role, TenantId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A member of staff who reviews, as far as one request concerns them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Their tenant.
    pub tenant: TenantId,
    /// Their object id.
    pub object_id: Uuid,
    /// Whether they are a lead.
    pub lead: bool,
    /// Whether they are of another tenant than the request.
    pub outsider: bool,
    /// Whether they may decide it: neither their tenant's nor their filing, nor denied by them before.
    pub may_decide: bool,
    /// Whether they work on it.
    pub assignee: bool,
    /// Whether they may complete the first approval that waits.
    pub completes: bool,
}

/// Everybody who reviews and has signed in since `since`, as far as `request`, of `tenant`, concerns them. The database holds the same
/// conditions when they decide.
///
/// # Errors
/// When the database is away.
pub async fn members(
    tx: &mut Tx,
    tenant: TenantId,
    request: Option<Uuid>,
    since: DateTime<Utc>,
) -> Result<Vec<Member>, sqlx::Error> {
    sqlx::query_as!(
        Member,
        r#"SELECT s.tenant AS "tenant: TenantId", s.object_id, $4 = ANY (s.roles) AS "lead!", s.tenant <> $1 AS "outsider!",
             s.tenant <> $1 AND NOT EXISTS (SELECT FROM requests AS r WHERE r.id = $2 AND r.filed_by = s.object_id)
               AND NOT EXISTS (SELECT FROM decisions AS d
                   WHERE d.request_id = $2 AND d.outcome = 'deny' AND d.decided_by = s.object_id) AS "may_decide!",
             EXISTS (SELECT FROM request_claims AS c WHERE c.request_id = $2 AND c.claimed_by = s.object_id
                 AND c.claimed_by_tenant = s.tenant AND c.lease_until > now()) AS "assignee!",
             EXISTS (SELECT FROM decisions AS d JOIN requests AS r ON r.id = d.request_id AND r.version = d.request_version
                 WHERE d.request_id = $2 AND d.outcome = 'accept' AND d.decided_by <> s.object_id
                   AND (d.decided_as_lead OR $4 = ANY (s.roles))) AS "completes!"
           FROM staff AS s WHERE s.last_seen_at > $3 AND s.roles && $5
           ORDER BY s.tenant, s.object_id"#,
        tenant.0,
        request,
        since,
        Role::LeadReviewer.code(),
        &[Role::Reviewer, Role::LeadReviewer].map(|role| role.code().to_owned()),
    )
    .fetch_all(&mut **tx)
    .await
}
