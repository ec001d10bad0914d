//! An exception as the API shows it.

use super::{EndedBy, Exception, Status};
use crate::identity::TenantId;
use chrono::{DateTime, Utc};
use mfa_enforcement::wire::Subjects;
use serde::Serialize;
use uuid::Uuid;

/// An exception (contract: `GET /api/v1/exceptions/{id}`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ExceptionView {
    /// Its id, also in the feed.
    pub id: Uuid,
    /// The id of the request it answers.
    pub request: Uuid,
    /// The reference of that request.
    pub reference: String,
    /// Where it is in its life.
    pub status: Status,
    /// The tenant whose users it covers.
    pub tenant: TenantId,
    /// `"all"` or object ids; null when hidden: a session without MFA sees the users of its own filings alone.
    #[schema(value_type = Option<serde_json::Value>)]
    pub subjects: Option<Subjects>,
    /// Where it holds.
    pub surfaces: Vec<String>,
    /// First instant in force.
    pub not_before: DateTime<Utc>,
    /// First instant no longer in force.
    pub expires_at: DateTime<Utc>,
    /// The issue it was granted for.
    pub issue: String,
    /// When it was ended early.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Who ended it early: staff, or its own partner.
    pub ended_by: Option<EndedBy>,
    /// Why staff revoked it.
    pub revocation_reason: Option<String>,
    /// When its partner said that it never asked for it.
    pub disputed_at: Option<DateTime<Utc>>,
    /// Since when it is kept out of the feed until a lead confirms it.
    pub held_at: Option<DateTime<Utc>>,
    /// Its `ETag`.
    pub version: i64,
}

impl ExceptionView {
    /// `exception` at `now`, with its users when the reader may see them.
    pub fn new(exception: &Exception, now: DateTime<Utc>, shows_subjects: bool) -> Self {
        Self {
            id: exception.id,
            request: exception.request_id,
            reference: exception.reference.clone(),
            status: exception.status(now),
            tenant: exception.tenant,
            subjects: shows_subjects.then(|| exception.subjects.clone()),
            surfaces: exception.surfaces.clone(),
            not_before: exception.not_before,
            expires_at: exception.expires_at,
            issue: exception.issue.clone(),
            revoked_at: exception.revoked_at,
            ended_by: exception.ended_by,
            revocation_reason: exception.revocation_reason.clone(),
            disputed_at: exception.disputed_at,
            held_at: exception.held_at,
            version: exception.version,
        }
    }
}
