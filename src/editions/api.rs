//! `/api/v1/policy/…`: editions, proposing and confirming them, and what a changed one would do.

use super::bring_in::{checked, confirm, loosenings, propose, withdraw};
use super::store::Stored;
use super::view::{EditionView, Placed, State, placed};
use super::{Backtest, backtest};
use crate::app::Desk;
use crate::identity::{PolicyAdmin, PolicyConfirmer, StaffReader};
use crate::openapi::{Authenticated, JsonIn, Versioned};
use crate::policy::{Edition, Loosening};
use crate::problem::{Kind, Problem};
use crate::web::if_match::etag;
use crate::web::{Failure, IfMatch, JsonBody, NoBody};
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// Most stored requests that are judged for one answer; the command line judges all of them.
pub const NEWEST: u64 = 5000;

/// `/api/v1/policy/…`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/policy/editions").get(list_editions).post(propose_edition))
        .service(web::resource("/api/v1/policy/editions/{id}").get(get_edition))
        .service(web::resource("/api/v1/policy/editions/{id}/confirm").post(confirm_edition))
        .service(web::resource("/api/v1/policy/editions/{id}/withdraw").post(withdraw_edition))
        .service(web::resource("/api/v1/policy/simulations").post(simulate));
}

/// Every edition.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditionList {
    /// Those that are known, the first to apply first; then those that wait for a second person.
    pub items: Vec<EditionView>,
}

/// An edition file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditionBody {
    /// The file (TOML, at most 128 KiB).
    pub text: String,
}

/// What an edition would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Simulation {
    /// In which ways it is looser than the edition before it.
    pub loosenings: Vec<Loosening>,
    /// What it would have decided otherwise, of the newest requests.
    pub backtest: Backtest,
}

