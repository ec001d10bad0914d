//! `/token-check`: the doctor for people. The server reads claims alone; a pasted token is read by `static/token-check.js` in the
//! browser, in a field that no form sends.

use super::api::{TokenCheckBody, edition, examine};
use super::words::{FindingView, IssueView, TokenCheckView};
use super::{Severity, Verdict};
use crate::app::Desk;
use crate::locale::Lang;
use crate::problem::InputError;
use crate::web::components::{Outcome, Tag, Tone};
use crate::web::extract::distinct_keys;
use crate::web::field::Field;
use crate::web::headers::with_own_script;
use crate::web::secrets::{holds_token, looks_like_token, query_holds_token};
use crate::web::{Failure, Form, FormFields, Html, Page, Reader};
use actix_web::http::StatusCode;
use actix_web::web::{Data, ServiceConfig, get, post, resource};
use actix_web::{CustomizeResponder, HttpRequest, Responder};
use askama::Template;
use chrono_tz::Tz;
use serde_json::{Map, Value};

/// `/token-check`
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/token-check").route(get().to(show)).route(post().to(check)));
}

/// Claims whose values the script keeps; of all others it sends nothing.
const KEPT: [&str; 24] = [
    "acr",
    "acrs",
    "amr",
    "appid",
    "appidacr",
    "at_hash",
    "aud",
    "azp",
    "azpacr",
    "c_hash",
    "exp",
    "iat",
    "idtyp",
    "iss",
    "nbf",
    "nonce",
    "oid",
    "roles",
    "scp",
    "tid",
    "ver",
    "authenticationmethodsreferences",
    "http://schemas.microsoft.com/claims/authnmethodsreferences",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/authenticationmethodsreferences",
];
/// Claims of which the script sends only that they are there.
const NAMED: [&str; 4] = ["name", "preferred_username", "unique_name", "upn"];

#[derive(Template)]
#[template(path = "doctor/token_check.html")]
struct TokenCheckPage {
    page: Page,
    claims: Field,
    audience: Field,
    kept: String,
    named: String,
    result: Option<ResultView>,
}

/// The page with its status and its policy.
type Answer = CustomizeResponder<Html<TokenCheckPage>>;

struct ResultView {
    verdict: Outcome,
    in_the_way: Vec<(Tag, FindingView)>,
    in_order: Vec<(Tag, FindingView)>,
    issues: Vec<IssueView>,
}

/// The empty form. A token in the address is refused: it has gone over the network already, and the page says so.
async fn show(reader: Reader, request: HttpRequest) -> Result<Answer, Failure> {
    if query_holds_token(request.query_string()) {
        return Err(InputError::new("", "looks_like_token").into());
    }
    Ok(with_status(page(&reader, &FormFields::default(), &[], None), StatusCode::OK))
}

/// What the doctor says of the claims; or the form again, with what is wrong and without any token.
async fn check(desk: Data<Desk>, reader: Reader, request: HttpRequest, values: FormFields) -> Result<Answer, Failure> {
    let holds = |text: &str| looks_like_token(text) || query_holds_token(text);
    if holds(request.query_string())
        || values.iter().any(|(name, value)| looks_like_token(name) || looks_like_token(value))
    {
        return Ok(wrong(&reader, &FormFields::default(), "looks_like_token"));
    }
    let claims = match claims(values.get("claims")) {
        Ok(claims) if holds_token(&Value::Object(claims.clone())) => {
            return Ok(wrong(&reader, &FormFields::default(), "looks_like_token"));
        }
        Ok(claims) => claims,
        Err(code) => return Ok(wrong(&reader, &values, code)),
    };
    let body = TokenCheckBody { claims, audience: Some(values.get("audience").to_owned()) };
    let edition = edition(&desk)?;
    let view = examine(&desk, &edition, &body, &reader, zone(&reader, values.get("zone")), "");
    Ok(with_status(page(&reader, &values, &[], Some(view)), StatusCode::OK))
}

