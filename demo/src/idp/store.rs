//! Who is signed in, who is half-way through, and which codes wait to be redeemed. In memory: a restart signs everybody out.

use super::claims::{Proof, SignedIn};
use super::clients::Target;
use crate::chance;
use crate::locale::Lang;
use crate::people::{Persona, Tenant};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;

/// How long a sign-in may take.
pub(crate) const FLOW_LIFETIME: TimeDelta = TimeDelta::minutes(15);
/// How long a code may wait.
pub(crate) const CODE_LIFETIME: TimeDelta = TimeDelta::seconds(60);
/// How long a browser stays signed in.
pub(crate) const SESSION_LIFETIME: TimeDelta = TimeDelta::hours(8);
/// More than a demonstration needs; what comes on top pushes the oldest out.
const CAPACITY: usize = 2_000;

/// What an application asked for, checked.
#[derive(Clone)]
pub(crate) struct SignInRequest {
    pub client: String,
    pub redirect_uri: String,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub challenge: String,
    pub openid: bool,
    pub scope: String,
    pub target: Target,
    /// The one tenant that may answer, when the issuer was a tenant's own.
    pub tenant: Option<&'static Tenant>,
    pub wants_mfa: bool,
    pub lang: Option<Lang>,
}

/// A sign-in that is under way in one browser.
#[derive(Clone)]
pub(crate) struct Flow {
    pub browser: String,
    pub request: SignInRequest,
    /// The application wants the person to sign in even when a session is there.
    pub sign_in_again: bool,
    /// Sent to their own provider, not back yet.
    pub at_provider: Option<&'static Persona>,
    /// The secret of an app that is being set up.
    pub enrolling: Option<String>,
    /// MFA was asked for and the provider's answer held none: the application is told so instead of asking for ever.
    pub mfa_did_not_arrive: bool,
    expires: DateTime<Utc>,
}

/// A person signed in, in one browser.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    pub persona: &'static Persona,
    pub proof: Proof,
    pub at: DateTime<Utc>,
}

/// What a code stands for.
pub(crate) struct Grant {
    pub request: SignInRequest,
    pub who: SignedIn,
    expires: DateTime<Utc>,
}

/// Everything that is kept between two requests.
#[derive(Default)]
pub(crate) struct Store {
    sessions: HashMap<String, (Session, DateTime<Utc>)>,
    flows: HashMap<String, Flow>,
    codes: HashMap<String, Grant>,
}

impl Store {
    /// Begins a sign-in in `browser`; gives its id.
    pub fn begin(&mut self, browser: &str, request: SignInRequest, sign_in_again: bool, now: DateTime<Utc>) -> String {
        let id = chance::token();
        let flow = Flow {
            browser: browser.to_owned(),
            request,
            sign_in_again,
            at_provider: None,
            enrolling: None,
            mfa_did_not_arrive: false,
            expires: now + FLOW_LIFETIME,
        };
        make_room(&mut self.flows, now, |flow| flow.expires);
        self.flows.insert(id.clone(), flow);
        id
    }

    /// The sign-in `id`, when it is this browser's and not over.
    pub fn flow(&mut self, id: &str, browser: &str, now: DateTime<Utc>) -> Option<&mut Flow> {
        self.flows.get_mut(id).filter(|flow| flow.browser == browser && now < flow.expires)
    }

    /// Ends a sign-in.
    pub fn end(&mut self, id: &str) {
        self.flows.remove(id);
    }

    /// Who is signed in.
    pub fn session(&self, browser: &str, now: DateTime<Utc>) -> Option<Session> {
        self.sessions.get(browser).filter(|(_, expires)| now < *expires).map(|(session, _)| *session)
    }

    /// Signs a person in under a new cookie, so that a cookie known from before opens nothing; gives the new one.
    pub fn sign_in(&mut self, browser: &str, session: Session, now: DateTime<Utc>) -> String {
        let fresh = chance::token();
        self.sessions.remove(browser);
        for flow in self.flows.values_mut().filter(|flow| flow.browser == browser) {
            flow.browser.clone_from(&fresh);
        }
        make_room(&mut self.sessions, now, |(_, expires)| *expires);
        self.sessions.insert(fresh.clone(), (session, now + SESSION_LIFETIME));
        fresh
    }

    /// Signs the browser out.
    pub fn sign_out(&mut self, browser: &str) {
        self.sessions.remove(browser);
    }

    /// Signs a person out everywhere.
    pub fn sign_out_everywhere(&mut self, persona: &Persona) {
        self.sessions.retain(|_, (session, _)| session.persona.key != persona.key);
    }

    /// A code for what the application may have.
    pub fn grant(&mut self, request: SignInRequest, who: SignedIn, now: DateTime<Utc>) -> String {
        let code = chance::token();
        make_room(&mut self.codes, now, |grant| grant.expires);
        self.codes.insert(code.clone(), Grant { request, who, expires: now + CODE_LIFETIME });
        code
    }

    /// Takes a code, whatever comes of it: it cannot be tried twice.
    pub fn redeem(&mut self, code: &str, now: DateTime<Utc>) -> Option<Grant> {
        self.codes.remove(code).filter(|grant| now < grant.expires)
    }
}

fn make_room<T>(map: &mut HashMap<String, T>, now: DateTime<Utc>, expires: impl Fn(&T) -> DateTime<Utc>) {
    map.retain(|_, entry| now < expires(entry));
    if map.len() >= CAPACITY
        && let Some(oldest) = map.iter().min_by_key(|(_, entry)| expires(entry)).map(|(key, _)| key.clone())
    {
        map.remove(&oldest);
    }
}
