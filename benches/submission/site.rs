//! What a desk needs: a PostgreSQL, an identity provider, partners, and their requests with tokens.

use crate::TENANTS;
use actix_web::dev::ServerHandle;
use anyhow::{Context, Result};
use chrono::TimeDelta;
use exception_desk::app::{Application, Purpose};
use exception_desk::clock::{Clock, secret_bytes};
use exception_desk::config::{AutoGrant, Config, Telemetry};
use exception_desk::db::{Db, Embedded};
use exception_desk::editions;
use exception_desk_demo::example_requests;
use exception_desk_demo::idp::keys::SigningKey;
use exception_desk_demo::idp::{IdentityProvider, Settings};
use relying_party::IssuerConfig;
use serde_json::{Map, Value, json};
use sqlx::{Connection, PgConnection};
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use url::Url;
use uuid::Uuid;

const AUDIENCE: &str = "api://desk-under-load";
/// The desk's public address; nothing listens there.
const PUBLIC: &str = "http://desk.localhost";

/// Everything around the desk.
pub struct Site {
    database: Embedded,
    idp_base: String,
    _idp: IdentityProvider,
    /// A request of each tenant, as bytes of HTTP.
    pub requests: Vec<Vec<u8>>,
    // Last: what lies in it is given up first.
    folder: Folder,
}

/// A desk that answers.
pub struct Desk {
    pub address: SocketAddr,
    server: ServerHandle,
    db: Db,
}

/// A folder that goes with its value.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Site {
    /// Starts the servers, registers the partners and signs their tokens.
    pub async fn prepare() -> Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let unique = u64::from_le_bytes(secret_bytes());
        let folder = Folder(std::env::temp_dir().join(format!("desk-bench-{unique:x}")));
        std::fs::create_dir_all(&folder.0)?;
        log_to(&folder.0.join("log"))?;
        let options = embedded_postgres::Options::in_dir(folder.0.join("postgres"));
        let database = Embedded::start(options).await?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let idp_base = format!("http://login.localhost:{}", listener.local_addr()?.port());
        let idp_dir = folder.0.join("idp");
        let clock = Clock::system();
        let settings = Settings {
            base: idp_base.clone(),
            data_dir: idp_dir.clone(),
            clients: Vec::new(),
            clock: Arc::new(move || clock.now()),
        };
        let idp = IdentityProvider::start(listener, settings)?;
        let tenants = register_partners(&database.owner_url()).await?;
        let key = SigningKey::load(&idp_dir)?;
        let requests = tenants.iter().map(|tenant| request(&key, &idp_base, *tenant)).collect::<Result<_>>()?;
        Ok(Self { database, idp_base, _idp: idp, requests, folder })
    }

    /// Where the run-time login finds the database.
    pub fn database(&self) -> Result<Url> {
        Ok(Url::parse(self.database.url())?)
    }

    /// Where its owner does.
    pub fn owner_url(&self) -> String {
        self.database.owner_url()
    }

    /// A file of the site's own with `text` in it.
    pub fn file(&self, name: &str, text: &str) -> Result<PathBuf> {
        let path = self.folder.0.join(name);
        std::fs::write(&path, text)?;
        Ok(path)
    }

    /// A desk as `serve` would run it on two cores, which reaches its database at `url`.
    pub async fn desk(&self, url: Url) -> Result<Desk> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let application =
            Application::build(self.config()?, Clock::system(), url.as_str(), listener, Purpose::Service)?;
        let desk = application.desk();
        let server = application.run(2)?;
        let handle = server.handle();
        actix_web::rt::spawn(server);
        editions::refresh(&desk).await?;
        Ok(Desk { address, server: handle, db: desk.db.clone() })
    }

    fn config(&self) -> Result<Config> {
        let mut config: Config = toml::from_str(&format!("server.public_url = \"{PUBLIC}\""))?;
        let idp = &self.idp_base;
        config.identity.issuers = vec![IssuerConfig {
            issuer: format!("{idp}/{{tid}}/v2.0"),
            tenant: None,
            metadata_url: Some(format!("{idp}/organizations/v2.0/.well-known/openid-configuration").parse()?),
            client_id: "desk".to_owned(),
            client_secret: None,
            client_secret_file: None,
            audiences: vec![AUDIENCE.to_owned()],
            scopes: vec!["openid".to_owned()],
        }];
        config.identity.session_key_file = self.folder.0.join("session-key");
        config.feed.signing_key_file = self.folder.0.join("feed-key.pem");
        config.audit.signing_key_file = self.folder.0.join("audit-key.pem");
        config.intake.auto_grant = AutoGrant::Off;
        config.limits.filings_per_user = NonZeroU32::MAX;
        config.limits.filings_per_tenant = NonZeroU32::MAX;
        Ok(config)
    }
}

impl Desk {
    /// Lets go of its port, its workers and its connections.
    pub async fn stop(self) {
        self.server.stop(true).await;
        self.db.close().await;
    }
}

/// What `serve` logs goes to a file, written line by line as standard error is.
fn log_to(file: &Path) -> Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(Telemetry::default().filter)?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false);
    let lines = lines.with_writer(Mutex::new(File::create(file)?)).finish();
    tracing::subscriber::set_global_default(lines)?;
    Ok(())
}

/// Tenants whose ids are spread as real ones are; `file.sql` makes the same of a number.
async fn register_partners(owner_url: &str) -> Result<Vec<Uuid>> {
    let mut owner = PgConnection::connect(owner_url).await?;
    let tenants = sqlx::query_scalar(
        "INSERT INTO partners (tenant, name, type, country, calendar, security_contact, registered_at)
         SELECT md5(number::text)::uuid, 'Partner ' || number, 'indirect_reseller', 'JP', 'jp', 'security@partner.example', now()
         FROM generate_series(0, $1 - 1) AS number RETURNING tenant",
    )
    .bind(TENANTS as i64)
    .fetch_all(&mut owner)
    .await?;
    owner.close().await?;
    Ok(tenants)
}

/// A call that files the demonstration's first request that the policy accepts, by somebody of `tenant`.
fn request(key: &SigningKey, idp_base: &str, tenant: Uuid) -> Result<Vec<u8>> {
    let example = example_requests().into_iter().find(|example| example.outcome == "accepted");
    let body = example.context("no example is accepted")?.body.to_string();
    let token = key.sign("at+jwt", &claims(idp_base, tenant))?;
    let head = format!(
        "POST /api/v1/requests HTTP/1.1\r\nhost: desk.localhost\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    Ok([head.into_bytes(), body.into_bytes()].concat())
}

fn claims(idp_base: &str, tenant: Uuid) -> Map<String, Value> {
    let now = Clock::system().now();
    let claims = json!({
        "iss": format!("{idp_base}/{tenant}/v2.0"), "aud": AUDIENCE, "tid": tenant, "oid": tenant, "sub": tenant,
        "name": "佐藤 健一", "roles": ["GlobalAdmin"], "amr": ["pwd", "mfa"], "ver": "2.0",
        "iat": now.timestamp(), "nbf": now.timestamp(), "exp": (now + TimeDelta::hours(1)).timestamp(),
    });
    claims.as_object().cloned().unwrap_or_default()
}
