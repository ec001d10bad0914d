//! Accept or deny: at the version that was seen, by somebody who may, with a second person for what is broad.

use super::scope;
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::clock;
use crate::db::{self, Tx};
use crate::exceptions::{self, Exception, Grant, GrantedBy};
use crate::identity::{Reviewer, Role};
use crate::intake::request::{self, Request, Status};
use crate::intake::{NewRequest, ScopeBody, subjects};
use crate::policy::case::Scope;
use crate::problem::{InputError, Kind};
use crate::web::{Failure, IfMatch, Message, Refusal};
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
    /// Accept or deny.
    pub outcome: DecisionOutcome,
    /// 1 to 2000 characters, for the partner to read.
    pub reason: String,
    /// What is granted, within what was asked; all of it when absent. Only with `accept`.
    #[serde(default)]
    pub scope: Option<ScopeBody>,
}

/// What a person may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionOutcome {
    /// Grant.
    Accept,
    /// Do not grant.
    Deny,
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

/// A first approval that still holds.
struct First {
    id: Uuid,
    by: Uuid,
    as_lead: bool,
    scope: ScopeBody,
}

/// Decides the request `id`. Goes to its end even when the caller goes away.
///
/// # Errors
/// 403 for one's own tenant or filing, and for two approvals without a lead; 404; 409 when it is not in review or one has
/// approved it already; 412; 422 for a reason or scope that cannot be; 503.
pub async fn decide(
    desk: Data<Desk>,
    reviewer: Reviewer,
    id: Uuid,
    if_match: IfMatch,
    body: DecisionBody,
) -> Result<Decided, Failure> {
    let reason = exceptions::api::checked_reason(&body.reason)?;
    if body.outcome == DecisionOutcome::Deny && body.scope.is_some() {
        return Err(InputError::new("/scope", "scope_without_accept").into());
    }
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        // One decision at a time: the second of two reviewers finds the first's, and is told.
        sqlx::query!("SELECT id FROM requests WHERE id = $1 FOR UPDATE", id).fetch_optional(&mut *tx).await?;
        let request = request::find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        may_decide(&reviewer, &request)?;
        if_match.holds_for(request.version)?;
        if request.status != Status::InReview {
            return Err(Failure::new(Kind::WrongState));
        }
        let decision = Decision { desk: &desk, reviewer: &reviewer, reason: &reason, now: desk.clock.now() };
        let decided = match body.outcome {
            DecisionOutcome::Deny => decision.deny(&mut tx, request).await?,
            DecisionOutcome::Accept => decision.accept(&mut tx, request, body.scope).await?,
        };
        tx.commit().await?;
        desk.feed.wake();
        Ok(decided)
    })
    .await
}

/// Nobody decides for their own tenant, nor what they filed. The database holds this too.
fn may_decide(reviewer: &Reviewer, request: &Request) -> Result<(), Failure> {
    if reviewer.tenant == request.tenant || reviewer.object_id == request.filed_by {
        return Err(Failure::new(Kind::NotAllowed).detail(Message::new("not-allowed-own-request")));
    }
    Ok(())
}

struct Decision<'a> {
    desk: &'a Desk,
    reviewer: &'a Reviewer,
    reason: &'a str,
    now: DateTime<Utc>,
}

