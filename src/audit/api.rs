//! `/api/v1/audit/…`, for auditors: events, the state of the chain, the export.

use super::browse::{ChainState, Recorded, list};
use super::export::{Export, Selection};
use super::filter::Asked;
use super::store::Period;
use crate::app::Desk;
use crate::identity::Auditor;
use crate::openapi::Authenticated;
use crate::problem::Problem;
use crate::web::{Failure, Paging, QueryOf};
use actix_web::web::{Bytes, Data, ServiceConfig, resource};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// JSON lines.
pub(super) const LINES: &str = "application/x-ndjson";

/// `/api/v1/audit/…`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/api/v1/audit/events").get(list_events))
        .service(resource("/api/v1/audit/chain").get(get_chain))
        .service(resource("/api/v1/audit/export").get(export_events));
}

/// Which events are asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EventsQuery {
    action: String,
    actor: Option<String>,
    subject: String,
    tenant: Option<String>,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    /// These two are read by [`Paging`].
    #[serde(rename = "limit")]
    _limit: Option<String>,
    #[serde(rename = "after")]
    _after: Option<String>,
}

/// A list of events.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventList {
    /// Newest first.
    pub items: Vec<Recorded>,
}

/// The events of the audit log.
#[utoipa::path(
    get, path = "/api/v1/audit/events", tag = "audit",
    params(
        ("action" = Option<String>, Query, description = "What happened, such as `request.denied`"),
        ("actor" = Option<uuid::Uuid>, Query, description = "Object id of who did it"),
        ("subject" = Option<String>, Query, description = "A reference such as `TE-2026-000123` (the request and its exception), or a thing's id"),
        ("tenant" = Option<uuid::Uuid>, Query, description = "Whose data"),
        ("from" = Option<DateTime<Utc>>, Query, description = "Not before"),
        ("until" = Option<DateTime<Utc>>, Query, description = "Before"),
        ("limit" = Option<u16>, Query, description = "1 to 200, else 25"),
        ("after" = Option<String>, Query, description = "Cursor of the page before"),
    ),
    responses(
        (status = 200, description = "Newest first; `Link: rel=\"next\"` when there are more", body = EventList),
        (status = 403, description = "Not an auditor, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter that cannot be", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_events(
    _auditor: Auditor,
    desk: Data<Desk>,
    QueryOf(query): QueryOf<EventsQuery>,
    paging: Paging,
    http: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let after = paging.after()?;
    let mut tx = desk.db.staff().await?;
    let (actor, tenant) = (query.actor.as_deref(), query.tenant.as_deref());
    let asked = Asked { action: &query.action, actor, subject: &query.subject, tenant };
    let period = Period { from: query.from, until: query.until };
    let filter = asked.filter(&mut tx, period).await?.map_err(Failure::invalid)?;
    let rows = list(&mut tx, &filter, after, paging.fetch()).await?;
    Ok(paging.cut(rows, |event| (event.at, event.id)).answer(&http))
}

/// How the audit chain stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChainView {
    /// How many events are sealed.
    pub position: i64,
    /// The hash of the last one, in hex.
    pub hash: String,
    /// How many events wait to be sealed.
    pub waiting: i64,
    /// The last signed head (compact JWS, docs/AUDIT.md); keep a copy elsewhere.
    pub head: Option<String>,
    /// Whether the chain still is the one that was signed.
    pub holds_head: bool,
    /// The key that checks heads (JSON Web Key Set).
    #[schema(value_type = Object)]
    pub jwks: Value,
}

/// The state of the chain, with its last signed head.
#[utoipa::path(
    get, path = "/api/v1/audit/chain", tag = "audit",
    responses(
        (status = 200, description = "How it stands", body = ChainView),
        (status = 403, description = "Not an auditor, or without MFA", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_chain(_auditor: Auditor, desk: Data<Desk>) -> Result<HttpResponse, Failure> {
    let state = ChainState::read(&mut desk.db.staff().await?).await?;
    Ok(HttpResponse::Ok().json(ChainView {
        position: state.position,
        hash: state.hash.to_string(),
        waiting: state.waiting,
        holds_head: !state.contradicted,
        head: state.head.map(|head| head.jws),
        jwks: desk.heads.jwks(),
    }))
}

/// What is exported.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExportQuery {
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
    without_personal: bool,
}

/// The sealed events as JSON lines. Recorded as a reading.
#[utoipa::path(
    get, path = "/api/v1/audit/export", tag = "audit",
    params(
        ("from" = Option<DateTime<Utc>>, Query, description = "Not before"),
        ("until" = Option<DateTime<Utc>>, Query, description = "Before"),
        ("without_personal" = Option<bool>, Query, description = "Without what people wrote"),
    ),
    responses(
        (status = 200, description = "A line for each event, in the order of the chain (docs/AUDIT.md)", body = String, content_type = "application/x-ndjson",
            example = "{\"position\":1,\"previous\":\"00…\",\"hash\":\"5e…\",\"event\":{\"action\":\"request.filed\",…}}\n"),
        (status = 403, description = "Not an auditor, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter that cannot be", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn export_events(
    auditor: Auditor,
    desk: Data<Desk>,
    QueryOf(query): QueryOf<ExportQuery>,
) -> Result<HttpResponse, Failure> {
    let period = Period { from: query.from, until: query.until };
    exported(&desk, &auditor, Selection { period, without_personal: query.without_personal }).await
}

/// The answer that streams `selection`, part by part from the database, as fast as it is read.
///
/// # Errors
/// 503.
pub(super) async fn exported(desk: &Desk, auditor: &Auditor, selection: Selection) -> Result<HttpResponse, Failure> {
    let export = Export::begin(desk.db.clone(), auditor.actor(), selection, desk.clock.now()).await?;
    let lines = futures_util::stream::try_unfold(export, |mut export| async move {
        let lines = export.lines().await?;
        Ok::<_, sqlx::Error>(lines.map(|lines| (Bytes::from(lines), export)))
    });
    let name = format!("attachment; filename=\"audit-{}.jsonl\"", desk.clock.now().format("%Y%m%dT%H%M%SZ"));
    Ok(HttpResponse::Ok()
        .content_type(LINES)
        .insert_header(("Content-Disposition", name))
        .insert_header(("Cache-Control", "no-store"))
        .streaming(lines))
}
