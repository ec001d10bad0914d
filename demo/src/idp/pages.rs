//! The provider's pages: what each shows.

use super::Idp;
use super::authenticators::{self, Check};
use super::claims::Proof;
use super::store::{Session, SignInRequest};
use crate::locale::Lang;
use crate::pages::{Page, html};
use crate::people::{Accounts, PERSONAS, Persona, TENANTS, Tenant};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// Who looks: the reader's language, and what the page may lead to.
pub(super) struct Look<'a> {
    idp: &'a Idp,
    page: Page,
}

impl<'a> Look<'a> {
    /// `wished` is the language that the application asked for.
    pub fn new(idp: &'a Idp, request: &HttpRequest, wished: Option<Lang>) -> Self {
        let page = Page::new(request);
        Self { idp, page: Page { lang: wished.unwrap_or(page.lang) } }
    }

    fn send(&self, status: StatusCode, template: &impl Template) -> HttpResponse {
        html(status, template, self.page.lang, &self.idp.form_targets)
    }
}

/// A tenant with its people, as the choice shows them.
struct Group {
    tenant: &'static Tenant,
    people: Vec<&'static Persona>,
}

fn groups(only: Option<&Tenant>) -> Vec<Group> {
    let mut groups = Vec::new();
    for tenant in TENANTS.into_iter().filter(|tenant| only.is_none_or(|only| only.id == tenant.id)) {
        groups.push(Group { tenant, people: PERSONAS.iter().filter(|p| p.tenant.id == tenant.id).collect() });
    }
    groups
}

#[derive(Template)]
#[template(path = "idp/sign-in.html")]
struct SignInPage<'a> {
    page: Page,
    flow: &'a str,
    client: &'a str,
    groups: Vec<Group>,
}

pub(super) fn sign_in(look: &Look, flow: &str, asked: &SignInRequest) -> HttpResponse {
    let template = SignInPage { page: look.page, flow, client: &asked.client, groups: groups(asked.tenant) };
    look.send(StatusCode::OK, &template)
}

#[derive(Template)]
#[template(path = "idp/federated.html")]
struct FederatedPage<'a> {
    page: Page,
    flow: &'a str,
    person: &'a Persona,
    passes_mfa_on: bool,
    wants_mfa: bool,
}

pub(super) fn federated(look: &Look, flow: &str, person: &Persona, wants_mfa: bool) -> HttpResponse {
    let passes_mfa_on = person.tenant.accounts == Accounts::FederatedPassesMfaOn;
    look.send(StatusCode::OK, &FederatedPage { page: look.page, flow, person, passes_mfa_on, wants_mfa })
}

/// The problem's message, for the field and for the title.
fn problem_text(look: &Look, problem: Option<Check>) -> Option<String> {
    let key = match problem? {
        Check::Right => return None,
        Check::Wrong => "code-wrong",
        Check::UsedBefore => "code-used",
        Check::Paused => "code-paused",
    };
    Some(look.page.t(key))
}

fn problem_status(problem: Option<Check>) -> StatusCode {
    match problem {
        None | Some(Check::Right) => StatusCode::OK,
        Some(Check::Wrong | Check::UsedBefore) => StatusCode::UNPROCESSABLE_ENTITY,
        Some(Check::Paused) => StatusCode::TOO_MANY_REQUESTS,
    }
}

#[derive(Template)]
#[template(path = "idp/register.html")]
struct RegisterPage<'a> {
    page: Page,
    flow: &'a str,
    person: &'a Persona,
    secret: String,
    url: String,
    code_now: String,
    problem: Option<String>,
}

pub(super) fn register(
    look: &Look,
    flow: &str,
    person: &Persona,
    secret: &str,
    problem: Option<Check>,
) -> HttpResponse {
    // Groups of four are easier to type from the screen; apps ignore the spaces.
    let grouped = secret.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    let template = RegisterPage {
        page: look.page,
        flow,
        person,
        url: authenticators::otpauth_url(secret, person).unwrap_or_default(),
        code_now: authenticators::code_for(secret, person, look.idp.now()).unwrap_or_default(),
        secret: grouped,
        problem: problem_text(look, problem),
    };
    look.send(problem_status(problem), &template)
}

#[derive(Template)]
#[template(path = "idp/verify.html")]
struct VerifyPage<'a> {
    page: Page,
    flow: &'a str,
    person: &'a Persona,
    code_now: String,
    problem: Option<String>,
}

pub(super) fn verify(look: &Look, flow: &str, person: &Persona, problem: Option<Check>) -> HttpResponse {
    let template = VerifyPage {
        page: look.page,
        flow,
        person,
        code_now: look.idp.authenticators.current_code(person, look.idp.now()).unwrap_or_default(),
        problem: problem_text(look, problem),
    };
    look.send(problem_status(problem), &template)
}

#[derive(Template)]
#[template(path = "idp/home.html")]
struct HomePage<'a> {
    page: Page,
    session: Option<Session>,
    groups: Vec<Group>,
    registered: Vec<&'a Persona>,
    metadata: String,
}

impl HomePage<'_> {
    fn amr(proof: &Proof) -> String {
        proof.amr().join(", ")
    }
}

pub(super) fn home(look: &Look, session: Option<Session>) -> HttpResponse {
    let own_app = |p: &&Persona| p.tenant.accounts == Accounts::ManagedUnregistered && look.idp.registered(p);
    let template = HomePage {
        page: look.page,
        session,
        groups: groups(None),
        registered: PERSONAS.iter().filter(own_app).collect(),
        metadata: format!("{}/organizations/v2.0/.well-known/openid-configuration", look.idp.base),
    };
    look.send(StatusCode::OK, &template)
}

#[derive(Template)]
#[template(path = "idp/sign-out.html")]
struct SignOutPage<'a> {
    page: Page,
    session: Option<Session>,
    client: &'a str,
    address: &'a str,
    state: &'a str,
}

pub(super) fn sign_out(
    look: &Look,
    session: Option<Session>,
    client: &str,
    address: &str,
    state: &str,
) -> HttpResponse {
    look.send(StatusCode::OK, &SignOutPage { page: look.page, session, client, address, state })
}

#[derive(Template)]
#[template(path = "idp/notice.html")]
struct NoticePage<'a> {
    page: Page,
    title: String,
    text: String,
    detail: &'a str,
}

fn notice(request: &HttpRequest, status: StatusCode, key: &str, detail: &str) -> HttpResponse {
    let page = Page::new(request);
    let template = NoticePage { page, title: page.t(key), text: page.t(&format!("{key}-text")), detail };
    html(status, &template, page.lang, &[])
}

/// A request that an application got wrong; `detail` is what it sent.
pub(super) fn bad_request(request: &HttpRequest, key: &str, detail: &str) -> HttpResponse {
    notice(request, StatusCode::BAD_REQUEST, key, detail)
}

/// A sign-in that took too long, was finished, or began in another browser.
pub(super) fn flow_over(request: &HttpRequest) -> HttpResponse {
    notice(request, StatusCode::GONE, "error-flow-over", "")
}

/// Something failed here; the log says what.
pub(super) fn broken(request: &HttpRequest, error: &anyhow::Error) -> HttpResponse {
    tracing::error!(error = format!("{error:#}"), "the development identity provider failed");
    notice(request, StatusCode::INTERNAL_SERVER_ERROR, "error-broken", "")
}

/// No such address.
pub(super) async fn not_found(request: HttpRequest) -> HttpResponse {
    notice(&request, StatusCode::NOT_FOUND, "error-not-found", request.path())
}
