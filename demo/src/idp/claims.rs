//! What tokens say: one place for the tokens of a real sign-in and for those of `demo token`.

use super::authenticators;
use super::keys::SigningKey;
use super::marks::DEV_MEMBER;
use crate::chance;
use crate::people::{self, Accounts, Persona, Service};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use std::path::Path;
use uuid::Uuid;

/// How long every token is good for.
pub const LIFETIME: TimeDelta = TimeDelta::hours(1);
/// What a user's access token may do when no narrower word was asked for.
pub const DEFAULT_SCOPE: &str = "access";
/// `typ` of access tokens (RFC 9068), so that none is taken for an ID token.
pub(crate) const ACCESS_TOKEN: &str = "at+jwt";
/// `typ` of ID tokens.
pub(crate) const ID_TOKEN: &str = "JWT";
/// The client that `demo token` names in `azp`.
const COMMAND_LINE: &str = "demo-token";

/// How somebody proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A password, and nothing about MFA.
    Password,
    /// MFA was done, here or at a provider whose word is taken.
    Mfa,
    /// A code of an authenticator app on top of the password.
    OneTimeCode,
}

impl Proof {
    /// The claim `amr`.
    pub fn amr(self) -> &'static [&'static str] {
        match self {
            Self::Password => &["pwd"],
            Self::Mfa => &["pwd", "mfa"],
            Self::OneTimeCode => &["pwd", "otp", "mfa"],
        }
    }

    /// Whether `amr` contains `mfa`.
    pub fn is_mfa(self) -> bool {
        self != Self::Password
    }

    /// The claim `acr`, of the two values that `acr_values` may ask for.
    pub fn acr(self) -> &'static str {
        if self.is_mfa() { "mfa" } else { "pwd" }
    }
}

/// A person who signed in.
#[derive(Clone, Copy)]
pub(crate) struct SignedIn {
    pub persona: &'static Persona,
    pub proof: Proof,
    pub at: DateTime<Utc>,
    /// Whether the directory knows an MFA method of theirs.
    pub registered: bool,
}

/// Who a token is for and when it is made.
pub(crate) struct Issue<'a> {
    /// The provider's address without a trailing slash.
    pub base: &'a str,
    pub client: &'a str,
    pub audience: &'a str,
    pub now: DateTime<Utc>,
}

/// The issuer of a tenant's tokens: `BASE/TENANT/v2.0`.
pub(crate) fn issuer(base: &str, tenant: Uuid) -> String {
    format!("{base}/{tenant}/v2.0")
}

/// An access token's claims for a person; `scopes` are words separated by spaces.
pub(crate) fn user_access(issue: &Issue, who: SignedIn, scopes: &str) -> Map<String, Value> {
    let mut claims = user(issue, who);
    claims.insert("azp".into(), json!(issue.client));
    claims.insert("scp".into(), json!(scopes));
    claims
}

/// An ID token's claims.
pub(crate) fn id(issue: &Issue, who: SignedIn, nonce: Option<&str>) -> Map<String, Value> {
    let mut claims = user(issue, who);
    if let Some(nonce) = nonce {
        claims.insert("nonce".into(), json!(nonce));
    }
    claims
}

/// An access token's claims for a program that acts as itself: `idtyp` is `app`, and there is no `scp`.
pub(crate) fn app_access(issue: &Issue, service: &Service) -> Map<String, Value> {
    let mut claims = common(issue, service.tenant.id);
    let own = json!({
        "sub": service.object_id, "oid": service.object_id, "idtyp": "app", "azp": issue.client, "roles": service.roles,
    });
    extend(&mut claims, own);
    claims
}

