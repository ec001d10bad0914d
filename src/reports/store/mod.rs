//! What reports read, of every room's tables: counts by the parts of a period, never a single request.
//!
//! `request_rounds` has a row for each filing and each appeal, with its end (`migrations/*_reports.sql`).

mod answers;
mod backlog;
mod exceptions;
mod outcomes;

pub use answers::{Answered, answered, answered_at_once, checked, overdue};
pub use backlog::{due, open_by_age, opened_and_ended, reviewers_since};
pub use exceptions::{Open, exceptions_course, exceptions_open};
pub use outcomes::{Overturned, appeals_by_rule, appeals_decided, checks_by_rule, filed, outcomes};

use super::asked::Asked;
use crate::db::Tx;
use crate::identity::TenantId;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Which rows count: of one partner, of one issue, or all.
#[derive(Clone, Debug, Default)]
pub struct Only {
    tenant: Option<Uuid>,
    issue: Option<String>,
}

impl From<&Asked> for Only {
    fn from(asked: &Asked) -> Self {
        Self { tenant: asked.tenant.as_ref().map(|(tenant, _)| tenant.0), issue: asked.issue.clone() }
    }
}

/// Instants between parts, in order: the part after the nth of them has the number n, what lies before the first 0.
pub type Bounds = [DateTime<Utc>];

/// The first and the last instant of `bounds`; an empty time when there are none.
fn ends(bounds: &Bounds) -> (DateTime<Utc>, DateTime<Utc>) {
    let first = bounds.first().copied().unwrap_or_default();
    (first, bounds.last().copied().unwrap_or(first))
}

/// Partners of this tenant or this whole name, at most two.
pub async fn partners_named(
    tx: &mut Tx,
    tenant: Option<Uuid>,
    name: &str,
) -> Result<Vec<(TenantId, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT tenant, name FROM partners WHERE tenant = $1 OR $1 IS NULL AND lower(name) = lower($2) LIMIT 2",
        tenant,
        name,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (TenantId(row.tenant), row.name)).collect())
}

/// Whether anything was ever filed for `issue`.
pub async fn has_issue(tx: &mut Tx, issue: &str) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM request_rounds WHERE issue = $1) AS "has!""#, issue)
        .fetch_one(&mut **tx)
        .await
}

/// A count in one part of a period, of what `what` says.
pub struct Counted {
    /// The part.
    pub bucket: i32,
    /// Which kind.
    pub what: String,
    /// How many.
    pub count: i64,
}
