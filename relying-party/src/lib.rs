//! OpenID Connect relying party for many tenants: whose token is this, and what does it say?
//!
//! Two ways in, one verifier behind both:
//!
//! * [`RelyingParty::verify_bearer`]: an access token that an application sent along;
//! * [`RelyingParty::start_sign_in`] and [`RelyingParty::finish_sign_in`]: a person's sign-in with authorization code,
//!   PKCE, `state` and `nonce`.
//!
//! An [`IssuerConfig`] speaks for one tenant, or, with `{tid}` in its name, for each tenant whose id stands there. A
//! token's `tid` must agree with the issuer that signed it. The issuer is looked up in the configuration *before*
//! anything is fetched, so a token cannot make this process call an address of its own choosing.
//!
//! Time is a parameter everywhere. What is cached is signature checks and keys, never a decision: expiry, audience and
//! the presence of the signing key in the issuer's key set are looked at anew for every call.
//!
//! Callers install a rustls crypto provider (ring) before [`RelyingParty::new`].
//!
//! Why `oauth2` and not the `openidconnect` crate on top of it: that one binds a client to one literal issuer, reads the
//! system's clock, and fails the whole code exchange when `amr` is not an array, where we want "no MFA". So the
//! protocol parts (authorization URL, PKCE, client authentication, code exchange) come from `oauth2`, and the parts
//! that know about tenants are here.

mod bearer_cache;
mod claims;
mod config;
mod http;
mod keys;
mod provider;
mod refreshed;
mod sign_in;
mod verify;

pub use bearer_cache::Remembered;
pub use claims::{Claims, numeric_date, texts};
pub use config::{ConfigError, IssuerConfig, Limits, Secret};
pub use http::{LoopbackNames, is_trustworthy};
pub use provider::Unavailable;
pub use refreshed::Fetches;
pub use sign_in::{CallbackQuery, PendingSignIn, Prompt, SignInError, SignInOptions, SignInStart, SignedIn};
pub use verify::TokenError;

use bearer_cache::BearerCache;
use config::Issuer;
use provider::Provider;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

/// Verifies tokens of the configured issuers and signs people in with them. Share one behind an `Arc`.
pub struct RelyingParty {
    providers: Vec<Arc<Provider>>,
    http: reqwest::Client,
    bearer_cache: BearerCache,
    used_states: Mutex<sign_in::UsedStates>,
}

impl RelyingParty {
    /// A relying party of these issuers. Fetches nothing yet.
    ///
    /// # Errors
    /// When an issuer's configuration contradicts itself, two have the same name, a secret file cannot be read, or no
    /// TLS provider is installed.
    pub fn new(configs: Vec<IssuerConfig>, limits: Limits) -> Result<Self, ConfigError> {
        let http = http::client().map_err(|error| ConfigError::Http(error.to_string()))?;
        let mut names = HashSet::new();
        let mut providers = Vec::with_capacity(configs.len());
        for config in configs {
            let issuer = Issuer::try_from(config)?;
            if !names.insert(issuer.name.clone()) {
                return Err(ConfigError::Twice(issuer.name));
            }
            providers.push(Arc::new(Provider::new(issuer, limits, http.clone())));
        }
        // An issuer that names its tenant outright is asked before a template that would also match.
        providers.sort_by_key(|provider| provider.issuer.is_template());
        Ok(Self {
            providers,
            http,
            bearer_cache: BearerCache::new(limits.remembered_tokens),
            used_states: Mutex::default(),
        })
    }

    /// The configured names (`issuer`) of all issuers that people can sign in with, in the order of lookup.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        self.providers.iter().map(|provider| provider.issuer.name.as_str())
    }

    /// The configured name of the issuer that speaks as `iss`, when one does.
    pub fn issuer_of(&self, iss: &str) -> Option<&str> {
        self.provider_speaking_as(iss).map(|provider| provider.issuer.name.as_str())
    }

    /// How the fetches of each issuer's keys went so far, by the issuer's configured name.
    pub fn key_fetches(&self) -> impl Iterator<Item = (&str, Fetches)> {
        self.providers.iter().map(|provider| (provider.issuer.name.as_str(), provider.key_fetches()))
    }

    /// How the memory of verified bearer tokens does.
    pub fn remembered(&self) -> Remembered {
        self.bearer_cache.remembered()
    }

    /// The tenant for which `iss` speaks, when it is the name of a configured issuer.
    pub fn tenant_of(&self, iss: &str) -> Option<uuid::Uuid> {
        self.providers.iter().find_map(|provider| provider.issuer.tenant_of(iss))
    }

    /// The provider configured under this name, template included.
    fn provider(&self, name: &str) -> Option<&Arc<Provider>> {
        self.providers.iter().find(|provider| provider.issuer.name == name)
    }

    /// The provider that speaks under the `iss` of a token.
    fn provider_speaking_as(&self, iss: &str) -> Option<&Arc<Provider>> {
        self.providers.iter().find(|provider| provider.issuer.tenant_of(iss).is_some())
    }
}
