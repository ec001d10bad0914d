//! From a request to an outcome: forwarded, route, credentials, decision. Nothing here depends on the kind of proxy.

use super::config::ClaimsConfig;
use super::credentials::{Credentials, TwoCredentials};
use super::forwarded::{Forwarded, Origin, Proxy, Unclear};
use super::mfa_claims::proves_mfa;
use super::state::State;
use crate::decision::{Account, Place};
use crate::routes::{Credential, Target};
use crate::surface::SurfaceName;
use crate::{Behaviour, Decision, DecisionInput, Flow, Reason, Surface, Verdict, input};
use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use relying_party::{Claims, TokenError};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// The surface of what no route matches. No rule can name it: `(` has no place in a surface's name.
const NO_ROUTE: &str = "(no route)";

/// What came of a request, and what an answer needs to know of it.
#[derive(Debug)]
pub struct Judgement {
    pub outcome: Outcome,
    /// Where the browser is, as far as the proxy said.
    pub origin: Option<Origin>,
    /// Path and query asked for.
    pub target: Option<String>,
    /// The surface that it was judged for, if it came so far.
    pub surface: Option<SurfaceName>,
    /// For the header `isMfaCompliant`, when it was asked for: whether the credential carries MFA.
    pub compliant: Option<bool>,
}

/// What came of a request.
#[derive(Debug)]
pub enum Outcome {
    /// Let through.
    Allow { reason: Reason, exception: Option<Uuid> },
    /// Nobody is signed in: off to the gate's sign-in.
    SignIn { to: String },
    /// Signed in without MFA, in a browser: off to the page with the two ways out.
    Challenge { to: String },
    /// MFA is required of somebody who cannot be sent elsewhere.
    MfaRequired { decision: Decision, stopped: Stopped },
    /// An API call without a token.
    NoToken,
    /// An API call with a token that is not believed.
    BadToken(TokenError),
    /// Nobody can be believed right now.
    ProviderAway,
    /// Cannot be judged.
    Unclear(Unclear),
    /// The peer may not ask.
    StrangePeer,
}

impl Outcome {
    /// Every outcome by the name that metrics and logs use, in the order of [`Outcome::position`].
    pub const NAMES: [&'static str; 12] = [
        "not_protected",
        "app_only",
        "mfa_verified",
        "mfa_suppressed",
        "mfa_required",
        "challenge",
        "sign_in",
        "no_token",
        "bad_token",
        "provider_away",
        "unclear",
        "strange_peer",
    ];

    /// Its place in [`Outcome::NAMES`].
    pub fn position(&self) -> usize {
        match self {
            Self::Allow { reason: Reason::NotProtected, .. } => 0,
            Self::Allow { reason: Reason::AppOnly, .. } => 1,
            Self::Allow { reason: Reason::MfaVerified, .. } => 2,
            Self::Allow { reason: Reason::MfaSuppressed, .. } => 3,
            Self::Allow { reason: Reason::MfaRequired, .. } | Self::MfaRequired { .. } => 4,
            Self::Challenge { .. } => 5,
            Self::SignIn { .. } => 6,
            Self::NoToken => 7,
            Self::BadToken(_) => 8,
            Self::ProviderAway => 9,
            Self::Unclear(_) => 10,
            Self::StrangePeer => 11,
        }
    }
}

/// Whom the gate stopped, where and when: what the desk's page is told.
#[derive(Clone, Debug)]
pub struct Stopped {
    pub tenant: Option<Uuid>,
    pub surface: Surface,
    pub at: DateTime<Utc>,
}

/// Judges the request that the proxy asks about.
pub async fn judge(state: &State, proxy: Proxy, request: &HttpRequest, prefix: &str) -> Judgement {
    let unclear = |unclear| Judgement::of(Outcome::Unclear(unclear));
    let asked = match Forwarded::read(proxy, request, prefix) {
        Ok(asked) => asked,
        Err(fault) => return unclear(fault),
    };
    let target = match state.routes.find(Some(&asked.authority), Some(&asked.method), &asked.path) {
        Ok(target) => target,
        Err(_) => return unclear(Unclear::Route),
    };
    let (outcome, mfa, surface) = match target {
        Some(target) if target.place.protected_surface().is_none() => {
            (Outcome::Allow { reason: Reason::NotProtected, exception: None }, false, None)
        }
        target => match Credentials::read(request.headers(), asked.https, &asked.target) {
            Err(TwoCredentials) => (Outcome::Unclear(Unclear::TwoCredentials), false, None),
            Ok(credentials) => {
                let target = target.cloned().unwrap_or_else(|| without_route(state, &credentials));
                let surface = target.place.protected_surface().map(|surface| surface.name.clone());
                let (outcome, mfa) = by_credentials(state, &asked, &target, credentials).await;
                (outcome, mfa, surface)
            }
        },
    };
    let validate =
        request.headers().get("validatemfa").is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"));
    let (origin, compliant) = (Some(asked.origin()), validate.then_some(mfa));
    Judgement { outcome, origin, target: Some(asked.target), surface, compliant }
}

