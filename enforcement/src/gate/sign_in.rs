//! The gate's own OpenID sign-in, on the protected host under `/.mfa-gate/`.

use super::credentials::{Credentials, binding_cookie, cookie, session_cookie};
use super::forwarded::Origin;
use super::pages::{self, Failed, forget_session};
use super::sessions::{Pending, Session, unguessable};
use super::state::State;
use super::texts::Lang;
use crate::routes::NormalPath;
use actix_web::http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, TimeDelta, Utc};
use relying_party::{CallbackQuery, SignInError, SignInOptions, SignedIn};
use serde::Deserialize;
use std::sync::Arc;
use url::Url;

/// Where the gate's own pages are.
pub const PREFIX: &str = "/.mfa-gate/";
/// Begins a sign-in.
pub const SIGN_IN: &str = "/.mfa-gate/sign-in";
/// The page with the two ways out.
pub const STOPPED: &str = "/.mfa-gate/stopped";
const CALLBACK: &str = "/.mfa-gate/callback";
const SIGNED_OUT: &str = "/.mfa-gate/signed-out";

/// `?to=PATH&verify=true`
#[derive(Debug, Deserialize)]
pub struct Wanted {
    /// Where to go afterwards.
    pub to: Option<String>,
    /// Whether the second factor is asked for.
    #[serde(default)]
    pub verify: bool,
}

/// Begins a sign-in and sends the browser to the provider.
pub async fn start(state: &State, origin: &Origin, request: &HttpRequest, wanted: &Wanted, lang: Lang) -> HttpResponse {
    let to = safe_return(wanted.to.as_deref());
    let Some(config) = &state.config.sign_in else { return HttpResponse::NotFound().finish() };
    let Some(redirect_uri) = callback_address(origin) else {
        return pages::failed(state, Failed::Insecure, &to, wanted.verify, lang);
    };
    let options = SignInOptions {
        acr_values: if wanted.verify { config.mfa_acr_values.clone() } else { Vec::new() },
        ui_locales: Some(lang.tag().to_owned()),
        ..SignInOptions::default()
    };
    let now = state.now();
    let begun = match state.party.start_sign_in(&config.issuer, &redirect_uri, &options, now).await {
        Ok(begun) => begun,
        Err(error) => {
            tracing::error!(%error, "cannot begin a sign-in");
            return pages::failed(state, Failed::ProviderAway, &to, wanted.verify, lang);
        }
    };
    let browser = browser_of(request, origin).unwrap_or_else(unguessable);
    let binding = set_cookie(binding_cookie(origin.https), &browser, origin.https, begun.pending.expires_at() - now);
    let (key, ends_at) = (begun.pending.state().to_owned(), begun.pending.expires_at());
    state.pending.put(&key, Pending { browser, sign_in: begun.pending, to }, ends_at, now);
    away(begun.authorize_url.as_str(), &[binding])
}

/// The browser is back from the provider.
pub async fn finish(
    state: &State,
    origin: &Origin,
    request: &HttpRequest,
    query: CallbackQuery,
    lang: Lang,
) -> HttpResponse {
    let now = state.now();
    let pending = query.state.as_deref().and_then(|key| state.pending.take(key, now));
    // A sign-in is finished by the browser that began it: else somebody could be signed in as somebody else.
    let pending = pending.filter(|pending| browser_of(request, origin).is_some_and(|own| own == pending.browser));
    let (Some(pending), Some(redirect_uri)) = (pending, callback_address(origin)) else {
        return pages::failed(state, Failed::NotCompleted, "/", false, lang);
    };
    let outcome = state.party.finish_sign_in(pending.sign_in.clone(), query, &redirect_uri, now).await;
    match outcome {
        Ok(signed_in) => {
            let cookie = open_session(state, origin, request, signed_in, now);
            away(&format!("{origin}{}", pending.to), &[cookie])
        }
        Err(error) => {
            tracing::warn!(%error, "a sign-in did not succeed");
            let why = match error {
                SignInError::Refused { .. } => Failed::Refused,
                SignInError::Unavailable(_) => Failed::ProviderAway,
                _ => Failed::NotCompleted,
            };
            pages::failed(state, why, &pending.to, false, lang)
        }
    }
}

