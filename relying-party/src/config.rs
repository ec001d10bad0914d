//! Which issuers are believed, for which tenants.

use crate::claims::guid;
use crate::http::is_trustworthy;
use chrono::TimeDelta;
use serde::Deserialize;
use std::fmt;
use std::path::PathBuf;
use url::Url;
use uuid::Uuid;

/// Where the tenant's id stands in an issuer's name.
const TENANT_PLACE: &str = "{tid}";

/// One issuer, as configured.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerConfig {
    /// The `iss` of its tokens. With `{tid}` in it, such as `https://login.example/{tid}/v2.0`, it speaks for each
    /// tenant whose id stands in that place.
    pub issuer: String,
    /// The one tenant it speaks for; required without `{tid}`, refused with it.
    #[serde(default)]
    pub tenant: Option<Uuid>,
    /// Discovery document; default is the issuer followed by `/.well-known/openid-configuration`. Required with `{tid}`.
    #[serde(default)]
    pub metadata_url: Option<Url>,
    /// Our id at this issuer, which is also the audience of its ID tokens.
    pub client_id: String,
    /// Our secret there. Absent for a public client.
    #[serde(default)]
    pub client_secret: Option<Secret>,
    /// A file that holds the secret, trailing line break ignored. Not together with `client_secret`.
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// Accepted `aud` of bearer access tokens; none accepted when empty.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// Scopes asked for at sign-in; `openid` is always asked for.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
}

fn default_scopes() -> Vec<String> {
    ["openid", "profile", "email"].map(str::to_owned).to_vec()
}

/// A text that must not end up in a log: prints as `***`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself; the caller keeps it from logs and pages.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// How long fetched things are believed, and how much is remembered.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Keys older than this are fetched again; so a key that the issuer withdrew stops verifying after this long.
    pub refresh_keys_after: TimeDelta,
    /// While the issuer cannot be reached its keys are believed up to this age, then nothing verifies.
    pub forget_keys_after: TimeDelta,
    /// The discovery document is fetched again after this long.
    pub refresh_metadata_after: TimeDelta,
    /// At most one fetch per issuer within this time, whatever key ids the tokens name.
    pub retry_after: TimeDelta,
    /// Verified bearer tokens remembered, over all issuers.
    pub remembered_tokens: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            refresh_keys_after: TimeDelta::minutes(5),
            forget_keys_after: TimeDelta::hours(1),
            refresh_metadata_after: TimeDelta::hours(1),
            retry_after: TimeDelta::seconds(10),
            remembered_tokens: 10_000,
        }
    }
}

/// Why an issuer's configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Neither a tenant nor a place for one.
    #[error("issuer `{0}` speaks for no tenant: set `tenant`, or write `{{tid}}` where the tenant's id stands")]
    NoTenant(String),
    /// Both a tenant and a place for one, or two places.
    #[error("issuer `{0}` must have either `tenant` or exactly one `{{tid}}`")]
    TwoTenants(String),
    /// A template cannot be fetched from.
    #[error("issuer `{0}` has `{{tid}}` in it and therefore needs `metadata_url`")]
    NoMetadataUrl(String),
    /// Neither https nor loopback.
    #[error("issuer `{issuer}`: `{url}` must be https (http is for loopback addresses only)")]
    NotHttps {
        /// The issuer's configured name.
        issuer: String,
        /// The address at fault.
        url: String,
    },
    /// Not a URL.
    #[error("issuer `{0}` is not an absolute URL")]
    NotUrl(String),
    /// The same name twice.
    #[error("issuer `{0}` is configured twice")]
    Twice(String),
    /// Empty client id.
    #[error("issuer `{0}` needs a `client_id`")]
    NoClientId(String),
    /// Both ways of giving the secret.
    #[error("issuer `{0}` has `client_secret` and `client_secret_file`: keep one")]
    TwoSecrets(String),
    /// The secret file cannot be read, or is empty.
    #[error("issuer `{issuer}`: cannot read `client_secret_file` `{path}`: {reason}")]
    SecretFile {
        /// The issuer's configured name.
        issuer: String,
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// No HTTP client could be made.
    #[error("cannot make an HTTP client: {0}")]
    Http(String),
}

