//! Which clocks are to be looked at: those whose time has come, and those with an alarm to raise or to end. However many requests
//! are in review, the others are not read.

use crate::app::Desk;
use crate::identity::{Role, staff};
use crate::sla::Pause;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

/// So many are looked at before the next are read.
const BATCH: i64 = 1000;

/// A request in review, as far as its warnings go.
#[derive(Debug)]
pub(super) struct Running {
    pub id: Uuid,
    pub calendar: String,
    pub clock_from: DateTime<Utc>,
    pub clock_days: i32,
    pub pauses: Json<Vec<Pause>>,
    pub due_at: Option<DateTime<Utc>>,
    /// The warnings of this clock that were told.
    pub told: Vec<String>,
    /// Whether somebody is left who may decide it.
    pub eligible: bool,
    /// Whether its time has come.
    pub is_due: bool,
    /// Whether nobody has looked at its clock since it was set.
    pub unseen: bool,
    turn: i64,
}

/// Some of the requests that are to be looked at at `now`, and whether there may be more.
///
/// Somebody is eligible who has signed in lately, is neither of the tenant nor the filer, has not denied the request before, and
/// can complete a first approval where there is one: another person, and a lead unless the first was. With two reviewers that can
/// only fail for appeals, first approvals, and requests of a tenant of theirs: no others are asked.
pub(super) async fn running(desk: &Desk, now: DateTime<Utc>) -> Result<(Vec<Running>, bool), sqlx::Error> {
    let mut tx = desk.db.staff().await?;
    let running = sqlx::query_as!(
        Running,
        r#"WITH reviewers AS (SELECT tenant, object_id, roles FROM staff WHERE last_seen_at > $1 AND roles && $2),
             asked AS (
                 (SELECT request_id FROM clock_looks WHERE look_at <= $4 ORDER BY look_at LIMIT $5)
                 UNION SELECT request_id FROM queue_entries WHERE appeal
                 UNION SELECT request_id FROM queue_entries WHERE approved
                 UNION SELECT request_id FROM queue_entries WHERE tenant IN (SELECT tenant FROM reviewers)
                 UNION SELECT request_id FROM queue_entries
                     WHERE status = 'in_review' AND (SELECT count(DISTINCT object_id) FROM reviewers) < 2
                 UNION SELECT request_id FROM clock_warnings WHERE warning = 'nobody_eligible'
             ),
             found AS (
                 SELECT r.id, r.tenant, r.calendar, r.clock_from, r.clock_days, r.due_at, l.turn, l.look_at <= $4 AS is_due,
                     l.look_at = '-infinity' AS unseen,
                     EXISTS (SELECT FROM reviewers AS s
                         WHERE s.tenant <> r.tenant AND s.object_id <> r.filed_by
                           AND NOT EXISTS (SELECT FROM decisions AS d WHERE d.request_id = r.id
                               AND (d.outcome = 'deny' AND d.decided_by = s.object_id
                                 OR d.outcome = 'accept' AND d.request_version = r.version
                                   AND (d.decided_by = s.object_id OR NOT (d.decided_as_lead OR $3 = ANY (s.roles)))))
                     ) OR NOT EXISTS (SELECT FROM staff) AS eligible,
                     EXISTS (SELECT FROM clock_warnings AS w WHERE w.request_id = r.id AND w.clock_from = r.clock_from
                         AND w.warning = 'nobody_eligible') AS alarmed
                 FROM requests AS r JOIN clock_looks AS l ON l.request_id = r.id
                 -- As an array: a planner that took them for many would read all requests.
                 WHERE r.id = ANY (ARRAY(SELECT request_id FROM asked)) AND r.status = 'in_review' AND r.clock_from IS NOT NULL
             )
           SELECT id, calendar, clock_from AS "clock_from!", clock_days, due_at,
             (SELECT coalesce(jsonb_agg(jsonb_build_object('from', s.paused_at, 'to', s.resumed_at)), '[]')
              FROM pauses AS s WHERE s.request_id = found.id) AS "pauses!: Json<Vec<Pause>>",
             ARRAY(SELECT w.warning FROM clock_warnings AS w
                   WHERE w.request_id = found.id AND w.clock_from = found.clock_from) AS "told!",
             eligible AS "eligible!", is_due AS "is_due!", unseen AS "unseen!", turn
           FROM found WHERE is_due OR eligible = alarmed"#,
        now - staff::LIFETIME,
        &[Role::Reviewer, Role::LeadReviewer].map(|role| role.code().to_owned()),
        Role::LeadReviewer.code(),
        now,
        BATCH,
    )
    .fetch_all(&mut *tx)
    .await?;
    let due = running.iter().filter(|running| running.is_due).count();
    Ok((running, due as i64 >= BATCH))
}

/// Keeps when those that were due are to be looked at next: never again where there is no instant, and at once where the clock
/// was set anew meanwhile.
pub(super) async fn keep(desk: &Desk, looked: &[(Running, Option<DateTime<Utc>>)]) -> Result<(), sqlx::Error> {
    let due: Vec<_> = looked.iter().filter(|(running, _)| running.is_due).collect();
    if due.is_empty() {
        return Ok(());
    }
    let mut tx = desk.db.staff().await?;
    // In one order, whichever desks do it at once.
    sqlx::query!(
        "WITH new AS (SELECT id, turn, look_at FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) AS new (id, turn, look_at)),
             held AS (SELECT l.request_id FROM clock_looks AS l JOIN new ON new.id = l.request_id AND new.turn = l.turn
                 ORDER BY l.request_id FOR UPDATE OF l)
         UPDATE clock_looks AS l SET look_at = coalesce(new.look_at, 'infinity') FROM new
         WHERE l.request_id = new.id AND l.turn = new.turn AND l.request_id IN (SELECT request_id FROM held)",
        &due.iter().map(|(running, _)| running.id).collect::<Vec<_>>(),
        &due.iter().map(|(running, _)| running.turn).collect::<Vec<_>>(),
        due.iter().map(|(_, next)| *next).collect::<Vec<_>>() as _,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
