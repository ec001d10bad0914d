//! Asking the partner: the request waits for the reply, and its clock stands still.

use super::{approval, claim};
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::clock;
use crate::db::{self, Tx};
use crate::identity::Reviewer;
use crate::intake::clock::{Wait, clock_of, wait};
use crate::intake::course::{Message, MessageKind};
use crate::intake::request::{self, Request, Status};
use crate::intake::words;
use crate::notify;
use crate::problem::Kind;
use crate::sla::Pause;
use crate::web::{Failure, IfMatch};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

/// Longest question, in characters.
pub const MAX_QUESTION: usize = 2000;

/// A question to the partner.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "question": "Which version of the module do you use?" }))]
pub struct QuestionBody {
    /// 1 to 2000 characters, for the partner to read.
    #[schema(min_length = 1, max_length = 2000)]
    pub question: String,
}

/// Asks the partner about the request `id`. A first approval that waits for a second is void: the reply may change the case.
///
/// # Errors
/// 403 for one's own tenant or filing, and for whoever denied it before; 404; 409 when it is not in review; 412; 422 for a
/// question that cannot be; 503.
pub async fn ask(
    desk: Data<Desk>,
    reviewer: Reviewer,
    id: Uuid,
    if_match: IfMatch,
    question: &str,
) -> Result<Request, Failure> {
    let text = words::checked("/question", question, MAX_QUESTION)?;
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        request::lock(&mut tx, id).await?;
        let request = request::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        approval::may_decide(&reviewer, &request, &approval::says(&mut tx, id).await?)?;
        if_match.holds_for(request.version)?;
        if request.status != Status::InReview {
            return Err(Failure::new(Kind::WrongState));
        }
        claim::refuse_others(&mut tx, &reviewer, id).await?;
        let request = pause(&desk, &mut tx, request, now).await?;
        keep(&mut tx, &reviewer, &request, &text, now).await?;
        let edition = desk.edition_of(&request.classification)?;
        notify::tell(&mut tx, notify::of_request(&request, &edition).as_slice(), now).await?;
        tx.commit().await?;
        let mut request = request;
        request.course.messages.push(Message { kind: MessageKind::Question, text, written_at: now });
        Ok(request)
    })
    .await
}

/// The edge to waiting, at the version that was seen. What is breached already stays breached.
async fn pause(desk: &Desk, tx: &mut Tx, mut request: Request, now: DateTime<Utc>) -> Result<Request, Failure> {
    request.course.pauses.push(Pause { from: now, to: None });
    let due_at = clock_of(desk, &request)?.and_then(|due| due.at());
    let Wait { remind_at, until } = wait(desk, &request.calendar, now)?;
    let changed = sqlx::query!(
        "UPDATE requests SET status = 'waiting_for_partner', version = version + 1, due_at = $3, waiting_until = $4,
             remind_at = $5, reminded_at = NULL
         WHERE id = $1 AND version = $2 AND status = 'in_review'",
        request.id,
        request.version,
        due_at,
        until,
        remind_at,
    )
    .execute(&mut **tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(Failure::new(Kind::VersionMismatch));
    }
    sqlx::query!(
        "INSERT INTO pauses (request_id, tenant, paused_at) VALUES ($1, $2, $3)",
        request.id,
        request.tenant.0,
        now
    )
    .execute(&mut **tx)
    .await?;
    request.course.waiting_until = Some(until);
    Ok(Request { status: Status::WaitingForPartner, version: request.version + 1, due_at, ..request })
}

async fn keep(
    tx: &mut Tx,
    reviewer: &Reviewer,
    request: &Request,
    text: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let id = clock::fresh_id(now);
    sqlx::query!(
        "INSERT INTO messages (id, request_id, tenant, kind, text, written_at, author, author_name)
         VALUES ($1, $2, $3, 'question', $4, $5, $6, $7)",
        id,
        request.id,
        request.tenant.0,
        text,
        now,
        reviewer.object_id.0,
        reviewer.name,
    )
    .execute(&mut **tx)
    .await?;
    let event = Event {
        actor: reviewer.actor(),
        action: "request.asked",
        subject_kind: "request",
        subject_id: request.id,
        tenant: Some(request.tenant),
        details: json!({
            "before": "in_review",
            "version": request.version,
            "message": id,
            "waiting_until": request.course.waiting_until,
        }),
        personal: Some(json!({ "question": text })),
    };
    audit::record(tx, now, event).await
}