/// A checked [`IssuerConfig`].
#[derive(Debug)]
pub(crate) struct Issuer {
    pub name: String,
    speaks_for: SpeaksFor,
    pub metadata_url: Url,
    pub client_id: String,
    pub client_secret: Option<Secret>,
    pub audiences: Vec<String>,
    pub scopes: Vec<String>,
}

#[derive(Debug)]
enum SpeaksFor {
    Tenant(Uuid),
    TenantBetween { before: String, after: String },
}

impl Issuer {
    pub fn is_template(&self) -> bool {
        matches!(self.speaks_for, SpeaksFor::TenantBetween { .. })
    }

    /// The tenant for which `iss` speaks, when it is a name of this issuer.
    ///
    /// The comparison is by text (OpenID Connect Core 3.1.3.7); only the tenant's id, a GUID, may vary in case.
    pub fn tenant_of(&self, iss: &str) -> Option<Uuid> {
        match &self.speaks_for {
            SpeaksFor::Tenant(tenant) => (iss == self.name).then_some(*tenant),
            SpeaksFor::TenantBetween { before, after } => {
                let id = iss.strip_prefix(before.as_str())?.strip_suffix(after.as_str())?;
                guid(id)
            }
        }
    }

    /// Whether the discovery document's `issuer` is ours. Providers of many tenants write a placeholder there.
    pub fn is_named_by(&self, metadata_issuer: &str) -> bool {
        metadata_issuer == self.name || metadata_issuer.replace("{tenantid}", TENANT_PLACE) == self.name
    }
}

impl TryFrom<IssuerConfig> for Issuer {
    type Error = ConfigError;

    fn try_from(config: IssuerConfig) -> Result<Self, ConfigError> {
        let name = config.issuer.clone();
        let places = name.matches(TENANT_PLACE).count();
        let speaks_for = match (config.tenant, name.split_once(TENANT_PLACE)) {
            (Some(tenant), None) => SpeaksFor::Tenant(tenant),
            (None, Some((before, after))) if places == 1 => {
                SpeaksFor::TenantBetween { before: before.to_owned(), after: after.to_owned() }
            }
            (None, None) => return Err(ConfigError::NoTenant(name)),
            _ => return Err(ConfigError::TwoTenants(name)),
        };
        let url = Url::parse(&name.replace(TENANT_PLACE, &Uuid::nil().to_string()))
            .map_err(|_| ConfigError::NotUrl(name.clone()))?;
        let metadata_url = match config.metadata_url.clone() {
            Some(url) => url,
            None if places == 1 => return Err(ConfigError::NoMetadataUrl(name)),
            None => Url::parse(&format!("{}/.well-known/openid-configuration", name.trim_end_matches('/')))
                .map_err(|_| ConfigError::NotUrl(name.clone()))?,
        };
        for url in [&url, &metadata_url] {
            if !is_trustworthy(url) {
                return Err(ConfigError::NotHttps { issuer: name, url: url.to_string() });
            }
        }
        if config.client_id.trim().is_empty() {
            return Err(ConfigError::NoClientId(name));
        }
        let client_secret = secret_of(&config)?;
        let IssuerConfig { client_id, audiences, scopes, .. } = config;
        Ok(Self { name, speaks_for, metadata_url, client_id, client_secret, audiences, scopes })
    }
}

fn secret_of(config: &IssuerConfig) -> Result<Option<Secret>, ConfigError> {
    let issuer = || config.issuer.clone();
    match (&config.client_secret, &config.client_secret_file) {
        (Some(_), Some(_)) => Err(ConfigError::TwoSecrets(issuer())),
        (secret, None) => Ok(secret.clone()),
        (None, Some(path)) => {
            let unreadable = |reason: String| ConfigError::SecretFile { issuer: issuer(), path: path.clone(), reason };
            let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
            let secret = text.trim_end_matches(['\r', '\n']);
            if secret.is_empty() {
                return Err(unreadable("the file is empty".to_owned()));
            }
            Ok(Some(Secret::new(secret)))
        }
    }
}
