//! `/api/v1/requests/{id}/same`: requests that say the same, and one decision for several of them.

use crate::app::Desk;
use crate::exceptions::api::checked_reason;
use crate::identity::{CaseReader, Reviewer, StaffReader};
use crate::intake::api::{RequestList, known_id, views};
use crate::intake::request::{Status, find};
use crate::openapi::{Authenticated, JsonIn};
use crate::problem::{InputError, Kind, Problem};
use crate::review::same::{self, Meant};
use crate::review::{Decided, DecisionOutcome};
use crate::web::{Failure, JsonBody, Reader, Slice};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// One decision for several requests that say the same.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SameDecisionBody {
    /// 1 to 200 of them, each once.
    #[schema(min_items = 1, max_items = 200)]
    pub requests: Vec<SeenRequest>,
    /// Accept, each as it was asked for, or deny.
    pub outcome: SameOutcome,
    /// 1 to 2000 characters, for the partners to read.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// A request as it was seen.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenRequest {
    /// Its id.
    pub id: Uuid,
    /// The version that was seen: its `ETag`.
    pub version: i64,
}

/// What may be decided for several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SameOutcome {
    /// Grant.
    Accept,
    /// Do not grant.
    Deny,
}

/// What came of each.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SameDecisions {
    /// In the order of the call.
    pub items: Vec<SameDecision>,
}

/// What came of one: either it was decided, or there is a problem.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SameDecision {
    /// Its id.
    pub id: Uuid,
    /// Where it stands now; null where it was not decided.
    pub status: Option<Status>,
    /// Its version now; null where it was not decided.
    pub version: Option<i64>,
    /// Whether a second person must approve.
    pub pending_second_approval: bool,
    /// Why it was not decided, as deciding it by itself would be answered.
    pub problem: Option<Problem>,
}

/// The requests in review that say what this one says (the same issue, answers, words, places and start, in one language), itself
/// first, as far as the caller may decide them. A new request is found some seconds after it was filed.
#[utoipa::path(
    get, path = "/api/v1/requests/{id}/same", tag = "review",
    params(("id" = Uuid, Path, description = "The request's id")),
    responses(
        (status = 200, description = "By due time, 200 besides itself at most", body = RequestList),
        (status = 403, description = "Not a reviewer with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_same(
    reviewer: Reviewer,
    desk: Data<Desk>,
    id: Path<String>,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.staff().await?;
    let request = find(&mut tx, known_id(&id)?).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let requests = same::decidable(&mut tx, &reviewer, request).await?;
    let items = views(&desk, &CaseReader::Staff(StaffReader::from(reviewer)), &mut tx, requests).await?;
    Ok(Slice { items, next: None }.answer(&http))
}

/// Decides several requests that say the same, each by itself, with a record and a mail of its own. If one cannot be decided, the
/// others still are.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/same", tag = "review",
    params(("id" = Uuid, Path, description = "The id of one of them")),
    request_body = SameDecisionBody,
    responses(
        (status = 200, description = "What came of each", body = SameDecisions),
        (status = 403, description = "Not a reviewer with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No requests, too many, or one twice; no reason, or too long a one", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn post_same(
    reviewer: Reviewer,
    desk: Data<Desk>,
    id: Path<String>,
    http: HttpRequest,
    JsonBody(body): JsonBody<SameDecisionBody>,
) -> Result<HttpResponse, Failure> {
    let meant = meant(&body)?;
    let mut tx = desk.db.staff().await?;
    let request = find(&mut tx, known_id(&id)?).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let all = same::decidable(&mut tx, &reviewer, request).await?;
    drop(tx);
    let reader = Reader::of(&http);
    let came = same::decide_each(&desk, &reviewer, &all, &meant).await;
    let items = came.into_iter().map(|(id, decided)| SameDecision::new(id, decided, &reader, http.path())).collect();
    Ok(HttpResponse::Ok().json(SameDecisions { items }))
}

fn meant(body: &SameDecisionBody) -> Result<Meant, Failure> {
    let mut errors = Vec::new();
    let distinct: BTreeSet<_> = body.requests.iter().map(|seen| seen.id).collect();
    match body.requests.len() {
        0 => errors.push(InputError::new("/requests", "same_nothing_chosen")),
        // The one that is named in the address stands beside the others.
        count if count > same::MOST + 1 => {
            errors.push(InputError::new("/requests", "too_many").with("max", same::MOST))
        }
        count if count > distinct.len() => errors.push(InputError::new("/requests", "same_twice")),
        _ => {}
    }
    let reason = checked_reason(&body.reason);
    let reason = reason.map_err(|failure| errors.extend_from_slice(failure.errors())).unwrap_or_default();
    let outcome = match body.outcome {
        SameOutcome::Accept => DecisionOutcome::Accept,
        SameOutcome::Deny => DecisionOutcome::Deny,
    };
    let chosen = body.requests.iter().map(|seen| (seen.id, seen.version)).collect();
    if errors.is_empty() { Ok(Meant { chosen, outcome, reason }) } else { Err(Failure::invalid(errors)) }
}

impl SameDecision {
    fn new(id: Uuid, decided: Result<Decided, Failure>, reader: &Reader, path: &str) -> Self {
        match decided {
            Ok(Decided { request, pending_second_approval, .. }) => Self {
                id,
                status: Some(request.status),
                version: Some(request.version),
                pending_second_approval,
                problem: None,
            },
            Err(failure) => {
                let problem = Some(failure.problem(reader.site.base(), reader.lang, path));
                Self { id, status: None, version: None, pending_second_approval: false, problem }
            }
        }
    }
}