/// What was typed as a JSON object.
fn claims(typed: &str) -> Result<Map<String, Value>, &'static str> {
    if typed.trim().is_empty() {
        return Err("empty");
    }
    let value: Value = serde_json::from_str(typed).map_err(|_| "claims_unreadable")?;
    if !value.is_object() {
        return Err("claims_no_object");
    }
    distinct_keys(&mut serde_json::Deserializer::from_str(typed)).map_err(|_| "claims_twice")
}

/// The zone that the browser named, else that of most readers of the language.
fn zone(reader: &Reader, named: &str) -> Tz {
    let usual = if reader.lang == Lang::Ja { Tz::Asia__Tokyo } else { Tz::UTC };
    named.parse().unwrap_or(usual)
}

fn wrong(reader: &Reader, values: &FormFields, code: &'static str) -> Answer {
    let errors = [InputError::new("/claims", code)];
    with_status(page(reader, values, &errors, None), StatusCode::UNPROCESSABLE_ENTITY)
}

fn with_status(page: TokenCheckPage, status: StatusCode) -> Answer {
    let policy = with_own_script(&page.page.reader.site);
    Html(page).customize().with_status(status).insert_header(policy)
}

fn page(reader: &Reader, values: &FormFields, errors: &[InputError], view: Option<TokenCheckView>) -> TokenCheckPage {
    let page = reader.page("doctor-title").back_to("/self-check", "self-check-title");
    let mut form = Form::new(reader.lang, values, errors);
    let claims = form.area("/claims", page.t("doctor-claims")).hint(page.t("doctor-claims-hint")).rows(8).code();
    let audience = form.input("/audience", page.t("doctor-audience")).hint(page.t("doctor-audience-hint")).optional();
    let page = page.with_errors(form.summary());
    let result = view.map(|view| result(&page, view));
    TokenCheckPage { page, claims, audience, kept: KEPT.join(" "), named: NAMED.join(" "), result }
}

fn result(page: &Page, view: TokenCheckView) -> ResultView {
    let (in_the_way, in_order) = view
        .findings
        .into_iter()
        .map(|finding| (tag(page, finding.severity), finding))
        .partition(|(_, finding)| matches!(finding.severity, Severity::Error | Severity::Warning));
    ResultView { verdict: verdict(page, view.verdict), in_the_way, in_order, issues: view.issues }
}

fn tag(page: &Page, severity: Severity) -> Tag {
    let (tone, key) = match severity {
        Severity::Ok => (Tone::Ok, "doctor-severity-ok"),
        Severity::Info => (Tone::Info, "doctor-severity-info"),
        Severity::Warning => (Tone::Warn, "doctor-severity-warning"),
        Severity::Error => (Tone::Bad, "doctor-severity-error"),
    };
    Tag::new(tone, page.t(key))
}

fn verdict(page: &Page, verdict: Verdict) -> Outcome {
    let (tone, key) = match verdict {
        Verdict::MfaVerified => (Tone::Ok, "doctor-verdict-mfa-verified"),
        Verdict::AppOnly => (Tone::Ok, "doctor-verdict-app-only"),
        Verdict::MfaMissing => (Tone::Warn, "doctor-verdict-mfa-missing"),
        Verdict::OtherFault => (Tone::Warn, "doctor-verdict-other-fault"),
    };
    Outcome {
        tone,
        word: page.t(key),
        why: page.t(&format!("{key}-why")),
        now_heading: page.t("self-check-now"),
        now: vec![page.t(&format!("{key}-now")).into()],
        reference: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Code;

    #[test]
    fn the_script_keeps_every_claim_that_a_finding_is_about() {
        for code in Code::ALL {
            assert!(KEPT.contains(&code.claim()), "{}", code.claim());
        }
        assert!(!KEPT.iter().any(|claim| NAMED.contains(claim)));
    }

    #[test]
    fn claims_are_one_object_in_which_no_claim_comes_twice() {
        for (typed, code) in [
            (" ", "empty"),
            ("{", "claims_unreadable"),
            ("[1]", "claims_no_object"),
            (r#"{"amr": ["mfa"], "amr": ["pwd"]}"#, "claims_twice"),
        ] {
            assert_eq!(claims(typed), Err(code), "{typed}");
        }
        assert!(claims(r#"{"amr": ["mfa"]}"#).is_ok());
    }
}
