//! `/api/v1/enforcement/…`: how far the rules got, for programs.

use super::clients::{self, ExpectedBody, FeedClient};
use super::points::{self, Point};
use super::spread::{self, ChangeReach, RuleChange};
use crate::app::Desk;
use crate::identity::{Lead, StaffReader, TenantId, parse_guid};
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::{Kind, Problem};
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonBody, NoBody, Paging};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use uuid::Uuid;

/// `/api/v1/enforcement/…`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/enforcement/points").get(list_points))
        .service(web::resource("/api/v1/enforcement/points/{id}").get(get_point))
        .service(web::resource("/api/v1/enforcement/points/{id}/retire").post(retire_point))
        .service(web::resource("/api/v1/enforcement/clients").get(list_clients))
        .service(web::resource("/api/v1/enforcement/clients/{tenant}/{client}").put(put_client))
        .service(web::resource("/api/v1/enforcement/changes").get(list_changes))
        .service(web::resource("/api/v1/enforcement/changes/{version}").get(get_change));
}

/// A part of a list of enforcement points.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PointList {
    /// By name.
    pub items: Vec<Point>,
}

/// A list of clients.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct FeedClientList {
    /// By tenant and client id.
    pub items: Vec<FeedClient>,
}

/// A part of a list of changes.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct RuleChangeList {
    /// The latest first.
    pub items: Vec<RuleChange>,
}

/// Every enforcement point, by name.
#[utoipa::path(
    get, path = "/api/v1/enforcement/points", tag = "enforcement",
    params(("limit" = Option<u16>, Query, description = "1 to 200, else 25"), ("after" = Option<String>, Query, description = "Cursor of the page before")),
    responses(
        (status = 200, description = "By name; `Link: rel=\"next\"` when there are more", body = PointList),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad `limit` or `after`", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_points(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    paging: Paging,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.staff().await?;
    let rows = points::list(&mut tx, &desk, name_after(&paging)?, paging.fetch()).await?;
    Ok(paging.cut(rows, |point| point.gate.clone()).answer(&request))
}

/// The name at which the part before ended.
pub(super) fn name_after(paging: &Paging) -> Result<Option<String>, Failure> {
    // No name has such a letter, and PostgreSQL takes none.
    let after = paging.after::<String>()?;
    Ok(after.map(|name| name.replace('\0', "")))
}

/// One enforcement point.
#[utoipa::path(
    get, path = "/api/v1/enforcement/points/{id}", tag = "enforcement",
    params(("id" = Uuid, Path, description = "The point's id")),
    responses(
        (status = 200, description = "The point", body = Point),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_point(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.staff().await?;
    let point = points::find(&mut tx, &desk, known_id(&id)?).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    Ok(HttpResponse::Ok().insert_header(etag(point.version)).json(point))
}

/// Takes an enforcement point out of use: it is missed no more. Its next report takes it back into use.
#[utoipa::path(
    post, path = "/api/v1/enforcement/points/{id}/retire", tag = "enforcement",
    params(("id" = Uuid, Path, description = "The point's id"), ("If-Match" = String, Header, description = "Its `ETag`")),
    responses(
        (status = 200, description = "Out of use", body = Point),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is out of use already", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn retire_point(
    lead: Lead,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    _: NoBody,
) -> Result<HttpResponse, Failure> {
    let point = points::retire(desk, lead, known_id(&id)?, if_match).await?;
    Ok(HttpResponse::Ok().insert_header(etag(point.version)).json(point))
}

/// Every client that has enforcement points, or should.
#[utoipa::path(
    get, path = "/api/v1/enforcement/clients", tag = "enforcement",
    responses(
        (status = 200, description = "All of them", body = FeedClientList),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_clients(_staff: StaffReader, desk: web::Data<Desk>) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.staff().await?;
    Ok(HttpResponse::Ok().json(FeedClientList { items: clients::list(&mut tx, &desk).await? }))
}

/// Says how many enforcement points a client should have; those that do not report are told as missing.
///
/// A client that nobody has said anything of, and one that has never reported, is at version 0.
#[utoipa::path(
    put, path = "/api/v1/enforcement/clients/{tenant}/{client}", tag = "enforcement",
    params(
        ("tenant" = Uuid, Path, description = "Its operator tenant"), ("client" = String, Path, description = "Its client id"),
        ("If-Match" = String, Header, description = "Its `ETag`"),
    ),
    request_body = ExpectedBody,
    responses(
        (status = 200, description = "The client", body = FeedClient),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No operator's tenant, or no client id", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A number that cannot be", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn put_client(
    lead: Lead,
    desk: web::Data<Desk>,
    path: web::Path<(String, String)>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<ExpectedBody>,
) -> Result<HttpResponse, Failure> {
    let (tenant, client) = path.into_inner();
    let tenant = TenantId(known_id(&tenant)?);
    let client = clients::expect(desk, lead, (tenant, client), if_match, body.expected).await?;
    Ok(HttpResponse::Ok().insert_header(etag(client.version)).json(client))
}

/// The changes of the rules in the current epoch, and how far each got.
#[utoipa::path(
    get, path = "/api/v1/enforcement/changes", tag = "enforcement",
    params(("limit" = Option<u16>, Query, description = "1 to 200, else 25"), ("after" = Option<String>, Query, description = "Cursor of the page before")),
    responses(
        (status = 200, description = "The latest first; `Link: rel=\"next\"` when there are more", body = RuleChangeList),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad `limit` or `after`", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_changes(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    paging: Paging,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.staff().await?;
    let rows = spread::list(&mut tx, &desk, paging.after()?, paging.fetch()).await?;
    Ok(paging.cut(rows, |change| change.version).answer(&request))
}

/// How far one change of the rules got: since when it is in force at each enforcement point, laggards first.
#[utoipa::path(
    get, path = "/api/v1/enforcement/changes/{version}", tag = "enforcement",
    params(("version" = u64, Path, description = "The version of the feed that it made, in the current epoch")),
    responses(
        (status = 200, description = "The change and its reach", body = ChangeReach),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_change(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    version: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.staff().await?;
    let version = version.parse().map_err(|_| Failure::new(Kind::NotFound))?;
    let change = spread::find(&mut tx, &desk, version).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    Ok(HttpResponse::Ok().json(change))
}

pub(super) fn known_id(id: &str) -> Result<Uuid, Failure> {
    parse_guid(id).ok_or_else(|| Failure::new(Kind::NotFound))
}
