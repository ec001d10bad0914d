//! The gate's own pages: what stopped you, what went wrong, signing out. Neutral, without script, readable by everyone.

use super::answer::ask;
use super::check::{Stopped, account};
use super::credentials::{Credentials, session_cookie};
use super::forwarded::Origin;
use super::sign_in::{SIGN_IN, safe_return};
use super::state::State;
use super::texts::{FailedWords, Lang, SignOutWords, StoppedWords};
use crate::decision::Challenge;
use crate::routes::NormalPath;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use relying_party::Claims;
use std::sync::Arc;

/// The gate's stylesheet, as it is.
pub const STYLE: &str = include_str!("../../static/gate.css");

const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "gate/stopped.html")]
struct StoppedPage<'a> {
    lang: &'static str,
    words: &'a StoppedWords,
    how: &'a str,
    verify: String,
    ask: String,
    stopped: Option<Stopped>,
    surface: String,
    /// For machines and for people.
    at: (String, String),
}

#[derive(Template)]
#[template(path = "gate/failed.html")]
struct FailedPage<'a> {
    lang: &'static str,
    words: &'a FailedWords,
    why: &'a str,
    again: Option<String>,
    ask: Option<String>,
}

#[derive(Template)]
#[template(path = "gate/sign_out.html")]
struct SignOutPage<'a> {
    lang: &'static str,
    words: &'a SignOutWords,
}

#[derive(Template)]
#[template(path = "gate/signed_out.html")]
struct SignedOutPage<'a> {
    lang: &'static str,
    words: &'a SignOutWords,
}

/// Why a sign-in did not succeed, as far as the person can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// Took too long, another window, a token that is not believed.
    NotCompleted,
    /// The provider said no; perhaps the second factor is what is missing.
    Refused,
    /// The provider cannot be reached.
    ProviderAway,
    /// Plain http away from loopback.
    Insecure,
}

/// The page with the two ways out, for the wanted path `to`.
pub fn stopped(state: &State, origin: &Origin, request: &HttpRequest, to: &str, lang: Lang) -> HttpResponse {
    let now = state.now();
    let claims = signed_in(state, origin, request);
    let surface = NormalPath::parse(to)
        .ok()
        .and_then(|path| state.routes.find(Some(&origin.authority), Some("GET"), &path).ok().flatten())
        .and_then(|target| target.place.protected_surface().cloned());
    let tenant = claims.as_ref().map(|claims| claims.tenant);
    let stopped = surface.map(|surface| Stopped { tenant, surface, at: now });
    let words = &state.texts.of(lang).stopped;
    let challenge = claims.map(|claims| account(&claims, &state.config.claims).challenge());
    let how = match challenge {
        Some(Challenge::RegisterThenVerify) => &words.register_then_verify,
        Some(Challenge::RedirectToFederatedIdp) => &words.redirect_to_federated_idp,
        Some(Challenge::Verify) | None => &words.verify,
    };
    let desk = &state.config.desk;
    let name_of = |stopped: &Stopped| state.texts.of(lang).surface(&stopped.surface.name).to_owned();
    let page = StoppedPage {
        lang: lang.tag(),
        words,
        how,
        verify: sign_in_address(to, true),
        ask: stopped.as_ref().map_or_else(|| desk.clone(), |stopped| ask(desk, stopped)).into(),
        surface: stopped.as_ref().map(name_of).unwrap_or_default(),
        at: (
            now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            now.format_localized(&words.time_format, lang.locale()).to_string(),
        ),
        stopped,
    };
    html(StatusCode::OK, &page)
}

/// The page after a sign-in that did not succeed. `verifying`: it was to bring the second factor.
pub fn failed(state: &State, failed: Failed, to: &str, verifying: bool, lang: Lang) -> HttpResponse {
    let words = &state.texts.of(lang).failed;
    let (status, why) = match failed {
        Failed::NotCompleted => (StatusCode::BAD_REQUEST, &words.why),
        Failed::Refused => (StatusCode::FORBIDDEN, &words.refused),
        Failed::ProviderAway => (StatusCode::SERVICE_UNAVAILABLE, &words.away),
        Failed::Insecure => (StatusCode::BAD_REQUEST, &words.insecure),
    };
    let again = (failed != Failed::Insecure).then(|| sign_in_address(to, verifying));
    let ask = (failed == Failed::Refused).then(|| state.config.desk.to_string());
    html(status, &FailedPage { lang: lang.tag(), words, why, again, ask })
}

/// "Sign out?"
pub fn sign_out(state: &State, lang: Lang) -> HttpResponse {
    html(StatusCode::OK, &SignOutPage { lang: lang.tag(), words: &state.texts.of(lang).sign_out })
}

/// "You are signed out."
pub fn signed_out(state: &State, lang: Lang) -> HttpResponse {
    html(StatusCode::OK, &SignedOutPage { lang: lang.tag(), words: &state.texts.of(lang).sign_out })
}

/// Who is signed in at this browser, if anybody.
pub fn signed_in(state: &State, origin: &Origin, request: &HttpRequest) -> Option<Arc<Claims>> {
    match Credentials::read(request.headers(), origin.https, "") {
        Ok(Credentials::Session(id)) => state.session(&id, state.now()).map(|session| Arc::clone(&session.claims)),
        _ => None,
    }
}

/// The value with which a browser forgets the session cookie.
pub fn forget_session(https: bool) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}", session_cookie(https))
}

fn sign_in_address(to: &str, verify: bool) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("to", &safe_return(Some(to)));
    if verify {
        query.append_pair("verify", "true");
    }
    format!("{SIGN_IN}?{}", query.finish())
}

/// A page, as all of the gate's own are sent.
pub fn show(page: &impl Template) -> HttpResponse {
    html(StatusCode::OK, page)
}

fn html(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(body) => HttpResponse::build(status)
            .insert_header((CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((VARY, "Accept-Language"))
            .insert_header((REFERRER_POLICY, "no-referrer"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .content_type("text/html; charset=utf-8")
            .body(body),
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            HttpResponse::InternalServerError().finish()
        }
    }
}
