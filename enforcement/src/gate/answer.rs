//! An outcome as the proxy in front, and the client behind it, need it.

use super::check::{Judgement, Outcome, Stopped};
use super::forwarded::{Proxy, Unclear};
use super::sign_in::{SIGN_IN, STOPPED};
use super::state::State;
use super::texts::Lang;
use crate::decision::{Challenge, REASON_PHRASE, WWW_AUTHENTICATE};
use crate::{Behaviour, Decision, Freshness};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE as AUTHENTICATE};
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use url::Url;

/// The answer to `/check`.
///
/// Traefik and Caddy pass any answer on to the client. Envoy does too, but takes 200 alone for "allow". nginx knows 2xx,
/// 401 and 403 only: everything else comes as 401 with the true status in `X-Mfa-Status`, and `deploy/nginx` then asks
/// `/answer` for the answer that the client gets.
pub fn to_check(state: &State, proxy: Proxy, judgement: &Judgement, lang: Lang) -> HttpResponse {
    let answer = to_client(state, judgement, lang);
    let allowed = matches!(judgement.outcome, Outcome::Allow { .. });
    match proxy {
        Proxy::Envoy if allowed => with_status(answer, StatusCode::OK),
        Proxy::Nginx if !allowed && answer.status() != StatusCode::FORBIDDEN => for_nginx(&answer),
        _ => answer,
    }
}

/// The answer as the client gets it.
pub fn to_client(state: &State, judgement: &Judgement, lang: Lang) -> HttpResponse {
    let mut answer = match &judgement.outcome {
        Outcome::Allow { reason, exception } => {
            let mut answer = HttpResponse::NoContent();
            answer.insert_header(("x-mfa-decision", reason.name()));
            if let Some(exception) = exception {
                answer.insert_header(("x-mfa-exception", exception.to_string()));
            }
            answer.finish()
        }
        Outcome::SignIn { to } => redirect(judgement, SIGN_IN, to),
        Outcome::Challenge { to } => redirect(judgement, STOPPED, to),
        Outcome::MfaRequired { decision, stopped } => mfa_required(state, judgement, decision, stopped, lang),
        Outcome::NoToken => problem(state, judgement, lang, &NO_TOKEN, None),
        Outcome::BadToken(error) => problem(state, judgement, lang, &BAD_TOKEN, Some(error.to_string())),
        Outcome::ProviderAway => problem(state, judgement, lang, &PROVIDER_AWAY, None),
        Outcome::Unclear(fault) => problem(state, judgement, lang, &UNCLEAR, Some(fault.to_string())),
        Outcome::StrangePeer => problem(state, judgement, lang, &STRANGE_PEER, None),
    };
    if let Some(compliant) = judgement.compliant
        && let Ok(value) = if compliant { "true" } else { "false" }.parse()
    {
        answer.headers_mut().insert(IS_MFA_COMPLIANT, value);
    }
    answer
}

const IS_MFA_COMPLIANT: actix_web::http::header::HeaderName =
    actix_web::http::header::HeaderName::from_static("ismfacompliant");

fn redirect(judgement: &Judgement, page: &str, to: &str) -> HttpResponse {
    let Some(origin) = &judgement.origin else { return HttpResponse::InternalServerError().finish() };
    let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("to", to).finish();
    HttpResponse::Found()
        .insert_header((LOCATION, format!("{origin}{page}?{query}")))
        .insert_header((CACHE_CONTROL, "no-store"))
        .finish()
}

fn for_nginx(answer: &HttpResponse) -> HttpResponse {
    let mut carrier = HttpResponse::Unauthorized();
    carrier.insert_header(("x-mfa-status", answer.status().as_u16().to_string()));
    if let Some(location) = answer.headers().get(LOCATION) {
        carrier.insert_header(("x-mfa-location", location.clone()));
    }
    // Nothing else: nginx would add `WWW-Authenticate` to the answer that it fetches, which has one of its own.
    carrier.finish()
}

fn with_status(mut answer: HttpResponse, status: StatusCode) -> HttpResponse {
    *answer.status_mut() = status;
    answer
}

/// A kind of problem: its code is the end of its `type` and names its texts.
struct Kind {
    code: &'static str,
    status: StatusCode,
    authenticate: Option<&'static str>,
}

// RFC 6750: without any token there is no error to name.
const NO_TOKEN: Kind =
    Kind { code: "sign-in-required", status: StatusCode::UNAUTHORIZED, authenticate: Some("Bearer") };
