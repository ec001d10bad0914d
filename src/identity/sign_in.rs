//! Signing in and out in the browser, and the step-up that staff need.

use crate::app::Desk;
use crate::identity::person::SESSION_PERSON;
use crate::identity::{Caller, ObjectId, TenantId, people, person_in_session, staff};
use crate::problem::Kind;
use crate::web::page::safe_return;
use crate::web::{Failure, Message, Reader};
use actix_session::Session;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::TimeDelta;
use relying_party::{CallbackQuery, PendingSignIn, Prompt, Secret, SignInError, SignInOptions};
use serde::{Deserialize, Serialize};
use url::Url;

/// How long a sign-in counts at most; staff of a later day sign in again.
const LIFETIME: TimeDelta = TimeDelta::hours(10);

/// A step-up counts when the provider asked the person within this many seconds; what it remembers from earlier is no answer.
const STEP_UP_WITHIN: u32 = 300;

const PENDING: &str = "pending";
const PROVIDER: &str = "provider";

/// `/sign-in`, its callback, and `/sign-out`.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/sign-in").get(sign_in))
        .service(web::resource("/sign-in/callback").get(callback))
        .service(web::resource("/sign-out").post(sign_out));
}

/// What `/sign-in` is asked for.
#[derive(Debug, Deserialize)]
pub struct SignInQuery {
    /// The page to come back to.
    #[serde(default)]
    return_to: String,
    /// Present: ask the provider for MFA.
    step_up: Option<String>,
    /// One of several providers.
    issuer: Option<String>,
}

/// A sign-in that is under way, in the browser's session.
#[derive(Serialize, Deserialize)]
struct UnderWay {
    sign_in: PendingSignIn,
    return_to: String,
    /// Who steps up: nobody else may come back.
    #[serde(default)]
    steps_up: Option<(TenantId, ObjectId)>,
}

/// Where a session's person came from, to sign out there too.
#[derive(Serialize, Deserialize)]
struct Provider {
    issuer: String,
    id_token: String,
}

/// Sends the browser to the identity provider.
pub async fn sign_in(
    desk: web::Data<Desk>,
    reader: Reader,
    session: Session,
    query: web::Query<SignInQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    desk.limits.check_sign_in(&request)?;
    let step_up = query.step_up.is_some();
    let steps_up =
        person_in_session(&desk, &request).filter(|_| step_up).map(|person| (person.tenant, person.object_id));
    let issuer = query.issuer.clone().or_else(|| default_issuer(&desk, &session, steps_up.is_some()));
    let issuer = issuer.ok_or_else(|| Failure::new(Kind::Internal))?;
    let options = SignInOptions {
        acr_values: desk.config.identity.step_up_acr.iter().filter(|_| step_up).cloned().collect(),
        // Somebody signed in as another person chooses anew; a step-up stays with the person.
        prompt: (!step_up).then_some(Prompt::SelectAccount),
        max_age: step_up.then_some(STEP_UP_WITHIN),
        login_hint: None,
        ui_locales: Some(reader.lang.tag().to_owned()),
    };
    let now = desk.clock.now();
    let start = desk.relying_party.start_sign_in(&issuer, &redirect_uri(&desk), &options, now).await.map_err(failed)?;
    let return_to = safe_return(&query.return_to).to_owned();
    let under_way = UnderWay { sign_in: start.pending, return_to, steps_up };
    session.insert(PENDING, &under_way).map_err(Failure::internal)?;
    Ok(see_other(start.authorize_url.as_str()))
}

/// A step-up stays with the provider that knows the person; everybody else begins at the first.
fn default_issuer(desk: &Desk, session: &Session, steps_up: bool) -> Option<String> {
    let provider: Option<Provider> = session.get(PROVIDER).ok().flatten().filter(|_| steps_up);
    let issuers = || desk.relying_party.issuers();
    let known = provider.and_then(|provider| issuers().find(|issuer| *issuer == provider.issuer));
    known.or_else(|| issuers().next()).map(str::to_owned)
}

/// The browser comes back: whoever the provider names is signed in, in a new session.
pub async fn callback(
    desk: web::Data<Desk>,
    session: Session,
    query: web::Query<CallbackQuery>,
) -> Result<HttpResponse, Failure> {
    let under_way: Option<UnderWay> = session.get(PENDING).ok().flatten();
    session.remove(PENDING);
    let under_way = under_way.ok_or_else(|| failed(SignInError::State))?;
    let now = desk.clock.now();
    let signed_in = desk
        .relying_party
        .finish_sign_in(under_way.sign_in, query.into_inner(), &redirect_uri(&desk), now)
        .await
        .map_err(failed)?;
    let Some(Caller::Person(person)) = Caller::from_claims(&desk, &signed_in.claims, now + LIFETIME) else {
        return Err(again(Failure::new(Kind::SignInFailed).detail(Message::new("sign-in-names-nobody"))));
    };
    if under_way.steps_up.is_some_and(|who| who != (person.tenant, person.object_id)) {
        return Err(again(Failure::new(Kind::SignInFailed).detail(Message::new("step-up-as-somebody-else"))));
    }
    // Session fixation: whatever key the browser had before names nothing from here on.
    session.renew();
    people::remember(&desk.db, &person, now).await?;
    staff::remember(&desk.db, &person, now).await?;
    let provider = Provider { issuer: signed_in.issuer, id_token: signed_in.id_token.expose().to_owned() };
    session.insert(SESSION_PERSON, &person).map_err(Failure::internal)?;
    session.insert(PROVIDER, &provider).map_err(Failure::internal)?;
    tracing::info!(tenant = %person.tenant, mfa = person.mfa, "signed in");
    Ok(see_other(&under_way.return_to))
}

/// Ends the session here and, when it can, at the provider.
pub async fn sign_out(desk: web::Data<Desk>, session: Session, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let provider: Option<Provider> = session.get(PROVIDER).ok().flatten();
    let was_signed_in = person_in_session(&desk, &request).is_some();
    session.purge();
    let signed_out = desk.config.server.public_url.join("/signed-out").map_err(Failure::internal)?;
    if let Some(provider) = provider.filter(|_| was_signed_in) {
        let hint = Secret::new(provider.id_token);
        match desk.relying_party.end_session_url(&provider.issuer, Some(&hint), &signed_out, desk.clock.now()).await {
            Ok(Some(url)) => return Ok(see_other(url.as_str())),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "signed out here, but not at the identity provider"),
        }
    }
    Ok(see_other("/signed-out"))
}

fn redirect_uri(desk: &Desk) -> Url {
    let mut url = desk.config.server.public_url.clone();
    url.set_path("/sign-in/callback");
    url
}

fn see_other(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish()
}

/// A sign-in that did not succeed, as the relying party says.
fn failed(error: SignInError) -> Failure {
    // Quoted: a part of it may come from the address, and must not make lines of its own.
    tracing::info!(error = ?error.to_string().chars().take(200).collect::<String>(), "sign-in failed");
    again(match &error {
        SignInError::Unavailable(_) => Failure::new(Kind::ProviderAway),
        SignInError::Refused { .. } => Failure::new(Kind::SignInFailed).detail(Message::new("sign-in-refused")),
        _ => Failure::new(Kind::SignInFailed),
    })
}

/// The reader can only start again, so that is what the page offers. It never starts again by itself, which could go on for ever.
fn again(failure: Failure) -> Failure {
    failure.way_out("/sign-in", Message::new("sign-in-again"))
}
