//! What the provider publishes about itself.

use super::marks::DEV_MEMBER;
use super::{Idp, Scope, claims, pages};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

/// Discovery metadata. For `organizations`, `issuer` is the template `BASE/{tenantid}/v2.0`, as big cloud directories give
/// it: an application puts the token's `tid` in.
pub(crate) async fn metadata(idp: web::Data<Idp>, tenant: web::Path<String>, request: HttpRequest) -> HttpResponse {
    let Some(scope) = Scope::parse(&tenant) else { return pages::not_found(request).await };
    let (base, segment, issuer) = match scope.tenant() {
        None => (&idp.base, "organizations".to_owned(), format!("{}/{{tenantid}}/v2.0", idp.base)),
        Some(tenant) => (&idp.base, tenant.id.to_string(), claims::issuer(&idp.base, tenant.id)),
    };
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{base}/{segment}/oauth2/v2.0/authorize"),
        "token_endpoint": format!("{base}/{segment}/oauth2/v2.0/token"),
        "end_session_endpoint": format!("{base}/{segment}/oauth2/v2.0/logout"),
        "jwks_uri": format!("{base}/{segment}/discovery/v2.0/keys"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile", "email"],
        "acr_values_supported": ["pwd", "mfa"],
        "prompt_values_supported": ["none", "login", "select_account"],
        "ui_locales_supported": ["en", "ja"],
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "claims_supported": [
            "iss", "sub", "aud", "exp", "iat", "nonce", "auth_time", "acr", "amr", "tid", "oid", "name",
            "preferred_username", "roles", "account_identity", "federated_idp_supports_mfa", "mfa_registered",
        ],
        DEV_MEMBER: true,
    }))
}

/// The key set, the same for every tenant.
pub(crate) async fn keys(idp: web::Data<Idp>, tenant: web::Path<String>, request: HttpRequest) -> HttpResponse {
    match Scope::parse(&tenant) {
        Some(_) => HttpResponse::Ok().json(idp.key.jwks()),
        None => pages::not_found(request).await,
    }
}
