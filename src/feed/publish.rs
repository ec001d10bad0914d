//! The one place where the feed's version rises.
//!
//! Everything that changes the rules ends its transaction here: take the lock on the counter row, compare what should be
//! published with what is, write the difference as the next version. The lock is held to the commit, so versions have no
//! gaps, commit in order, and two changes can never miss each other.

use crate::clock;
use crate::db::{self, Db, Tx};
use crate::identity::TenantId;
use chrono::{DateTime, Utc};
use mfa_enforcement::digest::RulesDigest;
use mfa_enforcement::wire::{Rule, Subjects};
use serde_json::json;
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Which exceptions a change may have touched: what is compared under the lock.
#[derive(Clone, Debug)]
pub enum Touched {
    /// These.
    Exceptions(Vec<Uuid>),
    /// Those of a tenant.
    Tenant(TenantId),
    /// Those of an issue.
    Issue(String),
    /// All.
    Everything,
}

/// Proof that this transaction holds the feed's counter row. Nothing else may publish.
pub struct FeedLock<'t> {
    tx: &'t mut Tx,
    epoch: Uuid,
    version: i64,
    lineage: Uuid,
    digest: RulesDigest,
}

impl<'t> FeedLock<'t> {
    /// Makes the rest of `tx` the publisher's and waits for the counter row.
    ///
    /// # Errors
    /// When the database is away or was never prepared ([`ensure_head`]).
    pub async fn take(tx: &'t mut Tx) -> Result<Self, sqlx::Error> {
        db::become_publisher(tx).await?;
        let head = sqlx::query!("SELECT epoch, version, lineage, digest_state FROM feed_head FOR UPDATE")
            .fetch_one(&mut **tx)
            .await?;
        let digest = RulesDigest::from_state(&head.digest_state)
            .ok_or_else(|| sqlx::Error::Decode("`feed_head.digest_state` is no digest state".into()))?;
        Ok(Self { tx, epoch: head.epoch, version: head.version, lineage: head.lineage, digest })
    }

    /// The transaction, for statements between taking the lock and publishing.
    pub fn transaction(&mut self) -> &mut Tx {
        self.tx
    }

