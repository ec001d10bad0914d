//! Configuration: a file, then environment variables over it. Unknown keys are refused and errors name the key.
//!
//! `exception-desk.toml` (or `--config FILE`), then `EXCEPTION_DESK__SECTION__KEY`, then `DATABASE_URL`. Secrets come from
//! files that the configuration names, never from the configuration itself.

use crate::branding::Branding;
use crate::evidence::ScannerAddress;
use crate::identity::TenantId;
use config::{Environment, File, FileFormat};
use relying_party::IssuerConfig;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use url::Url;

/// Everything the desk can be told. Every section has defaults but `identity`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where it listens and how the world calls it.
    #[serde(default)]
    pub server: Server,
    /// PostgreSQL.
    #[serde(default)]
    pub database: Database,
    /// Who may sign in, and as what.
    #[serde(default)]
    pub identity: Identity,
    /// The published feed.
    #[serde(default)]
    pub feed: Feed,
    /// Taking requests.
    #[serde(default)]
    pub intake: Intake,
    /// Files with requests.
    #[serde(default)]
    pub evidence: Evidence,
    /// How often one may call.
    #[serde(default)]
    pub limits: Limits,
    /// The rules that judge them.
    #[serde(default)]
    pub policy: Policy,
    /// Whose desk this is.
    #[serde(default)]
    pub branding: Branding,
    /// The sign-in doctor.
    #[serde(default)]
    pub doctor: Doctor,
    /// The audit log.
    #[serde(default)]
    pub audit: Audit,
    /// Logs.
    #[serde(default)]
    pub telemetry: Telemetry,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address to listen on.
    pub bind: SocketAddr,
    /// The desk's public address, scheme and host only: `https://desk.example`.
    pub public_url: Url,
    /// An address of its own for `/metrics`; on the main address when absent.
    pub metrics_bind: Option<SocketAddr>,
    /// Addresses of the proxy in front, whose last entry of `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// `[database]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// The run-time login. Absent (and no `DATABASE_URL`): the desk starts its own PostgreSQL in `data_dir`.
    pub url: Option<String>,
    /// The owner, for `migrate`; `url` when absent.
    pub owner_url: Option<String>,
    /// Where the desk's own PostgreSQL keeps its data.
    pub data_dir: PathBuf,
    /// Folder of `initdb` and `postgres`, when they are not where they usually are.
    pub bin_dir: Option<PathBuf>,
    /// Connections at most.
    pub max_connections: u32,
}

/// `[identity]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Identity {
    /// The providers whose tokens are believed.
    pub issuers: Vec<IssuerConfig>,
    /// The tenants whose people may be staff and whose clients may pull the feed.
    pub operator_tenants: Vec<TenantId>,
    /// What the directory calls each role, where it differs from the names in docs/OPERATIONS.md: `Reviewer = "desk.reviewer"`.
    pub role_names: BTreeMap<String, String>,
    /// `acr_values` that ask the provider for MFA at step-up.
    pub step_up_acr: Option<String>,
    /// File with the key that signs session cookies; made, mode 0600, when absent. Desks that share a database share it.
    pub session_key_file: PathBuf,
}

/// `[feed]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Feed {
    /// How long a published document stays fresh, in seconds: the longest time a revocation can go unnoticed.
    pub ttl_seconds: u32,
    /// The ES256 signing key, PKCS#8 PEM, mode 0600; made there when absent.
    pub signing_key_file: PathBuf,
}

/// `[intake]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Intake {
    /// `on`: what the policy accepts and no submission guard holds back is granted at once. `off`: every accept goes to a
    /// reviewer.
    pub auto_grant: AutoGrant,
}

/// `[policy]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Folder of edition files (`*.toml`) that stand in place of the shipped ones.
    pub directory: Option<PathBuf>,
}

/// `[limits]`: how many calls a minute, all of them at once if wanted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Requests that one user files.
    pub filings_per_user: NonZeroU32,
    /// Requests that the users of one tenant file.
    pub filings_per_tenant: NonZeroU32,
    /// Requests that one user has judged without filing them.
    pub classifications_per_user: NonZeroU32,
    /// Requests that the users of one tenant have judged without filing them.
    pub classifications_per_tenant: NonZeroU32,
    /// Sign-ins that begin at one address; counted only when `server.trusted_proxies` names the proxy.
    pub sign_ins_per_address: NonZeroU32,
}

/// The operator's switch for automatic grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutoGrant {
    /// The policy's accepts are granted at once.
    On,
    /// A reviewer looks at every accept.
    Off,
}

/// `[evidence]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Evidence {
    /// A virus scanner that speaks clamd's protocol; without one, files are marked as not scanned.
    pub scanner: Option<ScannerAddress>,
    /// How long the scanner may take for one file.
    pub scanner_timeout_seconds: u32,
    /// How long a sender may be silent in the middle of a file.
    pub upload_silence_seconds: u32,
    /// How much each tenant may send in a day (UTC), kept or not.
    pub tenant_mebibytes_per_day: u32,
}

