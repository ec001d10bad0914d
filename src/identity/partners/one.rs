//! `/api/v1/partners/{tenant}`: one partner, and lifting the hold on it.

use super::{Partner, find};
use crate::app::Desk;
use crate::db;
use crate::exceptions::api::checked_reason;
use crate::exceptions::holds::{self, Hold};
use crate::identity::{Lead, StaffReader, TenantId, parse_guid};
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::problem::{Kind, Problem};
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonBody};
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

/// `/api/v1/partners/{tenant}…`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/partners/{tenant}").get(get_partner))
        .service(web::resource("/api/v1/partners/{tenant}/lift-hold").post(lift_hold))
        .configure(super::calendar::api_routes);
}

/// A partner, and whether a hold keeps it from automatic grants.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct PartnerWithHold {
    /// Its entry in the register.
    #[serde(flatten)]
    pub partner: Partner,
    /// The hold in force: placed when staff revoked an exception, lifted by a lead.
    pub hold: Option<Hold>,
}

/// Why a hold is lifted.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftHoldBody {
    /// 1 to 2000 characters, for the audit log.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// One partner.
#[utoipa::path(
    get, path = "/api/v1/partners/{tenant}", tag = "partners",
    params(("tenant" = uuid::Uuid, Path, description = "The partner's tenant")),
    responses(
        (status = 200, description = "The partner; `ETag` is its version", body = PartnerWithHold),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not registered", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_partner(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    tenant: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    Ok(answer(read(&mut desk.db.staff().await?, known(&tenant)?).await?))
}

/// Lets the policy's accepts be granted to a partner at once again.
#[utoipa::path(
    post, path = "/api/v1/partners/{tenant}/lift-hold", tag = "partners",
    params(("tenant" = uuid::Uuid, Path, description = "The partner's tenant"), ("If-Match" = String, Header, description = "The partner's `ETag`")),
    request_body = LiftHoldBody,
    responses(
        (status = 200, description = "Lifted", body = PartnerWithHold),
        (status = 403, description = "Not a lead with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Not registered", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "No hold is in force", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No reason, or too long a one", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn lift_hold(
    lead: Lead,
    desk: web::Data<Desk>,
    tenant: web::Path<String>,
    if_match: IfMatch,
    JsonBody(body): JsonBody<LiftHoldBody>,
) -> Result<HttpResponse, Failure> {
    lift(desk, lead, known(&tenant)?, if_match, &body.reason).await.map(answer)
}

/// Lifts the hold on `tenant`. Goes to its end even when the caller goes away.
///
/// # Errors
/// 404, 409 when there is none, 412, 422 for the reason, 503.
pub async fn lift(
    desk: web::Data<Desk>,
    lead: Lead,
    tenant: TenantId,
    if_match: IfMatch,
    reason: &str,
) -> Result<PartnerWithHold, Failure> {
    let reason = checked_reason(reason)?;
    db::to_the_end(async move {
        let mut tx = desk.db.staff().await?;
        holds::lift(&mut tx, &lead, tenant, &if_match, &reason, desk.clock.now()).await?;
        let partner = read(&mut tx, tenant).await?;
        tx.commit().await?;
        Ok(partner)
    })
    .await
}

pub(super) async fn read(tx: &mut db::Tx, tenant: TenantId) -> Result<PartnerWithHold, Failure> {
    let partner = find(tx, tenant).await?.ok_or_else(|| Failure::new(Kind::NotFound))?;
    Ok(PartnerWithHold { partner, hold: holds::in_force(tx, tenant).await? })
}

pub(super) fn known(tenant: &str) -> Result<TenantId, Failure> {
    parse_guid(tenant).map(TenantId).ok_or_else(|| Failure::new(Kind::NotFound))
}

pub(super) fn answer(partner: PartnerWithHold) -> HttpResponse {
    HttpResponse::Ok().insert_header(etag(partner.partner.version)).json(partner)
}
