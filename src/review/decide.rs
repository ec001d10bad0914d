//! Accept or deny: at the version that was seen, by somebody who may, with a second person for what is broad.

use super::approval::{self, Plan, Say};
use super::claim;
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::clock;
use crate::db::{self, Tx};
use crate::exceptions::{self, Exception, Grant, GrantedBy};
use crate::identity::Reviewer;
use crate::intake::course::AppealOutcome;
use crate::intake::request::{self, Request, Status};
use crate::intake::{ScopeBody, subjects};
use crate::notify;
use crate::policy::case::Scope;
use crate::problem::{InputError, Kind};
use crate::web::extract::object_or_null;
use crate::web::{Failure, IfMatch};
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::types::Json;
use uuid::Uuid;

/// A reviewer's decision (contract: `POST /api/v1/requests/{id}/decision`).
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionBody {
    /// Accept, deny, or return to review what a colleague approved first.
    pub outcome: DecisionOutcome,
    /// 1 to 2000 characters, for the partner to read; of a first approval and of its return, for colleagues alone.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
    /// What is granted, within what was asked; all of it when absent. Only with `accept`.
    #[serde(default, deserialize_with = "object_or_null")]
    pub scope: Option<ScopeBody>,
}

/// What a person may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum DecisionOutcome {
    /// Grant.
    Accept,
    /// Do not grant.
    Deny,
    /// Disagree with the first approval: it is void, and the request stays in review.
    Return,
}

impl DecisionOutcome {
    /// The machine name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Deny => "deny",
            Self::Return => "return",
        }
    }
}

/// What a decision came to.
#[derive(Debug)]
pub struct Decided {
    /// The request, decided or waiting for a second person.
    pub request: Request,
    /// What was granted.
    pub exception: Option<Exception>,
    /// Whether a second person must approve.
    pub pending_second_approval: bool,
}

/// Decides the request `id`. Goes to its end even when the caller goes away.
///
/// # Errors
/// 403 for one's own tenant or filing, for an appeal against one's own denial, and for two approvals without a lead; 404; 409 when it is not in review or one has
/// approved it already, or there is no first approval to return; 412; 422 for a reason or scope that cannot be; 503.
pub async fn decide(
    desk: Data<Desk>,
    reviewer: Reviewer,
    id: Uuid,
    if_match: IfMatch,
    body: DecisionBody,
) -> Result<Decided, Failure> {
    let reason = exceptions::api::checked_reason(&body.reason)?;
    if body.outcome != DecisionOutcome::Accept && body.scope.is_some() {
        return Err(InputError::new("/scope", "scope_without_accept").into());
    }
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        // One decision at a time: the second of two reviewers finds the first's, and is told.
        request::lock(&mut tx, id).await?;
        let request = request::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        approval::may_decide(&reviewer, &request, &approval::says(&mut tx, id).await?)?;
        if_match.holds_for(request.version)?;
        if request.status != Status::InReview {
            return Err(Failure::new(Kind::WrongState));
        }
        claim::refuse_others(&mut tx, &reviewer, id).await?;
        let decision = Decision { desk: &desk, reviewer: &reviewer, reason: &reason, now: desk.clock.now() };
        let decided = match body.outcome {
            DecisionOutcome::Deny => decision.deny(&mut tx, request).await?,
            DecisionOutcome::Accept => decision.accept(&mut tx, request, body.scope).await?,
            DecisionOutcome::Return => decision.give_back(&mut tx, request).await?,
        };
        tx.commit().await?;
        desk.feed.catch_up().await;
        Ok(decided)
    })
    .await
}

/// A decision on its way.
pub(super) struct Decision<'a> {
    desk: &'a Desk,
    pub(super) reviewer: &'a Reviewer,
    reason: &'a str,
    now: DateTime<Utc>,
}

