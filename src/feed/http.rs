//! The feed over HTTP: for applications with `Feed.Read`, and the public keys for everybody.

use super::{Encoding, Form};
use crate::app::Desk;
use crate::identity::FeedReader;
use crate::openapi::Authenticated;
use crate::problem::Kind;
use crate::web::Failure;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

/// `/feed/v1/…` and the public keys.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/feed/v1/rules").get(rules)).service(web::resource("/.well-known/jwks.json").get(jwks));
}

/// Every suppression rule of the current version, as JSON or (with `Accept: application/jose`) signed.
///
/// Answered from memory: while the database is away, the last document is served until its `expires_at`.
#[utoipa::path(
    get,
    path = "/feed/v1/rules",
    tag = "feed",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the document you have")),
    responses(
        (status = 200, description = "The feed document", content(
            (serde_json::Value = "application/json", example = json!({
                "issuer": "https://desk.example", "epoch": "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10", "version": 1234,
                "rules_digest": "sha-256:1f0b0e3f6d4c2a91b7c85a5de0b3c2f4d6e8f00112233445566778899aabbcc0",
                "issued_at": "2026-11-26T02:40:00Z", "expires_at": "2026-11-26T02:55:00Z",
                "rules": [{
                    "id": "0199b0f1-7c1e-7d3a-9f52-3f1b8f5a2c11", "tenant": "b13e516c-1dbc-4832-a49e-c6417db8f5db",
                    "subjects": ["3ceaaf30-8142-48ea-91d9-3080f9b439fc"], "surfaces": ["admin_pages"],
                    "not_before": "2026-11-24T01:00:00Z", "expires_at": "2027-01-23T01:00:00Z",
                    "issue": "old_client_without_mfa"
                }]
            })), (String = "application/jose"))),
        (status = 304, description = "You have it; its freshness still ends at its own `expires_at`"),
        (status = 403, description = "Without the role `Feed.Read` of an operator tenant", body = crate::problem::Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn rules(_reader: FeedReader, desk: web::Data<Desk>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let document = desk.feed.current().ok_or_else(|| Failure::new(Kind::DatabaseAway))?;
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let form = if header(header::ACCEPT).contains("application/jose") { Form::Jws } else { Form::Json };
    let encoding = Encoding::choose(header(header::ACCEPT_ENCODING));
    let etag = document.etag(form, encoding);
    let known = header(header::IF_NONE_MATCH)
        .split(',')
        .map(str::trim)
        // Weak comparison (RFC 9110 13.1.2): a proxy in between may have marked the tag as weak.
        .any(|known| known.strip_prefix("W/").unwrap_or(known) == etag || known == "*");
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, "Accept, Accept-Encoding, Authorization"));
    if known {
        return Ok(answer.finish());
    }
    let body = {
        let document = document.clone();
        web::block(move || document.body(form, encoding))
            .await
            .map_err(Failure::internal)?
            .map_err(Failure::internal)?
    };
    if let Some(coding) = encoding.header() {
        answer.insert_header((header::CONTENT_ENCODING, coding));
    }
    let content_type = match form {
        Form::Json => "application/json",
        Form::Jws => "application/jose",
    };
    Ok(answer.content_type(content_type).body(body))
}

/// The public keys that verify the feed (RFC 7517).
#[utoipa::path(
    get,
    path = "/.well-known/jwks.json",
    tag = "feed",
    responses((status = 200, description = "JWK Set", body = serde_json::Value, example = json!({
        "keys": [{
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "q3uKb1nJ5V4",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
        }]
    })))
)]
pub async fn jwks(desk: web::Data<Desk>) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(desk.feed.key().jwks())
}
