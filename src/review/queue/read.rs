//! Reading the queue: a part of a tab, and how many there are in each.

use super::filter::{Filter, Tab};
use super::search;
use crate::db::{Db, Tx};
use crate::identity::{ObjectId, Person, TenantId};
use crate::intake::Status;
use crate::intake::course::ClockSet;
use crate::locale::Lang;
use crate::policy::Classification;
use crate::sla::Pause;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

/// Where a part of a tab begins: after this due instant (none while a clock stands still) and request.
pub type Cursor = (Option<DateTime<Utc>>, Uuid);

/// A request as the queue shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct Entry {
    /// The request.
    pub id: Uuid,
    /// What people call it.
    pub reference: String,
    /// The tenant's name.
    pub tenant_name: String,
    /// Where it stands.
    pub status: Status,
    /// Its version.
    pub version: i64,
    /// The issue's slug.
    pub issue: String,
    /// The language that the partner wants.
    pub language: Lang,
    /// When an answer, or its after-check, is due; none while the clock stands still.
    pub due_at: Option<DateTime<Utc>>,
    /// While it waits for the partner: until when.
    pub waiting_until: Option<DateTime<Utc>>,
    /// The calendar of its clock.
    pub calendar: String,
    /// When its clock was set.
    clock_from: DateTime<Utc>,
    /// For how many business days.
    clock_days: u32,
    /// When the clock stood still.
    pub pauses: Vec<Pause>,
    /// The guards that turned an accept into a review.
    pub guards: Vec<String>,
    /// What the policy said, where no guard did; without the way there.
    pub why: Option<Classification>,
    /// Whether it is an appeal.
    pub appeal: bool,
    /// Whether a first approval waits for a second.
    pub approved: bool,
    /// Who works on it.
    #[serde(skip)]
    pub held: Option<Held>,
}

impl Entry {
    /// Where the part of a tab after this request begins.
    pub fn cursor(&self) -> Cursor {
        (self.due_at, self.id)
    }

    /// Whether it was granted and waits for its after-check.
    pub fn is_after_check(&self) -> bool {
        self.status == Status::Accepted
    }

    /// Its clock as it was set.
    pub fn clock(&self) -> ClockSet {
        ClockSet { from: self.clock_from, business_days: self.clock_days }
    }
}

/// Who works on a request.
#[derive(Clone, Debug, Deserialize)]
pub struct Held {
    /// The reviewer.
    pub by: ObjectId,
    /// Their tenant.
    pub tenant: TenantId,
    /// Their name, to read.
    pub name: String,
    /// When the claim lapses.
    pub until: DateTime<Utc>,
}

/// At most `limit` requests of what `filter` shows `reader` at `now`, after `after`, earliest due first.
///
/// # Errors
/// When the database is away.
pub async fn page(
    tx: &mut Tx,
    reader: &Person,
    filter: &Filter,
    after: Option<Cursor>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Entry>, sqlx::Error> {
    let read = |row: PgRow| {
        let (Json(entry), held): (Json<Entry>, Option<Json<Held>>) = FromRow::from_row(&row)?;
        Ok(Entry { held: held.map(|held| held.0), ..entry })
    };
    rows(tx, reader, filter, after, limit, now).await?.into_iter().map(read).collect()
}

/// The same as the database gives it.
///
/// # Errors
/// When the database is away.
pub async fn rows(
    tx: &mut Tx,
    reader: &Person,
    filter: &Filter,
    after: Option<Cursor>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<PgRow>, sqlx::Error> {
    let part = Part { reader, filter, after, limit, now };
    match &filter.search {
        Some(words) => search::rows(tx, &part, words).await,
        None => part.asked("queue_entries").build().fetch_all(&mut **tx).await,
    }
}

/// A part of a tab.
pub(super) struct Part<'a> {
    reader: &'a Person,
    filter: &'a Filter,
    after: Option<Cursor>,
    pub limit: i64,
    now: DateTime<Utc>,
}

impl Part<'_> {
    /// The statement for it without what is searched for.
    fn asked(&self, from: &str) -> QueryBuilder<Postgres> {
        let mut query = QueryBuilder::new("");
        self.shown(&mut query).push(from).push(" AS q WHERE ");
        self.conditions(&mut query);
        self.first(&mut query, self.limit);
        query
    }

    /// What is read of an entry `q`.
    pub fn shown<'q>(&self, query: &'q mut QueryBuilder<Postgres>) -> &'q mut QueryBuilder<Postgres> {
        query.push("SELECT q.shown, CASE WHEN q.held_until > now() THEN q.held END FROM ")
    }

    /// The first `limit` entries in the queue's order. The number stands in the statement: a plan that did not know it would be
    /// made anew each time.
    pub fn first(&self, query: &mut QueryBuilder<Postgres>, limit: i64) {
        query.push(" ORDER BY q.due_at, q.request_id LIMIT ").push(limit);
    }

    /// What the tab, the filters and the place say of an entry `q`.
    pub fn conditions(&self, query: &mut QueryBuilder<Postgres>) {
        query.push(match self.filter.tab {
            Tab::AfterChecks => "q.status = 'after_check'",
            _ => "q.status <> 'after_check'",
        });
        match self.filter.tab {
            Tab::All | Tab::AfterChecks => {}
            Tab::Mine => {
                query
                    .push(" AND q.claimed AND q.held_until > now() AND q.held_by = ")
                    .push_bind(self.reader.object_id.0);
                query.push(" AND q.held_by_tenant = ").push_bind(self.reader.tenant.0);
            }
            Tab::Unclaimed => {
                query.push(" AND q.status = 'in_review' AND NOT q.claimed");
            }
            Tab::Appeals => {
                query.push(" AND q.appeal");
            }
            Tab::SecondApprovals => {
                query.push(" AND q.approved");
            }
            Tab::Waiting => {
                query.push(" AND q.status = 'waiting_for_partner'");
            }
            Tab::Breached => {
                query.push(" AND q.due_at < ").push_bind(self.now);
            }
        }
        narrow(query, self.filter, self.now);
        if let Some((due_at, id)) = self.after {
            // In selects of their own, where no plan depends on them: else a plan would be made anew for each place.
            query.push(" AND (q.due_at, q.request_id) > ((SELECT coalesce(").push_bind(due_at);
            query.push(", 'infinity'::timestamptz)), (SELECT ").push_bind(id).push("::uuid))");
        }
    }
}

