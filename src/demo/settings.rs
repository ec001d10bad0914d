//! How each part is told of the others.

use super::AUDIENCE;
use super::addresses::Addresses;
use crate::branding::Branding;
use crate::config::{
    Audit, Calendars, Config, Database, Doctor, Evidence, Feed, Identity, Intake, Limits, Mail, MailTls, Policy,
    Reports, Review, Server, Signing, Telemetry, Webhooks,
};
use crate::evidence::ScannerAddress;
use crate::identity::TenantId;
use crate::locale::Lang;
use anyhow::Context;
use exception_desk_demo::idp::Client;
use exception_desk_demo::people;
use relying_party::{IssuerConfig, Secret};
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use url::Url;

/// What asks the identity provider for MFA.
const MFA_ACR: &str = "mfa";

/// The secrets of the three applications, new at every start.
pub struct ClientSecrets {
    pub desk: String,
    pub gate: String,
    pub feed: String,
}

impl ClientSecrets {
    pub fn random() -> Self {
        let secret = || uuid::Builder::from_random_bytes(crate::clock::secret_bytes()).into_uuid().simple().to_string();
        Self { desk: secret(), gate: secret(), feed: secret() }
    }
}

/// Where the identity provider keeps its key and registrations.
pub fn idp_dir(data_dir: &Path) -> PathBuf {
    data_dir.join("idp")
}

/// The applications that the identity provider knows.
pub fn clients(addresses: &Addresses, secrets: &ClientSecrets) -> Vec<Client> {
    let browser = |id: &str, secret: &str, callback: String, home: String| Client {
        id: id.to_owned(),
        secret: secret.to_owned(),
        redirect_uris: vec![callback],
        post_logout_redirect_uris: vec![home],
        audiences: vec![AUDIENCE.to_owned()],
        acts_as_feed: false,
    };
    let Addresses { desk, portal, .. } = addresses;
    let desk = browser("desk", &secrets.desk, format!("{desk}/sign-in/callback"), format!("{desk}/signed-out"));
    let gate = browser("gate", &secrets.gate, format!("{portal}/.mfa-gate/callback"), format!("{portal}/"));
    let feed = Client {
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        acts_as_feed: true,
        ..browser("feed", &secrets.feed, String::new(), String::new())
    };
    vec![desk, gate, feed]
}

fn issuer(addresses: &Addresses, client_id: &str, secret: &str) -> anyhow::Result<IssuerConfig> {
    let idp = &addresses.idp;
    Ok(IssuerConfig {
        issuer: format!("{idp}/{{tid}}/v2.0"),
        tenant: None,
        metadata_url: Some(Url::parse(&format!("{idp}/organizations/v2.0/.well-known/openid-configuration"))?),
        client_id: client_id.to_owned(),
        client_secret: Some(Secret::new(secret)),
        client_secret_file: None,
        audiences: vec![AUDIENCE.to_owned()],
        scopes: ["openid", "profile", "email"].map(str::to_owned).to_vec(),
    })
}

/// The desk's configuration: as for `serve`.
pub fn desk(
    data_dir: &Path,
    addresses: &Addresses,
    secrets: &ClientSecrets,
    bind: SocketAddr,
    scanner: Option<ScannerAddress>,
    mail_port: u16,
) -> anyhow::Result<Config> {
    Ok(Config {
        server: Server { bind, public_url: Url::parse(&addresses.desk)?, ..Server::default() },
        database: Database { data_dir: data_dir.join("postgres"), ..Database::default() },
        identity: Identity {
            issuers: vec![issuer(addresses, "desk", &secrets.desk)?],
            operator_tenants: vec![TenantId(people::OPERATIONS.id)],
            step_up_acr: Some(MFA_ACR.to_owned()),
            session_key_file: data_dir.join("session-key"),
            ..Identity::default()
        },
        feed: Feed { signing_key_file: data_dir.join("feed-signing-key.pem"), ..Feed::default() },
        signing: Signing::default(),
        intake: Intake::default(),
        review: Review::default(),
        evidence: Evidence { scanner, ..Evidence::default() },
        limits: Limits::default(),
        policy: Policy::default(),
        branding: Branding { sender_address: Some("desk@desk.localhost".to_owned()), ..Branding::default() },
        calendars: Calendars::default(),
        reports: Reports::default(),
        doctor: Doctor { audiences: vec![AUDIENCE.to_owned()] },
        audit: Audit {
            signing_key_file: data_dir.join("audit-signing-key.pem"),
            anchor_directory: Some(data_dir.join("audit-heads")),
            ..Audit::default()
        },
        mail: Some(Mail {
            server: Ipv4Addr::LOCALHOST.to_string(),
            port: Some(mail_port),
            tls: MailTls::None,
            ca_file: None,
            username: None,
            password_file: None,
            leads_address: "leads@desk.localhost".to_owned(),
            staff_language: Lang::En,
            staff_calendar: "utc".to_owned(),
            timeout_seconds: 10,
        }),
        webhooks: Webhooks::default(),
        telemetry: Telemetry { filter: "warn".to_owned(), ..Telemetry::default() },
    })
}

/// The gate's configuration, in the format of its file.
pub fn gate(
    data_dir: &Path,
    addresses: &Addresses,
    secrets: &ClientSecrets,
    bind: SocketAddr,
) -> anyhow::Result<mfa_enforcement::gate::Config> {
    let secret_file = data_dir.join("feed-client-secret");
    write_private(&secret_file, secrets.feed.as_bytes())?;
    let (desk, idp, operations) = (&addresses.desk, &addresses.idp, people::OPERATIONS.id);
    let text = format!(
        r#"
state_dir = {state_dir:?}
desk = "{desk}/stopped"
issuers = []

[feed]
url = "{desk}"
[feed.client]
token_url = "{idp}/{operations}/oauth2/v2.0/token"
client_id = "feed"
client_secret_file = {secret_file:?}
scope = "{AUDIENCE}/.default"

[reports]
gate = "demo-gate"
interval_seconds = 5

[sign_in]
issuer = "{idp}/{{tid}}/v2.0"
mfa_acr_values = ["{MFA_ACR}"]

[claims]
identity = "account_identity"
federated_idp_supports_mfa = "federated_idp_supports_mfa"
mfa_registered = "mfa_registered"

[[listeners]]
bind = "{bind}"
proxy = "nginx"

{routes}"#,
        state_dir = data_dir.join("gate"),
        routes = exception_desk_demo::portal::routes::gate_routes_toml(),
    );
    let mut config = mfa_enforcement::gate::Config::parse(&text)?;
    config.issuers = vec![issuer(addresses, "gate", &secrets.gate)?];
    Ok(config)
}

/// Writes a file that this account alone may read, all or nothing.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_private(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let temporary = path.with_extension("new");
    let write = || {
        let _ = std::fs::remove_file(&temporary);
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        file.write_all(content)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)
    };
    write().with_context(|| format!("cannot write `{}`", path.display()))
}
