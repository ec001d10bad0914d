//! Reading from the database what is to be published.

use super::changes::{Change, History, applied};
use super::document::{Content, Published};
use super::limits::{Before, Limits};
use super::lineage::Head;
use super::settings::Settings;
use super::signer::{SignError, Signer};
use crate::config;
use crate::db::{Db, Tx};
use chrono::{DateTime, TimeDelta, Utc};
use mfa_enforcement::digest::RulesDigest;
use mfa_enforcement::wire::{Rule, Snapshot};
use sqlx::types::Json;
use std::sync::Arc;
use tokio::task::spawn_blocking;

impl Content {
    /// The same with its part for each limits of `settings`, to be signed by `signer`, in the place of what is `served`. Signed is
    /// what leads to it from there when readers await that, else the whole: once and before anybody sees it, not by all readers at
    /// the same time. Blocks.
    pub fn published(
        self,
        served: Option<&Published>,
        is_awaited: bool,
        settings: &Settings,
        signer: Arc<dyn Signer>,
    ) -> Result<Published, SignError> {
        let part = |limits: &Arc<Limits>| {
            let before = served.and_then(|served| served.part(limits));
            let before = before.as_deref().map(|before| Before {
                snapshot: &before.snapshot,
                digest: before.digest(),
                read_at: before.read_at(),
                history: before.history(),
            });
            limits.part_of(&self, before, settings.changes_kept)
        };
        let parts = settings.limits.distinct().into_iter().map(part).collect();
        let published = Published::new(self, parts, signer);
        let awaited = served.filter(|served| is_awaited && served.snapshot.epoch == published.snapshot.epoch);
        let changes = awaited.map(|served| published.changes_since(served.snapshot.version)).transpose()?.flatten();
        if changes.is_none() {
            published.forms()?;
        }
        Ok(published)
    }
}

/// Whether the document of `head` is to be issued again: well before its end, or when a clock that was ahead issued it.
pub(super) fn is_due(head: &Head, now: DateTime<Utc>, ttl: TimeDelta) -> bool {
    (now - head.confirmed_at).abs() >= ttl / 3
}

/// Issues the document of `head` again, at the same version: one desk does, and all serve what it wrote.
///
/// # Errors
/// When the database is away.
pub(super) async fn issue_again(db: &Db, head: &Head, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.publisher().await?;
    sqlx::query!(
        "UPDATE feed_head SET issued_at = greatest(issued_at, $3), confirmed_at = $3 WHERE lineage = $1 AND confirmed_at = $2",
        head.lineage,
        head.confirmed_at,
        now,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// What `head` stands for, and the way to it from what is `served`, in the transaction that read `head`.
///
/// A desk goes on from the rules that it serves by what changed since. As often as a document is issued again, and when that does
/// not add up, it reads all rules.
///
/// # Errors
/// When the database is away, or its rules are not those of the counter.
pub(super) async fn read(
    tx: &mut Tx,
    head: &Head,
    served: Option<Arc<Published>>,
    settings: &Settings,
    now: DateTime<Utc>,
) -> anyhow::Result<Content> {
    let served = served.filter(|served| served.snapshot.epoch == head.epoch);
    let (known, history) =
        served.as_ref().map_or_else(Default::default, |served| (served.snapshot.version, served.history().clone()));
    let oldest = head.version.saturating_sub(settings.changes_kept as u64);
    let newer = sqlx::query!(
        r#"SELECT version, upserts AS "upserts: Json<Vec<Rule>>", removals FROM feed_changes
           WHERE epoch = $1 AND version > $2 AND version <= $3 ORDER BY version"#,
        head.epoch,
        known.max(oldest).cast_signed(),
        head.version.cast_signed(),
    )
    .fetch_all(&mut **tx)
    .await?;
    let newer = newer.into_iter().map(|row| {
        let Json(upserts) = row.upserts;
        Change { version: row.version.cast_unsigned(), upserts, removals: row.removals }
    });
    let history = history.followed_by(newer.collect(), head.version, settings.changes_kept);
    let followed = match served.filter(|served| (now - served.read_at()).abs() < settings.ttl / 3) {
        Some(served) => followed(served, history.clone(), head).await?,
        None => None,
    };
    let (rules, digest, read_at) = match followed {
        Some(followed) => followed,
        None => all_rules(tx, head).await.map(|(rules, digest)| (rules, digest, now))?,
    };
    // A reader refuses what was issued before what it has: whatever the desks' clocks say, a revocation must reach it. The
    // end of freshness goes by the clock alone, so that it is never overstated.
    let snapshot = Snapshot {
        issuer: settings.issuer.clone(),
        epoch: head.epoch,
        version: head.version,
        rules_digest: digest.to_string(),
        issued_at: head.issued_at,
        expires_at: head.confirmed_at + settings.ttl,
        rules,
    };
    Ok(Content { snapshot, digest, read_at, history, limits: None })
}

/// The rules of `served` after what led to `head`, their digest, and when they were last read whole; none when what led there is not
/// all known, or does not add up.
async fn followed(
    served: Arc<Published>,
    history: History,
    head: &Head,
) -> anyhow::Result<Option<(Vec<Rule>, RulesDigest, DateTime<Utc>)>> {
    let version = head.version;
    let follow = move || {
        let newer = history.after(served.snapshot.version, version)?;
        let (rules, digest) = applied(&served.snapshot.rules, served.digest(), newer);
        Some((rules, digest, served.read_at()))
    };
    let followed = spawn_blocking(follow).await?;
    Ok(followed.filter(|(_, digest, _)| digest.state()[..] == head.digest_state[..]))
}

/// Every rule of the database.
async fn all_rules(tx: &mut Tx, head: &Head) -> anyhow::Result<(Vec<Rule>, RulesDigest)> {
    let rules = sqlx::query_scalar!(r#"SELECT rule AS "rule: Json<Rule>" FROM feed_rules ORDER BY id"#)
        .fetch_all(&mut **tx)
        .await?;
    let rules: Vec<_> = rules.into_iter().map(|Json(rule)| rule).collect();
    let digest = RulesDigest::of(&rules);
    anyhow::ensure!(
        digest.state()[..] == head.digest_state[..],
        "`feed_rules` does not add up to the digest of version {}; it was changed by other hands, and is not published",
        head.version,
    );
    Ok((rules, digest))
}

/// Forgets changes that are older than the configuration keeps, further back than it keeps versions, or of an epoch that is
/// over. Who asks for them begins again.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db, config: &config::Feed, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.publisher().await?;
    sqlx::query!(
        "DELETE FROM feed_changes AS c USING feed_head AS h
         WHERE c.epoch <> h.epoch OR c.version <= h.version - $2::bigint OR c.committed_at < $1",
        now - TimeDelta::days(config.changes_kept_days.get().into()),
        i64::from(config.changes_kept.get()),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
