//! Internal notes: what staff tell each other about a request. No partner reads them, and no mail says them.

use crate::app::Desk;
use crate::audit::{self, Event};
use crate::clock;
use crate::db::{self, Tx};
use crate::identity::Reviewer;
use crate::intake::request;
use crate::intake::words;
use crate::problem::Kind;
use crate::web::idempotency::{Created, Key, once};
use crate::web::{Failure, Message};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// Longest note, in characters.
pub const MAX_NOTE: usize = 4000;

/// A note as it is written.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "The vendor confirmed it by telephone." }))]
pub struct NoteBody {
    /// 1 to 4000 characters, for colleagues alone.
    #[schema(min_length = 1, max_length = 4000)]
    pub text: String,
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Note {
    /// Its id.
    pub id: Uuid,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// By whom.
    pub author: Uuid,
    /// Their name, to read.
    pub author_name: String,
}

/// At most `limit` notes on the request `id`, the oldest first, younger than the note `after`.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, id: Uuid, after: Option<Uuid>, limit: i64) -> Result<Vec<Note>, sqlx::Error> {
    sqlx::query_as!(
        Note,
        "SELECT id, text, written_at, author, author_name FROM internal_notes WHERE request_id = $1 AND id > $2 ORDER BY id LIMIT $3",
        id,
        after.unwrap_or_default(),
        limit,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Writes a note on the request `id`, whatever its state, until its texts are erased: nothing about the request changes by it.
///
/// # Errors
/// 404; 409 once they are, or while the key's first call runs; 422 for a text that cannot be, or a key used for another body; 503.
pub async fn write(
    desk: Data<Desk>,
    reviewer: Reviewer,
    id: Uuid,
    body: NoteBody,
    key: Option<Key>,
) -> Result<Created<Note>, Failure> {
    let text = words::checked("/text", &body.text, MAX_NOTE)?;
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        let created = once(&mut tx, key, now, async |tx, memory| {
            request::lock(tx, id).await?;
            let request = request::find(tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
            if request.erased_at.is_some() {
                return Err(Failure::new(Kind::WrongState).detail(Message::new("erased-no-notes")));
            }
            let author_name = reviewer.name.clone();
            let note =
                Note { id: clock::fresh_id(now), text, written_at: now, author: reviewer.object_id.0, author_name };
            keep(tx, &reviewer, id, &note).await?;
            memory.remember(tx, note.id, &note).await?;
            Ok(note)
        })
        .await?;
        tx.commit().await?;
        Ok(created)
    })
    .await
}

async fn keep(tx: &mut Tx, reviewer: &Reviewer, request: Uuid, note: &Note) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO internal_notes (id, request_id, text, written_at, author, author_name) VALUES ($1, $2, $3, $4, $5, $6)",
        note.id,
        request,
        note.text,
        note.written_at,
        note.author,
        note.author_name,
    )
    .execute(&mut **tx)
    .await?;
    let event = Event {
        actor: reviewer.actor(),
        action: "request.noted",
        subject_kind: "request",
        subject_id: request,
        // Under no tenant: its partner does not learn from the course of its request that staff wrote to each other.
        tenant: None,
        details: json!({ "note": note.id }),
        personal: None,
    };
    audit::record(tx, note.written_at, event).await
}
