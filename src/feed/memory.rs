//! The document that is being served, and the one task that keeps it true.

use super::{Published, SigningKey, publish_expiries};
use crate::clock::Clock;
use crate::db::Db;
use chrono::{DateTime, TimeDelta, Utc};
use mfa_enforcement::digest::RulesDigest;
use mfa_enforcement::wire::{Rule, Snapshot};
use sqlx::types::Json;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::Notify;

/// How often the counter is read when nobody says that it rose. The truth; a wake-up is only a hint.
const POLL: Duration = Duration::from_millis(250);

/// The published feed of one desk process. Reading it touches no database.
pub struct Feed {
    db: Db,
    clock: Clock,
    key: SigningKey,
    issuer: String,
    ttl: TimeDelta,
    current: RwLock<Option<Arc<Published>>>,
    changed: Notify,
}

impl Feed {
    /// A feed that has read nothing yet.
    pub fn new(db: Db, clock: Clock, key: SigningKey, issuer: String, ttl_seconds: u32) -> Self {
        let ttl = TimeDelta::seconds(ttl_seconds.into());
        Self { db, clock, key, issuer, ttl, current: RwLock::new(None), changed: Notify::new() }
    }

    /// The key that signs.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The document to serve now, if there is a fresh one.
    pub fn current(&self) -> Option<Arc<Published>> {
        let current = self.current.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
        current.filter(|document| document.is_fresh(self.clock.now()))
    }

    /// Says that the counter may have risen: the next reading happens at once.
    pub fn wake(&self) {
        self.changed.notify_one();
    }

    /// Reads, publishes expiries and re-issues for ever. Failures are logged once a spell; the next reading tries again.
    pub async fn run(self: Arc<Self>) {
        let mut failing = false;
        loop {
            match self.refresh().await {
                Ok(()) => failing = false,
                Err(error) => {
                    if !std::mem::replace(&mut failing, true) {
                        tracing::warn!(%error, "the feed could not be read; what is in memory is served until it expires");
                    }
                }
            }
            // A wake-up or the time, whichever is first; both lead to the same reading.
            let _ = tokio::time::timeout(POLL, self.changed.notified()).await;
        }
    }

    /// One reading: publishes what expired, then takes over what is committed if it is newer or due for re-issue.
    ///
    /// # Errors
    /// When the database is away or signing fails.
    pub async fn refresh(&self) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.publisher().await?;
        let head = sqlx::query!(
            r#"SELECT epoch, version, EXISTS (SELECT FROM feed_rules WHERE expires_at <= $1) AS "over!" FROM feed_head"#,
            now
        )
        .fetch_optional(&mut *tx)
        .await?;
        drop(tx);
        let Some(head) = head else { return super::ensure_head(&self.db).await.map_err(Into::into) };
        if head.over {
            publish_expiries(&self.db, now).await?;
        } else if let Some(current) = self.current()
            && (current.snapshot.epoch, current.snapshot.version) == (head.epoch, u64::try_from(head.version)?)
            && now - current.snapshot.issued_at < self.ttl / 3
        {
            return Ok(());
        }
        let document = Arc::new(Published::new(self.read(now).await?, &self.key)?);
        let mut current = self.current.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        // INVARIANT: what is served never goes back within an epoch, whatever order two readings finish in.
        let older = current.as_ref().is_some_and(|served| {
            served.snapshot.epoch == document.snapshot.epoch
                && (served.snapshot.version, served.snapshot.issued_at)
                    > (document.snapshot.version, document.snapshot.issued_at)
        });
        if !older {
            *current = Some(document);
        }
        Ok(())
    }

    /// Counter and rules as of one instant of the database. `issued_at` is taken before it: freshness is never overstated.
    async fn read(&self, issued_at: DateTime<Utc>) -> anyhow::Result<Snapshot> {
        let mut tx = self.db.publisher_snapshot().await?;
        let head = sqlx::query!("SELECT epoch, version, digest_state FROM feed_head").fetch_one(&mut *tx).await?;
        let rules = sqlx::query_scalar!(r#"SELECT rule AS "rule: Json<Rule>" FROM feed_rules ORDER BY id"#)
            .fetch_all(&mut *tx)
            .await?;
        let rules: Vec<_> = rules.into_iter().map(|Json(rule)| rule).collect();
        let digest = RulesDigest::of(&rules);
        anyhow::ensure!(
            digest.state()[..] == head.digest_state[..],
            "`feed_rules` does not add up to the digest of version {}; it was changed by other hands, and is not published",
            head.version,
        );
        Ok(Snapshot {
            issuer: self.issuer.clone(),
            epoch: head.epoch,
            version: u64::try_from(head.version)?,
            rules_digest: digest.to_string(),
            issued_at,
            expires_at: issued_at + self.ttl,
            rules,
        })
    }
}
