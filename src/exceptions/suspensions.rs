//! Stopping suppression at once, for a tenant, an issue or everybody. One lead stops; lifting takes two.

use super::api::checked_reason;
use super::store::open_in;
use crate::app::Desk;
use crate::audit::{self, Event};
use crate::clock;
use crate::db::{self, Tx};
use crate::feed::{FeedLock, Touched};
use crate::identity::{Lead, ObjectId, StaffReader, TenantId, partners};
use crate::notify;
use crate::openapi::{Authenticated, JsonIn, Repeatable, Versioned};
use crate::problem::{InputError, Kind, Problem};
use crate::web::extract::object;
use crate::web::idempotency::{self, Created, Key};
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonBody, NoBody, Paging};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// `/api/v1/suspensions…`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/suspensions").get(list_suspensions).post(place))
        .service(web::resource("/api/v1/suspensions/{id}/lift").post(lift));
}

/// What is stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", try_from = "ScopeFields")]
pub enum SuspensionScope {
    /// Every exception of a tenant.
    Tenant(TenantId),
    /// Every exception of an issue.
    Issue(String),
    /// Every exception.
    All(bool),
}

/// The same as plain fields: of an enum, two keys or none would be told as unreadable JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeFields {
    tenant: Option<TenantId>,
    issue: Option<String>,
    all: Option<bool>,
}

impl TryFrom<ScopeFields> for SuspensionScope {
    type Error = &'static str;

    fn try_from(fields: ScopeFields) -> Result<Self, Self::Error> {
        match (fields.tenant, fields.issue, fields.all) {
            (Some(tenant), None, None) => Ok(Self::Tenant(tenant)),
            (None, Some(issue), None) => Ok(Self::Issue(issue)),
            (None, None, Some(all)) => Ok(Self::All(all)),
            _ => Err("give exactly one of `tenant`, `issue` and `all`"),
        }
    }
}

impl SuspensionScope {
    fn parts(&self) -> (&'static str, Option<Uuid>, Option<&str>) {
        match self {
            Self::Tenant(tenant) => ("tenant", Some(tenant.0), None),
            Self::Issue(issue) => ("issue", None, Some(issue)),
            Self::All(_) => ("all", None, None),
        }
    }

    fn touched(&self) -> Touched {
        match self {
            Self::Tenant(tenant) => Touched::Tenant(*tenant),
            Self::Issue(issue) => Touched::Issue(issue.clone()),
            Self::All(_) => Touched::Everything,
        }
    }
}

/// What to stop, and why.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuspensionBody {
    /// `{"tenant": "…"}`, `{"issue": "…"}` or `{"all": true}`.
    #[serde(deserialize_with = "object")]
    pub scope: SuspensionScope,
    /// 1 to 2000 characters.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// A suspension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Suspension {
    /// Its id.
    pub id: Uuid,
    /// What it stops.
    pub scope: SuspensionScope,
    /// Why.
    pub reason: String,
    /// Since when.
    pub placed_at: DateTime<Utc>,
    /// Until when, once two leads have lifted it.
    pub lifted_at: Option<DateTime<Utc>>,
    /// How many leads have asked to lift it; two do.
    pub lifts: i64,
    /// Its `ETag`.
    pub version: i64,
}

struct Row {
    id: Uuid,
    scope: String,
    tenant: Option<Uuid>,
    issue: Option<String>,
    reason: String,
    placed_at: DateTime<Utc>,
    lifted_at: Option<DateTime<Utc>>,
    lifts: i64,
    version: i64,
}

impl From<Row> for Suspension {
    fn from(row: Row) -> Self {
        let scope = match (row.scope.as_str(), row.tenant, row.issue) {
            ("tenant", Some(tenant), _) => SuspensionScope::Tenant(TenantId(tenant)),
            ("issue", _, Some(issue)) => SuspensionScope::Issue(issue),
            // The table's checks leave nothing else; were there something, "everything" is the safe reading.
            _ => SuspensionScope::All(true),
        };
        Self {
            id: row.id,
            scope,
            reason: row.reason,
            placed_at: row.placed_at,
            lifted_at: row.lifted_at,
            lifts: row.lifts,
            version: row.version,
        }
    }
}

/// The suspension `id`.
///
/// # Errors
/// When the database is away.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Suspension>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, scope, tenant, issue, reason, placed_at, lifted_at, version,
             (SELECT count(*) FROM suspension_lifts WHERE suspension_id = s.id) AS "lifts!"
         FROM suspensions AS s WHERE id = $1"#,
        id,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(Suspension::from))
}

