//! `/api/v1/requests` and `/api/v1/classifications`.

pub mod clock;
pub mod course;

use super::drafts::{self, DraftView, Source};
use super::file::{Filed, file, understand};
use super::request::{find, list};
use super::view::RequestView;
use super::withdraw::withdraw;
use super::{BodyError, RequestBody};
use crate::app::Desk;
use crate::evidence;
use crate::exceptions;
use crate::identity::{CaseReader, Filer, parse_guid};
use crate::openapi::{Authenticated, JsonIn, Paced, Versioned};
use crate::policy::ClassificationView;
use crate::problem::{Kind, Problem};
use crate::review;
use crate::web::idempotency;
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonBytes, Limited, NoBody, Paging};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use uuid::Uuid;

/// `/api/v1/requests…`, `/api/v1/classifications`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/requests").get(list_requests).post(create_request))
        .service(web::resource("/api/v1/requests/{id}").get(get_request))
        .service(web::resource("/api/v1/requests/{id}/withdraw").post(withdraw_request))
        .service(web::resource("/api/v1/classifications").post(classify_request))
        .configure(clock::routes)
        .configure(course::routes);
}

/// A part of a list of requests.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RequestList {
    /// The requests.
    pub items: Vec<RequestView>,
}

/// A part of the list of what the caller has asked, or begun to ask.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RequestAndDraftList {
    /// The requests; to a filer also the filer's own drafts.
    pub items: Vec<Listed>,
}

/// A row of the list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Listed {
    /// A request.
    Request(Box<RequestView>),
    /// One of the caller's own drafts: `status` is `draft`.
    Draft(Box<DraftView>),
}

impl Listed {
    fn id(&self) -> Uuid {
        match self {
            Self::Request(request) => request.id,
            Self::Draft(draft) => draft.id,
        }
    }
}

fn body_of(json: &[u8]) -> Result<RequestBody, Failure> {
    RequestBody::from_json(json).map_err(unreadable)
}

/// JSON that is no request, or no draft.
pub fn unreadable(error: BodyError) -> Failure {
    match error {
        BodyError::Unreadable => Failure::new(Kind::UnreadableBody),
        BodyError::Invalid(error) => error.into(),
    }
}

/// The answer to a call that filed a request, the same to every repeat.
///
/// # Errors
/// When the edition or the calendar it was judged by is no longer there.
pub fn created(desk: &Desk, filed: Filed, filer: &Filer) -> Result<HttpResponse, Failure> {
    let body = match filed.answer {
        Some(answer) => answer,
        None => {
            let view = RequestView::new(desk, &filed.request, filed.exception.as_ref(), false, &filed.files, filer)?;
            serde_json::to_string(&view).map_err(Failure::internal)?
        }
    };
    Ok(idempotency::answer(&format!("/api/v1/requests/{}", filed.request.id), body))
}

