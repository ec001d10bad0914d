//! The reach of a change: since when it is in force at how many points, and who lags.
//!
//! A change counts at the points that were in use when it was committed. The instant that a point names counts no earlier than
//! the commit and no later than the report. That the report came after the commit is not asked of two desks' clocks: a version
//! that is not committed cannot be reported (`write::take`). Which points were in use is: what reported first within the seconds by
//! which two clocks differ may be left out, or counted.

use super::lapsed_before;
use crate::app::Desk;
use crate::db::Tx;
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

/// A change of the rules, and how far it got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct RuleChange {
    /// Its version of the feed.
    pub version: i64,
    /// The `epoch` of that version.
    pub epoch: Uuid,
    /// When it was committed.
    pub committed_at: DateTime<Utc>,
    /// How many rules it brought or changed.
    pub upserts: i64,
    /// How many rules it took away.
    pub removals: i64,
    /// How many enforcement points were in use then.
    pub points: i64,
    /// At how many of these it is in force.
    pub reached: i64,
    /// When it came into force at the latest of these.
    pub reached_at: Option<DateTime<Utc>>,
}

/// An enforcement point that a change should reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Reached {
    /// The point's id.
    pub id: Uuid,
    /// Its name.
    #[schema(example = "tokyo-1")]
    pub gate: String,
    /// Since when the change is in force there; null as long as the point has not said so.
    pub in_force_at: Option<DateTime<Utc>>,
    /// Its latest report.
    pub last_seen_at: DateTime<Utc>,
    /// Whether it has not reported for long.
    pub lapsed: bool,
}

/// A change with every point that it should reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ChangeReach {
    /// The change.
    #[serde(flatten)]
    pub change: RuleChange,
    /// The points: laggards first, then the latest.
    pub reach: Vec<Reached>,
}

/// At most `limit` changes of the current epoch, those before the version `before`, the latest first.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, desk: &Desk, before: Option<i64>, limit: i64) -> Result<Vec<RuleChange>, sqlx::Error> {
    read(tx, desk, None, before, limit).await
}

/// The change that made `version` of the current epoch.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, desk: &Desk, version: i64) -> Result<Option<ChangeReach>, sqlx::Error> {
    let Some(change) = read(tx, desk, Some(version), None, 1).await?.pop() else { return Ok(None) };
    let reach = reach(tx, desk, &change).await?;
    Ok(Some(ChangeReach { change, reach }))
}

async fn read(
    tx: &mut Tx,
    desk: &Desk,
    only: Option<i64>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<RuleChange>, sqlx::Error> {
    sqlx::query_as!(
        RuleChange,
        r#"SELECT c.version, c.epoch, c.committed_at, jsonb_array_length(c.upserts)::bigint AS "upserts!",
             cardinality(c.removals)::bigint AS "removals!", r.points AS "points!", r.reached AS "reached!", r.reached_at
         FROM (
             SELECT c.* FROM feed_changes AS c JOIN feed_head AS h ON h.epoch = c.epoch
             WHERE ($1::bigint IS NULL OR c.version = $1) AND ($2::bigint IS NULL OR c.version < $2)
             ORDER BY c.version DESC LIMIT $3
         ) AS c, LATERAL (
             SELECT count(*) AS points, count(a.at) AS reached, max(a.at) AS reached_at
             FROM enforcement_points AS p LEFT JOIN LATERAL (
                 SELECT greatest(min(x.applied_at), c.committed_at) AS at FROM enforcement_applied AS x
                 WHERE x.point_id = p.id AND x.epoch = c.epoch AND x.version >= c.version
                 HAVING count(*) > 0
             ) AS a ON true
             WHERE p.first_seen_at <= c.committed_at
               AND (a.at IS NOT NULL OR (p.retired_at IS NULL AND p.last_seen_at >= c.committed_at - $4::interval))
         ) AS r ORDER BY c.version DESC"#,
        only,
        before,
        limit,
        desk.config.feed.lapsed_after() as _,
    )
    .fetch_all(&mut **tx)
    .await
}

async fn reach(tx: &mut Tx, desk: &Desk, change: &RuleChange) -> Result<Vec<Reached>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT p.id, p.name, p.last_seen_at, p.last_seen_at < $4 AS "lapsed!", a.at AS "in_force_at?"
         FROM enforcement_points AS p LEFT JOIN LATERAL (
             SELECT greatest(min(x.applied_at), $3) AS at FROM enforcement_applied AS x
             WHERE x.point_id = p.id AND x.epoch = $1 AND x.version >= $2 HAVING count(*) > 0
         ) AS a ON true
         WHERE p.first_seen_at <= $3
           AND (a.at IS NOT NULL OR (p.retired_at IS NULL AND p.last_seen_at >= $3 - $5::interval))
         ORDER BY a.at DESC NULLS FIRST, p.name"#,
        change.epoch,
        change.version,
        change.committed_at,
        lapsed_before(desk),
        desk.config.feed.lapsed_after() as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    let reached = rows.into_iter().map(|row| Reached {
        id: row.id,
        gate: row.name,
        in_force_at: row.in_force_at,
        last_seen_at: row.last_seen_at,
        lapsed: row.lapsed,
    });
    Ok(reached.collect())
}

/// The references of the exceptions that a change was about (20 at most), and whether it took their rules away.
///
/// # Errors
/// When the database is away.
pub async fn concerned(tx: &mut Tx, change: &RuleChange) -> Result<Vec<(String, bool)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT e.reference, e.id = ANY(c.removals) AS "removed!"
         FROM feed_changes AS c JOIN exceptions AS e
           ON e.id = ANY(c.removals) OR e.id IN (SELECT (rule->>'id')::uuid FROM jsonb_array_elements(c.upserts) AS rule)
         WHERE c.epoch = $1 AND c.version = $2 ORDER BY e.reference LIMIT 20"#,
        change.epoch,
        change.version,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.reference, row.removed)).collect())
}