/// At most `limit` suspensions, those in force and those lifted, newest first.
///
/// # Errors
/// When the database is away.
pub async fn list(tx: &mut Tx, before: Option<Uuid>, limit: i64) -> Result<Vec<Suspension>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, scope, tenant, issue, reason, placed_at, lifted_at, version,
             (SELECT count(*) FROM suspension_lifts WHERE suspension_id = s.id) AS "lifts!"
         FROM suspensions AS s WHERE id < $1 ORDER BY id DESC LIMIT $2"#,
        before.unwrap_or(Uuid::max()),
        limit,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Suspension::from).collect())
}

/// Which of the suspensions `ids` the lead has asked to lift.
///
/// # Errors
/// When the database is away.
pub async fn asked_to_lift(tx: &mut Tx, ids: &[Uuid], lead: ObjectId) -> Result<Vec<Uuid>, sqlx::Error> {
    let query = sqlx::query_scalar!(
        "SELECT suspension_id FROM suspension_lifts WHERE suspension_id = ANY($1) AND lifted_by = $2",
        ids,
        lead.0,
    );
    query.fetch_all(&mut **tx).await
}

/// A part of a list of suspensions.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SuspensionList {
    /// Newest first.
    pub items: Vec<Suspension>,
}

/// Every suspension, newest first.
#[utoipa::path(
    get, path = "/api/v1/suspensions", tag = "suspensions",
    params(("limit" = Option<u16>, Query, description = "1 to 200, else 25"), ("after" = Option<String>, Query, description = "Cursor of the page before")),
    responses(
        (status = 200, description = "Newest first; `Link: rel=\"next\"` when there are more", body = SuspensionList),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad `limit` or `after`", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_suspensions(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    paging: Paging,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let mut tx = desk.db.staff().await?;
    let rows = list(&mut tx, paging.after()?, paging.fetch()).await?;
    Ok(paging.cut(rows, |suspension| suspension.id).answer(&request))
}

/// Stops suppression at once.
#[utoipa::path(
    post, path = "/api/v1/suspensions", tag = "suspensions",
    request_body = SuspensionBody,
    responses(
        (status = 201, description = "In force; the feed's next version says so", body = Suspension),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Bad scope or reason; or the key was used for another body", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        Repeatable,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn place(
    lead: Lead,
    desk: web::Data<Desk>,
    http: HttpRequest,
    JsonBody(body): JsonBody<SuspensionBody>,
) -> Result<HttpResponse, Failure> {
    let key = Key::of(&http, &lead, &body)?;
    suspend(desk, lead, body, key).await?.answer(|suspension| suspension.id, |id| format!("/api/v1/suspensions/{id}"))
}

/// Asks to lift a suspension: the first lead's word waits for the second's.
#[utoipa::path(
    post, path = "/api/v1/suspensions/{id}/lift", tag = "suspensions",
    params(("id" = Uuid, Path, description = "The suspension's id"), ("If-Match" = String, Header, description = "Its `ETag`")),
    responses(
        (status = 200, description = "Lifted; the feed's next version says so", body = Suspension),
        (status = 202, description = "A second lead must say the same", body = Suspension),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Lifted already, or you were the first of the two", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        JsonIn,
        Authenticated,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn lift(
    lead: Lead,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    _: NoBody,
) -> Result<HttpResponse, Failure> {
    let id = crate::identity::parse_guid(&id).ok_or_else(|| Failure::new(Kind::NotFound))?;
    let suspension = lift_by_two(desk, lead, id, if_match).await?;
    let mut answer = if suspension.lifted_at.is_some() { HttpResponse::Ok() } else { HttpResponse::Accepted() };
    Ok(answer.insert_header(etag(suspension.version)).json(suspension))
}

/// Places a suspension and publishes what it takes away, in one transaction.
///
/// # Errors
/// 409 while the key's first call runs; 422 for a scope or reason that cannot be, or a key used for another body; 503 when
/// the database is away.
pub async fn suspend(
    desk: web::Data<Desk>,
    lead: Lead,
    body: SuspensionBody,
    key: Option<Key>,
) -> Result<Created<Suspension>, Failure> {
    let reason = checked_reason(&body.reason)?;
    let known_issue = |issue: &str| desk.policies.editions().iter().any(|edition| edition.issue(issue).is_some());
    match &body.scope {
        SuspensionScope::All(false) => return Err(InputError::new("/scope/all", "must_be_true").into()),
        SuspensionScope::Issue(issue) if !known_issue(issue) => {
            return Err(InputError::new("/scope/issue", "unknown_issue").into());
        }
        _ => {}
    }
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        let (scope, now) = (body.scope, desk.clock.now());
        let placed = idempotency::once(&mut tx, key, now, async |tx, key| {
            let suspension = insert(tx, &lead, scope, reason, now).await?;
            key.remember(tx, suspension.id, &suspension).await?;
            tell(&desk, tx, &suspension).await?;
            FeedLock::take(tx).await?.publish(&suspension.scope.touched(), now).await?;
            Ok(suspension)
        });
        let placed = placed.await;
        let placed = db::finish(tx, placed).await?;
        desk.feed.catch_up().await;
        Ok(placed)
    })
    .await
}

