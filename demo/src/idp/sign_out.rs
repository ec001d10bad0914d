//! The start page (who is signed in here), signing out, and starting over.

use super::params::Params;
use super::{Idp, browser, pages};
use crate::people;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

/// `GET /`: who is signed in, who there is, and the way out.
pub(super) async fn home(idp: web::Data<Idp>, request: HttpRequest) -> HttpResponse {
    let session = idp.store().session(&browser(&request), idp.now());
    pages::home(&pages::Look::new(&idp, &request, None), session)
}

/// Where a sign-out returns to, when the application may have that.
#[derive(Deserialize)]
pub(super) struct Leave {
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    post_logout_redirect_uri: String,
    #[serde(default)]
    state: String,
}

/// `GET /T/oauth2/v2.0/logout` (OpenID Connect RP-Initiated Logout): at once with an ID token of the one who is signed in,
/// else after a question, so that no page can sign anybody out by an image.
pub(super) async fn end_session(idp: web::Data<Idp>, request: HttpRequest) -> HttpResponse {
    let params = match Params::parse(request.query_string().as_bytes()) {
        Ok(params) => params,
        Err(twice) => return pages::bad_request(&request, "error-parameter-twice", &twice),
    };
    let hint = params.get("id_token_hint").and_then(|token| idp.key.own_claims(token));
    let text = |name: &str| hint.as_ref().and_then(|claims| claims.get(name)).and_then(|v| v.as_str());
    let leave = Leave {
        client_id: text("aud").or(params.get("client_id")).unwrap_or_default().to_owned(),
        post_logout_redirect_uri: params.get("post_logout_redirect_uri").unwrap_or_default().to_owned(),
        state: params.get("state").unwrap_or_default().to_owned(),
    };
    let session = idp.store().session(&browser(&request), idp.now());
    let object_id = session.map(|session| session.persona.object_id.to_string());
    match object_id {
        Some(id) if text("oid") != Some(id.as_str()) => {
            let look = pages::Look::new(&idp, &request, None);
            pages::sign_out(&look, session, &leave.client_id, &leave.post_logout_redirect_uri, &leave.state)
        }
        _ => sign_out(&idp, &leave, &request),
    }
}

/// `POST /sign-out`: the answer to the question. The cookie is `SameSite=Lax`, so only our own page can give it.
pub(super) async fn confirmed(idp: web::Data<Idp>, form: web::Form<Leave>, request: HttpRequest) -> HttpResponse {
    sign_out(&idp, &form, &request)
}

fn sign_out(idp: &Idp, leave: &Leave, request: &HttpRequest) -> HttpResponse {
    idp.store().sign_out(&browser(request));
    let known = idp
        .client(&leave.client_id)
        .is_some_and(|client| client.post_logout_redirect_uris.contains(&leave.post_logout_redirect_uri));
    if known {
        let state = Some(leave.state.as_str()).filter(|state| !state.is_empty());
        return super::authorize::return_to(&leave.post_logout_redirect_uri, &[("state", state)]);
    }
    HttpResponse::SeeOther().insert_header((header::LOCATION, "/")).finish()
}

#[derive(Deserialize)]
pub(super) struct Forget {
    persona: String,
}

/// `POST /registrations/forget`: removes a persona's authenticator app, so that registering can be shown again.
pub(super) async fn forget(idp: web::Data<Idp>, form: web::Form<Forget>, request: HttpRequest) -> HttpResponse {
    let ours = request.headers().get(header::ORIGIN).and_then(|v| v.to_str().ok()).is_none_or(|o| o == idp.base);
    let person = people::persona(&form.persona).filter(|p| p.tenant.accounts == people::Accounts::ManagedUnregistered);
    let (true, Some(person)) = (ours, person) else {
        return pages::bad_request(&request, "error-unknown-persona", &form.persona);
    };
    if let Err(error) = idp.authenticators.forget(person) {
        return pages::broken(&request, &error);
    }
    idp.store().sign_out_everywhere(person);
    HttpResponse::SeeOther().insert_header((header::LOCATION, "/")).finish()
}
