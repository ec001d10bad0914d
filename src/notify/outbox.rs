//! The rows of the outbox.

use super::{Kind, News, Recipient, webhooks};
use crate::clock;
use crate::db::{Db, Tx};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// What could not be told within this time is no news any more.
const LIFETIME: TimeDelta = TimeDelta::days(30);

/// A row for each recipient of `news`, those of one thing with one event, as a JSON array of objects with the columns of `outbox`: for the one statement that
/// writes them together with what happened, and leaves out the second contact's where the tenant has none.
pub fn rows(news: &[News], now: DateTime<Utc>) -> Value {
    let row = |news: &News, recipient: &Recipient, event: Uuid| {
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
            "event": event,
        })
    };
    let events = news.iter().map(|news| (news, clock::fresh_id(now)));
    events.flat_map(|(news, event)| news.kind.recipients().iter().map(move |to| row(news, to, event))).collect()
}

/// Puts `news` into the outbox, and among the events of webhooks: what is told when `tx` commits, and never otherwise.
///
/// # Errors
/// When the database is away, or for a partner's transaction about another tenant.
pub async fn tell(tx: &mut Tx, news: &[News], now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO outbox (id, kind, recipient, language, tenant, request_id, exception_id, data, created_at, event)
         SELECT id, kind, recipient, language, tenant, request_id, exception_id, data, created_at, event
         FROM jsonb_to_recordset($1) AS news (id uuid, kind text, recipient text, language text, tenant uuid, request_id uuid,
             exception_id uuid, data jsonb, created_at timestamptz, event uuid)
         WHERE recipient <> 'second_contact' OR EXISTS (SELECT FROM second_contacts AS s WHERE s.tenant = news.tenant AND s.confirmed)",
        rows(news, now),
    )
    .execute(&mut **tx)
    .await?;
    webhooks::announce(tx, news, now).await
}

/// Something that a partner was mailed.
#[derive(Clone, Debug)]
pub struct Told {
    /// What.
    pub kind: Kind,
    /// About which request or exception.
    pub reference: String,
    /// The title of the issue, in the request's language.
    pub issue_title: String,
    /// When it happened.
    pub at: DateTime<Utc>,
}

impl Told {
    /// The page of what it is about.
    pub fn href(&self) -> String {
        let part = if self.kind.is_about_request() { "support/requests" } else { "exceptions" };
        format!("/{part}/{}", self.reference)
    }
}

/// At most `limit` things that the partner of `tx` was mailed about its requests and exceptions, the latest first, each once.
///
/// # Errors
/// When the database is away.
pub async fn lately(tx: &mut Tx, limit: i64) -> Result<Vec<Told>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT created_at, kind, data ->> 'reference' AS "reference!", data ->> 'issue_title' AS issue_title
           FROM outbox WHERE data ->> 'reference' IS NOT NULL ORDER BY created_at DESC, kind DESC LIMIT $1"#,
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    let told = rows.into_iter().filter_map(|row| {
        let issue_title = row.issue_title.unwrap_or_default();
        Some(Told { kind: Kind::from_code(&row.kind)?, reference: row.reference, issue_title, at: row.created_at })
    });
    Ok(told.collect())
}

/// Deletes what is too old to be told.
///
/// # Errors
/// When the database is away.
pub async fn sweep(db: &Db, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    let mut tx = db.identity().await?;
    sqlx::query!("DELETE FROM outbox WHERE created_at <= $1", now - LIFETIME).execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM staff_former_addresses WHERE left_at <= $1", now - LIFETIME).execute(&mut *tx).await?;
    tx.commit().await
}
