//! Replying to a question: the request is in review again, and its clock runs on.

use super::clock::clock_of;
use super::course::{Message, MessageKind};
use super::request::{self, Request, Status};
use super::words;
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::clock;
use crate::db::{self, Tx};
use crate::identity::Filer;
use crate::notify;
use crate::problem::Kind;
use crate::web::{Failure, IfMatch};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

/// Longest reply, in characters.
pub const MAX_REPLY: usize = 10_000;

/// A reply to the desk's question.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "It is version 2.3, on the kiosks of both sites." }))]
pub struct ReplyBody {
    /// 1 to 10000 characters, for the reviewer to read.
    #[schema(min_length = 1, max_length = 10_000)]
    pub text: String,
}

/// Replies to the question about the request `id` of the filer's tenant.
///
/// # Errors
/// 404 unknown or another tenant's; 409 when it does not wait for a reply; 412; 422 for a text that cannot be; 503.
pub async fn reply(
    desk: Data<Desk>,
    filer: Filer,
    id: Uuid,
    if_match: IfMatch,
    text: &str,
) -> Result<Request, Failure> {
    let text = words::checked("/text", text, MAX_REPLY)?;
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.partner(filer.tenant).await?;
        let request = request::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        if_match.holds_for(request.version)?;
        if request.status != Status::WaitingForPartner {
            return Err(Failure::new(Kind::WrongState));
        }
        let mut request = resume(&desk, &mut tx, request, now).await?;
        keep(&mut tx, &filer, &request, &text, now).await?;
        let edition = desk.edition_of(&request.classification)?;
        notify::tell(&mut tx, &[notify::answered(&request, &edition)], now).await?;
        tx.commit().await?;
        request.course.messages.push(Message { kind: MessageKind::Reply, text, written_at: now });
        Ok(request)
    })
    .await
}

/// The edge back to review, at the version that was seen.
async fn resume(desk: &Desk, tx: &mut Tx, mut request: Request, now: DateTime<Utc>) -> Result<Request, Failure> {
    for pause in request.course.pauses.iter_mut().filter(|pause| pause.to.is_none()) {
        pause.to = Some(now);
    }
    request.course.waiting_until = None;
    let due_at = clock_of(desk, &request)?.and_then(|due| due.at());
    let changed = sqlx::query!(
        "UPDATE requests SET status = 'in_review', version = version + 1, due_at = $3, waiting_until = NULL, remind_at = NULL
         WHERE id = $1 AND version = $2 AND status = 'waiting_for_partner'",
        request.id,
        request.version,
        due_at,
    )
    .execute(&mut **tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(Failure::new(Kind::VersionMismatch));
    }
    sqlx::query!("UPDATE pauses SET resumed_at = $2 WHERE request_id = $1 AND resumed_at IS NULL", request.id, now)
        .execute(&mut **tx)
        .await?;
    Ok(Request { status: Status::InReview, version: request.version + 1, due_at, ..request })
}

async fn keep(
    tx: &mut Tx,
    filer: &Filer,
    request: &Request,
    text: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let id = clock::fresh_id(now);
    sqlx::query!(
        "INSERT INTO messages (id, request_id, tenant, kind, text, written_at, author, author_name)
         VALUES ($1, $2, $3, 'reply', $4, $5, $6, $7)",
        id,
        request.id,
        request.tenant.0,
        text,
        now,
        filer.object_id.0,
        filer.name,
    )
    .execute(&mut **tx)
    .await?;
    let event = Event {
        actor: filer.actor(),
        action: "request.replied",
        subject_kind: "request",
        subject_id: request.id,
        tenant: Some(request.tenant),
        details: json!({
            "before": "waiting_for_partner",
            "version": request.version,
            "message": id,
            "due_at": request.due_at,
        }),
        personal: Some(json!({ "text": text })),
    };
    audit::record(tx, now, event).await
}