/// The contact of each exception that is stopped learns of it.
async fn tell(desk: &Desk, tx: &mut Tx, suspension: &Suspension) -> Result<(), Failure> {
    let (_, tenant, issue) = suspension.scope.parts();
    let now = suspension.placed_at;
    let stopped = open_in(tx, tenant.map(TenantId), issue, now).await?;
    let more = json!({ "suspended_at": now });
    notify::tell_of(desk, tx, notify::Kind::SuppressionSuspended, &stopped, &more, now).await
}

async fn insert(
    tx: &mut Tx,
    lead: &Lead,
    scope: SuspensionScope,
    reason: String,
    now: DateTime<Utc>,
) -> Result<Suspension, Failure> {
    if let SuspensionScope::Tenant(tenant) = &scope
        && partners::find(tx, *tenant).await?.is_none()
    {
        // In an emergency nobody must believe that a mistyped tenant was stopped.
        return Err(InputError::new("/scope/tenant", "tenant_not_registered").into());
    }
    let id = clock::fresh_id(now);
    let (kind, tenant, issue) = scope.parts();
    sqlx::query!(
        "INSERT INTO suspensions (id, scope, tenant, issue, reason, placed_at, placed_by) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id,
        kind,
        tenant,
        issue,
        reason,
        now,
        lead.object_id.0,
    )
    .execute(&mut **tx)
    .await?;
    let suspension = Suspension { id, scope, reason, placed_at: now, lifted_at: None, lifts: 0, version: 1 };
    record(tx, lead, "suspension.placed", &suspension, now).await?;
    Ok(suspension)
}

/// Takes one lead's word; with the second lead's, lifts and publishes what comes back.
///
/// # Errors
/// 404, 409 (lifted already, or the same lead twice), 412; 503 when the database is away.
pub async fn lift_by_two(
    desk: web::Data<Desk>,
    lead: Lead,
    id: Uuid,
    if_match: IfMatch,
) -> Result<Suspension, Failure> {
    db::to_the_end(async move {
        let now = desk.clock.now();
        let mut tx = desk.db.staff().await?;
        // Locked, so that two first words cannot both believe themselves the second.
        sqlx::query!("SELECT id FROM suspensions WHERE id = $1 FOR UPDATE", id).fetch_optional(&mut *tx).await?;
        let mut suspension = find(&mut tx, id).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
        if_match.holds_for(suspension.version)?;
        if suspension.lifted_at.is_some() {
            return Err(Failure::new(Kind::WrongState));
        }
        let word = sqlx::query!(
            "INSERT INTO suspension_lifts (suspension_id, lifted_by, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            id,
            lead.object_id.0,
            now,
        )
        .execute(&mut *tx)
        .await?;
        if word.rows_affected() == 0 {
            return Err(Failure::new(Kind::WrongState));
        }
        suspension.lifts += 1;
        suspension.version += 1;
        suspension.lifted_at = (suspension.lifts >= 2).then_some(now);
        sqlx::query!(
            "UPDATE suspensions SET lifted_at = $2, version = $3 WHERE id = $1",
            id,
            suspension.lifted_at,
            suspension.version,
        )
        .execute(&mut *tx)
        .await?;
        let action = if suspension.lifted_at.is_some() { "suspension.lifted" } else { "suspension.lift_asked" };
        record(&mut tx, &lead, action, &suspension, now).await?;
        if suspension.lifted_at.is_some() {
            FeedLock::take(&mut tx).await?.publish(&suspension.scope.touched(), now).await?;
        }
        tx.commit().await?;
        desk.feed.catch_up().await;
        Ok(suspension)
    })
    .await
}

async fn record(
    tx: &mut Tx,
    lead: &Lead,
    action: &'static str,
    suspension: &Suspension,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let tenant = match suspension.scope {
        SuspensionScope::Tenant(tenant) => Some(tenant),
        SuspensionScope::Issue(_) | SuspensionScope::All(_) => None,
    };
    let event = Event {
        actor: lead.actor(),
        action,
        subject_kind: "suspension",
        subject_id: suspension.id,
        tenant,
        details: json!({ "scope": suspension.scope, "version": suspension.version }),
        personal: Some(json!({ "reason": suspension.reason })),
    };
    audit::record(tx, now, event).await
}