/// The policy's editions.
#[utoipa::path(
    get, path = "/api/v1/policy/editions", tag = "policy",
    responses(
        (status = 200, description = "Every edition; there are few", body = EditionList),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn list_editions(_staff: StaffReader, desk: web::Data<Desk>) -> Result<HttpResponse, Failure> {
    let editions = placed(&desk, &mut desk.db.staff().await?).await?;
    Ok(HttpResponse::Ok().json(EditionList { items: editions.iter().map(EditionView::in_list).collect() }))
}

/// One edition, with its file.
#[utoipa::path(
    get, path = "/api/v1/policy/editions/{id}", tag = "policy",
    params(("id" = String, Path, description = "Edition and version, such as `2026-12-01.1`")),
    responses(
        (status = 200, description = "The edition; `ETag` is its proposal's version", body = EditionView),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn get_edition(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    id: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let found = find(&desk, &id).await?;
    let mut answer = HttpResponse::Ok();
    if let Some(stored) = &found.stored {
        answer.insert_header(etag(stored.version));
    }
    Ok(answer.json(EditionView::alone(&found, &desk.policies.all())))
}

/// The edition called `id`.
///
/// # Errors
/// 404 when there is none.
pub(super) async fn find(desk: &Desk, id: &str) -> Result<Placed, Failure> {
    let editions = placed(desk, &mut desk.db.staff().await?).await?;
    editions.into_iter().find(|placed| placed.edition.id() == id).ok_or_else(|| Failure::new(Kind::NotFound))
}

/// Proposes an edition: brought in at once when it loosens nothing, else waiting for a second person.
#[utoipa::path(
    post, path = "/api/v1/policy/editions", tag = "policy",
    request_body = EditionBody,
    responses(
        (status = 201, description = "Brought in; it loosens nothing", body = EditionView),
        (status = 202, description = "Another policy admin or a lead has to confirm it: it loosens the policy, or may", body = EditionView),
        (status = 403, description = "Not a policy admin with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "This version is proposed already", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Faults, each with its line, or it would apply too soon", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn propose_edition(
    admin: PolicyAdmin,
    desk: web::Data<Desk>,
    JsonBody(body): JsonBody<EditionBody>,
) -> Result<HttpResponse, Failure> {
    let stored = propose(desk.clone(), admin, body.text).await?;
    let mut answer = if stored.brought_in_at.is_some() { HttpResponse::Created() } else { HttpResponse::Accepted() };
    Ok(answer.insert_header(etag(stored.version)).json(view(&desk, stored)?))
}

/// Confirms a waiting edition, as the second person.
#[utoipa::path(
    post, path = "/api/v1/policy/editions/{id}/confirm", tag = "policy",
    params(("id" = String, Path, description = "Edition and version"), ("If-Match" = String, Header, description = "Its `ETag`")),
    responses(
        (status = 200, description = "Brought in", body = EditionView),
        (status = 403, description = "Neither a policy admin nor a lead, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It does not wait any more, it is your own, or its time has come", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It does not go together with an edition that was brought in since; or a body with fields", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn confirm_edition(
    second: PolicyConfirmer,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    _: NoBody,
) -> Result<HttpResponse, Failure> {
    let stored = confirm(desk.clone(), second, id.into_inner(), if_match).await?;
    Ok(HttpResponse::Ok().insert_header(etag(stored.version)).json(view(&desk, stored)?))
}

/// Takes a waiting edition back.
#[utoipa::path(
    post, path = "/api/v1/policy/editions/{id}/withdraw", tag = "policy",
    params(("id" = String, Path, description = "Edition and version"), ("If-Match" = String, Header, description = "Its `ETag`")),
    responses(
        (status = 200, description = "Taken back", body = EditionView),
        (status = 403, description = "Not a policy admin with MFA", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "Unknown", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It does not wait any more", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A body with fields; there are none", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
        Versioned,
    ),
    security(("bearer" = []))
)]
pub async fn withdraw_edition(
    admin: PolicyAdmin,
    desk: web::Data<Desk>,
    id: web::Path<String>,
    if_match: IfMatch,
    _: NoBody,
) -> Result<HttpResponse, Failure> {
    let stored = withdraw(desk.clone(), admin, id.into_inner(), if_match).await?;
    Ok(HttpResponse::Ok().insert_header(etag(stored.version)).json(view(&desk, stored)?))
}

fn view(desk: &Desk, stored: Stored) -> Result<EditionView, Failure> {
    let edition = Edition::parse(&stored.text)
        .map_err(|_| Failure::internal(anyhow::anyhow!("the stored edition `{}` has faults", stored.policy_version)))?;
    let state = if stored.brought_in_at.is_some() { State::Coming } else { State::Proposed };
    let placed = Placed { edition: Arc::new(edition), state, stored: Some(stored) };
    Ok(EditionView::alone(&placed, &desk.policies.all()))
}

/// Says what an edition would do, without keeping it: what it loosens, and what it would have decided otherwise.
#[utoipa::path(
    post, path = "/api/v1/policy/simulations", tag = "policy",
    request_body = EditionBody,
    responses(
        (status = 200, description = "What it would do", body = Simulation),
        (status = 403, description = "Not staff, or without MFA", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Faults, each with its line", body = Problem, content_type = "application/problem+json"),
        Authenticated,
        JsonIn,
    ),
    security(("bearer" = []))
)]
pub async fn simulate(
    _staff: StaffReader,
    desk: web::Data<Desk>,
    JsonBody(body): JsonBody<EditionBody>,
) -> Result<HttpResponse, Failure> {
    let (_, simulation) = simulated(&desk, &body.text).await?;
    Ok(HttpResponse::Ok().json(simulation))
}

/// What the edition file `text` would do.
///
/// # Errors
/// 422 with every fault; 503.
pub(super) async fn simulated(desk: &Desk, text: &str) -> Result<(Arc<Edition>, Simulation), Failure> {
    let (edition, all) = checked(text, &desk.policies.all())?;
    let loosenings = loosenings(&edition, &all);
    let backtest = backtest(&desk.db, &edition, desk.clock.now(), Some(NEWEST)).await?;
    Ok((edition, Simulation { loosenings, backtest }))
}