fn user(issue: &Issue, who: SignedIn) -> Map<String, Value> {
    let Persona { tenant, object_id, name, upn, roles, .. } = who.persona;
    let mut claims = common(issue, tenant.id);
    let own = json!({
        // Another one for every client: nobody may take it for the object id.
        "sub": chance::digest(&format!("{object_id} {}", issue.client)),
        "oid": object_id, "name": name, "preferred_username": upn, "roles": roles,
        "amr": who.proof.amr(), "acr": who.proof.acr(), "auth_time": who.at.timestamp(),
        "account_identity": if tenant.accounts.federated() { "federated" } else { "managed" },
        "federated_idp_supports_mfa": tenant.accounts.federated(),
        "mfa_registered": who.registered,
    });
    extend(&mut claims, own);
    claims
}

fn common(issue: &Issue, tenant: Uuid) -> Map<String, Value> {
    let mut claims = Map::new();
    let now = issue.now.timestamp();
    let own = json!({
        "iss": issuer(issue.base, tenant), "aud": issue.audience, "tid": tenant,
        "iat": now, "nbf": now, "exp": now + LIFETIME.num_seconds(),
        "jti": chance::token(), "ver": "2.0", DEV_MEMBER: true,
    });
    extend(&mut claims, own);
    claims
}

fn extend(claims: &mut Map<String, Value>, more: Value) {
    if let Value::Object(more) = more {
        claims.extend(more);
    }
}

/// Why `demo token` gives none.
#[derive(Debug)]
pub enum MintError {
    /// Nobody of that name.
    UnknownPersona(String),
    /// The client `feed` acts as itself; MFA is not asked of it.
    ClientHasNoMfa,
    /// No demonstration has run in this directory, or its files cannot be read.
    NoDemo(anyhow::Error),
}

impl std::fmt::Display for MintError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownPersona(key) => write!(f, "nobody is named `{key}`: see `demo personas`"),
            Self::ClientHasNoMfa => write!(f, "`feed` acts as itself: leave `--mfa` and `--no-mfa` away"),
            Self::NoDemo(why) => write!(f, "{why:#}: start `exception-desk demo` with the same `--data-dir` first"),
        }
    }
}

impl std::error::Error for MintError {}

/// An access token for `persona` (or the client `feed`) as the running provider at `base` would give it: the key of
/// `data_dir` signs it, it is good for an hour from `now`, and `audience` is the API's.
///
/// `mfa` says whether `amr` contains `mfa`. Without it, as a real sign-in would end: with MFA for Contoso, Wingtip and the
/// staff (the desk asks them for it), without for Fabrikam and Tailspin.
///
/// # Errors
/// See [`MintError`].
pub fn mint_token(
    data_dir: &Path,
    persona: &str,
    mfa: Option<bool>,
    base: &str,
    audience: &str,
    now: DateTime<Utc>,
) -> Result<String, MintError> {
    let key = SigningKey::load(data_dir).map_err(MintError::NoDemo)?;
    let base = base.trim_end_matches('/');
    let claims = if persona == people::FEED.key {
        if mfa.is_some() {
            return Err(MintError::ClientHasNoMfa);
        }
        app_access(&Issue { base, client: people::FEED.key, audience, now }, &people::FEED)
    } else {
        let who = people::persona(persona).ok_or_else(|| MintError::UnknownPersona(persona.to_owned()))?;
        let registered = authenticators::registered_in(data_dir, who).map_err(MintError::NoDemo)?;
        let accounts = who.tenant.accounts;
        let mfa = mfa.unwrap_or(accounts.mfa_at_sign_in() || accounts == Accounts::ManagedRegistered);
        let proof = match accounts {
            _ if !mfa => Proof::Password,
            Accounts::ManagedRegistered | Accounts::ManagedUnregistered => Proof::OneTimeCode,
            _ => Proof::Mfa,
        };
        // Nobody has entered a code of an app that is not registered.
        let registered = registered || proof == Proof::OneTimeCode;
        let who = SignedIn { persona: who, proof, at: now, registered };
        user_access(&Issue { base, client: COMMAND_LINE, audience, now }, who, DEFAULT_SCOPE)
    };
    key.sign(ACCESS_TOKEN, &claims).map_err(MintError::NoDemo)
}
