//! The OpenAPI 3.1 document, generated from the handlers.

mod complete;
mod example;
mod webhooks;

use crate::problem::{FieldError, Problem};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Schema};
use utoipa::{IntoResponses, Modify, OpenApi};

/// Everything that programs may call.
#[derive(OpenApi)]
#[openapi(
    info(title = "Exception Desk", description = "Technical exceptions to an MFA mandate: ask, decide, publish."),
    paths(
        crate::intake::api::create_request,
        crate::intake::api::list_requests,
        crate::intake::api::get_request,
        crate::intake::api::clock::get_clock,
        crate::intake::api::withdraw_request,
        crate::intake::api::course::reply_to_request,
        crate::intake::api::course::reopen_request,
        crate::intake::api::classify_request,
        crate::intake::drafts::api::create_draft,
        crate::intake::drafts::api::list_drafts,
        crate::intake::drafts::api::get_draft,
        crate::intake::drafts::api::put_draft,
        crate::intake::drafts::api::delete_draft,
        crate::intake::drafts::api::submit_draft,
        crate::evidence::api::add_evidence,
        crate::evidence::api::list_evidence,
        crate::evidence::api::download_evidence,
        crate::evidence::api::remove_evidence,
        crate::evidence::api::add_draft_evidence,
        crate::evidence::api::list_draft_evidence,
        crate::evidence::api::download_draft_evidence,
        crate::evidence::api::remove_draft_evidence,
        crate::review::api::get_queue,
        crate::review::api_claim::post_claim,
        crate::review::api_claim::post_release,
        crate::review::api::post_ask,
        crate::review::api::post_appeal,
        crate::review::api::post_decision,
        crate::review::api::after_check::post_after_check,
        crate::review::api::same::get_same,
        crate::review::api::same::post_same,
        crate::review::api::notes::get_notes,
        crate::review::api::notes::post_note,
        crate::exceptions::api::list_exceptions,
        crate::exceptions::api::get_exception,
        crate::exceptions::api::revoke_exception,
        crate::exceptions::api::partner::end_exception,
        crate::exceptions::api::partner::dispute_exception,
        crate::exceptions::api::renewal::renew_exception,
        crate::exceptions::api::coverage::my_coverage,
        crate::exceptions::api::held::list_held,
        crate::exceptions::api::held::confirm_held,
        crate::exceptions::suspensions::list_suspensions,
        crate::exceptions::suspensions::place,
        crate::exceptions::suspensions::lift,
        crate::identity::partners::api::list_partners,
        crate::identity::partners::api::register_partner,
        crate::editions::api::list_editions,
        crate::editions::api::propose_edition,
        crate::editions::api::get_edition,
        crate::editions::api::confirm_edition,
        crate::editions::api::withdraw_edition,
        crate::editions::api::simulate,
        crate::identity::partners::one::get_partner,
        crate::identity::partners::calendar::change_calendar,
        crate::identity::partners::one::lift_hold,
        crate::calendars::api::preview_days,
        crate::calendars::api::announce_days,
        crate::calendars::api::get_announcement,
        crate::calendars::api::withdraw_days,
        crate::audit::api::list_events,
        crate::audit::api::get_chain,
        crate::audit::api::export_events,
        crate::reports::api::get_report,
        crate::doctor::api::check_claims,
        crate::notify::mails::api::list_mails,
        crate::notify::mails::api::resend_mail,
        crate::notify::staff::api::get_my_mail,
        crate::notify::staff::api::put_my_mail,
        crate::notify::staff::api::ask_for_address,
        crate::notify::staff::api::confirm_address,
        crate::notify::staff::api::remove_address,
        crate::notify::second_contact::api::get_second_contact,
        crate::notify::second_contact::api::put_second_contact,
        crate::notify::second_contact::api::delete_second_contact,
        crate::notify::second_contact::api::confirm_second_contact,
        crate::notify::webhooks::api::list_webhooks,
        crate::notify::webhooks::api::add_webhook,
        crate::notify::webhooks::api::get_webhook,
        crate::notify::webhooks::api::put_webhook,
        crate::notify::webhooks::api::delete_webhook,
        crate::notify::webhooks::api::enable_webhook,
        crate::notify::webhooks::api::disable_webhook,
        crate::notify::webhooks::api::rotate_webhook,
        crate::notify::webhooks::api::test_webhook,
        crate::notify::webhooks::api_deliveries::list_deliveries,
        crate::notify::webhooks::api_deliveries::resend_delivery,
        crate::feed::http::rules,
        crate::feed::http::changes,
        crate::feed::stream::stream,
        crate::feed::opa::http::bundle,
        crate::feed::http::jwks,
        crate::reach::report::post_report,
        crate::reach::api::list_points,
        crate::reach::api::get_point,
        crate::reach::api::retire_point,
        crate::reach::api::list_clients,
        crate::reach::api::put_client,
        crate::reach::api::list_changes,
        crate::reach::api::get_change,
        crate::reach::need_api::get_hits,
        crate::reach::need_api::close_exception,
        crate::reach::need_api::get_day,
        crate::reach::need_api::list_unneeded,
        crate::health::live,
        crate::health::ready,
        crate::health::feed,
        crate::health::scanner,
    ),
    components(schemas(Problem, FieldError)),
    modifiers(&Bearer, &Example)
)]
struct Document;

