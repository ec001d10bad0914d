//! What accepting comes to: the scope, its time, and whether somebody else must agree. Deciding and its preview ask the same.

use super::DecisionOutcome;
use super::scope::{self, Bounds};
use crate::app::Desk;
use crate::db::Tx;
use crate::identity::{Person, Role};
use crate::intake::request::{self, Request, Status};
use crate::intake::{NewRequest, ScopeBody};
use crate::policy::Edition;
use crate::policy::case::Scope;
use crate::problem::Kind;
use crate::web::{Failure, Message, Refusal, RoleName};
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

/// What one person said on a request.
#[derive(Clone, Debug)]
pub(super) struct Say {
    pub id: Uuid,
    pub request: Uuid,
    pub outcome: DecisionOutcome,
    /// The request's version that it made.
    pub version: i64,
    pub by: Uuid,
    pub by_name: String,
    pub as_lead: bool,
    pub at: DateTime<Utc>,
    pub reason: String,
    /// What was approved; of an acceptance alone.
    pub scope: Option<Json<ScopeBody>>,
    /// The first approval that it completes or returns.
    pub confirms: Option<Uuid>,
}

/// What accepting comes to.
#[derive(Debug)]
pub(super) struct Plan {
    /// As it is kept with the decision.
    pub scope: ScopeBody,
    /// The same, understood.
    pub granted: Scope,
    /// The first approval that this one completes.
    pub confirms: Option<Say>,
    /// Whether this is the first of two approvals.
    pub needs_second: bool,
    /// First instant in force, were it granted now.
    pub not_before: DateTime<Utc>,
    /// First instant no longer in force.
    pub expires_at: DateTime<Utc>,
}

/// What it comes to when `reviewer` accepts `request` at `now` with the scope `wanted`: without one, the first approver's, else
/// what was asked.
///
/// # Errors
/// 403 when neither of the two approvers is a lead; 409 when the reviewer has approved it already, or the issue's sunset leaves
/// no time; 422 for a scope beyond what was asked; 503 when it is not known for certain which edition is in force.
pub(super) async fn plan(
    desk: &Desk,
    reviewer: &Person,
    tx: &mut Tx,
    request: &Request,
    wanted: Option<ScopeBody>,
    now: DateTime<Utc>,
) -> Result<Plan, Failure> {
    let edition = desk.edition_of(&request.classification)?;
    desk.fresh_policies()?;
    let bounds = bounds(desk, &edition, request, now)?;
    let asked = NewRequest::try_from(request.asked.clone(), &edition, request.filed_at).map_err(|errors| {
        Failure::internal(anyhow::anyhow!("a stored request is not understood any more: {errors:?}"))
    })?;
    let first = first_approval(tx, request).await?;
    let approved = first.as_ref().and_then(|first| first.scope.as_ref());
    let scope = wanted.or_else(|| approved.map(|scope| scope.0.clone())).unwrap_or_else(|| request.asked.scope.clone());
    let granted = scope::within(&scope, &asked.scope, &bounds).map_err(Failure::invalid)?;
    // Another scope than the first approver's is a first approval of its own; the order in which it is written is none.
    let same =
        approved.is_some_and(|first| scope::within(&first.0, &asked.scope, &bounds).is_ok_and(|it| it == granted));
    let first = first.filter(|_| same);
    let needs_second = scope::is_broad(&granted) && !completes(reviewer, first.as_ref())?;
    let Some((not_before, expires_at)) = scope::time(&granted, &bounds, now) else {
        return Err(Failure::new(Kind::WrongState).detail(Message::new("wrong-state-after-sunset")));
    };
    let confirms = first.filter(|_| !needs_second);
    Ok(Plan { scope, granted, confirms, needs_second, not_before, expires_at })
}

/// What nobody can grant for the issue of `request`, by `edition`, which judged it, and by the edition in force at `now`.
pub(super) fn bounds(desk: &Desk, edition: &Edition, request: &Request, now: DateTime<Utc>) -> Result<Bounds, Failure> {
    let in_force = desk.policies.at(now).map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))?;
    Ok(Bounds::of([edition, &*in_force].into_iter().filter_map(|edition| edition.issue(&request.asked.issue))))
}

