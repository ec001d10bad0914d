//! The rows of the outbox.

use super::News;
use crate::clock;
use crate::db::{Db, Tx};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// What could not be told within this time is no news any more.
const LIFETIME: TimeDelta = TimeDelta::days(30);

/// A row for each recipient of `news`, as a JSON array of objects with the columns of `outbox`: for the one statement that
/// writes them together with what happened.
pub fn rows(news: &[News], now: DateTime<Utc>) -> Value {
    let row = |news: &News, recipient: &super::Recipient| {
        json!({
            "id": clock::fresh_id(now),
            "kind": news.kind.code(),
            "recipient": recipient.code(),
            "language": news.language.tag(),
            "tenant": news.tenant,
            "request_id": news.request,
            "exception_id": news.exception,
            "data": news.data,
            "created_at": now,
        })
    };
    news.iter().flat_map(|news| news.kind.recipients().iter().map(move |recipient| row(news, recipient))).collect()
}

/// Puts `news` into the outbox: what is told when `tx` commits, and never otherwise.
///
/// # Errors
/// When the database is away, or for a partner's transaction about another tenant.
pub async fn tell(tx: &mut Tx, news: &[News], now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO outbox (id, kind, recipient, language, tenant, request_id, exception_id, data, created_at)
         SELECT id, kind, recipient, language, tenant, request_id, exception_id, data, created_at
         FROM jsonb_to_recordset($1) AS news (id uuid, kind text, recipient text, language text, tenant uuid, request_id uuid,
             exception_id uuid, data jsonb, created_at timestamptz)",
        rows(news, now),
    )
    .execute(&mut **tx)
    .await
    .map(drop)
}

/// Deletes what is too old to be told.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.identity().await?;
    sqlx::query!("DELETE FROM outbox WHERE created_at <= $1", now - LIFETIME).execute(&mut *tx).await?;
    tx.commit().await
}
