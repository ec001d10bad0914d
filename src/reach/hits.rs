//! What exceptions did at enforcement points, by hour.

use crate::db::Tx;
use crate::identity::TenantId;
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

/// What happened within an hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct HourOfHits {
    /// The hour's first instant.
    pub hour: DateTime<Utc>,
    /// How many decisions let somebody through without MFA.
    pub suppressed: i64,
    /// How many decisions it covered whose user had passed MFA anyway.
    pub would_have_passed: i64,
}

/// The hours with hits of an exception, from `from` on and before `until`, over all points, the oldest first.
///
/// # Errors
/// When the database is away.
pub async fn of_exception(
    tx: &mut Tx,
    exception: Uuid,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<HourOfHits>, sqlx::Error> {
    sqlx::query_as!(
        HourOfHits,
        r#"SELECT hour, sum(suppressed)::bigint AS "suppressed!", sum(would_have_passed)::bigint AS "would_have_passed!"
         FROM enforcement_hits WHERE exception_id = $1 AND hour >= $2 AND hour < $3 GROUP BY hour ORDER BY hour"#,
        exception,
        from,
        until,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The same at one point, of all exceptions.
///
/// # Errors
/// When the database is away.
pub async fn at_point(
    tx: &mut Tx,
    point: Uuid,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<HourOfHits>, sqlx::Error> {
    sqlx::query_as!(
        HourOfHits,
        r#"SELECT hour, sum(suppressed)::bigint AS "suppressed!", sum(would_have_passed)::bigint AS "would_have_passed!"
         FROM enforcement_hits WHERE point_id = $1 AND hour >= $2 AND hour < $3 GROUP BY hour ORDER BY hour"#,
        point,
        from,
        until,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What an exception did on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct DayOfHits {
    /// The exception.
    pub exception: Uuid,
    /// The reference of its request.
    pub reference: String,
    /// Whose users it covers.
    pub tenant: TenantId,
    /// The issue it was granted for.
    pub issue: String,
    /// How many decisions let somebody through without MFA.
    pub suppressed: i64,
    /// How many decisions it covered whose user had passed MFA anyway.
    pub would_have_passed: i64,
}

/// The exceptions that let somebody through from `from` on and before `until`, the most used first; 500 at most.
///
/// # Errors
/// When the database is away.
pub async fn of_day(tx: &mut Tx, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<DayOfHits>, sqlx::Error> {
    sqlx::query_as!(
        DayOfHits,
        r#"SELECT e.id AS exception, e.reference, e.tenant AS "tenant: TenantId", e.issue,
             h.suppressed AS "suppressed!", h.passed AS "would_have_passed!"
         FROM exceptions AS e JOIN (
             SELECT exception_id, sum(suppressed)::bigint AS suppressed, sum(would_have_passed)::bigint AS passed
             FROM enforcement_hits WHERE hour >= $1 AND hour < $2 GROUP BY exception_id
         ) AS h ON h.exception_id = e.id
         WHERE h.suppressed > 0 ORDER BY h.suppressed DESC, e.id LIMIT 500"#,
        from,
        until,
    )
    .fetch_all(&mut **tx)
    .await
}
