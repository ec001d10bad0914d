//! `/api/v1/exceptions`: read, and revoke.

pub mod coverage;
pub mod held;
pub mod partner;
pub mod renewal;

use super::view::ExceptionView;
use super::{EndedBy, Revocation, RevokeError, find, holds, list, revoke};
use crate::app::Desk;
use crate::db;
use crate::identity::{CaseReader, Lead, Person};
use crate::intake;
use crate::notify;
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::{InputError, Kind, Problem};
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonBody, Paging};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// `/api/v1/exceptions…`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/exceptions").get(list_exceptions))
        .service(web::resource("/api/v1/exceptions/{id}").get(get_exception))
        .service(web::resource("/api/v1/exceptions/{id}/revoke").post(revoke_exception))
        .configure(held::routes)
        .configure(partner::routes)
        .configure(renewal::routes)
        .configure(coverage::routes);
}

/// A part of a list of exceptions.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ExceptionList {
    /// Newest first.
    pub items: Vec<ExceptionView>,
}

/// Why an exception is ended.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeBody {
    /// 1 to 2000 characters, for the partner to read.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// Longest reason, in characters.
pub const MAX_REASON: usize = 2000;

/// A reason that people read: trimmed, 1 to 2000 characters.
///
/// # Errors
/// 422 at `/reason`.
pub fn checked_reason(reason: &str) -> Result<String, Failure> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => Err(InputError::new("/reason", "required").into()),
        1..=MAX_REASON => Ok(reason.to_owned()),
        _ => Err(InputError::new("/reason", "too_long").with("max", MAX_REASON as u64).into()),
    }
}

/// The exceptions that the caller may see, newest first.
#[utoipa::path(
    get, path = "/api/v1/exceptions", tag = "exceptions",
    params(("limit" = Option<u16>, Query, description = "1 to 200, else 25"), ("after" = Option<String>, Query, description = "Cursor of the page before")),
    responses(
        (status = 200, description = "Newest first; `Link: rel=\"next\"` when there are more", body = ExceptionList),
        (status = 403, description = "Not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad `limit` or `after`", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_exceptions(
    caller: CaseReader,
    desk: web::Data<Desk>,
    paging: Paging,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let now = desk.clock.now();
    let mut tx = caller.begin(&desk.db).await?;
    let rows = list(&mut tx, paging.after()?, paging.fetch()).await?;
    let slice = paging.cut(rows, |exception| exception.id);
    let requests: Vec<_> = slice.items.iter().map(|exception| exception.request_id).collect();
    let own = intake::filed_by(&mut tx, &requests, caller.person().object_id).await?;
    let view = |exception: super::Exception| {
        ExceptionView::new(&exception, now, shows_subjects(caller.person(), own.contains(&exception.request_id)))
    };
    Ok(slice.map(view).answer(&request))
}

/// One exception.
#[utoipa::path(
    get, path = "/api/v1/exceptions/{id}", tag = "exceptions",
    params(("id" = Uuid, Path, description = "The exception's id")),
    responses(
        (status = 200, description = "The exception; `ETag` is its version", body = ExceptionView),
        (status = 403, description = "Not allowed", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown, or another tenant's", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_exception(
    caller: CaseReader,
    desk: web::Data<Desk>,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let id = known_id(&id)?;
    let mut tx = caller.begin(&desk.db).await?;
    let exception = find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    let own = intake::filed_by(&mut tx, &[exception.request_id], caller.person().object_id).await?;
    let shows = shows_subjects(caller.person(), !own.is_empty());
    let view = ExceptionView::new(&exception, desk.clock.now(), shows);
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}

/// Ends any partner's exception at once.
#[utoipa::path(
    post, path = "/api/v1/exceptions/{id}/revoke", tag = "exceptions",
    params(("id" = Uuid, Path, description = "The exception's id"), ("If-Match" = String, Header, description = "Its `ETag`")),
    request_body = RevokeBody,
    responses(
        (status = 200, description = "Revoked; the feed's next version says so", body = ExceptionView),
        (status = 403, description = "Not a lead reviewer with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It has ended already", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No reason, or too long a one", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn revoke_exception(
    lead: Lead,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<RevokeBody>,
) -> Result<HttpResponse, Failure> {
    let id = known_id(&id)?;
    let reason = checked_reason(&body.reason)?;
    let view = end(desk, lead, id, if_match, reason).await?;
    Ok(HttpResponse::Ok().insert_header(etag(view.version)).json(view))
}

/// Revokes in one transaction that nobody can interrupt, with a hold on the tenant, then wakes the feed.
pub(super) async fn end(
    desk: web::Data<Desk>,
    lead: Lead,
    id: Uuid,
    if_match: IfMatch,
    reason: String,
) -> Result<ExceptionView, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        let exception = find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        let version = if_match.holds_for(exception.version)?;
        holds::place(&mut tx, &exception, lead.object_id, lead.actor(), now).await?;
        let (reason, ended_by) = (Some(reason.as_str()), EndedBy::Staff);
        let revocation = Revocation { id, version, reason, by: lead.object_id, ended_by, actor: lead.actor() };
        let exception = revoke(&mut tx, revocation, now).await?;
        let (news, more) = (std::slice::from_ref(&exception), json!({ "ended_at": now }));
        notify::tell_of(&desk, &mut tx, notify::Kind::ExceptionRevoked, news, &more, now).await?;
        tx.commit().await?;
        desk.feed.catch_up().await;
        Ok(ExceptionView::new(&exception, now, true))
    })
    .await
}

/// The users of an exception are shown to staff, to sessions with MFA, and to whoever named them.
pub fn shows_subjects(person: &Person, own_filing: bool) -> bool {
    person.mfa || own_filing
}

fn known_id(id: &str) -> Result<Uuid, Failure> {
    crate::identity::parse_guid(id).ok_or_else(|| Failure::new(Kind::NotFound))
}

impl From<RevokeError> for Failure {
    fn from(error: RevokeError) -> Self {
        match error {
            RevokeError::NotFound => Self::new(Kind::NotFound),
            RevokeError::WrongState => Self::new(Kind::WrongState),
            RevokeError::Stale => Self::new(Kind::VersionMismatch),
            RevokeError::Database(error) => error.into(),
        }
    }
}