impl Evidence {
    /// The same in bytes.
    pub fn bytes_per_day(&self) -> i64 {
        i64::from(self.tenant_mebibytes_per_day) << 20
    }
}

/// `[doctor]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Doctor {
    /// What the protected services accept as `aud`. With none, the doctor shows a token's audience and does not judge it.
    pub audiences: Vec<String>,
}

/// `[audit]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Audit {
    /// The ES256 key that signs heads of the chain, PKCS#8 PEM, mode 0600; made there when absent. Never the feed's.
    pub signing_key_file: PathBuf,
    /// Folder that signed heads are written to, to be copied away; none are written when absent.
    pub anchor_directory: Option<PathBuf>,
    /// A head is signed at the latest so many minutes after the one before, when there are new events.
    pub head_minutes: u32,
    /// What people wrote is erased from events that are so many days old; kept when absent.
    pub personal_retention_days: Option<u32>,
}

/// `[telemetry]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
    /// `text` for people, `json` for machines.
    pub format: LogFormat,
    /// What is logged, as `tracing-subscriber` reads it: `info,sqlx=warn`.
    pub filter: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: known_url("http://localhost:8080"),
            metrics_bind: None,
            trusted_proxies: Vec::new(),
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: None,
            owner_url: None,
            data_dir: default_data_dir().join("postgres"),
            bin_dir: None,
            max_connections: 20,
        }
    }
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            issuers: Vec::new(),
            operator_tenants: Vec::new(),
            role_names: BTreeMap::new(),
            step_up_acr: None,
            session_key_file: default_data_dir().join("session-key"),
        }
    }
}

impl Default for Feed {
    fn default() -> Self {
        Self { ttl_seconds: 15 * 60, signing_key_file: default_data_dir().join("feed-signing-key.pem") }
    }
}

impl Default for Intake {
    fn default() -> Self {
        Self { auto_grant: AutoGrant::On }
    }
}

impl Default for Evidence {
    fn default() -> Self {
        Self { scanner: None, scanner_timeout_seconds: 60, upload_silence_seconds: 20, tenant_mebibytes_per_day: 500 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let calls = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self {
            filings_per_user: calls(120),
            filings_per_tenant: calls(600),
            classifications_per_user: calls(600),
            classifications_per_tenant: calls(3000),
            sign_ins_per_address: calls(60),
        }
    }
}

impl Default for Audit {
    fn default() -> Self {
        Self {
            signing_key_file: default_data_dir().join("audit-signing-key.pem"),
            anchor_directory: None,
            head_minutes: 15,
            personal_retention_days: None,
        }
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info,sqlx=warn".to_owned() }
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Unreadable, an unknown key, or a value of the wrong type.
    #[error("{0}")]
    Unreadable(#[from] config::ConfigError),
    /// A value that cannot work.
    #[error("`{key}`: {problem}")]
    Invalid {
        /// The key, dotted.
        key: &'static str,
        /// What is wrong and the way out.
        problem: String,
    },
}

impl Config {
    /// Reads `file` (or `exception-desk.toml` in the current folder, if it is there), then the environment.
    ///
    /// # Errors
    /// Names the key or the file.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let file = match file {
            Some(path) => File::from(path).format(FileFormat::Toml).required(true),
            None => File::with_name("exception-desk.toml").format(FileFormat::Toml).required(false),
        };
        let environment = Environment::with_prefix("EXCEPTION_DESK")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true)
            .ignore_empty(true)
            .list_separator(",")
            .with_list_parse_key("identity.operator_tenants")
            .with_list_parse_key("server.trusted_proxies")
            .with_list_parse_key("doctor.audiences");
        let mut read: Self =
            config::Config::builder().add_source(file).add_source(environment).build()?.try_deserialize()?;
        if let Ok(url) = std::env::var("DATABASE_URL") {
            read.database.url = Some(url);
        }
        read.check()?;
        Ok(read)
    }

    /// What no type can say.
    ///
    /// # Errors
    /// Names the key.
    pub fn check(&self) -> Result<(), ConfigError> {
        let refuse = |key, problem: &str| Err(ConfigError::Invalid { key, problem: problem.to_owned() });
        let url = &self.server.public_url;
        if !matches!(url.scheme(), "http" | "https")
            || url.host().is_none()
            || url.path() != "/"
            || url.query().is_some()
        {
            return refuse("server.public_url", "give scheme and host only, such as `https://desk.example`");
        }
        if url.scheme() == "http" && !is_local(url) {
            return refuse("server.public_url", "sessions need `https` on a host that is not this machine");
        }
        if !(60..=86_400).contains(&self.feed.ttl_seconds) {
            return refuse("feed.ttl_seconds", "give 60 to 86400 seconds");
        }
        if self.database.max_connections < 2 {
            return refuse("database.max_connections", "give at least 2");
        }
        if !(1..=600).contains(&self.evidence.scanner_timeout_seconds) {
            return refuse("evidence.scanner_timeout_seconds", "give 1 to 600 seconds");
        }
        if !(1..=300).contains(&self.evidence.upload_silence_seconds) {
            return refuse("evidence.upload_silence_seconds", "give 1 to 300 seconds");
        }
        if self.evidence.tenant_mebibytes_per_day < 10 {
            return refuse("evidence.tenant_mebibytes_per_day", "give at least 10, the size of one file");
        }
        if !(1..=1440).contains(&self.audit.head_minutes) {
            return refuse("audit.head_minutes", "give 1 to 1440 minutes");
        }
        if self.audit.personal_retention_days.is_some_and(|days| !(1..=36_500).contains(&days)) {
            return refuse("audit.personal_retention_days", "give 1 to 36500 days");
        }
        if self.audit.signing_key_file == self.feed.signing_key_file {
            return refuse(
                "audit.signing_key_file",
                "name another file than `feed.signing_key_file`: each has its own key",
            );
        }
        if let Err((key, problem)) = self.branding.check() {
            return refuse(key, problem);
        }
        for issuer in &self.identity.issuers {
            if issuer.audiences.is_empty() {
                return refuse("identity.issuers.audiences", "name at least one, or no bearer token can be accepted");
            }
        }
        Ok(())
    }

