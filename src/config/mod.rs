//! Configuration: a file, then environment variables over it. Unknown keys are refused and errors name the key.
//!
//! `exception-desk.toml` (or `--config FILE`), then `EXCEPTION_DESK__SECTION__KEY`, then `DATABASE_URL`. Secrets come from
//! files that the configuration names, never from the configuration itself.

mod audit;
mod feed_clients;
mod mail;
mod sections;
mod signing;
mod webhooks;

pub use audit::Audit;
pub use feed_clients::LimitedClient;
pub use mail::{Mail, MailTls};
pub use sections::{
    AutoGrant, Calendars, Database, Doctor, Evidence, Feed, Identity, Intake, Limits, LogFormat, Policy, Reports,
    Review, Server, Telemetry,
};
pub use signing::Signing;
pub use webhooks::Webhooks;

use crate::branding::Branding;
use config::{Environment, File, FileFormat};
use serde::Deserialize;
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
    /// The feed's keys.
    #[serde(default)]
    pub signing: Signing,
    /// Taking requests.
    #[serde(default)]
    pub intake: Intake,
    /// Work on requests.
    #[serde(default)]
    pub review: Review,
    /// Files with requests.
    #[serde(default)]
    pub evidence: Evidence,
    /// How often one may call.
    #[serde(default)]
    pub limits: Limits,
    /// The rules that judge them.
    #[serde(default)]
    pub policy: Policy,
    /// The desk's own hours, for its reports.
    #[serde(default)]
    pub reports: Reports,
    /// Business days.
    #[serde(default)]
    pub calendars: Calendars,
    /// Whose desk this is.
    #[serde(default)]
    pub branding: Branding,
    /// The sign-in doctor.
    #[serde(default)]
    pub doctor: Doctor,
    /// The audit log.
    #[serde(default)]
    pub audit: Audit,
    /// The server that takes the desk's mails. Without one they wait.
    pub mail: Option<Mail>,
    /// Signed webhooks.
    #[serde(default)]
    pub webhooks: Webhooks,
    /// Logs.
    #[serde(default)]
    pub telemetry: Telemetry,
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
            .with_list_parse_key("webhooks.ports")
            .with_list_parse_key("signing.command")
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
        if let Err(problem) = LimitedClient::check(&self.feed.clients) {
            return refuse("feed.clients", &problem);
        }
        if let Err((key, problem)) = self.signing.check() {
            return refuse(key, problem);
        }
        if !(60..=86_400).contains(&self.feed.lapsed_after_seconds) {
            return refuse("feed.lapsed_after_seconds", "give 60 to 86400 seconds");
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
        for (key, days) in [
            ("audit.personal_retention_days", self.audit.personal_retention_days),
            ("intake.personal_retention_days", self.intake.personal_retention_days),
        ] {
            if days.is_some_and(|days| !(1..=36_500).contains(&days)) {
                return refuse(key, "give 1 to 36500 days");
            }
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
        if let Some(Err((key, problem))) = self.mail.as_ref().map(Mail::check) {
            return refuse(key, problem);
        }
        if self.mail.is_some() && self.branding.sender_address.is_none() {
            return refuse(
                "branding.sender_address",
                "give the address that mails come from, as `[mail]` names a server",
            );
        }
        if let Err((key, problem)) = self.webhooks.check() {
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

    /// The folder of the feed's keys.
    pub fn key_directory(&self) -> PathBuf {
        let beside = || self.feed.signing_key_file.with_file_name("feed-keys");
        self.signing.directory.clone().unwrap_or_else(beside)
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
    fn a_time_of_keeping_is_at_least_a_day_and_has_no_default() {
        assert_eq!(read("").unwrap().intake.personal_retention_days, None);
        for section in ["audit", "intake"] {
            let error = read(&format!("[{section}]\npersonal_retention_days = 0")).unwrap_err().to_string();
            assert!(error.contains(&format!("{section}.personal_retention_days")), "{error}");
            assert!(read(&format!("[{section}]\npersonal_retention_days = 36500")).is_ok());
        }
    }

    #[test]
    fn a_limit_of_nothing_is_refused_with_its_key() {
        let error = read("[limits]\nfilings_per_user = 0").unwrap_err().to_string();
        assert!(error.contains("limits.filings_per_user"), "{error}");
        assert_eq!(read("[limits]\nfilings_per_user = 5").unwrap().limits.filings_per_user.get(), 5);
    }

    #[test]
    fn a_mail_server_needs_a_sender_and_tls_unless_it_is_this_machine() {
        let mail = |rest: &str| {
            read(&format!(
                "[branding]\nsender_address = 'desk@contoso.example'\n\
                 [mail]\nserver = 'smtp.contoso.example'\nleads_address = 'leads@contoso.example'\n{rest}"
            ))
        };
        assert_eq!(mail("").unwrap().mail.unwrap().port(), 587);
        assert_eq!(mail("tls = 'tls'").unwrap().mail.unwrap().port(), 465);
        for (rest, key) in [
            ("tls = 'none'", "mail.tls"),
            ("username = 'desk'", "mail.password_file"),
            ("timeout_seconds = 0", "mail.timeout_seconds"),
        ] {
            let error = mail(rest).unwrap_err().to_string();
            assert!(error.contains(key), "{error}");
        }
        let alone = read("[mail]\nserver = '127.0.0.1'\ntls = 'none'\nleads_address = 'leads@contoso.example'");
        assert!(alone.unwrap_err().to_string().contains("branding.sender_address"));
        let nobody = read("[mail]\nserver = '127.0.0.1'\ntls = 'none'\nleads_address = 'leads'");
        assert!(nobody.unwrap_err().to_string().contains("mail.leads_address"));
    }

    #[test]
    fn keys_of_a_signing_service_are_not_rotated_by_age() {
        assert_eq!(read("").unwrap().signing.rotate_after_days, 90);
        let service = "[signing]\ncommand = ['/usr/local/bin/sign']\n";
        let error = read(service).unwrap_err().to_string();
        assert!(error.contains("signing.public_key_file"), "{error}");
        let service = format!("{service}public_key_file = 'key.pem'\n");
        let error = read(&service).unwrap_err().to_string();
        assert!(error.contains("signing.rotate_after_days"), "{error}");
        assert!(read(&format!("{service}rotate_after_days = 0")).is_ok());
    }

    #[test]
    fn the_default_configuration_cannot_serve_for_want_of_an_identity_provider() {
        let config = read("").unwrap();
        assert!(config.check_can_serve().unwrap_err().to_string().contains("identity.issuers"));
    }
}
