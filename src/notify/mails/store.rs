//! Reading the outbox for leads.

use super::{Mail, State};
use crate::db::Tx;
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

/// A mail and what it is written from.
pub(super) struct Kept {
    pub mail: Mail,
    /// Whether it is for one member of staff.
    pub personal: bool,
    pub language: String,
    pub data: Value,
}

struct Row {
    id: Uuid,
    kind: String,
    recipient: String,
    personal: bool,
    language: String,
    tenant: Uuid,
    data: Value,
    created_at: DateTime<Utc>,
    attempts: i32,
    next_attempt_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    dead_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
}

impl From<Row> for Kept {
    fn from(row: Row) -> Self {
        let state = match (row.sent_at, row.dead_at) {
            (Some(_), _) => State::Sent,
            (None, Some(_)) => State::Dead,
            (None, None) => State::Waiting,
        };
        let mail = Mail {
            id: row.id,
            kind: row.kind,
            recipient: row.recipient,
            reference: row.data["reference"].as_str().unwrap_or_default().to_owned(),
            tenant: row.tenant,
            state,
            attempts: row.attempts,
            last_error: row.last_error,
            created_at: row.created_at,
            next_attempt_at: (state == State::Waiting).then_some(row.next_attempt_at),
            done_at: row.sent_at.or(row.dead_at),
        };
        Self { mail, personal: row.personal, language: row.language, data: row.data }
    }
}

macro_rules! mails {
    ($condition:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"SELECT id, kind, recipient, person IS NOT NULL AS "personal!", language, tenant, data AS "data: Value", created_at, attempts, next_attempt_at, sent_at,
                 dead_at, last_error
               FROM outbox WHERE "# + $condition
            $(, $argument)*
        )
    };
}

/// At most `limit` mails, in `state` if one is given, newest first, older than the mail `before`.
pub(super) async fn list(
    tx: &mut Tx,
    state: Option<State>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Mail>, sqlx::Error> {
    let rows = mails!(
        "id < $1 AND ($2::text IS NULL
           OR $2 = CASE WHEN sent_at IS NOT NULL THEN 'sent' WHEN dead_at IS NOT NULL THEN 'dead' ELSE 'waiting' END)
         ORDER BY id DESC LIMIT $3",
        before.unwrap_or(Uuid::max()),
        state.map(State::code),
        limit
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| Kept::from(row).mail).collect())
}

/// The mail `id`.
pub(super) async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Kept>, sqlx::Error> {
    Ok(mails!("id = $1", id).fetch_optional(&mut **tx).await?.map(Kept::from))
}

/// How many mails wait, were sent, are dead.
pub(super) async fn counts(tx: &mut Tx) -> Result<[(State, i64); 3], sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE sent_at IS NULL AND dead_at IS NULL) AS "waiting!",
             count(*) FILTER (WHERE sent_at IS NOT NULL) AS "sent!", count(*) FILTER (WHERE dead_at IS NOT NULL) AS "dead!"
           FROM outbox"#
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok([(State::Waiting, row.waiting), (State::Sent, row.sent), (State::Dead, row.dead)])
}

/// Lets the mail `id` wait again; false when it does already.
pub(super) async fn send_again(tx: &mut Tx, id: Uuid) -> Result<bool, sqlx::Error> {
    let changed = sqlx::query!(
        "UPDATE outbox SET attempts = 0, next_attempt_at = now(), sent_at = NULL, dead_at = NULL, last_error = NULL
         WHERE id = $1 AND (sent_at IS NOT NULL OR dead_at IS NOT NULL)",
        id,
    )
    .execute(&mut **tx)
    .await?;
    Ok(changed.rows_affected() == 1)
}