/// Whether `reviewer` completes the approval of `first`: two people, one of them a lead.
fn completes(reviewer: &Person, first: Option<&Say>) -> Result<bool, Failure> {
    let Some(first) = first else { return Ok(false) };
    if first.by == reviewer.object_id.0 {
        return Err(Failure::new(Kind::WrongState).detail(Message::new("wrong-state-own-approval")));
    }
    if !first.as_lead && !is_lead(reviewer) {
        let have = reviewer.roles.iter().map(|role| RoleName::Own(role.code())).collect();
        let may = vec![RoleName::Own(Role::LeadReviewer.code())];
        return Err(Failure::refused(Refusal { have, may, instead: None }));
    }
    Ok(true)
}

/// Nobody decides for their own tenant, nor what they filed, nor on an appeal what they denied: `says` is everything that was said
/// on it. The database holds this too.
pub(super) fn may_decide(reviewer: &Person, request: &Request, says: &[Say]) -> Result<(), Failure> {
    let refused = |key| Err(Failure::new(Kind::NotAllowed).detail(Message::new(key)));
    if reviewer.tenant == request.tenant || reviewer.object_id == request.filed_by {
        return refused("not-allowed-own-request");
    }
    if says.iter().any(|say| say.outcome == DecisionOutcome::Deny && say.by == reviewer.object_id.0) {
        return refused("not-allowed-own-denial");
    }
    Ok(())
}

pub(super) fn is_lead(person: &Person) -> bool {
    person.has_any(&[Role::LeadReviewer])
}

/// Everything that people said on the request `id`, in order.
pub(super) async fn says(tx: &mut Tx, id: Uuid) -> Result<Vec<Say>, sqlx::Error> {
    says_of(tx, &[id]).await
}

/// The same on each of `requests`.
async fn says_of(tx: &mut Tx, requests: &[Uuid]) -> Result<Vec<Say>, sqlx::Error> {
    sqlx::query_as!(
        Say,
        r#"SELECT id, request_id AS request, outcome AS "outcome: DecisionOutcome", request_version AS version, decided_by AS "by", decided_by_name AS by_name, decided_as_lead AS as_lead,
             decided_at AS at, reason, scope AS "scope: Json<ScopeBody>", confirms
         FROM decisions WHERE request_id = ANY($1) ORDER BY request_version"#,
        requests,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The approval that waits for a second: it was given at the version that the request still has.
pub(super) async fn first_approval(tx: &mut Tx, request: &Request) -> Result<Option<Say>, sqlx::Error> {
    Ok(waiting(says(tx, request.id).await?, request))
}

/// The one of `says` that waits for a second.
pub(super) fn waiting(says: Vec<Say>, request: &Request) -> Option<Say> {
    let holds = |say: &Say| say.version == request.version && say.scope.is_some();
    says.into_iter().find(holds).filter(|_| request.status == Status::InReview)
}

/// The requests whose second approval waits for `reviewer`, by due time, each with its first: never one's own approval, tenant or
/// filing, nor an appeal against one's own denial; and between two who are no leads, a lead's.
///
/// # Errors
/// When the database is away.
pub(super) async fn waiting_for(tx: &mut Tx, reviewer: &Person) -> Result<Vec<(Request, Say)>, sqlx::Error> {
    let ids = sqlx::query_scalar!(
        "SELECT r.id FROM requests AS r JOIN decisions AS d ON d.request_id = r.id AND d.request_version = r.version
         WHERE r.status = 'in_review' AND d.outcome = 'accept'",
    )
    .fetch_all(&mut **tx)
    .await?;
    let says = says_of(tx, &ids).await?;
    let mut waiting = Vec::new();
    for request in request::of_ids_by_due(tx, &ids).await? {
        let own: Vec<_> = says.iter().filter(|say| say.request == request.id).cloned().collect();
        let may = may_decide(reviewer, &request, &own).is_ok();
        let first = self::waiting(own, &request).filter(|first| completes(reviewer, Some(first)).unwrap_or(false));
        waiting.extend(first.filter(|_| may).map(|first| (request, first)));
    }
    Ok(waiting)
}

/// Which of `requests` wait for a second person's approval. Only staff may know.
///
/// # Errors
/// When the database is away.
pub async fn pending_second_approval(tx: &mut Tx, requests: &[Uuid]) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT r.id FROM requests AS r JOIN decisions AS d ON d.request_id = r.id AND d.request_version = r.version
         WHERE r.id = ANY($1) AND r.status = 'in_review' AND d.outcome = 'accept'",
        requests,
    )
    .fetch_all(&mut **tx)
    .await
}
