//! What waits for one member of staff: the figures of the queue that are theirs, with the first lines of each.

use super::approval;
use crate::db::Tx;
use crate::identity::{ObjectId, Person, Role, TenantId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Most lines of a part.
const MOST: usize = 10;

/// What waits for one member of staff. Nothing in it is about a request that they may not decide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Agenda {
    /// Answers that are overdue.
    pub breached: Part,
    /// Answers that are due before the day ends.
    pub due_today: Part,
    /// First approvals that they may complete.
    pub second_approvals: Part,
    /// After-checks that are due before the day ends, or late.
    pub after_checks: Part,
    /// What they have claimed.
    pub mine: Part,
}

/// The first of several requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Part {
    /// How many there are.
    pub all: i64,
    /// The first of them, the earliest due first.
    pub lines: Vec<Line>,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What people call it.
    pub reference: String,
    /// The tenant's name.
    pub partner: String,
    /// When it is due; none while its clock stands still.
    pub due_at: Option<DateTime<Utc>>,
}

struct Counted {
    reference: String,
    partner: String,
    due_at: Option<DateTime<Utc>>,
    all: i64,
}

impl Agenda {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        [&self.breached, &self.due_today, &self.second_approvals, &self.after_checks, &self.mine]
            .into_iter()
            .all(|part| part.all == 0)
    }
}

impl Part {
    fn of(rows: Vec<Counted>) -> Self {
        let all = rows.first().map_or(0, |row| row.all);
        let line = |row: Counted| Line { reference: row.reference, partner: row.partner, due_at: row.due_at };
        Self { all, lines: rows.into_iter().map(line).collect() }
    }
}

/// What waits at `now` for `object_id` of `tenant`, a lead or not, whose day ends at `until`.
///
/// # Errors
/// When the database is away.
pub async fn agenda(
    tx: &mut Tx,
    (tenant, object_id, lead): (TenantId, Uuid, bool),
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Agenda, sqlx::Error> {
    let role = if lead { Role::LeadReviewer } else { Role::Reviewer };
    let person = Person {
        tenant,
        object_id: ObjectId(object_id),
        name: String::new(),
        roles: BTreeSet::from([role]),
        partner_roles: BTreeSet::new(),
        mfa: true,
        operator: true,
        until,
    };
    let waiting = approval::waiting_for(tx, &person).await?;
    let line = |(request, _): &(crate::intake::Request, _)| Line {
        reference: request.reference.clone(),
        partner: request.tenant_name.clone(),
        due_at: request.due_at,
    };
    let second_approvals = Part {
        all: i64::try_from(waiting.len()).unwrap_or(i64::MAX),
        lines: waiting.iter().take(MOST).map(line).collect(),
    };
    Ok(Agenda {
        breached: due(tx, &person, DateTime::UNIX_EPOCH, now).await?,
        due_today: due(tx, &person, now, until).await?,
        second_approvals,
        after_checks: after_checks(tx, &person, until).await?,
        mine: mine(tx, &person).await?,
    })
}

/// Requests in review that are due from `from` (inclusive) until `until` (exclusive) and that `person` may decide.
async fn due(tx: &mut Tx, person: &Person, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<Part, sqlx::Error> {
    let rows = sqlx::query_as!(
        Counted,
        r#"SELECT r.reference, p.name AS partner, r.due_at, count(*) OVER () AS "all!"
           FROM queue_entries AS q JOIN requests AS r ON r.id = q.request_id JOIN partners AS p ON p.tenant = q.tenant
           WHERE q.status = 'in_review' AND q.due_at >= $3 AND q.due_at < $4 AND q.tenant <> $1 AND r.filed_by <> $2
             AND NOT EXISTS (SELECT FROM decisions AS d
                 WHERE d.request_id = r.id AND d.outcome = 'deny' AND d.decided_by = $2)
           ORDER BY q.due_at, q.request_id LIMIT $5"#,
        person.tenant.0,
        person.object_id.0,
        from,
        until,
        MOST as i64,
    );
    Ok(Part::of(rows.fetch_all(&mut **tx).await?))
}

async fn after_checks(tx: &mut Tx, person: &Person, until: DateTime<Utc>) -> Result<Part, sqlx::Error> {
    let rows = sqlx::query_as!(
        Counted,
        r#"SELECT r.reference, p.name AS partner, a.due_at, count(*) OVER () AS "all!"
           FROM after_checks AS a JOIN requests AS r ON r.id = a.request_id JOIN partners AS p ON p.tenant = a.tenant
           WHERE a.outcome IS NULL AND a.due_at < $3 AND a.tenant <> $1 AND r.filed_by <> $2
           ORDER BY a.due_at, a.request_id LIMIT $4"#,
        person.tenant.0,
        person.object_id.0,
        until,
        MOST as i64,
    );
    Ok(Part::of(rows.fetch_all(&mut **tx).await?))
}

async fn mine(tx: &mut Tx, person: &Person) -> Result<Part, sqlx::Error> {
    let rows = sqlx::query_as!(
        Counted,
        r#"SELECT r.reference, p.name AS partner, r.due_at, count(*) OVER () AS "all!"
           FROM queue_entries AS q JOIN requests AS r ON r.id = q.request_id JOIN partners AS p ON p.tenant = q.tenant
           WHERE q.claimed AND q.held_until > now() AND q.held_by = $2 AND q.held_by_tenant = $1
           ORDER BY q.due_at, q.request_id LIMIT $3"#,
        person.tenant.0,
        person.object_id.0,
        MOST as i64,
    );
    Ok(Part::of(rows.fetch_all(&mut **tx).await?))
}
