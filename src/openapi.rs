//! The OpenAPI 3.1 document, generated from the handlers.

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// Everything that programs may call.
#[derive(OpenApi)]
#[openapi(
    info(title = "Exception Desk", description = "Technical exceptions to an MFA mandate: ask, decide, publish."),
    paths(
        crate::intake::api::create_request,
        crate::intake::api::list_requests,
        crate::intake::api::get_request,
        crate::intake::api::withdraw_request,
        crate::intake::api::classify_request,
        crate::review::api::get_queue,
        crate::review::api::post_decision,
        crate::exceptions::api::list_exceptions,
        crate::exceptions::api::get_exception,
        crate::exceptions::api::revoke_exception,
        crate::exceptions::suspensions::list_suspensions,
        crate::exceptions::suspensions::place,
        crate::exceptions::suspensions::lift,
        crate::identity::partners::api::list_partners,
        crate::identity::partners::api::register_partner,
        crate::feed::http::rules,
        crate::feed::http::jwks,
        crate::health::live,
        crate::health::ready,
        crate::health::feed,
    ),
    modifiers(&Bearer)
)]
pub struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("An access token of a configured identity provider, for this desk's audience"))
            .build();
        let components = openapi.components.get_or_insert_with(Default::default);
        components.security_schemes.insert("bearer".to_owned(), SecurityScheme::Http(scheme).into());
    }
}
