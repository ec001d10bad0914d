//! Answers in time, and how long they took.

use super::{Bounds, Counted, Only, ends};
use crate::db::Tx;
use chrono::{DateTime, Utc};

/// Answers of people in one part of a period, or of one kind in all of it.
pub struct Answered {
    /// The part; none for a sum over all of them.
    pub bucket: Option<i32>,
    /// Of a sum, whether it is that of appeals.
    pub appeal: Option<bool>,
    /// At or before the due instant.
    pub in_time: i64,
    /// After it.
    pub late: i64,
    /// Half were answered within so many seconds, and nine of ten.
    pub seconds: Vec<f64>,
}

/// What people answered between `bounds`: by part, and summed up for filings and appeals.
pub async fn answered(tx: &mut Tx, only: &Only, bounds: &Bounds) -> Result<Vec<Answered>, sqlx::Error> {
    let (from, until) = ends(bounds);
    sqlx::query_as!(
        Answered,
        r#"SELECT bucket AS "bucket?", appeal AS "appeal?", count(*) FILTER (WHERE NOT late) AS "in_time!", count(*) FILTER (WHERE late) AS "late!",
             percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds) AS "seconds!"
           FROM (SELECT width_bucket(ended_at, $3) AS bucket, appeal, coalesce(ended_at > due_at, false) AS late,
                   extract(epoch FROM ended_at - opened_at - waited)::float8 AS seconds
               FROM request_rounds
               WHERE ended_at >= $4 AND ended_at < $5 AND NOT automatic AND status IN ('accepted', 'denied')
                 AND ($1::uuid IS NULL OR tenant = $1) AND ($2::text IS NULL OR issue = $2)) AS answers
           GROUP BY GROUPING SETS ((bucket), (appeal))"#,
        only.tenant,
        only.issue,
        bounds,
        from,
        until,
    )
    .fetch_all(&mut **tx)
    .await
}

/// After-checks that were done between `bounds`, summed up; none when there were none.
pub async fn checked(tx: &mut Tx, only: &Only, bounds: &Bounds) -> Result<Option<Answered>, sqlx::Error> {
    let (from, until) = ends(bounds);
    let sum = sqlx::query_as!(
        Answered,
        r#"SELECT NULL::int AS "bucket?", NULL::bool AS "appeal?", count(*) FILTER (WHERE c.checked_at <= c.due_at) AS "in_time!",
             count(*) FILTER (WHERE c.checked_at > c.due_at) AS "late!",
             coalesce(percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM c.checked_at - c.clock_from)::float8),
               '{}') AS "seconds!"
           FROM after_checks AS c
           WHERE c.checked_at >= $3 AND c.checked_at < $4 AND ($1::uuid IS NULL OR c.tenant = $1)
             AND ($2::text IS NULL OR EXISTS (SELECT FROM request_rounds AS r WHERE r.request_id = c.request_id AND NOT r.appeal AND r.issue = $2))"#,
        only.tenant,
        only.issue,
        from,
        until,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(Some(sum).filter(|sum| sum.in_time + sum.late > 0))
}

/// What the policy answered at once between `bounds`: `accepted` and `denied`.
pub async fn answered_at_once(tx: &mut Tx, only: &Only, bounds: &Bounds) -> Result<Vec<Counted>, sqlx::Error> {
    let (from, until) = ends(bounds);
    sqlx::query_as!(
        Counted,
        r#"SELECT width_bucket(ended_at, $3) AS "bucket!", status AS what, count(*) AS "count!" FROM request_rounds
           WHERE ended_at >= $4 AND ended_at < $5 AND automatic
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

/// What is open and past its due instant at `now`: filings, appeals, after-checks.
pub async fn overdue(tx: &mut Tx, only: &Only, now: DateTime<Utc>) -> Result<[i64; 3], sqlx::Error> {
    let rounds = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE NOT appeal) AS "filings!", count(*) FILTER (WHERE appeal) AS "appeals!"
           FROM request_rounds WHERE ended_at IS NULL AND due_at < $3
             AND ($1::uuid IS NULL OR tenant = $1) AND ($2::text IS NULL OR issue = $2)"#,
        only.tenant,
        only.issue,
        now,
    )
    .fetch_one(&mut **tx)
    .await?;
    let checks = sqlx::query_scalar!(
        r#"SELECT count(*) AS "checks!" FROM after_checks AS c
           WHERE c.outcome IS NULL AND c.due_at < $3 AND ($1::uuid IS NULL OR c.tenant = $1)
             AND ($2::text IS NULL OR EXISTS (SELECT FROM request_rounds AS r WHERE r.request_id = c.request_id AND NOT r.appeal AND r.issue = $2))"#,
        only.tenant,
        only.issue,
        now,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok([rounds.filings, rounds.appeals, checks])
}
