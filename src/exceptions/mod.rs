//! What was granted: exceptions, their end, and suspensions.

pub mod api;
pub mod coverage;
mod grant;
pub mod held;
pub mod holds;
pub mod not_us;
pub mod pages;
pub mod partner;
mod revoke;
mod store;
pub mod suspensions;
pub mod verdict;
pub mod view;

pub use grant::{Grant, GrantedBy, grant, put};
pub use revoke::{Revocation, RevokeError, revoke};
pub use store::{
    disputed, ending, find, find_by_reference, list, of_ids, of_request, of_requests, of_tenant, open_of_tenant,
};

use crate::identity::{ObjectId, TenantId};
use chrono::{DateTime, Utc};
use mfa_enforcement::wire::Subjects;
use serde::Serialize;
use uuid::Uuid;

/// A granted exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Its id, also in the feed.
    pub id: Uuid,
    /// The request it answers.
    pub request_id: Uuid,
    /// The reference of that request.
    pub reference: String,
    /// The tenant whose users it covers.
    pub tenant: TenantId,
    /// The issue it was granted for.
    pub issue: String,
    /// Whom it covers.
    pub subjects: Subjects,
    /// Where it holds, as surface names.
    pub surfaces: Vec<String>,
    /// First instant in force.
    pub not_before: DateTime<Utc>,
    /// First instant no longer in force.
    pub expires_at: DateTime<Utc>,
    /// When it was granted.
    pub granted_at: DateTime<Utc>,
    /// Who granted it; nobody when the policy did.
    pub granted_by: Option<ObjectId>,
    /// When it was ended early.
    pub revoked_at: Option<DateTime<Utc>>,
    /// By whom.
    pub ended_by: Option<EndedBy>,
    /// Why; staff give a reason.
    pub revocation_reason: Option<String>,
    /// When its partner said that it never asked for it.
    pub disputed_at: Option<DateTime<Utc>>,
    /// Since when it is kept out of the feed until a lead confirms it.
    pub held_at: Option<DateTime<Utc>>,
    /// Rises with every change; the `ETag`.
    pub version: i64,
}

/// Who ended an exception before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// A lead, or a reviewer's after-check, with a reason.
    Staff,
    /// Its own partner.
    Partner,
}

impl EndedBy {
    /// The machine name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Partner => "partner",
        }
    }
}

impl TryFrom<String> for EndedBy {
    type Error = String;

    fn try_from(code: String) -> Result<Self, String> {
        [Self::Staff, Self::Partner]
            .into_iter()
            .find(|by| by.code() == code)
            .ok_or_else(|| format!("`{code}` is nobody"))
    }
}

/// Where an exception is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExceptionStatus)]
pub enum Status {
    /// Granted, not yet in force.
    Scheduled,
    /// In force.
    Active,
    /// Granted, but kept out of the feed until a lead confirms it: the desk's database was restored.
    Held,
    /// Its time is over.
    Expired,
    /// Ended early.
    Revoked,
}

impl Status {
    /// The machine name, also of the message `status-CODE`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Active => "active",
            Self::Held => "held",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }

    /// Whether it has not ended.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Scheduled | Self::Active | Self::Held)
    }
}

impl Exception {
    /// Its status at `now`.
    pub fn status(&self, now: DateTime<Utc>) -> Status {
        if self.revoked_at.is_some() {
            Status::Revoked
        } else if now >= self.expires_at {
            Status::Expired
        } else if self.held_at.is_some() {
            Status::Held
        } else if now >= self.not_before {
            Status::Active
        } else {
            Status::Scheduled
        }
    }
}

/// Every address of this room.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes).configure(suspensions::routes).configure(pages::routes);
}
