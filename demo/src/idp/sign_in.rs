//! The pages of a sign-in. One address shows whatever comes next; every button posts and is led back to it.

use super::authenticators::{self, Check};
use super::authorize::{return_to, send_back};
use super::claims::{Proof, SignedIn};
use super::steps::{Step, next};
use super::store::{Flow, Session};
use super::{Idp, browser, browser_cookie, pages};
use crate::people::{self, Accounts, Persona};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::Deserialize;

/// One browser's look at its sign-in.
struct Visit<'a> {
    idp: &'a Idp,
    id: String,
    browser: String,
    now: DateTime<Utc>,
    flow: Flow,
    session: Option<Session>,
}

impl<'a> Visit<'a> {
    /// Nothing when this browser has no such sign-in (any more).
    fn enter(idp: &'a Idp, id: &str, request: &HttpRequest) -> Option<Self> {
        let (browser, now) = (browser(request), idp.now());
        let mut store = idp.store();
        let session = store.session(&browser, now);
        let flow = store.flow(id, &browser, now).cloned()?;
        Some(Self { idp, id: id.to_owned(), browser, now, flow, session })
    }

    fn step(&self) -> Step {
        next(self.idp, &self.flow, self.session)
    }

    /// Changes the sign-in and leads back to its address.
    fn change(self, change: impl FnOnce(&mut Flow)) -> HttpResponse {
        if let Some(flow) = self.idp.store().flow(&self.id, &self.browser, self.now) {
            change(flow);
        }
        self.back(None)
    }

    /// Signs the person in, changes the sign-in accordingly and leads back to its address.
    fn signed_in(self, persona: &'static Persona, proof: Proof, change: impl FnOnce(&mut Flow)) -> HttpResponse {
        let session = Session { persona, proof, at: self.now };
        let fresh = {
            let mut store = self.idp.store();
            let fresh = store.sign_in(&self.browser, session, self.now);
            if let Some(flow) = store.flow(&self.id, &fresh, self.now) {
                flow.sign_in_again = false;
                flow.at_provider = None;
                flow.enrolling = None;
                change(flow);
            }
            fresh
        };
        self.back(Some(&fresh))
    }

    fn back(&self, fresh_cookie: Option<&str>) -> HttpResponse {
        let mut response = HttpResponse::SeeOther();
        response.insert_header((header::LOCATION, format!("/sign-in/{}", self.id)));
        if let Some(value) = fresh_cookie {
            response.cookie(browser_cookie(value));
        }
        response.finish()
    }

    /// The secret of the app that is being set up, the same on every look.
    fn enrolling(&self) -> String {
        let mut store = self.idp.store();
        match store.flow(&self.id, &self.browser, self.now) {
            Some(flow) => flow.enrolling.get_or_insert_with(authenticators::new_secret).clone(),
            None => authenticators::new_secret(),
        }
    }
}

/// The answer to the application: a code for who signed in.
pub(super) fn finish(idp: &Idp, id: &str, flow: &Flow, who: SignedIn) -> HttpResponse {
    let code = {
        let mut store = idp.store();
        store.end(id);
        store.grant(flow.request.clone(), who, idp.now())
    };
    return_to(&flow.request.redirect_uri, &[("code", Some(&code)), ("state", flow.request.state.as_deref())])
}

/// `GET /sign-in/{flow}`: the page of the next step.
pub(super) async fn show(idp: web::Data<Idp>, id: web::Path<String>, request: HttpRequest) -> HttpResponse {
    match Visit::enter(&idp, &id, &request) {
        Some(visit) => page(&visit, &request, None),
        None => pages::flow_over(&request),
    }
}

fn page(visit: &Visit, request: &HttpRequest, problem: Option<Check>) -> HttpResponse {
    let look = pages::Look::new(visit.idp, request, visit.flow.request.lang);
    match visit.step() {
        Step::SignIn => pages::sign_in(&look, &visit.id, &visit.flow.request),
        Step::Federated(person) => pages::federated(&look, &visit.id, person, visit.flow.request.wants_mfa),
        Step::Register(person) => pages::register(&look, &visit.id, person, &visit.enrolling(), problem),
        Step::Verify(person) => pages::verify(&look, &visit.id, person, problem),
        Step::Done(who) => finish(visit.idp, &visit.id, &visit.flow, who),
    }
}

