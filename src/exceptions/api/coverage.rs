//! `GET /api/v1/me/coverage`: is the caller covered?

use crate::app::Desk;
use crate::exceptions::coverage::{Coverage, coverage_of};
use crate::identity::{PartnerUser, TenantId};
use crate::openapi::Authenticated;
use crate::problem::Problem;
use crate::web::Failure;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

/// `/api/v1/me/coverage`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/me/coverage").get(my_coverage));
}

/// Whether exceptions cover the caller, as gates that follow the feed decide.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct CoverageView {
    /// The caller's tenant.
    pub tenant: TenantId,
    /// The caller's object id.
    pub user: Uuid,
    /// The instant that the answer is true of.
    pub at: DateTime<Utc>,
    /// Whether MFA is not demanded of the caller somewhere.
    pub covered: bool,
    /// Whether the desk's feed is fresh; while it is not, nobody is covered.
    pub feed_fresh: bool,
    /// Every surface.
    pub surfaces: Vec<SurfaceCoverage>,
    /// Exceptions in force or scheduled that cover the caller, the next to end first.
    pub exceptions: Vec<OwnException>,
    /// The roles that may ask for an exception, as the policy names them.
    pub may_ask: Vec<String>,
}

/// One surface.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SurfaceCoverage {
    /// Its name.
    pub surface: String,
    /// The exception by which MFA is not demanded there; null when it is.
    pub exception: Option<Uuid>,
    /// Until when.
    pub until: Option<DateTime<Utc>>,
}

/// An exception that covers the caller.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct OwnException {
    /// Its id.
    pub id: Uuid,
    /// Its reference.
    pub reference: String,
    /// The issue it was granted for.
    pub issue: String,
    /// Where it holds.
    pub surfaces: Vec<String>,
    /// First instant in force.
    pub not_before: DateTime<Utc>,
    /// First instant no longer in force.
    pub expires_at: DateTime<Utc>,
    /// Whether it is suspended at present.
    pub suspended: bool,
    /// Whether it is kept out of the feed until a lead confirms it.
    pub held: bool,
}

/// Says whether exceptions cover the caller: where, until when. Any user of a partner may ask, about nobody else.
#[utoipa::path(
    get, path = "/api/v1/me/coverage", tag = "exceptions",
    responses(
        (status = 200, description = "What covers the caller now, and what will", body = CoverageView),
        (status = 403, description = "Staff, whom no exception covers, or an application", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn my_coverage(PartnerUser(person): PartnerUser, desk: web::Data<Desk>) -> Result<HttpResponse, Failure> {
    let coverage = coverage_of(&desk, &person).await?;
    let covered = coverage.is_covered();
    let may_ask = coverage.edition.filing_roles().map(|role| role.name.clone()).collect();
    let Coverage { at, feed_is_fresh, places, covers, .. } = coverage;
    let surfaces = places.into_iter().map(|place| SurfaceCoverage {
        surface: place.surface,
        exception: place.exception,
        until: place.until,
    });
    let exceptions = covers.into_iter().map(|cover| OwnException {
        id: cover.id,
        reference: cover.reference,
        issue: cover.issue,
        surfaces: cover.surfaces,
        not_before: cover.not_before,
        expires_at: cover.expires_at,
        suspended: cover.suspended,
        held: cover.held,
    });
    Ok(HttpResponse::Ok().json(CoverageView {
        tenant: person.tenant,
        user: person.object_id.0,
        at,
        covered,
        feed_fresh: feed_is_fresh,
        surfaces: surfaces.collect(),
        exceptions: exceptions.collect(),
        may_ask,
    }))
}
