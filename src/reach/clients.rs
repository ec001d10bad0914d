//! The clients that points belong to, and how many points each should have.

use super::lapsed_before;
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::db::{self, Tx};
use crate::feed::Limits;
use crate::identity::{Lead, TenantId};
use crate::problem::{InputError, Kind};
use crate::web::{Failure, IfMatch};
use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Most points that a client can be expected to have.
pub const MOST_EXPECTED: i32 = 100_000;

/// A client of the feed, by its points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FeedClient {
    /// Its operator tenant.
    pub tenant: TenantId,
    /// Its client id.
    #[schema(example = "feed")]
    pub client: String,
    /// How many enforcement points it should have; null when nobody has said.
    pub expected: Option<i32>,
    /// How many are in use.
    pub points: i64,
    /// How many of these report.
    pub reporting: i64,
    /// How many of those expected do not report.
    pub missing: i64,
    /// The part of the rules that it gets, by the desk's configuration; null for all rules.
    pub limited_to: Option<Limits>,
    /// Its `ETag`.
    pub version: i64,
}

/// What a lead says of a client.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedBody {
    /// How many enforcement points it should have, 0 to 100000; null for any number.
    #[schema(minimum = 0, maximum = 100_000)]
    pub expected: Option<i32>,
}

/// Every client with points or with a number, by tenant and id.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, desk: &Desk) -> Result<Vec<FeedClient>, sqlx::Error> {
    read(tx, desk, None).await
}

/// One client; one that nobody has heard of has no points and no number.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, desk: &Desk, tenant: TenantId, client: &str) -> Result<FeedClient, sqlx::Error> {
    let known = read(tx, desk, Some((tenant, client))).await?;
    let unknown = || FeedClient {
        tenant,
        client: client.to_owned(),
        expected: None,
        points: 0,
        reporting: 0,
        missing: 0,
        limited_to: limited_to(desk, client),
        version: 0,
    };
    Ok(known.into_iter().next().unwrap_or_else(unknown))
}

fn limited_to(desk: &Desk, client: &str) -> Option<Limits> {
    desk.feed.limits_of(client).map(|limits| (**limits).clone())
}

async fn read(tx: &mut Tx, desk: &Desk, only: Option<(TenantId, &str)>) -> Result<Vec<FeedClient>, sqlx::Error> {
    let (tenant, client) = only.unzip();
    let rows = sqlx::query!(
        r#"SELECT coalesce(c.client_tenant, p.client_tenant) AS "tenant!", coalesce(c.client_id, p.client_id) AS "client!",
             c.expected, coalesce(c.version, 0) AS "version!", coalesce(p.points, 0) AS "points!", coalesce(p.reporting, 0) AS "reporting!"
         FROM enforcement_clients AS c FULL JOIN (
             SELECT client_tenant, client_id, count(*) FILTER (WHERE retired_at IS NULL) AS points,
                 count(*) FILTER (WHERE retired_at IS NULL AND last_seen_at >= $1) AS reporting
             FROM enforcement_points GROUP BY client_tenant, client_id
         ) AS p ON p.client_tenant = c.client_tenant AND p.client_id = c.client_id
         WHERE ($2::uuid IS NULL OR coalesce(c.client_tenant, p.client_tenant) = $2)
           AND ($3::text IS NULL OR coalesce(c.client_id, p.client_id) = $3)
         ORDER BY 1, 2"#,
        lapsed_before(desk),
        tenant.map(|tenant| tenant.0),
        client,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| FeedClient {
            tenant: TenantId(row.tenant),
            limited_to: limited_to(desk, &row.client),
            client: row.client,
            expected: row.expected,
            points: row.points,
            reporting: row.reporting,
            missing: row.expected.map_or(0, |expected| (i64::from(expected) - row.reporting).max(0)),
            version: row.version,
        })
        .collect())
}

/// Says how many points `client` should have.
///
/// # Errors
/// 404 for a tenant that is no operator's, 412, 422 for a number or a name that cannot be; 503.
pub async fn expect(
    desk: web::Data<Desk>,
    lead: Lead,
    (tenant, client): (TenantId, String),
    if_match: IfMatch,
    expected: Option<i32>,
) -> Result<FeedClient, Failure> {
    if !desk.roles.is_operator(tenant) || !(1..=200).contains(&client.chars().count()) || client.contains('\0') {
        return Err(Failure::new(Kind::NotFound));
    }
    if expected.is_some_and(|expected| !(0..=MOST_EXPECTED).contains(&expected)) {
        return Err(InputError::new("/expected", "expected_out_of_range").with("max", MOST_EXPECTED).into());
    }
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        let before = find(&mut tx, &desk, tenant, &client).await?;
        if_match.holds_for(before.version)?;
        let put = sqlx::query!(
            "INSERT INTO enforcement_clients AS c (client_tenant, client_id, expected) VALUES ($1, $2, $3)
             ON CONFLICT (client_tenant, client_id) DO UPDATE SET expected = $3, version = c.version + 1 WHERE c.version = $4",
            tenant.0,
            client,
            expected,
            before.version,
        );
        if put.execute(&mut *tx).await?.rows_affected() == 0 {
            return Err(Failure::new(Kind::VersionMismatch));
        }
        let event = Event {
            actor: lead.actor(),
            action: "enforcement.expected",
            subject_kind: "feed_client",
            subject_id: tenant.0,
            tenant: None,
            details: json!({ "client": client, "before": before.expected, "expected": expected }),
            personal: None,
        };
        audit::record(&mut tx, now, event).await?;
        let client = find(&mut tx, &desk, tenant, &client).await?;
        tx.commit().await?;
        Ok(client)
    })
    .await
}
