//! Appealing against a denial: once, within 30 days; another person reviews it, with a clock of its own.

use crate::app::Desk;
use crate::audit::{self, Event};
use crate::db::{self, Tx};
use crate::identity::Filer;
use crate::intake::clock::{BUSINESS_DAYS, due};
use crate::intake::course::{Appeal, ClockSet};
use crate::intake::request::{self, Request, Status};
use crate::intake::{refuse_second_open, words};
use crate::notify;
use crate::problem::Kind;
use crate::web::{Failure, IfMatch, Message};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

/// Longest reason of an appeal, in characters.
pub const MAX_REASON: usize = 10_000;

/// An appeal.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "The module that you name does not run on our kiosks." }))]
pub struct AppealBody {
    /// 1 to 10000 characters: why the denial should be looked at again.
    #[schema(min_length = 1, max_length = 10_000)]
    pub reason: String,
}

/// Appeals against the denial of the request `id` of the filer's tenant.
///
/// # Errors
/// 404 unknown or another tenant's; 409 when it is not denied, was appealed against before, is denied for too long, or another
/// request for the issue is open; 412; 422 for a reason that cannot be; 503.
pub async fn appeal(
    desk: Data<Desk>,
    filer: Filer,
    id: Uuid,
    if_match: IfMatch,
    reason: &str,
) -> Result<Request, Failure> {
    let reason = words::checked("/reason", reason, MAX_REASON)?;
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.partner(filer.tenant).await?;
        let request = request::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        if_match.holds_for(request.version)?;
        let appeal = Appeal {
            reason,
            appealed_at: now,
            denied_at: may_appeal(&request, now)?,
            denial_reason: request.decision_reason.clone(),
            outcome: None,
            closed_at: None,
        };
        refuse_second_open(&mut tx, &request).await?;
        keep(&mut tx, &filer, &request, &appeal).await?;
        let request = review_again(&desk, &mut tx, request, appeal).await?;
        let edition = desk.edition_of(&request.classification)?;
        notify::tell(&mut tx, notify::of_request(&request, &edition).as_slice(), now).await?;
        tx.commit().await?;
        Ok(request)
    })
    .await
}

/// Whether the denial of `request` can be appealed against at `now`: when it was denied.
///
/// # Errors
/// 409 that says why not.
pub fn may_appeal(request: &Request, now: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
    let refused = |key| Err(Failure::new(Kind::WrongState).detail(Message::new(key)));
    let Some(denied_at) = request.decided_at.filter(|_| request.status == Status::Denied) else {
        return Err(Failure::new(Kind::WrongState));
    };
    match request.appeal_until() {
        None => refused("appeal-only-once"),
        Some(until) if now > until => refused("appeal-too-late"),
        Some(_) => Ok(denied_at),
    }
}

async fn keep(tx: &mut Tx, filer: &Filer, request: &Request, appeal: &Appeal) -> Result<(), Failure> {
    let kept = sqlx::query!(
        "INSERT INTO appeals (request_id, tenant, reason, appealed_at, appealed_by, appealed_by_name, denied_at, denial_reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
        request.id,
        request.tenant.0,
        appeal.reason,
        appeal.appealed_at,
        filer.object_id.0,
        filer.name,
        appeal.denied_at,
        appeal.denial_reason,
    )
    .execute(&mut **tx)
    .await?;
    if kept.rows_affected() == 0 {
        // A colleague was faster.
        return Err(Failure::new(Kind::VersionMismatch));
    }
    let event = Event {
        actor: filer.actor(),
        action: "request.appealed",
        subject_kind: "request",
        subject_id: request.id,
        tenant: Some(request.tenant),
        details: json!({ "before": "denied", "version": request.version + 1, "denied_at": appeal.denied_at }),
        personal: Some(json!({ "reason": appeal.reason })),
    };
    Ok(audit::record(tx, appeal.appealed_at, event).await?)
}

/// The edge back to review, at the version that was seen, with a clock that is set now.
async fn review_again(desk: &Desk, tx: &mut Tx, mut request: Request, appeal: Appeal) -> Result<Request, Failure> {
    let clock = ClockSet { from: appeal.appealed_at, business_days: BUSINESS_DAYS };
    let due_at = due(desk, &request.calendar, clock, &[])?.at();
    let changed = sqlx::query!(
        "UPDATE requests SET status = 'in_review', version = version + 1, decided_at = NULL, due_at = $3, clock_from = $4,
             clock_days = $5
         WHERE id = $1 AND version = $2 AND status = 'denied'",
        request.id,
        request.version,
        due_at,
        clock.from,
        i32::try_from(clock.business_days).map_err(Failure::internal)?,
    )
    .execute(&mut **tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(Failure::new(Kind::VersionMismatch));
    }
    request.course.clock = Some(clock);
    request.course.appeal = Some(appeal);
    let version = request.version + 1;
    Ok(Request { status: Status::InReview, version, due_at, decided_at: None, decision_reason: None, ..request })
}