    /// Publishes what `touched` changed as the next version; no difference, no version. Returns the version now current.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn publish(mut self, touched: &Touched, now: DateTime<Utc>) -> Result<i64, sqlx::Error> {
        // INVARIANT: both sides are read after the lock was granted, so a suspension and a grant that race are seen in
        // the order in which they commit.
        let wanted = self.wanted(touched, now).await?;
        let current = self.current(touched).await?;
        let (mut upserts, mut removals) = (Vec::new(), Vec::new());
        for rule in current.values() {
            if wanted.get(&rule.id) != Some(rule) {
                self.digest.remove(rule);
            }
            if !wanted.contains_key(&rule.id) {
                removals.push(rule.id);
            }
        }
        for (id, rule) in wanted {
            if current.get(&id) != Some(&rule) {
                self.digest.add(&rule);
                upserts.push(rule);
            }
        }
        if upserts.is_empty() && removals.is_empty() {
            return Ok(self.version);
        }
        self.write(&upserts, &removals, now).await
    }

    /// Publishes the same rules as the next version. Returns it.
    ///
    /// # Errors
    /// When the database is away.
    pub(super) async fn publish_again(self, now: DateTime<Utc>) -> Result<i64, sqlx::Error> {
        self.write(&[], &[], now).await
    }

    /// What should be published: granted, not over, not revoked, not held, not suspended.
    async fn wanted(&mut self, touched: &Touched, now: DateTime<Utc>) -> Result<BTreeMap<Uuid, Rule>, sqlx::Error> {
        let (ids, tenant, issue) = touched.filters();
        let rows = sqlx::query!(
            "SELECT id, tenant, every_user, object_ids, surfaces, not_before, expires_at, issue FROM exceptions AS e
             WHERE ($1::uuid[] IS NULL OR id = ANY($1)) AND ($2::uuid IS NULL OR tenant = $2) AND ($3::text IS NULL OR issue = $3)
               AND revoked_at IS NULL AND held_at IS NULL AND expires_at > $4
               AND NOT EXISTS (SELECT FROM suspensions AS s WHERE s.lifted_at IS NULL
                   AND (s.scope = 'all' OR s.tenant = e.tenant OR s.issue = e.issue))",
            ids as _,
            tenant as _,
            issue as _,
            now,
        )
        .fetch_all(&mut **self.tx)
        .await?;
        let rules = rows.into_iter().map(|row| Rule {
            id: row.id,
            tenant: row.tenant,
            subjects: if row.every_user { Subjects::All } else { Subjects::Users(row.object_ids) },
            surfaces: row.surfaces,
            not_before: row.not_before,
            expires_at: row.expires_at,
            issue: row.issue,
        });
        Ok(rules.map(|rule| (rule.id, rule)).collect())
    }

    /// What is published now.
    async fn current(&mut self, touched: &Touched) -> Result<BTreeMap<Uuid, Rule>, sqlx::Error> {
        let (ids, tenant, issue) = touched.filters();
        sqlx::query_scalar!(
            r#"SELECT rule AS "rule: Json<Rule>" FROM feed_rules
             WHERE ($1::uuid[] IS NULL OR id = ANY($1)) AND ($2::uuid IS NULL OR (rule->>'tenant')::uuid = $2)
               AND ($3::text IS NULL OR rule->>'issue' = $3)"#,
            ids as _,
            tenant as _,
            issue as _,
        )
        .fetch_all(&mut **self.tx)
        .await
        .map(|rules| rules.into_iter().map(|Json(rule)| (rule.id, rule)).collect())
    }

    async fn write(self, upserts: &[Rule], removals: &[Uuid], now: DateTime<Utc>) -> Result<i64, sqlx::Error> {
        let version = self.version + 1;
        // One statement, since everybody who changes the rules waits for the lock meanwhile.
        sqlx::query!(
            "WITH
                 removed AS (
                     DELETE FROM feed_rules WHERE id = ANY($4)
                 ),
                 put AS (
                     INSERT INTO feed_rules (id, rule, expires_at)
                     SELECT (rule->>'id')::uuid, rule, (rule->>'expires_at')::timestamptz FROM jsonb_array_elements($3) AS rule
                     ON CONFLICT (id) DO UPDATE SET rule = excluded.rule, expires_at = excluded.expires_at
                 ),
                 changed AS (
                     INSERT INTO feed_changes (epoch, version, committed_at, upserts, removals, follows)
                     VALUES ($1, $2, $5, $3, $4, $7)
                 )
             UPDATE feed_head SET version = $2, digest_state = $6, lineage = $8, issued_at = greatest(issued_at, $5), confirmed_at = $5",
            self.epoch,
            version,
            json!(upserts),
            removals,
            now,
            &self.digest.state()[..],
            self.lineage,
            fresh_name(),
        )
        .execute(&mut **self.tx)
        .await?;
        Ok(version)
    }

    /// Goes on in the new epoch `epoch`, with its version 1 and no rule: every exception is held. Returns those that are.
    ///
    /// # Errors
    /// When the database is away.
    pub(super) async fn begin_epoch(
        self,
        epoch: Uuid,
        also_replaces: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<Vec<(Uuid, TenantId)>, sqlx::Error> {
        let mut replaces = vec![self.epoch];
        replaces.extend(also_replaces.filter(|mark| *mark != self.epoch));
        let held = sqlx::query!(
            "UPDATE exceptions SET held_at = $1, version = version + 1
             WHERE revoked_at IS NULL AND held_at IS NULL AND expires_at > $1 RETURNING id, tenant",
            now,
        )
        .fetch_all(&mut **self.tx)
        .await?;
        sqlx::query!(
            "WITH
                 emptied AS (DELETE FROM feed_rules),
                 begun AS (INSERT INTO feed_epochs (epoch, begun_at, replaces) VALUES ($1, $2, $3))
             UPDATE feed_head SET epoch = $1, version = 1, digest_state = $4, lineage = $5,
                 issued_at = greatest(issued_at, $2), confirmed_at = $2",
            epoch,
            now,
            &replaces,
            &RulesDigest::default().state()[..],
            fresh_name(),
        )
        .execute(&mut **self.tx)
        .await?;
        Ok(held.into_iter().map(|row| (row.id, TenantId(row.tenant))).collect())
    }
}

/// A random id, for what nobody may guess and no copy of the database makes again.
pub(super) fn fresh_name() -> Uuid {
    uuid::Builder::from_random_bytes(clock::secret_bytes()).into_uuid()
}

impl Touched {
    fn filters(&self) -> (Option<&[Uuid]>, Option<Uuid>, Option<&str>) {
        match self {
            Self::Exceptions(ids) => (Some(ids), None, None),
            Self::Tenant(tenant) => (None, Some(tenant.0), None),
            Self::Issue(issue) => (None, None, Some(issue)),
            Self::Everything => (None, None, None),
        }
    }
}

/// Begins the line of versions in a database that has none: a random epoch, version 0.
///
/// # Errors
/// When the database is away.
pub async fn ensure_head(db: &Db) -> Result<(), sqlx::Error> {
    let mut tx = db.publisher().await?;
    sqlx::query!(
        "INSERT INTO feed_head (epoch, version, digest_state, lineage) VALUES ($1, 0, $2, $3) ON CONFLICT DO NOTHING",
        fresh_name(),
        &RulesDigest::default().state()[..],
        fresh_name(),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// Publishes the end of every rule that is over: an expiry is a version like any other.
///
/// # Errors
/// When the database is away.
pub async fn publish_expiries(db: &Db, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.publisher().await?;
    let over = sqlx::query_scalar!("SELECT id FROM feed_rules WHERE expires_at <= $1", now).fetch_all(&mut *tx).await?;
    if over.is_empty() {
        return Ok(());
    }
    FeedLock::take(&mut tx).await?.publish(&Touched::Exceptions(over), now).await?;
    tx.commit().await
}