/// The filters' conditions.
fn narrow(query: &mut QueryBuilder<Postgres>, filter: &Filter, now: DateTime<Utc>) {
    if let Some(issue) = &filter.issue {
        query.push(" AND q.issue = ").push_bind(issue.clone());
    }
    if let Some(tenant) = filter.tenant {
        query.push(" AND q.tenant = ").push_bind(tenant.0);
    }
    if let Some(assignee) = filter.assignee {
        query.push(" AND q.claimed AND q.held_until > now() AND q.held_by = ").push_bind(assignee.0);
    }
    if let Some(language) = filter.language {
        query.push(" AND q.language = ").push_bind(language.tag());
    }
    if let Some(days) = filter.age {
        query.push(" AND q.filed_at <= ").push_bind(now - TimeDelta::days(days.into()));
    }
}

/// How many requests each tab has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Open.
    pub all: i64,
    /// Claimed by the reader.
    pub mine: i64,
    /// In review, and nobody's.
    pub unclaimed: i64,
    /// Appeals.
    pub appeals: i64,
    /// Waiting for a second approval.
    pub second_approvals: i64,
    /// Waiting for their partner.
    pub waiting: i64,
    /// Granted by the policy, and looked at by nobody yet.
    pub after_checks: i64,
    /// Past their due time, as far as [`mark_late`] has come.
    pub breached: i64,
    /// After-checks past their due time, likewise.
    pub late_after_checks: i64,
}

impl Counts {
    /// How many there are in `tab`.
    pub fn of(&self, tab: Tab) -> i64 {
        match tab {
            Tab::All => self.all,
            Tab::Mine => self.mine,
            Tab::Unclaimed => self.unclaimed,
            Tab::Appeals => self.appeals,
            Tab::SecondApprovals => self.second_approvals,
            Tab::Waiting => self.waiting,
            Tab::AfterChecks => self.after_checks,
            Tab::Breached => self.breached,
        }
    }
}

/// How many requests each tab has for `reader`.
///
/// # Errors
/// When the database is away.
pub async fn counts(tx: &mut Tx, reader: &Person) -> Result<Counts, sqlx::Error> {
    // The few rows are summed here: an aggregate costs the database more than reading them.
    let parts = sqlx::query!(
        r#"SELECT requests, unclaimed, appeals, approved, waiting, after_checks, late, late_checks,
             (SELECT count(*) FROM queue_entries WHERE claimed AND held_by = $1) AS "mine!"
           FROM queue_counts"#,
        reader.object_id.0,
    )
    .fetch_all(&mut **tx)
    .await?;
    let sum = Counts { mine: parts.first().map_or(0, |part| part.mine), ..Counts::default() };
    Ok(parts.into_iter().fold(sum, |sum, part| Counts {
        all: sum.all + i64::from(part.requests),
        mine: sum.mine,
        unclaimed: sum.unclaimed + i64::from(part.unclaimed),
        appeals: sum.appeals + i64::from(part.appeals),
        second_approvals: sum.second_approvals + i64::from(part.approved),
        waiting: sum.waiting + i64::from(part.waiting),
        after_checks: sum.after_checks + i64::from(part.after_checks),
        breached: sum.breached + i64::from(part.late),
        late_after_checks: sum.late_after_checks + i64::from(part.late_checks),
    }))
}

/// Marks what is past its due time at `now`, for the figures.
///
/// # Errors
/// When the database is away.
pub async fn mark_late(db: &Db, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.staff().await?;
    sqlx::query!("SELECT mark_late_in_queue($1)", now).execute(&mut *tx).await?;
    tx.commit().await
}
