//! After-checks: whatever the policy granted at once, a person looks at afterwards, within three business days. It stays, or it
//! ends there and then with a hold on its tenant.

use super::approval;
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::db::{self, Tx};
use crate::exceptions::{self, EndedBy, Exception, Revocation, holds};
use crate::identity::Reviewer;
use crate::intake::request::{self, Request};
use crate::notify;
use crate::problem::{InputError, Kind};
use crate::sla::SlaState;
use crate::web::{Failure, IfMatch, Message};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// What an after-check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AfterCheckOutcome {
    /// A person would have granted it too.
    Confirmed,
    /// It should not have been granted, and is revoked.
    Overturned,
}

impl AfterCheckOutcome {
    /// The machine name, also of the messages `after-check-CODE`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Overturned => "overturned",
        }
    }
}

/// A reviewer's word on what the policy granted.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "outcome": "confirmed" }))]
pub struct AfterCheckBody {
    /// Confirmed or overturned.
    pub outcome: AfterCheckOutcome,
    /// 1 to 2000 characters. Who overturns gives one, for the partner to read.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub reason: Option<String>,
}

/// The after-check of an automatic grant.
#[derive(Clone, Debug)]
pub struct AfterCheck {
    /// The request that the policy granted.
    pub request_id: Uuid,
    /// When it is to be done.
    pub due_at: DateTime<Utc>,
    /// What it came to.
    pub outcome: Option<AfterCheckOutcome>,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub checked_at: Option<DateTime<Utc>>,
    /// By whom, to read.
    pub checked_by_name: Option<String>,
}

/// An after-check as staff see it in the API.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct AfterCheckView {
    /// When it is to be done.
    pub due_at: DateTime<Utc>,
    /// Where its clock stands.
    pub state: SlaState,
    /// What it came to; null while it is open.
    pub outcome: Option<AfterCheckOutcome>,
    /// Why.
    pub reason: Option<String>,
    /// When it was done.
    pub checked_at: Option<DateTime<Utc>>,
}

impl AfterCheck {
    /// Where its clock stands at `now`.
    pub fn state(&self, now: DateTime<Utc>) -> SlaState {
        match self.checked_at {
            checked_at if checked_at.unwrap_or(now) > self.due_at => SlaState::Breached,
            Some(_) => SlaState::Met,
            None => SlaState::Running,
        }
    }

    /// As the API shows it at `now`.
    pub fn view(&self, now: DateTime<Utc>) -> AfterCheckView {
        AfterCheckView {
            due_at: self.due_at,
            state: self.state(now),
            outcome: self.outcome,
            reason: self.reason.clone(),
            checked_at: self.checked_at,
        }
    }
}

/// The after-checks of `requests`: of those that the policy granted. Only staff may know.
///
/// # Errors
/// When the database is away.
pub async fn of_requests(tx: &mut Tx, requests: &[Uuid]) -> Result<Vec<AfterCheck>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT request_id, due_at, outcome, reason, checked_at, checked_by_name FROM after_checks WHERE request_id = ANY($1)",
        requests,
    )
    .fetch_all(&mut **tx)
    .await?;
    let checks = rows.into_iter().map(|row| AfterCheck {
        request_id: row.request_id,
        due_at: row.due_at,
        outcome: row.outcome.map(|code| match code.as_str() {
            "confirmed" => AfterCheckOutcome::Confirmed,
            _ => AfterCheckOutcome::Overturned,
        }),
        reason: row.reason,
        checked_at: row.checked_at,
        checked_by_name: row.checked_by_name,
    });
    Ok(checks.collect())
}