const BAD_TOKEN: Kind =
    Kind { code: "invalid-token", status: StatusCode::UNAUTHORIZED, authenticate: Some(WWW_AUTHENTICATE) };
const PROVIDER_AWAY: Kind = Kind { code: "provider-away", status: StatusCode::SERVICE_UNAVAILABLE, authenticate: None };
const UNCLEAR: Kind = Kind { code: "unclear-request", status: StatusCode::BAD_REQUEST, authenticate: None };
const STRANGE_PEER: Kind = Kind { code: "not-allowed", status: StatusCode::FORBIDDEN, authenticate: None };
const MFA_REQUIRED: Kind =
    Kind { code: "mfa-required", status: StatusCode::UNAUTHORIZED, authenticate: Some(WWW_AUTHENTICATE) };

/// A problem document (RFC 9457), with what a stopped application needs to know besides.
#[derive(Serialize)]
struct Problem<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<&'a str>,
    /// What exactly was found, for whoever operates the client or the proxy.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    stopped: Option<StoppedProblem<'a>>,
}

#[derive(Serialize)]
struct StoppedProblem<'a> {
    reason: &'static str,
    surface: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<Challenge>,
    feed: Freshness,
    /// The page that explains and leads to a request.
    ask: String,
}

fn problem(state: &State, judgement: &Judgement, lang: Lang, kind: &Kind, cause: Option<String>) -> HttpResponse {
    let mut answer = HttpResponseBuilder::new(kind.status);
    if let Some(authenticate) = kind.authenticate {
        answer.insert_header((AUTHENTICATE, authenticate));
    }
    if kind.status == StatusCode::SERVICE_UNAVAILABLE {
        answer.insert_header((RETRY_AFTER, "10"));
    }
    with_body(answer, &document(state, judgement, lang, kind, cause, None))
}

fn mfa_required(
    state: &State,
    judgement: &Judgement,
    decision: &Decision,
    stopped: &Stopped,
    lang: Lang,
) -> HttpResponse {
    let mut answer = HttpResponse::Unauthorized();
    answer.insert_header(("x-mfa-decision", decision.reason.name()));
    if stopped.surface.behaviour == Behaviour::PartnerApi {
        answer.reason(REASON_PHRASE);
    }
    answer.insert_header((AUTHENTICATE, WWW_AUTHENTICATE));
    let more = StoppedProblem {
        reason: decision.reason.name(),
        surface: &stopped.surface.name,
        challenge: decision.challenge,
        feed: decision.feed,
        ask: ask(&state.config.desk, stopped).into(),
    };
    with_body(answer, &document(state, judgement, lang, &MFA_REQUIRED, None, Some(more)))
}

fn document<'a>(
    state: &'a State,
    judgement: &'a Judgement,
    lang: Lang,
    kind: &Kind,
    cause: Option<String>,
    stopped: Option<StoppedProblem<'a>>,
) -> Problem<'a> {
    let text = state.texts.of(lang).problem(kind.code);
    let base = state.config.desk.origin().ascii_serialization();
    Problem {
        kind: format!("{base}/problems/{}", kind.code),
        title: &text.title,
        status: kind.status.as_u16(),
        detail: &text.detail,
        // Without the query, which may hold what is not for logs.
        instance: judgement.target.as_deref().and_then(|target| target.split('?').next()),
        cause,
        stopped,
    }
}

fn with_body(mut answer: HttpResponseBuilder, problem: &Problem<'_>) -> HttpResponse {
    match serde_json::to_string(problem) {
        Ok(body) => {
            answer.insert_header((CACHE_CONTROL, "no-store")).content_type("application/problem+json").body(body)
        }
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// The desk's page about having been stopped, told by whom, where and when.
pub fn ask(desk: &Url, stopped: &Stopped) -> Url {
    let mut url = desk.clone();
    let mut query = url.query_pairs_mut();
    if let Some(tenant) = stopped.tenant {
        query.append_pair("tenant", &tenant.to_string());
    }
    query.append_pair("surface", &stopped.surface.name);
    query.append_pair("at", &stopped.at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
    drop(query);
    url
}

/// Whether a fault is the proxy's configuration rather than the client's doing; worth a word in the log.
pub fn is_operators_fault(fault: &Unclear) -> bool {
    matches!(fault, Unclear::Missing(_) | Unclear::Route)
}