impl Decision<'_> {
    async fn deny(&self, tx: &mut Tx, request: Request) -> Result<Decided, Failure> {
        let request = self.close(tx, request, Status::Denied).await?;
        self.keep(tx, &request, DecisionOutcome::Deny, None, None).await?;
        self.record(tx, "request.denied", &request, None).await?;
        self.tell(tx, &request, None).await?;
        Ok(Decided { request, exception: None, pending_second_approval: false })
    }

    async fn accept(&self, tx: &mut Tx, request: Request, wanted: Option<ScopeBody>) -> Result<Decided, Failure> {
        let plan = approval::plan(self.desk, self.reviewer, tx, &request, wanted, self.now).await?;
        let Plan { scope, granted, confirms, needs_second, not_before, expires_at } = plan;
        if needs_second {
            return self.approve_first(tx, request, scope).await;
        }
        let request = self.close(tx, request, Status::Accepted).await?;
        self.keep(tx, &request, DecisionOutcome::Accept, Some(&scope), confirms.as_ref()).await?;
        self.record(tx, "request.accepted", &request, Some(&scope)).await?;
        let exception = self.grant(tx, &request, &granted, not_before, expires_at).await?;
        self.tell(tx, &request, Some(&exception)).await?;
        Ok(Decided { request, exception: Some(exception), pending_second_approval: false })
    }

    async fn approve_first(&self, tx: &mut Tx, request: Request, scope: ScopeBody) -> Result<Decided, Failure> {
        let request = self.next_version(tx, request).await?;
        self.keep(tx, &request, DecisionOutcome::Accept, Some(&scope), None).await?;
        self.record(tx, "request.approved_first", &request, Some(&scope)).await?;
        let edition = self.desk.edition_of(&request.classification)?;
        notify::tell(tx, &[notify::second_approval(&request, &edition)], self.now).await?;
        Ok(Decided { request, exception: None, pending_second_approval: true })
    }

    /// Still in review, at its next version: a first approval at the one before is void.
    pub(super) async fn next_version(&self, tx: &mut Tx, request: Request) -> Result<Request, Failure> {
        // Another person's turn. Before the request, in the order in which lapsed claims are swept.
        claim::drop_claim(tx, request.id).await?;
        let changed = sqlx::query!(
            "UPDATE requests SET version = version + 1 WHERE id = $1 AND version = $2",
            request.id,
            request.version
        )
        .execute(&mut **tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(Failure::new(Kind::VersionMismatch));
        }
        Ok(Request { version: request.version + 1, ..request })
    }

    /// The edge to `status`, at the version that was seen and from no other state than review.
    async fn close(&self, tx: &mut Tx, request: Request, status: Status) -> Result<Request, Failure> {
        let changed = sqlx::query!(
            "UPDATE requests SET status = $3, version = version + 1, decided_at = $4, decided_by = $5, decided_by_tenant = $6,
                 decision_reason = $7
             WHERE id = $1 AND version = $2 AND status = 'in_review'",
            request.id,
            request.version,
            status.code(),
            self.now,
            self.reviewer.object_id.0,
            self.reviewer.tenant.0,
            self.reason,
        )
        .execute(&mut **tx)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(Failure::new(Kind::VersionMismatch));
        }
        let mut request = self.close_appeal(tx, request, status).await?;
        request.decision_reason = Some(self.reason.to_owned());
        Ok(Request { status, version: request.version + 1, decided_at: Some(self.now), ..request })
    }

    /// What the appeal came to, where there is one.
    async fn close_appeal(&self, tx: &mut Tx, mut request: Request, status: Status) -> Result<Request, sqlx::Error> {
        if let Some(appeal) = &mut request.course.appeal {
            let outcome = if status == Status::Accepted { AppealOutcome::Overturned } else { AppealOutcome::Upheld };
            appeal.outcome = Some(outcome);
            appeal.closed_at = Some(self.now);
            sqlx::query!(
                "UPDATE appeals SET outcome = $2, closed_at = $3 WHERE request_id = $1",
                request.id,
                outcome.code(),
                self.now
            )
            .execute(&mut **tx)
            .await?;
        }
        Ok(request)
    }

    async fn grant(
        &self,
        tx: &mut Tx,
        request: &Request,
        scope: &Scope,
        not_before: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<Exception, sqlx::Error> {
        let grant = Grant {
            request_id: request.id,
            reference: &request.reference,
            tenant: request.tenant,
            issue: &request.asked.issue,
            subjects: subjects(&scope.subjects),
            surfaces: scope.surfaces.iter().cloned().collect(),
            not_before,
            expires_at,
            by: GrantedBy::Person {
                object_id: self.reviewer.object_id,
                tenant: self.reviewer.tenant,
                actor: self.reviewer.actor(),
            },
        };
        exceptions::grant(tx, grant, self.now).await
    }

    pub(super) async fn keep(
        &self,
        tx: &mut Tx,
        request: &Request,
        outcome: DecisionOutcome,
        scope: Option<&ScopeBody>,
        confirms: Option<&Say>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "INSERT INTO decisions (id, request_id, request_version, outcome, scope, reason, decided_at, decided_by,
                 decided_by_name, decided_as_lead, confirms, confirms_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            clock::fresh_id(self.now),
            request.id,
            request.version,
            outcome.code(),
            scope.map(Json) as _,
            self.reason,
            self.now,
            self.reviewer.object_id.0,
            self.reviewer.name,
            approval::is_lead(self.reviewer),
            confirms.map(|say| say.id),
            confirms.map(|say| say.by),
        )
        .execute(&mut **tx)
        .await
        .map(drop)
    }

    /// The answer goes to the contact, the grant to the security contact too.
    async fn tell(&self, tx: &mut Tx, request: &Request, exception: Option<&Exception>) -> Result<(), Failure> {
        let edition = self.desk.edition_of(&request.classification)?;
        let news = notify::of_answer(request, exception, &edition);
        Ok(notify::tell(tx, &news, self.now).await?)
    }

    pub(super) async fn record(
        &self,
        tx: &mut Tx,
        action: &'static str,
        request: &Request,
        scope: Option<&ScopeBody>,
    ) -> Result<(), sqlx::Error> {
        let appeal = request.course.appeal.as_ref().and_then(|appeal| appeal.outcome);
        let event = Event {
            actor: self.reviewer.actor(),
            action,
            subject_kind: "request",
            subject_id: request.id,
            tenant: Some(request.tenant),
            details: json!({ "before": "in_review", "version": request.version, "scope": scope, "appeal": appeal }),
            personal: Some(json!({ "reason": self.reason })),
        };
        audit::record(tx, self.now, event).await
    }
}
