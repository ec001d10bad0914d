//! The document that is being served, and the one task that keeps it true.

use super::changes::{Change, History, MOST_VERSIONS};
use super::places::{MOST, MOST_OF_ONE, Place, Places};
use super::{Forms, Published, SigningKey, publish_expiries};
use crate::app::Purpose;
use crate::clock::Clock;
use crate::db::Db;
use crate::web::{Failure, Turns};
use chrono::{DateTime, TimeDelta, Utc};
use mfa_enforcement::digest::RulesDigest;
use mfa_enforcement::wire::{Rule, Snapshot};
use sqlx::types::Json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// How often the counter is read when nobody says that it rose. The truth; a wake-up is only a hint.
const POLL: Duration = Duration::from_millis(250);

/// How many readers that are far behind have their own changes made at once, and how long another waits for that.
const OWN_CHANGES: usize = 2;
const PATIENCE: Duration = Duration::from_secs(5);

/// The published feed of one desk process. Reading it touches no database.
pub struct Feed {
    db: Db,
    clock: Clock,
    key: SigningKey,
    issuer: String,
    ttl: TimeDelta,
    current: watch::Sender<Option<Arc<Published>>>,
    changed: Notify,
    purpose: Purpose,
    refuses_demo_data: AtomicBool,
    wanted: AtomicU64,
    done: watch::Sender<u64>,
    streams: Places,
    own_changes: Turns,
}

impl Feed {
    /// A feed that has read nothing yet.
    pub fn new(db: Db, clock: Clock, key: SigningKey, issuer: String, ttl_seconds: u32, purpose: Purpose) -> Self {
        let ttl = TimeDelta::seconds(ttl_seconds.into());
        let (current, changed, wanted, done) =
            (watch::Sender::new(None), Notify::new(), AtomicU64::new(0), watch::Sender::new(0));
        Self {
            db,
            clock,
            key,
            issuer,
            ttl,
            current,
            changed,
            purpose,
            refuses_demo_data: AtomicBool::new(false),
            wanted,
            done,
            streams: Places::new(MOST, MOST_OF_ONE),
            own_changes: Turns::new(OWN_CHANGES, PATIENCE),
        }
    }

    /// A place of `client` among the readers of the stream, until it is dropped; none when all, or its share of them, are taken.
    pub fn stream_place(&self, client: &str) -> Option<Place> {
        self.streams.take(client)
    }

    /// The turns at making the changes of readers that are far behind.
    pub fn own_changes(&self) -> &Turns {
        &self.own_changes
    }

    /// What led to `document` from the version `after`; none when that is not known, or not yet a version.
    ///
    /// # Errors
    /// 503 when many others are as far behind; 500 when signing fails.
    pub async fn changes_since(
        self: &Arc<Self>,
        document: Arc<Published>,
        after: u64,
    ) -> Result<Option<Arc<Forms>>, Failure> {
        let turn = if document.shares(after) { None } else { Some(self.own_changes.take().await?) };
        let feed = self.clone();
        let made = actix_web::web::block(move || {
            let _turn = turn;
            document.changes_since(after, feed.key())
        });
        made.await.map_err(Failure::internal)?.map_err(Failure::internal)
    }

    /// Whether the database turned out to be a demonstration's, of which a real desk publishes nothing.
    pub fn refuses_demo_data(&self) -> bool {
        self.refuses_demo_data.load(Ordering::Relaxed)
    }

    /// The key that signs.
    pub fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The document to serve now, if there is a fresh one.
    pub fn current(&self) -> Option<Arc<Published>> {
        self.served().filter(|document| document.is_fresh(self.clock.now()))
    }

    /// Tells of each document that takes the place of the one before, at another version or issued again.
    pub fn documents(&self) -> watch::Receiver<Option<Arc<Published>>> {
        self.current.subscribe()
    }

    /// The latest document, fresh or not.
    fn served(&self) -> Option<Arc<Published>> {
        self.current.borrow().clone()
    }

    /// After a commit: has the feed read at once, and waits (a second at most) until what is served includes it, so that
    /// whoever was told "revoked" finds it so.
    pub async fn catch_up(&self) {
        let mut done = self.done.subscribe();
        let mine = self.wanted.fetch_add(1, Ordering::SeqCst) + 1;
        self.changed.notify_one();
        let reached = done.wait_for(|done| *done >= mine);
        if tokio::time::timeout(Duration::from_secs(1), reached).await.is_err() {
            tracing::warn!("the feed takes long to include a change; it follows as soon as it can be read");
        }
    }