/// Files a request: judged, kept, and granted at once or promised an answer.
#[utoipa::path(
    post, path = "/api/v1/requests", tag = "requests",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 200 printable ASCII characters; a repeat within 24 hours gives the first answer")),
    request_body = RequestBody,
    responses(
        (status = 201, description = "Filed", body = RequestView),
        (status = 403, description = "Not in a role that files, or not of a registered partner", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "A request for the same issue is open (`Link` leads to it), or the key's first call is still running", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad input, each place named; or the key was used for another body", body = Problem, content_type = "application/problem+json"),
        Paced,
        Authenticated,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn create_request(
    filer: Filer,
    desk: web::Data<Desk>,
    request: HttpRequest,
    JsonBytes(json): JsonBytes,
) -> Result<HttpResponse, Failure> {
    let key = idempotency::name_in(&request)?;
    let filed = file(desk.clone(), filer.clone(), body_of(&json)?, key, Source::default()).await?;
    created(&desk, filed, &filer)
}

/// Judges a request without keeping anything.
#[utoipa::path(
    post, path = "/api/v1/classifications", tag = "requests",
    request_body = RequestBody,
    responses(
        (status = 200, description = "What filing it would come to, before the submission guards", body = ClassificationView),
        (status = 403, description = "Neither staff nor in a role that files", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad input, each place named", body = Problem, content_type = "application/problem+json"),
        Paced,
        Authenticated,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn classify_request(
    caller: CaseReader,
    desk: web::Data<Desk>,
    JsonBytes(json): JsonBytes,
) -> Result<HttpResponse, Failure> {
    desk.limits.check(Limited::Classification, caller.person())?;
    let new = understand(&desk, body_of(&json)?, desk.clock.now())?;
    let view = new.classify().view(new.edition(), new.language);
    Ok(HttpResponse::Ok().json(view))
}

/// The requests that the caller may see, newest first; a filer's own drafts (`status` is `draft`) among them.
#[utoipa::path(
    get, path = "/api/v1/requests", tag = "requests",
    params(("limit" = Option<u16>, Query, description = "1 to 200, else 25"), ("after" = Option<String>, Query, description = "Cursor of the page before")),
    responses(
        (status = 200, description = "Newest first; `Link: rel=\"next\"` when there are more", body = RequestAndDraftList),
        (status = 403, description = "Not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad `limit` or `after`", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_requests(
    caller: CaseReader,
    desk: web::Data<Desk>,
    paging: Paging,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let mut tx = caller.begin(&desk.db).await?;
    let after = paging.after()?;
    let requests = list(&mut tx, after, paging.fetch()).await?;
    let requests = views(&desk, &caller, &mut tx, requests).await?;
    let mut rows: Vec<_> = requests.into_iter().map(|view| Listed::Request(Box::new(view))).collect();
    if let CaseReader::Filer(filer) = &caller {
        let drafts = drafts::list(&mut tx, filer, after, paging.fetch()).await?;
        let drafts = drafts::api::views(&desk, &mut tx, filer, &drafts).await?;
        rows.extend(drafts.into_iter().map(|view| Listed::Draft(Box::new(view))));
        rows.sort_by_key(|row| std::cmp::Reverse(row.id()));
    }
    Ok(paging.cut(rows, Listed::id).answer(&http))
}

/// Requests as `caller` may see them.
///
/// # Errors
/// When the database is away, or an edition or calendar is gone.
pub async fn views(
    desk: &Desk,
    caller: &CaseReader,
    tx: &mut crate::db::Tx,
    requests: Vec<super::Request>,
) -> Result<Vec<RequestView>, Failure> {
    let ids: Vec<_> = requests.iter().map(|request| request.id).collect();
    let exceptions = exceptions::of_requests(tx, &ids).await?;
    let files = evidence::of_requests(tx, &ids).await?;
    let (pending, checks, claims) = match caller {
        CaseReader::Staff(_) => (
            review::pending_second_approval(tx, &ids).await?,
            review::after_check::of_requests(tx, &ids).await?,
            review::claim::of_requests(tx, &ids).await?,
        ),
        CaseReader::Filer(_) => (Vec::new(), Vec::new(), Vec::new()),
    };
    let view = |request: &super::Request| {
        let exception = exceptions.iter().find(|exception| exception.request_id == request.id);
        let pending = pending.contains(&request.id);
        let check = checks.iter().find(|check| check.request_id == request.id);
        let after_check = check.map(|check| check.view(desk.clock.now()));
        let claim = claims.iter().find(|claim| claim.request == request.id).cloned();
        let view = RequestView::new(desk, request, exception, pending, &files, caller.person())?;
        Ok(RequestView { after_check, claim, ..view })
    };
    requests.iter().map(view).collect()
}

/// One request.
#[utoipa::path(
    get, path = "/api/v1/requests/{id}", tag = "requests",
    params(("id" = Uuid, Path, description = "The request's id")),
    responses(
        (status = 200, description = "The request; `ETag` is its version", body = RequestView),
        (status = 403, description = "Not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or another tenant's", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_request(
    caller: CaseReader,
    desk: web::Data<Desk>,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    shown(&desk, &caller, known_id(&id)?).await
}

/// The request `id` as it is now, as far as `caller` may see it.
///
/// # Errors
/// 404; when its edition or calendar is gone, or the database is away.
pub async fn shown(desk: &Desk, caller: &CaseReader, id: Uuid) -> Result<HttpResponse, Failure> {
    let mut tx = caller.begin(&desk.db).await?;
    let request = find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let mut views = views(desk, caller, &mut tx, vec![request]).await?;
    let view = views.pop().ok_or_else(|| Failure::new(Kind::NotFound))?;
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}

/// Takes an open request back.
#[utoipa::path(
    post, path = "/api/v1/requests/{id}/withdraw", tag = "requests",
    params(("id" = Uuid, Path, description = "The request's id"), ("If-Match" = String, Header, description = "Its `ETag`")),
    responses(
        (status = 200, description = "Withdrawn", body = RequestView),
        (status = 403, description = "Not in a role that files", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or another tenant's", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is closed", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn withdraw_request(
    filer: Filer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    _: NoBody,
) -> Result<HttpResponse, Failure> {
    let request = withdraw(desk.clone(), filer.clone(), known_id(&id)?, if_match).await?;
    course::told(&desk, &filer, &request).await
}

/// What is no GUID names nothing.
pub fn known_id(id: &str) -> Result<Uuid, Failure> {
    parse_guid(id).ok_or_else(|| Failure::new(Kind::NotFound))
}
