//! What exceptions did at enforcement points, by hour.

use crate::db::Tx;
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
