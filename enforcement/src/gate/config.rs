//! The configuration file of the gate (TOML); see `deploy/mfa-gate.example.toml`.

use super::mfa_claims::MfaClaims;
use super::peers::ListenerConfig;
use super::reports::ReportsConfig;
use super::status::StatusConfig;
use crate::routes::RouteEntry;
use crate::{Behaviour, Routes, client, routes};
use relying_party::{IssuerConfig, Limits, RelyingParty};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fmt, fs};
use url::Url;

/// The whole file. Unknown keys are refused.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Folder for what must survive a restart: the feed and the highest version seen.
    pub state_dir: PathBuf,
    /// The desk's page for people who were stopped, such as `https://desk.example/stopped`.
    pub desk: Url,
    /// Where the rules come from.
    pub feed: FeedConfig,
    /// What the desk is told.
    #[serde(default)]
    pub reports: ReportsConfig,
    /// Whose tokens and sign-ins are believed.
    pub issuers: Vec<IssuerConfig>,
    /// The gate's own sign-in; needed when a route takes sessions.
    #[serde(default)]
    pub sign_in: Option<SignInConfig>,
    /// Which claims say more about the account.
    #[serde(default)]
    pub claims: ClaimsConfig,
    /// What else than `amr` with `mfa` proves MFA, by issuer.
    #[serde(default)]
    pub mfa_claims: Vec<MfaClaims>,
    /// The page for operators; there is none without.
    #[serde(default)]
    pub status: Option<StatusConfig>,
    /// Where proxies reach the gate.
    pub listeners: Vec<ListenerConfig>,
    /// Surfaces of the organisation's own: name → one of the four behaviours.
    #[serde(default)]
    pub surfaces: BTreeMap<String, Behaviour>,
    /// What is protected, and how.
    #[serde(default)]
    pub routes: Vec<RouteEntry>,
}

/// `[feed]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedConfig {
    /// Address of the desk that publishes the feed, such as `https://desk.example`.
    pub url: Url,
    /// The `issuer` that the feed must name; default is `url` without a trailing slash.
    #[serde(default)]
    pub issuer: Option<String>,
    /// How to learn of changes: `stream` (the default), `changes` or `poll`. Where it does not work, the next simpler way
    /// is taken for a while.
    #[serde(default)]
    pub follow: client::Follow,
    /// Seconds between two questions for everything (`poll`), and between two tries.
    #[serde(default = "one_second")]
    pub poll_seconds: u64,
    /// A certificate authority (PEM file) to trust besides the public ones, for the desk and the token endpoint.
    #[serde(default)]
    pub authority_file: Option<PathBuf>,
    /// The gate's own identity towards the desk.
    pub client: ClientConfig,
}

fn one_second() -> u64 {
    1
}

/// `[feed.client]`: OAuth 2 client credentials.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientConfig {
    /// Token endpoint of the operator's identity provider.
    pub token_url: Url,
    /// The gate's client id.
    pub client_id: String,
    /// A file that holds its secret.
    pub client_secret_file: PathBuf,
    /// Scope to ask for, such as `api://desk/.default`.
    #[serde(default)]
    pub scope: Option<String>,
}

/// `[sign_in]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInConfig {
    /// The `issuer` of one of the `[[issuers]]`.
    pub issuer: String,
    /// `acr_values` that make the provider ask for MFA ("verify now").
    #[serde(default)]
    pub mfa_acr_values: Vec<String>,
    /// A session ends after this many minutes, or with its ID token if that is sooner.
    #[serde(default = "eight_hours")]
    pub session_minutes: u32,
}

fn eight_hours() -> u32 {
    8 * 60
}

/// `[claims]`: names of claims that say more about the account; what is not configured is unknown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimsConfig {
    /// A claim with the value `managed` or `federated`.
    #[serde(default)]
    pub identity: Option<String>,
    /// A boolean claim.
    #[serde(default)]
    pub federated_idp_supports_mfa: Option<String>,
    /// A boolean claim.
    #[serde(default)]
    pub mfa_registered: Option<String>,
    /// What shows that a token was gained without a prompt (password grant).
    #[serde(default)]
    pub non_interactive: Option<ClaimValue>,
}

/// A claim that has, or as a list contains, a value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimValue {
    /// Name of the claim.
    pub claim: String,
    /// Its value.
    pub value: String,
}

/// Everything that is wrong with a configuration, each with the key it stands at.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<String>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for ConfigErrors {}

/// The parts of a configuration that were checked by building them.
pub(super) struct Checked {
    pub routes: Routes,
    pub party: RelyingParty,
    pub feed: client::ClientConfig,
    pub reports: Option<client::ReportSettings>,
}

impl Config {
    /// Reads a configuration file; says nothing yet about whether it makes sense.
    ///
    /// # Errors
    /// When it cannot be read, is no TOML, or has a key that is unknown, missing or malformed.
    pub fn read(path: &Path) -> Result<Self, ConfigErrors> {
        let text = fs::read_to_string(path)
            .map_err(|error| ConfigErrors(vec![format!("cannot read `{}`: {error}", path.display())]))?;
        Self::parse(&text).map_err(|errors| {
            ConfigErrors(errors.0.into_iter().map(|error| format!("`{}`: {error}", path.display())).collect())
        })
    }