/// Confirms or overturns what the policy granted to the request `id`. Goes to its end even when the caller goes away.
///
/// # Errors
/// 403 for one's own tenant or filing; 404; 409 when the policy granted nothing to it, or it was checked before; 412; 422 for a
/// reason that cannot be, and for overturning without one; 503.
pub async fn check(
    desk: Data<Desk>,
    reviewer: Reviewer,
    id: Uuid,
    if_match: IfMatch,
    body: AfterCheckBody,
) -> Result<(), Failure> {
    let word = Word { outcome: body.outcome, reason: checked_reason(&body)? };
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        request::lock(&mut tx, id).await?;
        let request = request::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        approval::may_decide(&reviewer, &request, &[])?;
        if_match.holds_for(request.version)?;
        let exception = may_check(&mut tx, id).await?;
        word.keep(&mut tx, &reviewer, &request, &exception, now).await?;
        if word.outcome == AfterCheckOutcome::Overturned {
            word.revoke(&desk, &mut tx, &reviewer, exception, now).await?;
        }
        tx.commit().await?;
        desk.feed.catch_up().await;
        Ok(())
    })
    .await
}

/// What is to be checked of the request `id`.
///
/// # Errors
/// 409 when there is nothing, or it was checked before.
async fn may_check(tx: &mut Tx, id: Uuid) -> Result<Exception, Failure> {
    let refused = |key| Failure::new(Kind::WrongState).detail(Message::new(key));
    let check = of_requests(tx, &[id]).await?.pop().ok_or_else(|| refused("wrong-state-no-after-check"))?;
    if check.outcome.is_some() {
        return Err(refused("wrong-state-after-checked"));
    }
    exceptions::of_request(tx, id).await?.ok_or_else(|| refused("wrong-state-no-after-check"))
}

/// The reason, trimmed; who confirms may give none.
fn checked_reason(body: &AfterCheckBody) -> Result<Option<String>, Failure> {
    let reason = body.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    match (reason, body.outcome) {
        (Some(reason), _) => exceptions::api::checked_reason(reason).map(Some),
        (None, AfterCheckOutcome::Confirmed) => Ok(None),
        (None, AfterCheckOutcome::Overturned) => Err(InputError::new("/reason", "required").into()),
    }
}

/// What a reviewer says.
struct Word {
    outcome: AfterCheckOutcome,
    reason: Option<String>,
}

impl Word {
    async fn keep(
        &self,
        tx: &mut Tx,
        reviewer: &Reviewer,
        request: &Request,
        exception: &Exception,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        sqlx::query!("UPDATE requests SET version = version + 1 WHERE id = $1", request.id).execute(&mut **tx).await?;
        let kept = sqlx::query!(
            "UPDATE after_checks SET outcome = $2, reason = $3, checked_at = $4, checked_by = $5, checked_by_tenant = $6,
                 checked_by_name = $7
             WHERE request_id = $1 AND outcome IS NULL",
            request.id,
            self.outcome.code(),
            self.reason,
            now,
            reviewer.object_id.0,
            reviewer.tenant.0,
            reviewer.name,
        )
        .execute(&mut **tx)
        .await?;
        if kept.rows_affected() == 0 {
            return Err(Failure::new(Kind::VersionMismatch));
        }
        let event = Event {
            actor: reviewer.actor(),
            action: "exception.after_checked",
            subject_kind: "exception",
            subject_id: exception.id,
            tenant: Some(request.tenant),
            details: json!({ "request": request.id, "status": self.outcome, "version": request.version + 1 }),
            personal: self.reason.as_ref().map(|reason| json!({ "reason": reason })),
        };
        Ok(audit::record(tx, now, event).await?)
    }

    /// Ends the exception unless it is over already; the hold is placed either way.
    async fn revoke(
        &self,
        desk: &Desk,
        tx: &mut Tx,
        reviewer: &Reviewer,
        exception: Exception,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        holds::place(tx, &exception, reviewer.object_id, reviewer.actor(), now).await?;
        if !exception.status(now).is_open() {
            return Ok(());
        }
        let revocation = Revocation {
            id: exception.id,
            version: exception.version,
            reason: self.reason.as_deref(),
            by: reviewer.object_id,
            ended_by: EndedBy::Staff,
            actor: reviewer.actor(),
        };
        let exception = exceptions::revoke(tx, revocation, now).await?;
        let (news, more) = (std::slice::from_ref(&exception), json!({ "ended_at": now }));
        notify::tell_of(desk, tx, notify::Kind::ExceptionRevoked, news, &more, now).await
    }
}
