//! The token endpoint: a code, once, with its verifier; or client credentials.

use super::claims::{self, ACCESS_TOKEN, ID_TOKEN, Issue};
use super::clients::Client;
use super::params::Params;
use super::{Idp, Scope};
use crate::{chance, people};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use url::form_urlencoded;

/// An OAuth error answer (RFC 6749, section 5.2).
struct Refusal {
    status: StatusCode,
    code: &'static str,
    description: String,
}

impl Refusal {
    fn new(code: &'static str, description: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, description: description.into() }
    }

    /// The same words whether the client or its secret is unknown.
    fn client() -> Self {
        let description = "client and secret do not fit".to_owned();
        Self { status: StatusCode::UNAUTHORIZED, code: "invalid_client", description }
    }
}

/// `POST /T/oauth2/v2.0/token`.
pub(crate) async fn token(
    idp: web::Data<Idp>,
    tenant: web::Path<String>,
    body: web::Bytes,
    request: HttpRequest,
) -> HttpResponse {
    match answer(&idp, &tenant, &body, &request) {
        Ok(answer) => HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(answer),
        Err(Refusal { status, code, description }) => {
            let mut response = HttpResponse::build(status);
            response.insert_header((header::CACHE_CONTROL, "no-store"));
            if status == StatusCode::UNAUTHORIZED {
                response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"development identity provider\""));
            }
            response.json(json!({"error": code, "error_description": description}))
        }
    }
}

fn answer(idp: &Idp, tenant: &str, body: &[u8], request: &HttpRequest) -> Result<Value, Refusal> {
    let scope = Scope::parse(tenant).ok_or_else(|| Refusal::new("invalid_request", "no such tenant"))?;
    let params = Params::parse(body)
        .map_err(|twice| Refusal::new("invalid_request", format!("`{twice}` is there more than once")))?;
    let client = authenticate(idp, &params, request)?;
    match params.get("grant_type") {
        Some("authorization_code") => redeem(idp, client, scope, &params),
        Some("client_credentials") => as_itself(idp, client, scope, &params),
        _ => Err(Refusal::new("unsupported_grant_type", "use `authorization_code` or `client_credentials`")),
    }
}

fn authenticate<'a>(idp: &'a Idp, params: &Params, request: &HttpRequest) -> Result<&'a Client, Refusal> {
    let basic = match request.headers().get(header::AUTHORIZATION) {
        Some(value) => Some(value.to_str().ok().and_then(basic_credentials).ok_or_else(Refusal::client)?),
        None => None,
    };
    let (id, secret) = match (basic, params.get("client_secret")) {
        (Some(_), Some(_)) => return Err(Refusal::new("invalid_request", "two kinds of client authentication")),
        (Some(basic), None) => basic,
        (None, Some(secret)) => (params.get("client_id").unwrap_or_default().to_owned(), secret.to_owned()),
        (None, None) => return Err(Refusal::client()),
    };
    if params.get("client_id").is_some_and(|named| named != id) {
        return Err(Refusal::new("invalid_request", "`client_id` is not the client that authenticates"));
    }
    idp.client(&id).filter(|client| client.knows(&secret)).ok_or_else(Refusal::client)
}

/// `Basic` credentials: both halves are form-encoded before they are joined (RFC 6749, section 2.3.1).
fn basic_credentials(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    // A name without `=` and `&` of its own decodes to itself.
    let single = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(single.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

fn redeem(idp: &Idp, client: &Client, scope: Scope, params: &Params) -> Result<Value, Refusal> {
    let now = idp.now();
    let bad = |why: &str| Refusal::new("invalid_grant", why);
    let code = params.get("code").ok_or_else(|| Refusal::new("invalid_request", "`code` is missing"))?;
    let grant = idp.store().redeem(code, now).ok_or_else(|| bad("the code is unknown, expired or used"))?;
    let asked = &grant.request;
    if asked.client != client.id {
        return Err(bad("the code was given to another client"));
    }
    if params.get("redirect_uri") != Some(asked.redirect_uri.as_str()) {
        return Err(bad("`redirect_uri` is not the one of the sign-in"));
    }
    let verifier = params.get("code_verifier").filter(|v| (43..=128).contains(&v.len()));
    if verifier.map(chance::digest).as_deref() != Some(asked.challenge.as_str()) {
        return Err(bad("`code_verifier` does not fit the challenge"));
    }
    if scope.tenant().is_some_and(|tenant| tenant.id != grant.who.persona.tenant.id) {
        return Err(bad("the code belongs to another tenant"));
    }
    let target = match params.get("scope") {
        Some(scope) => client.target(scope, params.get("resource")).map_err(|(code, text)| Refusal::new(code, text))?,
        None => asked.target.clone(),
    };
    let access = Issue { base: &idp.base, client: &client.id, audience: &target.audience, now };
    let mut answer = json!({
        "token_type": "Bearer", "expires_in": claims::LIFETIME.num_seconds(), "scope": asked.scope,
        "access_token": signed(idp, ACCESS_TOKEN, &claims::user_access(&access, grant.who, &target.scopes))?,
    });
    if asked.openid {
        let id = Issue { audience: &client.id, ..access };
        answer["id_token"] = signed(idp, ID_TOKEN, &claims::id(&id, grant.who, asked.nonce.as_deref()))?;
    }
    Ok(answer)
}

fn as_itself(idp: &Idp, client: &Client, scope: Scope, params: &Params) -> Result<Value, Refusal> {
    if !client.acts_as_feed {
        return Err(Refusal::new("unauthorized_client", format!("`{}` may not act as itself", client.id)));
    }
    if scope.tenant().is_some_and(|tenant| tenant.id != people::FEED.tenant.id) {
        return Err(Refusal::new("invalid_request", "the client is not registered in this tenant"));
    }
    let target = client
        .target(params.get("scope").unwrap_or_default(), params.get("resource"))
        .map_err(|(code, text)| Refusal::new(code, text))?;
    let issue = Issue { base: &idp.base, client: &client.id, audience: &target.audience, now: idp.now() };
    Ok(json!({
        "token_type": "Bearer", "expires_in": claims::LIFETIME.num_seconds(),
        "access_token": signed(idp, ACCESS_TOKEN, &claims::app_access(&issue, &people::FEED))?,
    }))
}

fn signed(idp: &Idp, typ: &str, claims: &serde_json::Map<String, Value>) -> Result<Value, Refusal> {
    idp.key.sign(typ, claims).map(Value::String).map_err(|error| {
        tracing::error!(%error, "a token cannot be signed");
        Refusal { status: StatusCode::INTERNAL_SERVER_ERROR, code: "server_error", description: "see the log".into() }
    })
}