    /// What `serve` needs besides: somebody who can sign in.
    ///
    /// # Errors
    /// When no identity provider, or no operator tenant, is configured.
    pub fn check_can_serve(&self) -> Result<(), ConfigError> {
        if self.identity.issuers.is_empty() {
            return Err(ConfigError::Invalid {
                key: "identity.issuers",
                problem:
                    "no identity provider is configured, so nobody could sign in; add an [[identity.issuers]] section \
                          (docs/OPERATIONS.md), or try `exception-desk demo`"
                        .to_owned(),
            });
        }
        if self.identity.operator_tenants.is_empty() {
            return Err(ConfigError::Invalid {
                key: "identity.operator_tenants",
                problem: "no operator tenant is configured, so nobody could review; name at least one tenant id"
                    .to_owned(),
            });
        }
        Ok(())
    }

    /// The public address without a trailing slash: the base of links, the feed's `issuer`.
    pub fn public_base(&self) -> String {
        self.server.public_url.as_str().trim_end_matches('/').to_owned()
    }
}

/// Whether `url` names this machine.
pub fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Where data goes when nobody says: `/var/lib/exception-desk` for root (PostgreSQL runs as another account then, which
/// cannot enter root's home), else `exception-desk` in the account's own data folder.
pub fn default_data_dir() -> PathBuf {
    if embedded_postgres::runs_as_root() {
        return PathBuf::from("/var/lib/exception-desk");
    }
    let own = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let data = own("XDG_DATA_HOME").or_else(|| Some(own("HOME")?.join(".local/share")));
    data.unwrap_or_else(std::env::temp_dir).join("exception-desk")
}

fn known_url(text: &str) -> Url {
    Url::parse(text).unwrap_or_else(|error| unreachable!("{text} is a URL: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, ConfigError> {
        let config: Config =
            config::Config::builder().add_source(File::from_str(text, FileFormat::Toml)).build()?.try_deserialize()?;
        config.check()?;
        Ok(config)
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = read("[server]\nbnid = '127.0.0.1:1'").unwrap_err().to_string();
        assert!(error.contains("bnid"), "{error}");
    }

    #[test]
    fn a_wrong_value_is_refused_with_its_key() {
        let error = read("[feed]\nttl_seconds = 'soon'").unwrap_err().to_string();
        assert!(error.contains("feed.ttl_seconds"), "{error}");
    }

    #[test]
    fn a_scanner_is_named_by_its_address() {
        assert!(read("[evidence]\nscanner = 'unix:/run/clamav/clamd.ctl'").is_ok());
        let error = read("[evidence]\nscanner = 'clamd:3310'").unwrap_err().to_string();
        assert!(error.contains("clamd:3310") && error.contains("tcp://"), "{error}");
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        assert!(read("[server]\npublic_url = 'http://desk.example'").is_err());
        assert!(read("[server]\npublic_url = 'https://desk.example'").is_ok());
        assert!(read("[server]\npublic_url = 'http://desk.localhost:7400'").is_ok());
    }

    #[test]
    fn grants_are_made_at_once_until_the_operator_switches_them_off() {
        assert_eq!(read("").unwrap().intake.auto_grant, AutoGrant::On);
        assert_eq!(read("[intake]\nauto_grant = 'off'").unwrap().intake.auto_grant, AutoGrant::Off);
    }

    #[test]
    fn a_limit_of_nothing_is_refused_with_its_key() {
        let error = read("[limits]\nfilings_per_user = 0").unwrap_err().to_string();
        assert!(error.contains("limits.filings_per_user"), "{error}");
        assert_eq!(read("[limits]\nfilings_per_user = 5").unwrap().limits.filings_per_user.get(), 5);
    }

    #[test]
    fn the_default_configuration_cannot_serve_for_want_of_an_identity_provider() {
        let config = read("").unwrap();
        assert!(config.check_can_serve().unwrap_err().to_string().contains("identity.issuers"));
    }
}
