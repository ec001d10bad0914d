//! The sealer: gives each event its position and hash after its transaction has committed, and has the head signed.
//!
//! Chaining inside the transactions would make every commit wait for the one before. So events wait, marked by an empty position,
//! and one sealer of all desks takes them in turn; what commits later gets a later position.

use super::chain::{Hash, Mark};
use super::head::{AnchorError, Heads};
use super::store::{count_waiting, hash_at, last_anchor, top, waiting};
use crate::app::Desk;
use crate::db::{self, Db, Tx};
use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use uuid::Uuid;

/// How long events wait at most, while the sealer runs.
const PAUSE: Duration = Duration::from_secs(2);
/// How many events are sealed in one transaction.
const BATCH: i64 = 1000;
/// A head is signed at the latest after so many events.
const EVENTS_A_HEAD: i64 = 1000;

/// Why a head is not signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The database is away.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The folder, or a head in it.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
    /// The signature.
    #[error(transparent)]
    Signature(#[from] jsonwebtoken::errors::Error),
    /// The chain is not the one that was signed before.
    #[error(
        "the audit chain was rewritten or cut: {0} names position {1}, which is gone or has another hash; nothing is signed until `audit verify` holds"
    )]
    Contradiction(String, i64),
    /// The task that writes ended.
    #[error(transparent)]
    Stopped(#[from] tokio::task::JoinError),
}

/// Seals and signs, for good.
pub async fn run(desk: Data<Desk>) {
    let mut told = false;
    loop {
        tokio::time::sleep(PAUSE).await;
        match tend(&desk).await {
            Ok(()) => told = false,
            Err(SigningError::Database(error)) if db::is_away(&error) => {
                tracing::debug!(%error, "the audit log could not be sealed");
            }
            Err(error) => {
                metrics::gauge!("desk_audit_chain_holds").set(0);
                // Once, not every two seconds.
                if !std::mem::replace(&mut told, true) {
                    tracing::error!(%error, "the audit log is not sealed, or its head not signed");
                }
            }
        }
    }
}

async fn tend(desk: &Data<Desk>) -> Result<(), SigningError> {
    let left = seal(&desk.db).await?;
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float; it need not be exact")]
    metrics::gauge!("desk_audit_waiting").set(left as f64);
    let heads = desk.heads.clone();
    let minutes = TimeDelta::minutes(desk.config.audit.head_minutes.into());
    let due = |signed: Option<(i64, DateTime<Utc>)>, position: i64| match signed {
        Some((last, at)) => position > last && (position - last >= EVENTS_A_HEAD || desk.clock.now() - at >= minutes),
        None => position > 0,
    };
    sign(&desk.db, heads, desk.clock.now(), due).await?;
    metrics::gauge!("desk_audit_chain_holds").set(1);
    Ok(())
}

/// Seals what waits, as long as no other desk does. Returns how many events still wait.
///
/// # Errors
/// When the database is away.
pub async fn seal(db: &Db) -> Result<i64, sqlx::Error> {
    loop {
        let mut tx = db.sealer().await?;
        if !lock(&mut tx).await? {
            return count_waiting(&mut tx).await;
        }
        let sealed = seal_batch(&mut tx).await?;
        if sealed < BATCH {
            let left = count_waiting(&mut tx).await?;
            tx.commit().await?;
            return Ok(left);
        }
        tx.commit().await?;
    }
}

/// Whether this transaction is the one that seals, until it ends.
async fn lock(tx: &mut Tx) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock(hashtextextended('audit chain', 2)) AS "got!""#)
        .fetch_one(&mut **tx)
        .await
}

/// INVARIANT: the lock is held, so the top that is read here stays the top until the commit.
async fn seal_batch(tx: &mut Tx) -> Result<i64, sqlx::Error> {
    let (mut position, mut hash) = top(tx).await?;
    let (mut ids, mut positions, mut hashes): (Vec<Uuid>, Vec<i64>, Vec<Vec<u8>>) = Default::default();
    for event in waiting(tx, BATCH).await? {
        position += 1;
        hash = hash.next(position, &event.entry.canonical());
        ids.push(event.id);
        positions.push(position);
        hashes.push(hash.bytes().to_vec());
    }
    if ids.is_empty() {
        return Ok(0);
    }
    let sealed = sqlx::query!(
        "UPDATE audit_events SET chain_position = link.position, chain_hash = link.hash
         FROM unnest($1::uuid[], $2::bigint[], $3::bytea[]) AS link (id, position, hash) WHERE audit_events.id = link.id",
        &ids,
        &positions,
        &hashes,
    )
    .execute(&mut **tx)
    .await?;
    Ok(i64::try_from(sealed.rows_affected()).unwrap_or(i64::MAX))
}

/// Signs the head of the chain where `due` says so of the last signed head (position, instant) and the top, keeps it, and writes
/// it to the folder. Returns the last signed head.
///
/// # Errors
/// See [`SigningError`]: above all when the chain is not the one of the heads before.
pub async fn sign(
    db: &Db,
    heads: std::sync::Arc<Heads>,
    now: DateTime<Utc>,
    due: impl Fn(Option<(i64, DateTime<Utc>)>, i64) -> bool,
) -> Result<Option<String>, SigningError> {
    let mut tx = db.sealer().await?;
    let last = last_anchor(&mut tx).await?;
    let (position, hash) = top(&mut tx).await?;
    if !due(last.as_ref().map(|last| (last.position, last.signed_at)), position) {
        return Ok(last.map(|last| last.jws));
    }
    if !lock(&mut tx).await? {
        return Ok(last.map(|last| last.jws));
    }
    let kept = last.as_ref().map(|last| Mark {
        position: last.position,
        hash: Hash::from_bytes(&last.hash).unwrap_or(Hash::ROOT),
        source: "the last signed head in the database".to_owned(),
    });
    let written = {
        let heads = heads.clone();
        tokio::task::spawn_blocking(move || heads.last_written()).await??
    };
    for mark in kept.into_iter().chain(written) {
        if hash_at(&mut tx, mark.position).await? != Some(mark.hash) {
            return Err(SigningError::Contradiction(mark.source, mark.position));
        }
    }
    let jws = heads.sign(position, hash, now)?;
    sqlx::query!(
        "INSERT INTO audit_anchors (position, hash, signed_at, jws) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        position,
        hash.bytes(),
        now,
        jws,
    )
    .execute(&mut *tx)
    .await?;
    // Written first: a head that is in the folder and not in the database does no harm; the other way round it would be missed.
    let copy = jws.clone();
    tokio::task::spawn_blocking(move || heads.write(position, &copy)).await??;
    tx.commit().await?;
    Ok(Some(jws))
}
