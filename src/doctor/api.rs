//! `POST /api/v1/token-checks`: the doctor for programs. Nobody has to sign in; nothing is kept.

use super::words::TokenCheckView;
use super::{Expected, diagnose};
use crate::app::Desk;
use crate::openapi::JsonIn;
use crate::policy::Edition;
use crate::problem::{InputError, Kind, Problem};
use crate::web::extract::{distinct_keys, json};
use crate::web::secrets::{holds_token, looks_like_token, query_holds_token};
use crate::web::{Failure, JsonBytes, Reader};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;

/// `/api/v1/token-checks`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/api/v1/token-checks").post(check_claims));
}

/// The claims of a token: what stands in its middle part, never the token itself.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "claims": {
        "iss": "https://login.example/7b9ae9d5-79be-4d36-9d0a-6ba1a5f1f6a1/v2.0",
        "tid": "7b9ae9d5-79be-4d36-9d0a-6ba1a5f1f6a1", "oid": "3ceaaf30-8142-48ea-91d9-3080f9b439fc",
        "aud": "api://partner", "scp": "user", "amr": ["pwd"], "exp": 1795482000
    },
    "audience": "api://partner"
}))]
pub struct TokenCheckBody {
    /// The claims, as a JSON object. Whatever looks like a token, here or elsewhere in the call, is refused unread.
    #[serde(deserialize_with = "distinct_keys")]
    #[schema(value_type = Object)]
    pub claims: Map<String, Value>,
    /// What the service that refuses the token expects as `aud`.
    #[serde(default)]
    pub audience: Option<String>,
}

/// Says what is missing in the claims of a token, and which issue that points to.
///
/// Needs no sign-in. Nothing is stored or logged; what looks like a token is refused (422, `looks_like_token`) and not repeated.
#[utoipa::path(
    post, path = "/api/v1/token-checks", tag = "token checks",
    request_body = TokenCheckBody,
    responses(
        (status = 200, description = "What was seen, in the language of `Accept-Language`; times in UTC", body = TokenCheckView),
        (status = 422, description = "No claims, or what looks like a token", body = Problem, content_type = "application/problem+json"),
        JsonIn,
    )
)]
pub async fn check_claims(
    desk: web::Data<Desk>,
    reader: Reader,
    request: HttpRequest,
    JsonBytes(bytes): JsonBytes,
) -> Result<HttpResponse, Failure> {
    let body = read(request.query_string(), &bytes)?;
    let edition = edition(&desk)?;
    let view = examine(&desk, &edition, &body, &reader, Tz::UTC, reader.site.base());
    Ok(HttpResponse::Ok().json(view))
}

/// The body, unless a token is anywhere in the call. The bytes are looked at before anything else reads (and may repeat) them.
fn read(query: &str, bytes: &[u8]) -> Result<TokenCheckBody, Failure> {
    let refused = |pointer: &str| Failure::from(InputError::new(pointer, "looks_like_token"));
    if query_holds_token(query) || looks_like_token(&String::from_utf8_lossy(bytes)) {
        return Err(refused(""));
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|_| Failure::new(Kind::UnreadableBody))?;
    if holds_token(&value) {
        let place = ["claims", "audience"].into_iter().find(|name| holds_token(&value[*name]));
        return Err(refused(&place.map(|name| format!("/{name}")).unwrap_or_default()));
    }
    json(bytes)
}

/// The edition in force.
pub(super) fn edition(desk: &Desk) -> Result<Arc<Edition>, Failure> {
    desk.policies.at(desk.clock.now()).map_err(|error| Failure::internal(anyhow::anyhow!("{error}")))
}

/// What the doctor says of `body`. The audience that the caller names goes before the configured ones.
pub(super) fn examine(
    desk: &Desk,
    edition: &Edition,
    body: &TokenCheckBody,
    reader: &Reader,
    zone: Tz,
    base: &str,
) -> TokenCheckView {
    let named = body.audience.as_deref().map(str::trim).filter(|audience| !audience.is_empty()).map(str::to_owned);
    let audiences = named.map_or_else(|| desk.config.doctor.audiences.clone(), |audience| vec![audience]);
    let tenant_of = |issuer: &str| desk.relying_party.tenant_of(issuer);
    let expected = Expected { now: desk.clock.now(), audiences: &audiences, tenant_of: &tenant_of };
    TokenCheckView::new(&diagnose(&body.claims, &expected), edition, reader.lang, zone, base)
}