/// `GET /sign-in/{flow}/qr.svg`: the secret for an authenticator app's camera.
pub(super) async fn qr(idp: web::Data<Idp>, id: web::Path<String>, request: HttpRequest) -> HttpResponse {
    let Some(visit) = Visit::enter(&idp, &id, &request) else { return pages::flow_over(&request) };
    let Step::Register(person) = visit.step() else { return pages::not_found(request).await };
    let code = authenticators::otpauth_url(&visit.enrolling(), person).and_then(|url| Ok(QrCode::new(url)?));
    match code {
        Ok(code) => HttpResponse::Ok()
            .content_type("image/svg+xml")
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(code.render::<svg::Color>().min_dimensions(240, 240).build()),
        Err(error) => pages::broken(&request, &error),
    }
}

#[derive(Deserialize)]
pub(super) struct Choice {
    persona: String,
}

/// `POST …/persona`: a persona was chosen, in the place of a name and a password.
pub(super) async fn persona(
    idp: web::Data<Idp>,
    id: web::Path<String>,
    form: web::Form<Choice>,
    request: HttpRequest,
) -> HttpResponse {
    let Some(visit) = Visit::enter(&idp, &id, &request) else { return pages::flow_over(&request) };
    let allowed = |person: &&Persona| visit.flow.request.tenant.is_none_or(|tenant| tenant.id == person.tenant.id);
    let Some(person) = people::persona(&form.persona).filter(allowed) else {
        return pages::bad_request(&request, "error-unknown-persona", &form.persona);
    };
    match person.tenant.accounts {
        Accounts::FederatedPassesMfaOn | Accounts::FederatedMfaUnseen => {
            visit.change(|flow| flow.at_provider = Some(person))
        }
        Accounts::ManagedMfaDone => visit.signed_in(person, Proof::Mfa, |_| ()),
        Accounts::ManagedRegistered | Accounts::ManagedUnregistered => visit.signed_in(person, Proof::Password, |_| ()),
    }
}

/// `POST …/federated`: the person's own provider has done its part; what it says about MFA differs.
pub(super) async fn federated(idp: web::Data<Idp>, id: web::Path<String>, request: HttpRequest) -> HttpResponse {
    let Some(visit) = Visit::enter(&idp, &id, &request) else { return pages::flow_over(&request) };
    let Step::Federated(person) = visit.step() else { return visit.back(None) };
    match person.tenant.accounts {
        Accounts::FederatedPassesMfaOn => visit.signed_in(person, Proof::Mfa, |_| ()),
        _ => visit.signed_in(person, Proof::Password, |flow| flow.mfa_did_not_arrive = true),
    }
}

#[derive(Deserialize)]
pub(super) struct Code {
    code: String,
}

/// `POST …/code`: a code from an authenticator app, registered or being set up.
pub(super) async fn code(
    idp: web::Data<Idp>,
    id: web::Path<String>,
    form: web::Form<Code>,
    request: HttpRequest,
) -> HttpResponse {
    let Some(visit) = Visit::enter(&idp, &id, &request) else { return pages::flow_over(&request) };
    let (person, check) = match visit.step() {
        Step::Register(person) => {
            (person, idp.authenticators.register(person, &visit.enrolling(), &form.code, visit.now))
        }
        Step::Verify(person) => (person, idp.authenticators.verify(person, &form.code, visit.now)),
        _ => return visit.back(None),
    };
    match check {
        Ok(Check::Right) => visit.signed_in(person, Proof::OneTimeCode, |_| ()),
        Ok(problem) => page(&visit, &request, Some(problem)),
        Err(error) => pages::broken(&request, &error),
    }
}

/// `POST …/switch`: another persona, please.
pub(super) async fn switch(idp: web::Data<Idp>, id: web::Path<String>, request: HttpRequest) -> HttpResponse {
    match Visit::enter(&idp, &id, &request) {
        Some(visit) => visit.change(|flow| {
            flow.sign_in_again = true;
            flow.at_provider = None;
            flow.enrolling = None;
            flow.mfa_did_not_arrive = false;
        }),
        None => pages::flow_over(&request),
    }
}

/// `POST …/cancel`: back to the application without an answer.
pub(super) async fn cancel(idp: web::Data<Idp>, id: web::Path<String>, request: HttpRequest) -> HttpResponse {
    match Visit::enter(&idp, &id, &request) {
        Some(visit) => {
            idp.store().end(&visit.id);
            let asked = &visit.flow.request;
            let refusal = ("access_denied", "the person chose not to go on".to_owned());
            send_back(&asked.redirect_uri, asked.state.as_deref(), &refusal)
        }
        None => pages::flow_over(&request),
    }
}