/// Ends the session, here and at the provider.
pub async fn sign_out(state: &State, origin: &Origin, request: &HttpRequest) -> HttpResponse {
    let now = state.now();
    let forget = forget_session(origin.https);
    let home = format!("{origin}{SIGNED_OUT}");
    let Some(session) = session_id(request, origin).and_then(|id| state.sessions.take(&id, now)) else {
        return away(&home, &[forget]);
    };
    let there = match Url::parse(&home) {
        Ok(home) => {
            state.party.end_session_url(&session.issuer, Some(&session.id_token), &home, now).await.ok().flatten()
        }
        Err(_) => None,
    };
    away(there.as_ref().map_or(home.as_str(), Url::as_str), &[forget])
}

/// A path of this host to return to; `/` for everything that a browser might read as another place.
pub fn safe_return(to: Option<&str>) -> String {
    let is_safe = |to: &&str| {
        to.len() <= 2_000
            && to.bytes().all(|b| b.is_ascii_graphic())
            && !to.contains(['\\', '#'])
            && !to.starts_with(PREFIX)
            && NormalPath::parse(to).is_ok()
    };
    to.filter(is_safe).unwrap_or("/").to_owned()
}

/// Keeps the session and gives the cookie. A session that the browser had before ends: an id that somebody planted
/// never becomes a signed-in one.
fn open_session(
    state: &State,
    origin: &Origin,
    request: &HttpRequest,
    signed_in: SignedIn,
    now: DateTime<Utc>,
) -> String {
    if let Some(old) = session_id(request, origin) {
        state.sessions.take(&old, now);
    }
    let minutes = state.config.sign_in.as_ref().map_or(0, |config| config.session_minutes);
    let ends_at = signed_in.claims.expires_at.min(now + TimeDelta::minutes(i64::from(minutes)));
    let id = unguessable();
    let SignedIn { claims, issuer, id_token } = signed_in;
    state.sessions.put(&id, Session { claims: Arc::clone(&claims), issuer, id_token }, ends_at, now);
    set_cookie(session_cookie(origin.https), &id, origin.https, ends_at - now)
}

fn session_id(request: &HttpRequest, origin: &Origin) -> Option<String> {
    match Credentials::read(request.headers(), origin.https, "") {
        Ok(Credentials::Session(id)) => Some(id),
        _ => None,
    }
}

fn browser_of(request: &HttpRequest, origin: &Origin) -> Option<String> {
    let value = cookie(request.headers(), binding_cookie(origin.https)).ok().flatten()?;
    (value.len() == 43).then_some(value)
}

/// Where the provider sends the browser back to. Plain http only where it never leaves the machine.
fn callback_address(origin: &Origin) -> Option<Url> {
    Url::parse(&format!("{origin}{CALLBACK}")).ok().filter(relying_party::is_trustworthy)
}

fn set_cookie(name: &str, value: &str, https: bool, lasts: TimeDelta) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}", lasts.num_seconds().max(0))
}

/// 303: whatever the browser did here, it goes there with GET.
fn away(to: &str, cookies: &[String]) -> HttpResponse {
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((LOCATION, to)).insert_header((CACHE_CONTROL, "no-store"));
    for cookie in cookies {
        answer.append_header((SET_COOKIE, cookie.as_str()));
    }
    answer.finish()
}

#[cfg(test)]
mod tests {
    use super::safe_return;

    #[test]
    fn only_a_plain_path_of_this_host_is_returned_to() {
        for path in ["/", "/customers", "/customers?page=2&q=%E6%9D%B1", "/a/b/"] {
            assert_eq!(safe_return(Some(path)), path);
        }
        for odd in [
            "",
            "customers",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nSet-Cookie: x",
            "/%2f/evil",
            "/..",
            "/.mfa-gate/sign-in?to=/",
            "/a#b",
            "/日本",
        ] {
            assert_eq!(safe_return(Some(odd)), "/", "{odd:?}");
        }
        assert_eq!(safe_return(None), "/");
    }
}