    /// Reads, publishes expiries and re-issues for ever. Failures are logged once a spell; the next reading tries again.
    pub async fn run(self: Arc<Self>) {
        let mut failing = false;
        loop {
            // Everything committed before this instant is in the reading that begins now.
            let wanted = self.wanted.load(Ordering::SeqCst);
            match self.refresh().await {
                Ok(()) => failing = false,
                Err(error) => {
                    if !std::mem::replace(&mut failing, true) {
                        tracing::warn!(%error, "the feed could not be read; what is in memory is served until it expires");
                    }
                }
            }
            self.done.send_replace(wanted);
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
            r#"SELECT epoch, version, EXISTS (SELECT FROM feed_rules WHERE expires_at <= $1) AS "over!",
                 EXISTS (SELECT FROM demo_mark) AS "demo!"
               FROM feed_head"#,
            now
        )
        .fetch_optional(&mut *tx)
        .await?;
        drop(tx);
        let Some(head) = head else { return super::ensure_head(&self.db).await.map_err(Into::into) };
        let refused = self.purpose == Purpose::Service && head.demo;
        self.refuses_demo_data.store(refused, Ordering::Relaxed);
        anyhow::ensure!(!refused, "the database was made by `exception-desk demo`; nothing of it is published");
        if head.over {
            publish_expiries(&self.db, now).await?;
        } else if let Some(current) = self.current()
            && (current.snapshot.epoch, current.snapshot.version) == (head.epoch, u64::try_from(head.version)?)
            && now - current.snapshot.issued_at < self.ttl / 3
        {
            return Ok(());
        }
        let (snapshot, history) = self.read(now).await?;
        self.take_over(Arc::new(Published::new(snapshot, history, &self.key)?));
        Ok(())
    }

    /// Serves `document` from now on, unless something newer is served already.
    fn take_over(&self, document: Arc<Published>) {
        self.current.send_if_modified(|current| {
            // INVARIANT: what is served never goes back within an epoch, whatever order two readings finish in.
            let older = current.as_ref().is_some_and(|served| {
                served.snapshot.epoch == document.snapshot.epoch
                    && (served.snapshot.version, served.snapshot.issued_at)
                        > (document.snapshot.version, document.snapshot.issued_at)
            });
            if !older {
                *current = Some(document);
            }
            !older
        });
    }

    /// Counter, rules and the way to them as of one instant of the database. `now` is taken before it: freshness is never
    /// overstated.
    async fn read(&self, now: DateTime<Utc>) -> anyhow::Result<(Snapshot, History)> {
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
        let version = u64::try_from(head.version)?;
        let served = self.served().filter(|served| served.snapshot.epoch == head.epoch);
        let (known, history) =
            served.as_ref().map_or_else(Default::default, |served| (served.snapshot.version, served.history().clone()));
        let known = known.max(version.saturating_sub(MOST_VERSIONS as u64));
        let newer = sqlx::query!(
            r#"SELECT version, upserts AS "upserts: Json<Vec<Rule>>", removals FROM feed_changes
               WHERE epoch = $1 AND version > $2 AND version <= $3 ORDER BY version"#,
            head.epoch,
            i64::try_from(known)?,
            head.version,
        )
        .fetch_all(&mut *tx)
        .await?;
        let newer = newer.into_iter().map(|row| {
            let Json(upserts) = row.upserts;
            Ok(Change { version: u64::try_from(row.version)?, upserts, removals: row.removals })
        });
        let history = history.followed_by(newer.collect::<anyhow::Result<_>>()?, version);
        // A reader refuses what was issued before what it has: with the clock set back, a revocation must still reach it.
        // The end of freshness goes by the clock alone, so that it is never overstated.
        let snapshot = Snapshot {
            issuer: self.issuer.clone(),
            epoch: head.epoch,
            version,
            rules_digest: digest.to_string(),
            issued_at: served.map_or(now, |served| served.snapshot.issued_at.max(now)),
            expires_at: now + self.ttl,
            rules,
        };
        Ok((snapshot, history))
    }
}
