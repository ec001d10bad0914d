//! Reading from the database what is to be published.

use super::changes::Change;
use super::document::{Content, Published};
use super::limits::Limits;
use super::lineage::{Head, Mark};
use super::settings::Settings;
use super::signer::{SignError, Signer};
use crate::config;
use crate::db::Db;
use chrono::{DateTime, TimeDelta, Utc};
use mfa_enforcement::digest::RulesDigest;
use mfa_enforcement::wire::{Rule, Snapshot};
use sqlx::types::Json;
use std::sync::Arc;

impl Content {
    /// The same with its part for each limits of `settings`, signed by `signer`, in the place of what is `served`; when readers
    /// await it, with what leads to it from there. Blocks.
    pub fn published(
        self,
        served: Option<&Published>,
        is_awaited: bool,
        settings: &Settings,
        signer: Arc<dyn Signer>,
    ) -> Result<Published, SignError> {
        let part = |limits: &Arc<Limits>| {
            let before = served.and_then(|served| served.part(limits));
            let before = before.as_deref().map(|before| (&before.snapshot, before.history()));
            limits.part_of(&self, before, settings.changes_kept)
        };
        let parts = settings.limits.distinct().into_iter().map(part).collect();
        let published = Published::new(self, parts, signer)?;
        // Once and before anybody sees it, not by all readers at the same time; what fails here they try again.
        if let Some(served) = served.filter(|served| is_awaited && served.snapshot.epoch == published.snapshot.epoch) {
            drop(published.changes_since(served.snapshot.version));
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

/// Counter, rules and the way to them from what is `served`, as of one instant of the database.
///
/// # Errors
/// When the database is away, or its rules are not those of the counter.
pub(super) async fn read(
    db: &Db,
    mark: Option<Mark>,
    served: Option<&Published>,
    settings: &Settings,
    now: DateTime<Utc>,
) -> anyhow::Result<(Head, Content)> {
    let mut tx = db.publisher_snapshot().await?;
    let head = Head::read(&mut tx, mark, now).await?;
    let head = head.ok_or_else(|| anyhow::anyhow!("`feed_head` is empty"))?;
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
    let served = served.filter(|served| served.snapshot.epoch == head.epoch);
    let (known, history) =
        served.map_or_else(Default::default, |served| (served.snapshot.version, served.history().clone()));
    let known = known.max(head.version.saturating_sub(settings.changes_kept as u64));
    let newer = sqlx::query!(
        r#"SELECT version, upserts AS "upserts: Json<Vec<Rule>>", removals FROM feed_changes
           WHERE epoch = $1 AND version > $2 AND version <= $3 ORDER BY version"#,
        head.epoch,
        known.cast_signed(),
        head.version.cast_signed(),
    )
    .fetch_all(&mut *tx)
    .await?;
    let newer = newer.into_iter().map(|row| {
        let Json(upserts) = row.upserts;
        Change { version: row.version.cast_unsigned(), upserts, removals: row.removals }
    });
    let history = history.followed_by(newer.collect(), head.version, settings.changes_kept);
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
    Ok((head, Content { snapshot, history, limits: None }))
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
