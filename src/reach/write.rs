//! Keeping a report: the point, the version it applies, its hits.

use super::report::Report;
use crate::clock;
use crate::db::Tx;
use crate::identity::Client;
use crate::problem::{InputError, Kind};
use crate::web::{Failure, Message};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Most enforcement points of one client.
const MOST_POINTS: i64 = 1000;

/// Takes `report` of `client`; the point's id.
///
/// # Errors
/// 403 when the point belongs to another client; 422 for a version that was not issued, and for one point too many; 503.
pub(super) async fn take(tx: &mut Tx, client: &Client, report: &Report, now: DateTime<Utc>) -> Result<Uuid, Failure> {
    let head = sqlx::query!("SELECT version FROM feed_head WHERE epoch = $1", report.epoch);
    if head.fetch_optional(&mut **tx).await?.is_some_and(|head| head.version < report.version) {
        // Reach cannot be claimed before there is something to apply.
        return Err(InputError::new("/version", "version_not_issued").into());
    }
    let others = sqlx::query!(
        r#"SELECT count(*) AS "count!", coalesce(bool_or(name = $1), false) AS "known!" FROM enforcement_points"#,
        report.gate
    );
    let others = others.fetch_one(&mut **tx).await?;
    if !others.known && others.count >= MOST_POINTS {
        return Err(InputError::new("/gate", "too_many_points").with("max", MOST_POINTS).into());
    }
    let point = put_point(tx, client, report, now).await?;
    let point =
        point.ok_or_else(|| Failure::new(Kind::NotAllowed).detail(Message::new("reach-gate-of-another-client")))?;
    sqlx::query!(
        "INSERT INTO enforcement_applied (point_id, epoch, version, applied_at, reported_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
        point,
        report.epoch,
        report.version,
        report.applied_at,
        now,
    )
    .execute(&mut **tx)
    .await?;
    add_hits(tx, point, report).await?;
    Ok(point)
}

/// Makes or renews the point. Nothing when it is another client's: of those the transaction sees none.
async fn put_point(
    tx: &mut Tx,
    client: &Client,
    report: &Report,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query!(
        "INSERT INTO enforcement_points (id, name, client_tenant, client_id, epoch, applied, applied_at, first_seen_at, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (name) DO NOTHING",
        clock::fresh_id(now),
        report.gate,
        client.tenant.0,
        client.client_id,
        report.epoch,
        report.version,
        report.applied_at,
        now,
    )
    .execute(&mut **tx)
    .await?;
    // A report that was held up on its way does not take the point back to an older version; one that applies it since then does.
    sqlx::query_scalar!(
        "UPDATE enforcement_points AS p SET
             epoch = CASE WHEN old.newer THEN $2 ELSE p.epoch END,
             applied = CASE WHEN old.newer THEN $3 ELSE p.applied END,
             applied_at = CASE WHEN old.newer THEN $4 ELSE p.applied_at END,
             last_seen_at = greatest(p.last_seen_at, $5),
             version = p.version + (p.retired_at IS NOT NULL)::int,
             retired_at = NULL
         FROM (
             SELECT id, CASE WHEN epoch = $2 THEN applied < $3 OR (applied > $3 AND applied_at < $4) ELSE applied_at <= $4 END AS newer
             FROM enforcement_points WHERE name = $1 FOR UPDATE
         ) AS old
         WHERE p.id = old.id RETURNING p.id",
        report.gate,
        report.epoch,
        report.version,
        report.applied_at,
        now,
    )
    .fetch_optional(&mut **tx)
    .await
}

async fn add_hits(tx: &mut Tx, point: Uuid, report: &Report) -> Result<(), sqlx::Error> {
    if report.hits.is_empty() {
        return Ok(());
    }
    let (keys, counts): (Vec<_>, Vec<_>) = report.hits.iter().unzip();
    let (exceptions, hours): (Vec<Uuid>, Vec<DateTime<Utc>>) = keys.into_iter().copied().unzip();
    let (suppressed, passed): (Vec<i64>, Vec<i64>) = counts.into_iter().copied().unzip();
    sqlx::query!(
        "INSERT INTO enforcement_hits (exception_id, hour, point_id, suppressed, would_have_passed)
         SELECT e.id, h.hour, $1, h.suppressed, h.passed
         FROM unnest($2::uuid[], $3::timestamptz[], $4::bigint[], $5::bigint[]) AS h (exception, hour, suppressed, passed)
         JOIN exceptions AS e ON e.id = h.exception
         ON CONFLICT (exception_id, hour, point_id) DO UPDATE SET
             suppressed = enforcement_hits.suppressed + excluded.suppressed,
             would_have_passed = enforcement_hits.would_have_passed + excluded.would_have_passed",
        point,
        &exceptions,
        &hours,
        &suppressed,
        &passed,
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}