    /// The same from text.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn parse(text: &str) -> Result<Self, ConfigErrors> {
        toml::from_str(text).map_err(|error| ConfigErrors(vec![error.to_string().trim_end().to_owned()]))
    }

    /// Checks that the configuration makes sense. Needs a TLS provider installed; fetches nothing.
    ///
    /// # Errors
    /// All that is wrong, with the keys.
    pub fn check(&self) -> Result<(), ConfigErrors> {
        self.build().map(|_| ())
    }

    pub(super) fn build(&self) -> Result<Checked, ConfigErrors> {
        let mut errors = Vec::new();
        let file = routes::RouteFile { surfaces: self.surfaces.clone(), routes: self.routes.clone() };
        let routes = Routes::check(&file)
            .map_err(|faults| errors.extend(faults.iter().map(|fault| format!("`routes`: {fault}"))))
            .ok();
        let party = RelyingParty::new(self.issuers.clone(), Limits::default())
            .map_err(|error| errors.push(format!("`issuers`: {error}")))
            .ok();
        self.check_addresses(&mut errors);
        self.check_sign_in(&mut errors);
        MfaClaims::check(&self.mfa_claims, &self.issuers, &mut errors);
        if self.listeners.is_empty() {
            errors.push("`listeners` is empty: nothing could reach the gate".to_owned());
        }
        if self.issuers.is_empty() {
            errors.push("`issuers` is empty: nobody could be believed".to_owned());
        }
        let feed = self.feed(&mut errors);
        let reports = self.reports.check(&mut errors);
        match (routes, party, feed) {
            (Some(routes), Some(party), Some(feed)) if errors.is_empty() => {
                Ok(Checked { routes, party, feed, reports })
            }
            _ => Err(ConfigErrors(errors)),
        }
    }

    /// The feed client's configuration, with the files that it names read.
    fn feed(&self, errors: &mut Vec<String>) -> Option<client::ClientConfig> {
        let mut read = |key: &str, path: &Path| {
            let bytes = fs::read(path).map_err(|error| error.to_string());
            let bytes =
                bytes.and_then(|bytes| if bytes.is_empty() { Err("it is empty".to_owned()) } else { Ok(bytes) });
            bytes.map_err(|error| errors.push(format!("`{key}`: cannot read `{}`: {error}", path.display()))).ok()
        };
        let file = &self.feed.client;
        let secret = read("feed.client.client_secret_file", &file.client_secret_file);
        let authority = self.feed.authority_file.as_deref().map(|path| read("feed.authority_file", path));
        let secret = String::from_utf8(secret?).ok()?;
        let token = client::TokenConfig {
            endpoint: file.token_url.clone(),
            client_id: file.client_id.clone(),
            client_secret: client::Secret::new(secret.trim_end_matches(['\r', '\n'])),
            scope: file.scope.clone(),
        };
        let mut config = client::ClientConfig::new(self.feed.url.clone(), token, self.state_dir.clone());
        config.follow = self.feed.follow;
        config.poll = Duration::from_secs(self.feed.poll_seconds);
        if let Some(issuer) = &self.feed.issuer {
            config.issuer.clone_from(issuer);
        }
        config.authority = authority.flatten();
        Some(config)
    }

    fn check_addresses(&self, errors: &mut Vec<String>) {
        let addresses = [
            ("desk", &self.desk),
            ("feed.url", &self.feed.url),
            ("feed.client.token_url", &self.feed.client.token_url),
        ];
        for (key, url) in addresses {
            if !relying_party::is_trustworthy(url) {
                errors.push(format!("`{key}`: `{url}` must be https (http is for loopback addresses only)"));
            }
        }
        if !(1..=300).contains(&self.feed.poll_seconds) {
            errors.push(format!("`feed.poll_seconds` must be 1 to 300, not {}", self.feed.poll_seconds));
        }
    }

    fn check_sign_in(&self, errors: &mut Vec<String>) {
        match &self.sign_in {
            Some(sign_in) => {
                if !self.issuers.iter().any(|issuer| issuer.issuer == sign_in.issuer) {
                    errors.push(format!("`sign_in.issuer`: `{}` is none of the `issuers`", sign_in.issuer));
                }
                if sign_in.session_minutes == 0 {
                    errors.push("`sign_in.session_minutes` must be at least 1".to_owned());
                }
            }
            None if self.takes_sessions() => {
                errors.push("`sign_in` is missing, but a route takes sessions: add `[sign_in]`".to_owned());
            }
            None => {}
        }
    }

    fn takes_sessions(&self) -> bool {
        let behaviour = |name: &str| {
            let usual = || Behaviour::ALL.into_iter().find(|behaviour| behaviour.name() == name);
            self.surfaces.get(name).copied().or_else(usual)
        };
        self.routes.iter().any(|route| match route.credential {
            Some(credential) => credential == routes::Credential::Session,
            None => route.surface.as_deref().and_then(behaviour).is_some_and(Behaviour::is_browser),
        })
    }

    /// Whether the gate's own pages may answer at this host: one that a route names, or any if a route names none.
    pub(super) fn serves(&self, host: &str) -> bool {
        self.routes.iter().any(|route| route.host.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(host)))
    }
}