impl Judgement {
    /// An outcome about which nothing else is known.
    pub fn of(outcome: Outcome) -> Self {
        Self { outcome, origin: None, target: None, surface: None, compliant: None }
    }
}

/// What no route matches is protected, by the kind of credential that the request brings; one that brings none is sent to
/// sign in where there is a sign-in.
fn without_route(state: &State, credentials: &Credentials) -> Target {
    let in_browser = match credentials {
        Credentials::Bearer(_) | Credentials::Foreign => false,
        Credentials::Session(_) => true,
        Credentials::None => state.config.sign_in.is_some(),
    };
    let (behaviour, credential) = if in_browser {
        (Behaviour::Dashboard, Credential::Session)
    } else {
        (Behaviour::PartnerApi, Credential::Bearer)
    };
    let surface = Surface { name: NO_ROUTE.into(), behaviour };
    Target { place: Place::Protected { surface, signs_in_to_customer_tenant: true }, credential: Some(credential) }
}

/// The outcome by the one credential that the route takes, and whether that credential carries MFA.
async fn by_credentials(
    state: &State,
    asked: &Forwarded,
    target: &Target,
    credentials: Credentials,
) -> (Outcome, bool) {
    let now = state.now();
    match (target.credential, credentials) {
        (Some(Credential::Session), Credentials::Session(id)) => match state.session(&id, now) {
            Some(session) => decided(state, asked, target, &session.claims, Flow::Interactive, now),
            None => (Outcome::SignIn { to: way_back(asked) }, false),
        },
        (Some(Credential::Session), _) => (Outcome::SignIn { to: way_back(asked) }, false),
        (_, Credentials::Bearer(token)) => match state.party.verify_bearer(&token, now).await {
            Ok(claims) => {
                let flow = bearer_flow(&claims, &state.config.claims);
                decided(state, asked, target, &claims, flow, now)
            }
            Err(TokenError::Unavailable(reason)) => {
                tracing::error!(%reason, "cannot verify tokens");
                (Outcome::ProviderAway, false)
            }
            Err(error) => (Outcome::BadToken(error), false),
        },
        _ => (Outcome::NoToken, false),
    }
}

/// Decides for somebody whose token was verified.
fn decided(
    state: &State,
    asked: &Forwarded,
    target: &Target,
    claims: &Arc<Claims>,
    flow: Flow,
    at: DateTime<Utc>,
) -> (Outcome, bool) {
    let mfa = proves_mfa(claims, &state.party, &state.config.mfa_claims);
    let account = account(claims, &state.config.claims);
    let place = target.place.clone();
    let tenant = Some(claims.tenant);
    let input = DecisionInput { at, place, flow, tenant, user: claims.object_id, mfa, account };
    let decision = state.feed.decide(&input);
    if let Some(reporter) = &state.reporter {
        reporter.decided(&input, &decision);
    }
    let outcome = match (decision.decision, decision.status, target.place.protected_surface()) {
        (Verdict::Allow, ..) => Outcome::Allow { reason: decision.reason, exception: decision.exception },
        (_, 302, _) => Outcome::Challenge { to: way_back(asked) },
        (_, _, Some(surface)) => {
            Outcome::MfaRequired { decision, stopped: Stopped { tenant, surface: surface.clone(), at } }
        }
        // Only protected places are refused; an allow decision was matched above.
        (_, _, None) => Outcome::Unclear(Unclear::Route),
    };
    (outcome, mfa)
}

fn bearer_flow(claims: &Claims, config: &ClaimsConfig) -> Flow {
    let has = |wanted: &super::config::ClaimValue| match claims.all.get(&wanted.claim) {
        Some(Value::Array(values)) => values.iter().any(|value| value == wanted.value.as_str()),
        Some(value) => value == wanted.value.as_str(),
        None => false,
    };
    if claims.app_only {
        Flow::AppOnly
    } else if config.non_interactive.as_ref().is_some_and(has) {
        Flow::NonInteractive
    } else {
        Flow::Interactive
    }
}

/// What the configured claims say of the account; unknown where they are missing or malformed.
pub fn account(claims: &Claims, config: &ClaimsConfig) -> Account {
    let claim = |name: &Option<String>| name.as_ref().and_then(|name| claims.all.get(name)).cloned();
    input::lenient_account(Some(&serde_json::json!({
        "identity": claim(&config.identity),
        "federated_idp_supports_mfa": claim(&config.federated_idp_supports_mfa),
        "mfa_registered": claim(&config.mfa_registered),
    })))
}

/// Where to come back to: what was asked for, when asking again is harmless.
fn way_back(asked: &Forwarded) -> String {
    let repeatable = matches!(asked.method.as_str(), "GET" | "HEAD");
    if repeatable && asked.target.len() <= 2_000 { asked.target.clone() } else { "/".to_owned() }
}

#[cfg(test)]
mod tokens;
