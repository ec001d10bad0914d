//! What is open, and what falls due.

use super::{Bounds, Counted, Only, ends};
use crate::db::Tx;
use chrono::{DateTime, Utc};

/// What is open at `now`, by when it was filed or appealed (or, for `after_check`, granted), between `bounds`; `overdue`
/// counts once more what is late.
pub async fn open_by_age(
    tx: &mut Tx,
    only: &Only,
    bounds: &Bounds,
    now: DateTime<Utc>,
) -> Result<Vec<Counted>, sqlx::Error> {
    sqlx::query_as!(
        Counted,
        r#"WITH open AS (
               SELECT opened_at, status, due_at FROM request_rounds
               WHERE ended_at IS NULL AND ($1::uuid IS NULL OR tenant = $1) AND ($2::text IS NULL OR issue = $2)
               UNION ALL
               SELECT c.clock_from, 'after_check', c.due_at
               FROM after_checks AS c
               WHERE c.outcome IS NULL AND ($1::uuid IS NULL OR c.tenant = $1)
                 AND ($2::text IS NULL OR EXISTS (SELECT FROM request_rounds AS r WHERE r.request_id = c.request_id AND NOT r.appeal AND r.issue = $2)))
           SELECT width_bucket(opened_at, $3) AS "bucket!", status AS "what!", count(*) AS "count!" FROM open GROUP BY 1, 2
           UNION ALL
           SELECT width_bucket(opened_at, $3), 'overdue', count(*) FROM open WHERE due_at < $4 GROUP BY 1"#,
        only.tenant,
        only.issue,
        bounds,
        now,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What began to wait for a person (`opened`) and what no longer does (`ended`), before `bounds` (part 0) and between them.
pub async fn opened_and_ended(tx: &mut Tx, only: &Only, bounds: &Bounds) -> Result<Vec<Counted>, sqlx::Error> {
    let (_, until) = ends(bounds);
    sqlx::query_as!(
        Counted,
        r#"SELECT width_bucket(at, $3) AS "bucket!", what AS "what!", count(*) AS "count!"
           FROM request_rounds, LATERAL (VALUES ('opened', opened_at), ('ended', ended_at)) AS instants (what, at)
           WHERE NOT automatic AND at < $4 AND ($1::uuid IS NULL OR tenant = $1) AND ($2::text IS NULL OR issue = $2)
           GROUP BY 1, 2"#,
        only.tenant,
        only.issue,
        bounds,
        until,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What falls due between `bounds`, and before them (part 0): `request` in review, and `after_check`.
pub async fn due(tx: &mut Tx, bounds: &Bounds) -> Result<Vec<Counted>, sqlx::Error> {
    let (_, until) = ends(bounds);
    sqlx::query_as!(
        Counted,
        r#"SELECT width_bucket(due_at, $1) AS "bucket!", 'request' AS "what!", count(*) AS "count!" FROM request_rounds
           WHERE ended_at IS NULL AND status = 'in_review' AND due_at < $2 GROUP BY 1
           UNION ALL
           SELECT width_bucket(due_at, $1), 'after_check', count(*) FROM after_checks
           WHERE outcome IS NULL AND due_at < $2 GROUP BY 1"#,
        bounds,
        until,
    )
    .fetch_all(&mut **tx)
    .await
}

/// How many people with one of `roles` have signed in since `since`.
pub async fn reviewers_since(tx: &mut Tx, roles: &[String], since: DateTime<Utc>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM staff WHERE roles && $1 AND last_seen_at >= $2"#,
        roles,
        since
    )
    .fetch_one(&mut **tx)
    .await
}