impl Decision<'_> {
    async fn deny(&self, tx: &mut Tx, request: Request) -> Result<Decided, Failure> {
        let request = self.close(tx, request, Status::Denied).await?;
        self.keep(tx, &request, None, None).await?;
        self.record(tx, "request.denied", &request, None).await?;
        Ok(Decided { request, exception: None, pending_second_approval: false })
    }

    async fn accept(&self, tx: &mut Tx, request: Request, wanted: Option<ScopeBody>) -> Result<Decided, Failure> {
        let edition = self.desk.edition_of(&request.classification)?;
        let issue = edition.issue(&request.asked.issue);
        let asked = NewRequest::try_from(request.asked.clone(), &edition, request.filed_at).map_err(|errors| {
            Failure::internal(anyhow::anyhow!("a stored request is not understood any more: {errors:?}"))
        })?;
        let first = first_approval(tx, &request).await?;
        let wanted = wanted.or_else(|| first.as_ref().map(|first| first.scope.clone()));
        let wanted = wanted.unwrap_or_else(|| request.asked.scope.clone());
        let granted = scope::within(&wanted, &asked.scope, issue).map_err(Failure::invalid)?;
        // Another scope than the first approver's is a first approval of its own.
        let first = first.filter(|first| first.scope == wanted);
        if scope::is_broad(&granted) && !self.completes(first.as_ref())? {
            return self.approve_first(tx, request, wanted).await;
        }
        let Some((start, end)) = scope::time(&granted, issue, self.now) else {
            return Err(Failure::new(Kind::WrongState).detail(Message::new("wrong-state-after-sunset")));
        };
        let request = self.close(tx, request, Status::Accepted).await?;
        self.keep(tx, &request, Some(&wanted), first.as_ref()).await?;
        self.record(tx, "request.accepted", &request, Some(&wanted)).await?;
        let exception = self.grant(tx, &request, &granted, start, end).await?;
        Ok(Decided { request, exception: Some(exception), pending_second_approval: false })
    }

    /// Whether this approval is the second of two people, one of them a lead.
    fn completes(&self, first: Option<&First>) -> Result<bool, Failure> {
        let Some(first) = first else { return Ok(false) };
        if first.by == self.reviewer.object_id.0 {
            return Err(Failure::new(Kind::WrongState).detail(Message::new("wrong-state-own-approval")));
        }
        if !first.as_lead && !self.is_lead() {
            let have = self.reviewer.roles.iter().map(|role| role.code()).collect();
            return Err(Failure::refused(Refusal { have, may: vec![Role::LeadReviewer.code()], instead: None }));
        }
        Ok(true)
    }

    async fn approve_first(&self, tx: &mut Tx, request: Request, scope: ScopeBody) -> Result<Decided, Failure> {
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
        let request = Request { version: request.version + 1, ..request };
        self.keep(tx, &request, Some(&scope), None).await?;
        self.record(tx, "request.approved_first", &request, Some(&scope)).await?;
        Ok(Decided { request, exception: None, pending_second_approval: true })
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
        Ok(Request {
            status,
            version: request.version + 1,
            decided_at: Some(self.now),
            decision_reason: Some(self.reason.to_owned()),
            ..request
        })
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

    async fn keep(
        &self,
        tx: &mut Tx,
        request: &Request,
        scope: Option<&ScopeBody>,
        first: Option<&First>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "INSERT INTO decisions (id, request_id, request_version, outcome, scope, reason, decided_at, decided_by,
                 decided_by_name, decided_as_lead, confirms, confirms_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            clock::fresh_id(self.now),
            request.id,
            request.version,
            if scope.is_some() { "accept" } else { "deny" },
            scope.map(Json) as _,
            self.reason,
            self.now,
            self.reviewer.object_id.0,
            self.reviewer.name,
            self.is_lead(),
            first.map(|first| first.id),
            first.map(|first| first.by),
        )
        .execute(&mut **tx)
        .await
        .map(drop)
    }

    async fn record(
        &self,
        tx: &mut Tx,
        action: &'static str,
        request: &Request,
        scope: Option<&ScopeBody>,
    ) -> Result<(), sqlx::Error> {
        let event = Event {
            actor: self.reviewer.actor(),
            action,
            subject_kind: "request",
            subject_id: request.id,
            tenant: Some(request.tenant),
            details: json!({ "before": "in_review", "version": request.version, "scope": scope }),
            personal: Some(json!({ "reason": self.reason })),
        };
        audit::record(tx, self.now, event).await
    }

    fn is_lead(&self) -> bool {
        self.reviewer.has_any(&[Role::LeadReviewer])
    }
}

/// The approval that waits for a second: it was given at the version that the request still has.
async fn first_approval(tx: &mut Tx, request: &Request) -> Result<Option<First>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT id, decided_by, decided_as_lead, scope AS "scope!: Json<ScopeBody>" FROM decisions
         WHERE request_id = $1 AND request_version = $2 AND outcome = 'accept'"#,
        request.id,
        request.version,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| First { id: row.id, by: row.decided_by, as_lead: row.decided_as_lead, scope: row.scope.0 }))
}

/// Whether `request` waits for a second person's approval. Only staff may know.
///
/// # Errors
/// When the database is away.
pub async fn is_pending_second_approval(tx: &mut Tx, request: &Request) -> Result<bool, sqlx::Error> {
    Ok(request.status == Status::InReview && first_approval(tx, request).await?.is_some())
}
