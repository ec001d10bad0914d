//! What was asked, what came of it, and what was overturned.

use super::{Bounds, Counted, Only, ends};
use crate::db::Tx;

/// What was filed between `bounds`: `automatic` was answered at once, `people` went to a person.
pub async fn filed(tx: &mut Tx, only: &Only, bounds: &Bounds) -> Result<Vec<Counted>, sqlx::Error> {
    let (from, until) = ends(bounds);
    sqlx::query_as!(
        Counted,
        r#"SELECT width_bucket(opened_at, $3) AS "bucket!", CASE WHEN automatic THEN 'automatic' ELSE 'people' END AS "what!",
             count(*) AS "count!"
           FROM request_rounds
           WHERE NOT appeal AND opened_at >= $4 AND opened_at < $5
             AND ($1::uuid IS NULL OR tenant = $1) AND ($2::text IS NULL OR issue = $2)
           GROUP BY 1, 2"#,
        only.tenant,
        only.issue,
        bounds,
        from,
        until,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What became of the filings for one issue.
pub struct OutcomeOf {
    /// The issue's slug.
    pub issue: String,
    /// Whether the policy answered at once.
    pub automatic: bool,
    /// The status of the filing, before any appeal.
    pub status: String,
    /// How many.
    pub count: i64,
}

/// What became of everything that was filed between `bounds`, before any appeal.
pub async fn outcomes(tx: &mut Tx, only: &Only, bounds: &Bounds) -> Result<Vec<OutcomeOf>, sqlx::Error> {
    let (from, until) = ends(bounds);
    sqlx::query_as!(
        OutcomeOf,
        r#"SELECT issue, automatic, status, count(*) AS "count!" FROM request_rounds
           WHERE NOT appeal AND opened_at >= $3 AND opened_at < $4
             AND ($1::uuid IS NULL OR tenant = $1) AND ($2::text IS NULL OR issue = $2)
           GROUP BY 1, 2, 3"#,
        only.tenant,
        only.issue,
        from,
        until,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Appeals that were decided between `bounds`: `accepted` overturned the denial, `denied` upheld it.
pub async fn appeals_decided(tx: &mut Tx, only: &Only, bounds: &Bounds) -> Result<Vec<Counted>, sqlx::Error> {
    let (from, until) = ends(bounds);
    sqlx::query_as!(
        Counted,
        r#"SELECT width_bucket(ended_at, $3) AS "bucket!", status AS what, count(*) AS "count!" FROM request_rounds
           WHERE appeal AND status IN ('accepted', 'denied') AND ended_at >= $4 AND ended_at < $5
             AND ($1::uuid IS NULL OR tenant = $1) AND ($2::text IS NULL OR issue = $2)
           GROUP BY 1, 2"#,
        only.tenant,
        only.issue,
        bounds,
        from,
        until,
    )
    .fetch_all(&mut **tx)
    .await
}

/// How often a rule was looked at again, and overturned.
pub struct Overturned {
    /// The issue's slug.
    pub issue: String,
    /// The policy's reason; none where a reviewer had denied.
    pub reason: Option<String>,
    /// What was judged by it.
    pub criterion: Option<String>,
    /// How often it was overturned.
    pub overturned: i64,
    /// How often it was not.
    pub kept: i64,
}

/// The appeals that were decided between `bounds`, by what had denied.
pub async fn appeals_by_rule(tx: &mut Tx, only: &Only, bounds: &Bounds) -> Result<Vec<Overturned>, sqlx::Error> {
    let (from, until) = ends(bounds);
    sqlx::query_as!(
        Overturned,
        r#"SELECT a.issue, CASE WHEN f.automatic THEN f.reason END AS reason, CASE WHEN f.automatic THEN f.criterion END AS criterion,
             count(*) FILTER (WHERE a.status = 'accepted') AS "overturned!", count(*) FILTER (WHERE a.status = 'denied') AS "kept!"
           FROM request_rounds AS a JOIN request_rounds AS f ON f.request_id = a.request_id AND NOT f.appeal
           WHERE a.appeal AND a.status IN ('accepted', 'denied') AND a.ended_at >= $3 AND a.ended_at < $4
             AND ($1::uuid IS NULL OR a.tenant = $1) AND ($2::text IS NULL OR a.issue = $2)
           GROUP BY 1, 2, 3"#,
        only.tenant,
        only.issue,
        from,
        until,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The after-checks that were done between `bounds`, by the rule that had granted.
pub async fn checks_by_rule(tx: &mut Tx, only: &Only, bounds: &Bounds) -> Result<Vec<Overturned>, sqlx::Error> {
    let (from, until) = ends(bounds);
    sqlx::query_as!(
        Overturned,
        r#"SELECT r.issue, r.reason, r.criterion, count(*) FILTER (WHERE c.outcome = 'overturned') AS "overturned!",
             count(*) FILTER (WHERE c.outcome = 'confirmed') AS "kept!"
           FROM after_checks AS c JOIN request_rounds AS r ON r.request_id = c.request_id AND NOT r.appeal
           WHERE c.checked_at >= $3 AND c.checked_at < $4
             AND ($1::uuid IS NULL OR c.tenant = $1) AND ($2::text IS NULL OR r.issue = $2)
           GROUP BY 1, 2, 3"#,
        only.tenant,
        only.issue,
        from,
        until,
    )
    .fetch_all(&mut **tx)
    .await
}
