//! Exceptions: when they began, end, and are open.

use super::{Bounds, Only, ends};
use crate::db::Tx;
use chrono::{DateTime, Utc};

/// Exceptions that began or ended.
pub struct Course {
    /// The part; 0 is before the first.
    pub bucket: i32,
    /// Whether the policy granted it.
    pub automatic: bool,
    /// How many began.
    pub began: i64,
    /// How many ended: by themselves, or early.
    pub ended: i64,
}

/// When exceptions began and ended, up to the last of `bounds`. What was revoked before it began never was in force.
pub async fn exceptions_course(tx: &mut Tx, only: &Only, bounds: &Bounds) -> Result<Vec<Course>, sqlx::Error> {
    let (_, until) = ends(bounds);
    sqlx::query_as!(
        Course,
        r#"SELECT width_bucket(at, $3) AS "bucket!", granted_by IS NULL AS "automatic!", sum(began) AS "began!", sum(1 - began) AS "ended!"
           FROM exceptions, LATERAL (VALUES (1, not_before), (0, LEAST(expires_at, revoked_at))) AS instants (began, at)
           WHERE at < $4 AND LEAST(expires_at, revoked_at) > not_before
             AND ($1::uuid IS NULL OR tenant = $1) AND ($2::text IS NULL OR issue = $2)
           GROUP BY 1, 2"#,
        only.tenant,
        only.issue,
        bounds,
        until,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Exceptions that are open at one instant: in force, or still to begin.
pub struct Open {
    /// The issue's slug.
    pub issue: String,
    /// The part in which it ends.
    pub bucket: i32,
    /// Whether the policy granted it.
    pub automatic: bool,
    /// Whether it has begun.
    pub active: bool,
    /// Whether it covers every user.
    pub every_user: bool,
    /// How many.
    pub count: i64,
}

/// The exceptions that are open at `now`, by the part of `bounds` in which they end.
pub async fn exceptions_open(
    tx: &mut Tx,
    only: &Only,
    bounds: &Bounds,
    now: DateTime<Utc>,
) -> Result<Vec<Open>, sqlx::Error> {
    sqlx::query_as!(
        Open,
        r#"SELECT issue, width_bucket(expires_at, $3) AS "bucket!", granted_by IS NULL AS "automatic!", not_before <= $4 AS "active!",
             every_user, count(*) AS "count!"
           FROM exceptions
           WHERE revoked_at IS NULL AND expires_at > $4 AND ($1::uuid IS NULL OR tenant = $1) AND ($2::text IS NULL OR issue = $2)
           GROUP BY 1, 2, 3, 4, 5"#,
        only.tenant,
        only.issue,
        bounds,
        now,
    )
    .fetch_all(&mut **tx)
    .await
}
