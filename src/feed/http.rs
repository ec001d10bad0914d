//! The feed over HTTP: for applications with `Feed.Read`, and the public keys for everybody.

use super::{Encoding, Form, Published, Share, opa, stream};
use crate::app::Desk;
use crate::identity::FeedReader;
use crate::openapi::Authenticated;
use crate::problem::{InputError, Kind};
use crate::web::{Failure, QueryOf};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

/// What clients of the feed ask for, below `/feed/v1`.
pub fn client_routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/rules").get(rules))
        .service(web::resource("/changes").get(changes))
        .service(web::resource("/stream").get(stream::stream))
        .configure(opa::http::client_routes);
}

/// `/.well-known/jwks.json`
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/.well-known/jwks.json").get(jwks));
}

/// What documents and changes vary by.
fn vary() -> (HeaderName, HeaderValue) {
    (header::VARY, HeaderValue::from_static("Accept, Accept-Encoding, Authorization"))
}

/// A header of `request` as text; nothing when it is not there.
pub(super) fn text_of(request: &HttpRequest, name: HeaderName) -> &str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Whether `request` says that it has what `etag` names.
pub(super) fn is_known(request: &HttpRequest, etag: &str) -> bool {
    text_of(request, header::IF_NONE_MATCH)
        .split(',')
        .map(str::trim)
        // Weak comparison (RFC 9110 13.1.2): a proxy in between may have marked the tag as weak.
        .any(|known| known.strip_prefix("W/").unwrap_or(known) == etag || known == "*")
}

/// What `request` wants a document as.
fn wanted(request: &HttpRequest) -> (Form, Encoding) {
    let form = if text_of(request, header::ACCEPT).contains("application/jose") { Form::Jws } else { Form::Json };
    (form, Encoding::choose(text_of(request, header::ACCEPT_ENCODING)))
}

/// `answer` with `body`, which is this form in this encoding.
fn with_body(mut answer: HttpResponseBuilder, (form, encoding): (Form, Encoding), body: Bytes) -> HttpResponse {
    if let Some(coding) = encoding.header() {
        answer.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(coding)));
    }
    let content_type = HeaderValue::from_static(match form {
        Form::Json => "application/json",
        Form::Jws => "application/jose",
    });
    answer.content_type(content_type).body(body)
}

/// Every suppression rule of the current version, as JSON or (with `Accept: application/jose`) signed.
///
/// A client that the operator limits to tenants or surfaces gets the rules within its limits, here and in every other form of the feed,
/// at the same version.
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
pub async fn rules(reader: FeedReader, desk: web::Data<Desk>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let document = desk.feed.document_of(&reader.0).ok_or_else(|| Failure::new(desk.feed.why_absent()))?;
    let (form, encoding) = wanted(&request);
    let etag = document.etag(form, encoding);
    let known = is_known(&request, &etag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")))
        .insert_header(vary());
    if known {
        return Ok(answer.finish());
    }
    let body = desk.feed.body_of(document, form, encoding).await?;
    Ok(with_body(answer, (form, encoding), body))
}

/// Longest time that a call for changes waits, in seconds.
const LONGEST_WAIT: u64 = 60;

/// From where on changes are asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangesQuery {
    epoch: Uuid,
    after: u64,
    #[serde(default)]
    wait: u64,
}

/// What changed since a version, as JSON or (with `Accept: application/jose`) signed.
///
/// Answers at once when something changed, else after `wait` seconds with empty lists and a new end of freshness. Applying
/// every answer after a snapshot gives the snapshot of that version.
#[utoipa::path(
    get,
    path = "/feed/v1/changes",
    tag = "feed",
    params(
        ("epoch" = Uuid, Query, description = "The `epoch` of the document you have"),
        ("after" = u64, Query, description = "Its `version`"),
        ("wait" = Option<u64>, Query, minimum = 0, maximum = 60, description = "How long to wait for a change, in seconds; else 0"),
    ),
    responses(
        (status = 200, description = "The changes from that version to the current one, taken together", content(
            (serde_json::Value = "application/json", example = json!({
                "issuer": "https://desk.example", "epoch": "6f1c2f4e-5f0e-4c38-9d0a-0b5a3a3f8f10", "from": 1234, "version": 1235,
                "rules_digest": "sha-256:1f0b0e3f6d4c2a91b7c85a5de0b3c2f4d6e8f00112233445566778899aabbcc0",
                "issued_at": "2026-11-26T02:41:00Z", "expires_at": "2026-11-26T02:56:00Z",
                "upserts": [], "removals": ["0199b0f1-7c1e-7d3a-9f52-3f1b8f5a2c11"]
            })), (String = "application/jose"))),
        (status = 403, description = "Without the role `Feed.Read` of an operator tenant", body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 410, description = "`resync-required`: the version or its epoch is not known (any more); fetch `/feed/v1/rules`", body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 422, description = "A parameter that cannot be", body = crate::problem::Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn changes(
    reader: FeedReader,
    desk: web::Data<Desk>,
    QueryOf(query): QueryOf<ChangesQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    if query.wait > LONGEST_WAIT {
        let error = InputError::new("/wait", "wait_too_long").with("max", LONGEST_WAIT);
        return Err(Failure::invalid(vec![error]));
    }
    let document = newer_than(&desk, desk.feed.share_of(&reader.0), &query).await?;
    let (form, encoding) = wanted(&request);
    let changes = desk.feed.changes_since(document, query.after).await?;
    let changes = changes.ok_or_else(|| Failure::new(Kind::ResyncRequired))?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((header::CACHE_CONTROL, "no-store")).insert_header(vary());
    let body = match changes.made(form, encoding) {
        Some(made) => made,
        None => web::block(move || changes.body(form, encoding))
            .await
            .map_err(Failure::internal)?
            .map_err(Failure::internal)?,
    };
    Ok(with_body(answer, (form, encoding), body))
}

/// The document once it is past the version that `query` names, or as it is when the time is over.
async fn newer_than(desk: &Desk, mut share: Share, query: &ChangesQuery) -> Result<Arc<Published>, Failure> {
    let until = Instant::now() + Duration::from_secs(query.wait);
    loop {
        let document = share.current().ok_or_else(|| Failure::new(desk.feed.why_absent()))?;
        let snapshot = &document.snapshot;
        if snapshot.epoch != query.epoch || snapshot.version < query.after {
            return Err(Failure::new(Kind::ResyncRequired));
        }
        if snapshot.version > query.after || timeout_at(until, share.changed()).await.is_err() {
            return Ok(document);
        }
    }
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
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(desk.feed.jwks())
}