/// The document, with an example of every body and what the desk itself calls.
pub fn document() -> Value {
    let mut document = serde_json::to_value(Document::openapi()).unwrap_or_default();
    complete::complete(&mut document);
    document["webhooks"] = webhooks::section();
    document
}

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

/// What a request looks like: the policy's own words, which no code knows.
struct Example;

impl Modify for Example {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let body = openapi.components.as_mut().and_then(|components| components.schemas.get_mut("RequestBody"));
        if let Some(RefOr::T(Schema::Object(body))) = body {
            body.examples.extend(crate::policy::example_request());
        }
    }
}

/// What any call with credentials may be answered.
pub struct Authenticated;

impl IntoResponses for Authenticated {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("401", "No or bad credentials"),
            (
                "503",
                "The database or the identity provider is away, or too many do the same that takes long; `Retry-After` says when to try again",
            ),
        ])
    }
}

/// What any call with a JSON body may be answered besides 422.
pub struct JsonIn;

impl IntoResponses for JsonIn {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[("400", "Unreadable JSON"), ("413", "Body too large"), ("415", "Not JSON")])
    }
}

/// What any call that creates may be answered when it brings a key.
pub struct Repeatable;

impl IntoResponses for Repeatable {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[(
            "409",
            "The first call with this `Idempotency-Key` is still running; `Retry-After` says when to try again",
        )])
    }
}

/// What a call that is limited by user and tenant may be answered.
pub struct Paced;

impl IntoResponses for Paced {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[("429", "Too many of these calls by you or your tenant; `Retry-After` says when to try again")])
    }
}

/// What any change of a thing may be answered.
pub struct Versioned;

impl IntoResponses for Versioned {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[("412", "It changed since you read it"), ("428", "`If-Match` is missing")])
    }
}

fn problems(told: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let problem = || ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response =
        |text: &str| ResponseBuilder::new().description(text).content("application/problem+json", problem()).build();
    told.iter().map(|(status, text)| ((*status).to_owned(), response(text).into())).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    /// Two shapes of one name would hide each other, and the document would say of one what holds of the other.
    #[test]
    fn no_two_shapes_share_a_name() {
        let mut named: BTreeMap<String, String> = BTreeMap::new();
        for (file, text) in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
            for declared in text.split("ToSchema").skip(1).filter(|rest| rest.starts_with([')', ',', '\n'])) {
                let own = declared.split("pub ").next().unwrap_or_default();
                let renamed = own.split("schema(as = ").nth(1).and_then(|rest| rest.split(')').next());
                let mut words = declared.split("pub ").nth(1).unwrap_or_default().split([' ', '<', '(', ';']);
                let kind = words.next().unwrap_or_default();
                let name = renamed.or(words.next()).unwrap_or_default().to_owned();
                if !matches!(kind, "struct" | "enum") || name.starts_with('$') {
                    continue;
                }
                if let Some(other) = named.insert(name.clone(), file.clone()) {
                    panic!("`{name}` is a shape in `{other}` and in `{file}`: rename one with `#[schema(as = …)]`");
                }
            }
        }
        assert!(named.len() > 40, "the search finds them: {named:?}");
    }

    fn sources(folder: &Path) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(sources(&path));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
        found
    }
}
