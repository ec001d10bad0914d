//! The authorization endpoint: what an application asks for is checked here, before anybody sees a page.

use super::clients::Client;
use super::params::Params;
use super::steps::{Step, next};
use super::store::{Session, SignInRequest};
use super::{Idp, Scope, browser, browser_cookie, pages, sign_in};
use crate::chance;
use crate::locale::Lang;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

/// An OAuth error that goes back to the application: code and description.
type Refusal = (&'static str, String);

/// `GET /T/oauth2/v2.0/authorize`. Who cannot be sent back safely (unknown client, other redirect address) sees a page.
pub(crate) async fn authorize(idp: web::Data<Idp>, tenant: web::Path<String>, request: HttpRequest) -> HttpResponse {
    let Some(scope) = Scope::parse(&tenant) else { return pages::not_found(request).await };
    let params = match Params::parse(request.query_string().as_bytes()) {
        Ok(params) => params,
        Err(twice) => return pages::bad_request(&request, "error-parameter-twice", &twice),
    };
    let Some(client) = params.get("client_id").and_then(|id| idp.client(id)) else {
        return pages::bad_request(&request, "error-unknown-client", params.get("client_id").unwrap_or("–"));
    };
    let redirect_uri = params.get("redirect_uri").unwrap_or_default();
    // Letter for letter: a prefix or a normalised form would let somebody else's page receive the code.
    if !client.redirect_uris.iter().any(|known| known == redirect_uri) {
        return pages::bad_request(&request, "error-unknown-redirect", redirect_uri);
    }
    match check(&params, client, redirect_uri, scope) {
        Ok(sign_in) => begin(&idp, &params, sign_in, &request),
        Err(refusal) => send_back(redirect_uri, params.get("state"), &refusal),
    }
}

/// Checks everything that can be answered to the application.
fn check(params: &Params, client: &Client, redirect_uri: &str, scope: Scope) -> Result<SignInRequest, Refusal> {
    let invalid = |what: &str| ("invalid_request", what.to_owned());
    if params.get("response_type") != Some("code") {
        return Err(("unsupported_response_type", "only `code` is given".to_owned()));
    }
    if params.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(invalid("only `response_mode=query` is given"));
    }
    if params.get("request").is_some() || params.get("request_uri").is_some() {
        return Err(("request_not_supported", "write the parameters into the address".to_owned()));
    }
    if params.get("code_challenge_method") != Some("S256") {
        return Err(invalid("PKCE is required: `code_challenge_method=S256`"));
    }
    let challenge = params.get("code_challenge").filter(|c| c.len() == 43 && c.bytes().all(is_base64url));
    let challenge = challenge.ok_or_else(|| invalid("PKCE is required: `code_challenge` of 43 characters"))?;
    if params.has_word("prompt", "none") && params.get("prompt") != Some("none") {
        return Err(invalid("`prompt=none` stands alone"));
    }
    let scopes = params.get("scope").unwrap_or_default();
    Ok(SignInRequest {
        client: client.id.clone(),
        redirect_uri: redirect_uri.to_owned(),
        state: params.get("state").map(str::to_owned),
        nonce: params.get("nonce").map(str::to_owned),
        challenge: challenge.to_owned(),
        openid: params.has_word("scope", "openid"),
        scope: scopes.to_owned(),
        target: client.target(scopes, params.get("resource"))?,
        tenant: scope.tenant(),
        wants_mfa: params.has_word("acr_values", "mfa"),
        lang: params.get("ui_locales").and_then(Lang::from_ui_locales),
    })
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

fn begin(idp: &Idp, params: &Params, sign_in: SignInRequest, request: &HttpRequest) -> HttpResponse {
    let now = idp.now();
    let (redirect_uri, state) = (sign_in.redirect_uri.clone(), sign_in.state.clone());
    let mut cookie = browser(request);
    let session = idp.store().session(&cookie, now);
    if session.is_none() {
        // A value that we did not give out could be known to somebody else.
        cookie = chance::token();
    }
    let again = match must_sign_in_again(params, session, now) {
        Ok(again) => again,
        Err(refusal) => return send_back(&redirect_uri, state.as_deref(), &refusal),
    };
    let id = idp.store().begin(&cookie, sign_in, again, now);
    let Some(flow) = idp.store().flow(&id, &cookie, now).cloned() else { return pages::flow_over(request) };
    let step = next(idp, &flow, session);
    if params.get("prompt") == Some("none") && !matches!(step, Step::Done(_)) {
        idp.store().end(&id);
        let code = if matches!(step, Step::SignIn) { "login_required" } else { "interaction_required" };
        return send_back(
            &redirect_uri,
            state.as_deref(),
            &(code, "somebody has to act, and `prompt=none`".to_owned()),
        );
    }
    if let Step::Done(who) = step {
        return sign_in::finish(idp, &id, &flow, who);
    }
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, format!("/sign-in/{id}")))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .cookie(browser_cookie(&cookie))
        .finish()
}

fn must_sign_in_again(params: &Params, session: Option<Session>, now: DateTime<Utc>) -> Result<bool, Refusal> {
    let asked = params.has_word("prompt", "login") || params.has_word("prompt", "select_account");
    let Some(max_age) = params.get("max_age") else { return Ok(asked) };
    // A day is far beyond any session here, and keeps the sum within bounds.
    let max_age = max_age.parse::<u32>().map(|seconds| i64::from(seconds.min(86_400)));
    let max_age = max_age.map_err(|_| ("invalid_request", "`max_age` is a number of seconds".to_owned()))?;
    Ok(asked || session.is_some_and(|session| now - session.at >= TimeDelta::seconds(max_age.max(1))) || max_age == 0)
}

/// Back to the application with an error.
pub(crate) fn send_back(redirect_uri: &str, state: Option<&str>, (code, description): &Refusal) -> HttpResponse {
    return_to(redirect_uri, &[("error", Some(code)), ("error_description", Some(description)), ("state", state)])
}

/// A redirect to a registered address with parameters added to it.
pub(crate) fn return_to(address: &str, added: &[(&str, Option<&str>)]) -> HttpResponse {
    let Ok(mut url) = Url::parse(address) else { return HttpResponse::BadRequest().finish() };
    for (name, value) in added.iter().filter_map(|(name, value)| Some((name, (*value)?))) {
        url.query_pairs_mut().append_pair(name, value);
    }
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, url.as_str()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .finish()
}
