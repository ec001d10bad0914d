//! The sections of the configuration, what they hold and what they are by themselves.

use super::{LimitedClient, default_data_dir};
use crate::evidence::ScannerAddress;
use crate::identity::TenantId;
use relying_party::IssuerConfig;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::num::{NonZeroU16, NonZeroU32};
use std::path::PathBuf;
use url::Url;

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
    /// The one signing key of earlier desks, ES256, PKCS#8 PEM, mode 0600: an empty folder of keys begins with it, where it is
    /// there. The folder lies beside it, unless `signing.directory` names another.
    pub signing_key_file: PathBuf,
    /// Where the desk keeps which version it has published, outside the database; `feed-mark.json` beside the signing key when
    /// absent.
    pub mark_file: Option<PathBuf>,
    /// Changes are told at most so many versions back.
    pub changes_kept: NonZeroU32,
    /// And at most so many days back.
    pub changes_kept_days: NonZeroU16,
    /// An enforcement point that has not reported for so many seconds counts as lapsed.
    pub lapsed_after_seconds: u32,
    /// Clients that get a part of it.
    pub clients: Vec<LimitedClient>,
}

impl Feed {
    /// Where the mark is kept.
    pub fn mark_file(&self) -> PathBuf {
        self.mark_file.clone().unwrap_or_else(|| self.signing_key_file.with_file_name("feed-mark.json"))
    }

    /// `lapsed_after_seconds` as a span of time.
    pub fn lapsed_after(&self) -> chrono::TimeDelta {
        chrono::TimeDelta::seconds(self.lapsed_after_seconds.into())
    }
}

/// `[intake]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Intake {
    /// `on`: what the policy accepts and no submission guard holds back is granted at once. `off`: every accept goes to a
    /// reviewer.
    pub auto_grant: AutoGrant,
    /// What people wrote with a request is erased so many days after it was over; kept when absent.
    pub personal_retention_days: Option<u32>,
}

/// `[review]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Review {
    /// For how long after its reader's last step an open page renews their claim.
    pub open_page_hours: NonZeroU16,
}

/// `[policy]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Folder of edition files (`*.toml`) that stand in place of the shipped ones.
    pub directory: Option<PathBuf>,
}

/// `[calendars]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Calendars {
    /// Folder of calendar files (`*.toml`) besides the shipped ones; one of the same `id` takes a shipped one's place.
    pub directory: Option<PathBuf>,
}

/// `[reports]`: how much work a request is, and how many hours there are for it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reports {
    /// The calendar in which the desk's own people work.
    pub calendar: String,
    /// How many review full time; when absent, the reviewers and leads who have signed in within 14 days are counted.
    pub reviewers: Option<u32>,
    /// Working time for a request, until its decision.
    pub minutes_per_request: u32,
    /// Working time for an after-check.
    pub minutes_per_after_check: u32,
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
        Self {
            ttl_seconds: 15 * 60,
            signing_key_file: default_data_dir().join("feed-signing-key.pem"),
            mark_file: None,
            changes_kept: NonZeroU32::new(4096).unwrap_or(NonZeroU32::MIN),
            changes_kept_days: NonZeroU16::new(7).unwrap_or(NonZeroU16::MIN),
            lapsed_after_seconds: 10 * 60,
            clients: Vec::new(),
        }
    }
}

impl Default for Intake {
    fn default() -> Self {
        Self { auto_grant: AutoGrant::On, personal_retention_days: None }
    }
}

impl Default for Review {
    fn default() -> Self {
        Self { open_page_hours: NonZeroU16::new(4).unwrap_or(NonZeroU16::MIN) }
    }
}

impl Default for Evidence {
    fn default() -> Self {
        Self { scanner: None, scanner_timeout_seconds: 60, upload_silence_seconds: 20, tenant_mebibytes_per_day: 500 }
    }
}

impl Default for Reports {
    fn default() -> Self {
        let calendar = "utc".to_owned();
        Self { calendar, reviewers: None, minutes_per_request: 45, minutes_per_after_check: 15 }
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

impl Default for Telemetry {
    fn default() -> Self {
        Self { format: LogFormat::Text, filter: "info,sqlx=warn".to_owned() }
    }
}

fn known_url(text: &str) -> Url {
    Url::parse(text).unwrap_or_else(|error| unreachable!("{text} is a URL: {error}"))
}
