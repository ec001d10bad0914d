//! Enforcement points: how each stands, and their retirement.

use super::lapsed_before;
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::db::{self, Tx};
use crate::identity::{Lead, TenantId};
use crate::problem::Kind;
use crate::web::{Failure, IfMatch};
use actix_web::web;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// How an enforcement point stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PointState {
    /// It applies the current version.
    Current,
    /// It has not said yet that it applies the current version.
    Behind,
    /// It applies rules of another lineage of the database (`epoch`).
    OtherEpoch,
    /// It has not reported for long (`feed.lapsed_after_seconds`).
    Lapsed,
    /// Out of use.
    Retired,
}

impl PointState {
    /// The machine name, also of the message `reach-state-CODE`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Behind => "behind",
            Self::OtherEpoch => "other_epoch",
            Self::Lapsed => "lapsed",
            Self::Retired => "retired",
        }
    }
}

/// An enforcement point.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Point {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    #[schema(example = "tokyo-1")]
    pub gate: String,
    /// The operator tenant of its client.
    pub tenant: TenantId,
    /// The client that it belongs to.
    #[schema(example = "feed")]
    pub client: String,
    /// How it stands.
    pub state: PointState,
    /// The `epoch` of the feed that it applies.
    pub epoch: Uuid,
    /// The `version` of the feed that it applies.
    pub applied_version: i64,
    /// Since when.
    pub applied_at: DateTime<Utc>,
    /// How many versions have been issued since; null for another epoch.
    pub versions_behind: Option<i64>,
    /// When the oldest of these was issued.
    pub behind_since: Option<DateTime<Utc>>,
    /// Its first report.
    pub first_seen_at: DateTime<Utc>,
    /// Its latest report.
    pub last_seen_at: DateTime<Utc>,
    /// Since when it is out of use.
    pub retired_at: Option<DateTime<Utc>>,
    /// Its `ETag`.
    pub version: i64,
}

struct Row {
    id: Uuid,
    name: String,
    client_tenant: Uuid,
    client_id: String,
    epoch: Uuid,
    applied: i64,
    applied_at: DateTime<Utc>,
    first_seen_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    retired_at: Option<DateTime<Utc>>,
    version: i64,
    current: Option<i64>,
    behind_since: Option<DateTime<Utc>>,
}

impl Row {
    fn point(self, lapsed_before: DateTime<Utc>) -> Point {
        let behind = self.current.map(|current| (current - self.applied).max(0));
        let state = match behind {
            _ if self.retired_at.is_some() => PointState::Retired,
            _ if self.last_seen_at < lapsed_before => PointState::Lapsed,
            None => PointState::OtherEpoch,
            Some(0) => PointState::Current,
            Some(_) => PointState::Behind,
        };
        Point {
            id: self.id,
            gate: self.name,
            tenant: TenantId(self.client_tenant),
            client: self.client_id,
            state,
            epoch: self.epoch,
            applied_version: self.applied,
            applied_at: self.applied_at,
            versions_behind: behind,
            behind_since: self.behind_since,
            first_seen_at: self.first_seen_at,
            last_seen_at: self.last_seen_at,
            retired_at: self.retired_at,
            version: self.version,
        }
    }
}

macro_rules! points {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"SELECT p.id AS "id!", p.name AS "name!", p.client_tenant AS "client_tenant!", p.client_id AS "client_id!",
                 p.epoch AS "epoch!", p.applied AS "applied!", p.applied_at AS "applied_at!", p.first_seen_at AS "first_seen_at!",
                 p.last_seen_at AS "last_seen_at!", p.retired_at, p.version AS "version!", h.version AS "current?",
                 (SELECT c.committed_at FROM feed_changes AS c WHERE c.epoch = h.epoch AND c.version = p.applied + 1) AS behind_since
             FROM enforcement_points AS p LEFT JOIN feed_head AS h ON h.epoch = p.epoch WHERE "# + $condition
            $(, $argument)*
        )
    };
}

/// At most `limit` points by name, after the name `after`.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, desk: &Desk, after: Option<String>, limit: i64) -> Result<Vec<Point>, sqlx::Error> {
    let rows = points!("($1::text IS NULL OR p.name > $1) ORDER BY p.name LIMIT $2", after, limit);
    let rows = rows.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| row.point(lapsed_before(desk))).collect())
}

/// At most `limit` points in use that do not say that they apply the current version, the longest behind first.
///
/// # Errors
/// When the database is away.
pub async fn laggards(tx: &mut Tx, desk: &Desk, limit: i64) -> Result<Vec<Point>, sqlx::Error> {
    let rows = points!(
        "p.retired_at IS NULL AND (p.last_seen_at < $1 OR h.version IS NULL OR p.applied < h.version)
         ORDER BY p.last_seen_at, p.name LIMIT $2",
        lapsed_before(desk),
        limit
    );
    let rows = rows.fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| row.point(lapsed_before(desk))).collect())
}

/// The point `id`.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, desk: &Desk, id: Uuid) -> Result<Option<Point>, sqlx::Error> {
    let row = points!("p.id = $1", id).fetch_optional(&mut **tx).await?;
    Ok(row.map(|row| row.point(lapsed_before(desk))))
}

/// How many points there are, by how they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// In use: current, behind or lapsed.
    pub in_use: i64,
    /// Those that apply the current version, and report.
    pub current: i64,
    /// Those that do not report.
    pub lapsed: i64,
    /// The current version.
    pub version: i64,
}

/// How the points stand together.
///
/// # Errors
/// When the database is away.
pub async fn counts(tx: &mut Tx, desk: &Desk) -> Result<Counts, sqlx::Error> {
    sqlx::query_as!(
        Counts,
        r#"SELECT count(p.id) AS "in_use!",
             count(*) FILTER (WHERE p.last_seen_at >= $1 AND p.epoch = h.epoch AND p.applied >= h.version) AS "current!",
             count(*) FILTER (WHERE p.last_seen_at < $1) AS "lapsed!",
             coalesce(max(h.version), 0) AS "version!"
         FROM feed_head AS h LEFT JOIN enforcement_points AS p ON p.retired_at IS NULL"#,
        lapsed_before(desk),
    )
    .fetch_one(&mut **tx)
    .await
}

/// Takes a point out of use, until it reports again.
///
/// # Errors
/// 404, 409 when it is out of use already, 412; 503.
pub async fn retire(desk: web::Data<Desk>, lead: Lead, id: Uuid, if_match: IfMatch) -> Result<Point, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        sqlx::query!("SELECT id FROM enforcement_points WHERE id = $1 FOR UPDATE", id).fetch_optional(&mut *tx).await?;
        let point = find(&mut tx, &desk, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        if_match.holds_for(point.version)?;
        if point.retired_at.is_some() {
            return Err(Failure::new(Kind::WrongState));
        }
        sqlx::query!("UPDATE enforcement_points SET retired_at = $2, version = version + 1 WHERE id = $1", id, now)
            .execute(&mut *tx)
            .await?;
        let event = Event {
            actor: lead.actor(),
            action: "enforcement.retired",
            subject_kind: "enforcement_point",
            subject_id: id,
            tenant: None,
            details: json!({ "gate": point.gate, "client": point.client, "last_seen_at": point.last_seen_at }),
            personal: None,
        };
        audit::record(&mut tx, now, event).await?;
        let point = find(&mut tx, &desk, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        tx.commit().await?;
        Ok(point)
    })
    .await
}
