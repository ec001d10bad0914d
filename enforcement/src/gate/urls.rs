//! Every URL of the gate, and the short way from each to its work.

use super::answer::{is_operators_fault, to_check, to_client};
use super::check::{Judgement, Outcome, judge};
use super::figures;
use super::forwarded::{Forwarded, Origin, Proxy};
use super::health;
use super::pages::{self, STYLE};
use super::peers::ListenerConfig;
use super::sign_in::{self, Wanted, safe_return};
use super::state::{Shared, State};
use super::texts::Lang;
use crate::Reason;
use actix_web::dev::Payload;
use actix_web::error::InternalError;
use actix_web::http::header::{CACHE_CONTROL, LOCATION, RETRY_AFTER};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use relying_party::CallbackQuery;
use std::future::{Ready, ready};

/// Every URL of the gate.
pub fn routes(app: &mut web::ServiceConfig) {
    app.route("/check", web::to(check))
        .route("/answer", web::to(answer))
        .configure(own)
        .route("/.mfa-gate/sign-in", web::get().to(start_sign_in))
        .route("/.mfa-gate/callback", web::get().to(finish_sign_in))
        .route("/.mfa-gate/stopped", web::get().to(stopped))
        .route("/.mfa-gate/sign-out", web::get().to(ask_sign_out))
        .route("/.mfa-gate/sign-out", web::post().to(sign_out))
        .route("/.mfa-gate/signed-out", web::get().to(signed_out))
        .default_service(web::to(other));
}

/// What the listeners of the proxies and the one of the operators have in common.
pub fn own(app: &mut web::ServiceConfig) {
    app.route("/health/live", web::get().to(health::live))
        .route("/health/ready", web::get().to(health::ready))
        .route("/health/feed", web::get().to(health::feed))
        .route("/metrics", web::get().to(figures::metrics))
        .route("/.mfa-gate/style.css", web::get().to(style));
}

type Listener = web::Data<ListenerConfig>;

/// What the proxy asks: may this request pass?
async fn check(state: Shared, listener: Listener, request: HttpRequest) -> HttpResponse {
    let judgement = judged(&state, &listener, &request).await;
    to_check(&state, listener.proxy, &judgement, Lang::of(request.headers()))
}

/// What the client gets to read where the proxy could not pass it on (nginx).
async fn answer(state: Shared, listener: Listener, request: HttpRequest) -> HttpResponse {
    let judgement = judged(&state, &listener, &request).await;
    match (&judgement.outcome, &judgement.origin, &judgement.target) {
        // Between the two questions an exception came into force, or the feed came back: the client asks again. It must
        // not be let through here, since this answer goes to the client and not to the upstream.
        (Outcome::Allow { .. }, Some(origin), Some(target)) => HttpResponse::TemporaryRedirect()
            .insert_header((LOCATION, format!("{origin}{target}")))
            .insert_header((CACHE_CONTROL, "no-store"))
            .finish(),
        (Outcome::Allow { .. }, ..) => HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, "1")).finish(),
        _ => to_client(&state, &judgement, Lang::of(request.headers())),
    }
}

/// Envoy asks below `/check`, with the request's own path behind it.
async fn other(state: Shared, listener: Listener, request: HttpRequest) -> HttpResponse {
    let is_envoys = listener.proxy == Proxy::Envoy && request.uri().path().starts_with("/check/");
    if is_envoys { check(state, listener, request).await } else { HttpResponse::NotFound().finish() }
}

async fn judged(state: &State, listener: &ListenerConfig, request: &HttpRequest) -> Judgement {
    let judgement = if trusts(listener, request) {
        judge(state, listener.proxy, request, "/check").await
    } else {
        tracing::warn!(peer = ?request.peer_addr(), "asked by an address that is not among `trusted_peers`");
        Judgement::of(Outcome::StrangePeer)
    };
    log(&judgement);
    state.counters.count(&judgement);
    judgement
}

/// Without the query, the token and the cookie: they are not for logs.
fn log(judgement: &Judgement) {
    let outcome = Outcome::NAMES[judgement.outcome.position()];
    let host = judgement.origin.as_ref().map(Origin::host);
    let path = judgement.target.as_deref().and_then(|target| target.split('?').next());
    match &judgement.outcome {
        Outcome::Unclear(fault) if is_operators_fault(fault) => {
            tracing::error!(%fault, "the proxy does not say what it must: see deploy/");
        }
        Outcome::Unclear(fault) => tracing::info!(outcome, host, path, %fault, "refused"),
        Outcome::BadToken(fault) => tracing::info!(outcome, host, path, %fault, "refused"),
        Outcome::Allow { reason: Reason::MfaSuppressed, exception } => {
            tracing::info!(outcome, host, path, ?exception, "let through");
        }
        Outcome::Allow { .. } => tracing::debug!(outcome, host, path, "let through"),
        _ => tracing::info!(outcome, host, path, "refused"),
    }
}

fn trusts(listener: &ListenerConfig, request: &HttpRequest) -> bool {
    request.peer_addr().is_some_and(|peer| listener.trusted_peers.iter().any(|trusted| trusted.covers(peer.ip())))
}

/// A person's visit to one of the gate's own pages, which a trusted proxy passed on.
struct Visit {
    origin: Origin,
    lang: Lang,
}

impl FromRequest for Visit {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let lang = Lang::of(request.headers());
        let (Some(state), Some(listener)) = (Shared::of(request), request.app_data::<Listener>()) else {
            return ready(Err(actix_web::error::ErrorInternalServerError("the gate is not set up")));
        };
        let refuse = |answer| Err(InternalError::from_response("refused", answer).into());
        let refuse_as = |outcome| refuse(to_client(&state, &Judgement::of(outcome), lang));
        ready(if !trusts(listener, request) {
            refuse_as(Outcome::StrangePeer)
        } else {
            match Forwarded::origin_only(listener.proxy, request) {
                Err(fault) => refuse_as(Outcome::Unclear(fault)),
                Ok(origin) if !state.config.serves(&origin.host()) => refuse(HttpResponse::NotFound().finish()),
                Ok(origin) => Ok(Self { origin, lang }),
            }
        })
    }
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .content_type("text/css; charset=utf-8")
        .body(STYLE)
}

async fn start_sign_in(state: Shared, visit: Visit, request: HttpRequest, wanted: web::Query<Wanted>) -> HttpResponse {
    sign_in::start(&state, &visit.origin, &request, &wanted, visit.lang).await
}

async fn finish_sign_in(
    state: Shared,
    visit: Visit,
    request: HttpRequest,
    query: web::Query<CallbackQuery>,
) -> HttpResponse {
    sign_in::finish(&state, &visit.origin, &request, query.into_inner(), visit.lang).await
}

async fn stopped(state: Shared, visit: Visit, request: HttpRequest, wanted: web::Query<Wanted>) -> HttpResponse {
    pages::stopped(&state, &visit.origin, &request, &safe_return(wanted.to.as_deref()), visit.lang)
}

async fn ask_sign_out(state: Shared, visit: Visit) -> HttpResponse {
    pages::sign_out(&state, visit.lang)
}

/// Another site cannot post this: the session cookie is `SameSite=Lax`, and without it there is nothing to end.
async fn sign_out(state: Shared, visit: Visit, request: HttpRequest) -> HttpResponse {
    sign_in::sign_out(&state, &visit.origin, &request).await
}

async fn signed_out(state: Shared, visit: Visit) -> HttpResponse {
    pages::signed_out(&state, visit.lang)
}
