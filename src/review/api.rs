//! `/api/v1/queue` and `/api/v1/requests/{id}/ask`, `/appeal`, `/decision`, `/after-check`, `/notes`, `/same`.

pub mod after_check;
pub mod notes;
pub mod same;

use super::queue::{self, Entry, Filter};
use super::{AppealBody, DecisionBody, QuestionBody, appeal, ask, decide};
use crate::app::Desk;
use crate::evidence;
use crate::identity::{CaseReader, Filer, Reviewer, StaffReader};
use crate::intake::api::course::told;
use crate::intake::api::{RequestList, known_id, views};
use crate::intake::request::of_ids;
use crate::intake::view::RequestView;
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::Problem;
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonBody, Paging, Slice};
use actix_web::{HttpRequest, HttpResponse, web};

/// `/api/v1/queue`, `/api/v1/requests/{id}/ask`, `/appeal`, `/decision`, `/after-check`, `/notes`, `/same`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/queue").get(get_queue))
        .service(web::resource("/api/v1/requests/{id}/ask").post(post_ask))
        .service(web::resource("/api/v1/requests/{id}/appeal").post(post_appeal))
        .service(web::resource("/api/v1/requests/{id}/decision").post(post_decision))
        .service(web::resource("/api/v1/requests/{id}/after-check").post(after_check::post_after_check))
        .service(web::resource("/api/v1/requests/{id}/same").get(same::get_same).post(same::post_same))
        .service(web::resource("/api/v1/requests/{id}/notes").get(notes::get_notes).post(notes::post_note));
}

/// The requests that wait for a person, by due time: what is breached stands on top, what waits for its partner comes last. What
/// was granted at once and waits for its after-check is a tab of its own, by the due time of the check.
#[utoipa::path(
    get, path = "/api/v1/queue", tag = "review",
    params(
        ("tab" = Option<String>, Query, description = "`all`, `breached`, `mine`, `unclaimed`, `appeals`, `second_approvals`, `waiting` or `after_checks` (what the policy granted at once and nobody has looked at yet); else `all`, which is every open request"),
        ("issue" = Option<String>, Query, description = "Only this issue"),
        ("tenant" = Option<uuid::Uuid>, Query, description = "Only this tenant's"),
        ("assignee" = Option<uuid::Uuid>, Query, description = "Only what the reviewer with this object id has claimed"),
        ("language" = Option<String>, Query, description = "`en` or `ja`: only requests in this language"),
        ("age" = Option<u16>, Query, description = "Only what was filed at least so many days ago"),
        ("q" = Option<String>, Query, description = "Only what has all these words, or beginnings of words, in its title, description, reference or its tenant's name; a new request is found some seconds later"),
        ("limit" = Option<u16>, Query, description = "1 to 200, else 25"),
        ("after" = Option<String>, Query, description = "Cursor of the page before"),
    ),
    responses(
        (status = 200, description = "By due time; `Link: rel=\"next\"` when there are more", body = RequestList),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter that means nothing", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_queue(
    staff: StaffReader,
    desk: web::Data<Desk>,
    paging: Paging,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let (filter, mut errors) = Filter::parse(http.query_string());
    errors.extend(Filter::blank(http.query_string()));
    if !errors.is_empty() {
        return Err(Failure::invalid(errors));
    }
    let _turn = if filter.search.is_some() { Some(desk.long_reads.take().await?) } else { None };
    let mut tx = desk.db.staff().await?;
    let rows = queue::page(&mut tx, &staff, &filter, paging.after()?, paging.fetch(), desk.clock.now()).await?;
    let slice = paging.cut(rows, Entry::cursor);
    let ids: Vec<_> = slice.items.iter().map(|entry| entry.id).collect();
    let requests = of_ids(&mut tx, &ids).await?;
    let items = views(&desk, &CaseReader::Staff(staff), &mut tx, requests).await?;
    Ok(Slice { items, next: slice.next }.answer(&http))
}

/// Asks the partner: the request waits for the reply, and its clock stands still. A first approval becomes void.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/ask", tag = "review",
    params(("id" = uuid::Uuid, Path, description = "The request's id"), ("If-Match" = String, Header, description = "Its `ETag`: the version you saw")),
    request_body = QuestionBody,
    responses(
        (status = 200, description = "Waits for the partner, ten business days at most", body = RequestView),
        (status = 403, description = "Not a reviewer with MFA, your own tenant's or filing, or an appeal against your own denial", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not in review", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No question, or too long a one", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn post_ask(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<QuestionBody>,
) -> Result<HttpResponse, Failure> {
    let request = ask(desk.clone(), reviewer.clone(), known_id(&id)?, if_match, &body.question).await?;
    let files = evidence::of_requests(&mut desk.db.staff().await?, &[request.id]).await?;
    let view = RequestView::new(&desk, &request, None, false, &files, &reviewer)?;
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}

/// Appeals against a denial: once, within 30 days of it. Another person reviews it, with a clock of three business days.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/appeal", tag = "requests",
    params(("id" = uuid::Uuid, Path, description = "The request's id"), ("If-Match" = String, Header, description = "Its `ETag`")),
    request_body = AppealBody,
    responses(
        (status = 200, description = "In review again", body = RequestView),
        (status = 403, description = "Not a Global Admin or Admin Agent", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or another tenant's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is not denied, was appealed against before, was denied over 30 days ago, or another request for the issue is open", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No reason, or too long a one", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn post_appeal(
    filer: Filer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<AppealBody>,
) -> Result<HttpResponse, Failure> {
    let request = appeal(desk.clone(), filer.clone(), known_id(&id)?, if_match, &body.reason).await?;
    told(&desk, &filer, &request).await
}

/// Accepts or denies a request, or returns to review what a colleague approved first.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/decision", tag = "review",
    params(("id" = uuid::Uuid, Path, description = "The request's id"), ("If-Match" = String, Header, description = "Its `ETag`: the version you saw")),
    request_body = DecisionBody,
    responses(
        (status = 200, description = "Decided, or returned", body = RequestView),
        (status = 202, description = "`pending_second_approval`: every user, over 50 users or over 90 days take two people, one of them a lead", body = RequestView),
        (status = 403, description = "Not a reviewer with MFA, your own tenant's or filing, or an appeal against your own denial", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not in review, you have approved it already, or there is no first approval to return", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No reason, or a scope beyond what was asked", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn post_decision(
    reviewer: Reviewer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<DecisionBody>,
) -> Result<HttpResponse, Failure> {
    let decided = decide(desk.clone(), reviewer.clone(), known_id(&id)?, if_match, body).await?;
    let pending = decided.pending_second_approval;
    let files = evidence::of_requests(&mut desk.db.staff().await?, &[decided.request.id]).await?;
    let view = RequestView::new(&desk, &decided.request, decided.exception.as_ref(), pending, &files, &reviewer)?;
    let mut answer = if pending { HttpResponse::Accepted() } else { HttpResponse::Ok() };
    Ok(answer.insert_header(etag(view.version)).json(view))
}
