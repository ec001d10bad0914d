//! Desks, each with a PostgreSQL of its own and a feed that is filled before it starts, and the token of a client that pulls it.

use crate::WORKERS;
use crate::fill::fill;
use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use anyhow::{Context, Result};
use chrono::TimeDelta;
use exception_desk::app::{Application, Desk as Shared, Purpose};
use exception_desk::clock::{Clock, secret_bytes};
use exception_desk::config::{Config, Telemetry};
use exception_desk::db::{Db, Embedded};
use exception_desk::editions;
use exception_desk::feed::Published;
use exception_desk::identity::TenantId;
use exception_desk_demo::idp::keys::SigningKey;
use exception_desk_demo::idp::{IdentityProvider, Settings};
use exception_desk_demo::people;
use relying_party::IssuerConfig;
use serde_json::json;
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

const AUDIENCE: &str = "api://desk-under-load";
/// The desk's public address; nothing listens there.
const PUBLIC: &str = "http://desk.localhost";
/// How long a document stays fresh, in seconds: so long that none is issued again while it is measured.
const FRESH: u32 = 86_400;

/// Everything around the desks.
pub struct Site {
    idp_base: String,
    key: SigningKey,
    _idp: IdentityProvider,
    // Last: what lies in it is given up first.
    folder: Folder,
}

/// A desk that answers.
pub struct Desk {
    pub address: SocketAddr,
    pub shared: Data<Shared>,
    server: ServerHandle,
    database: Embedded,
}

/// A folder that goes with its value.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Site {
    /// Starts the identity provider.
    pub fn prepare() -> Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let unique = u64::from_le_bytes(secret_bytes());
        let folder = Folder(std::env::temp_dir().join(format!("desk-bench-{unique:x}")));
        std::fs::create_dir_all(&folder.0)?;
        log_to(&folder.0.join("log"))?;
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
        Ok(Self { idp_base, key: SigningKey::load(&idp_dir)?, _idp: idp, folder })
    }

    /// A desk as `serve` would run it on two cores, whose feed has so many rules.
    pub async fn desk(&self, rules: u64) -> Result<Desk> {
        let folder = self.folder.0.join(format!("desk-{}", Uuid::new_v4().simple()));
        std::fs::create_dir_all(&folder)?;
        let database = Embedded::start(embedded_postgres::Options::in_dir(folder.join("postgres"))).await?;
        let db = Db::lazy(database.url(), 1)?;
        exception_desk::feed::ensure_head(&db).await?;
        db.close().await;
        fill(&database.owner_url(), rules).await?;
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let config = self.config(&folder)?;
        let application = Application::build(config, Clock::system(), database.url(), listener, Purpose::Service)?;
        let shared = application.desk();
        let server = application.run(WORKERS)?;
        let handle = server.handle();
        actix_web::rt::spawn(server);
        editions::refresh(&shared).await?;
        let desk = Desk { address, shared, server: handle, database };
        let served = desk.document().await?.snapshot.rules.len();
        anyhow::ensure!(served as u64 == rules, "the desk serves {served} rules");
        Ok(desk)
    }

    /// The token of an application that pulls the feed.
    pub fn token(&self, client: Uuid) -> Result<String> {
        let tenant = people::OPERATIONS.id;
        let now = Clock::system().now();
        let claims = json!({
            "iss": format!("{}/{tenant}/v2.0", self.idp_base), "aud": AUDIENCE, "tid": tenant, "oid": client, "sub": client,
            "azp": client, "idtyp": "app", "roles": ["Feed.Read"], "ver": "2.0",
            "iat": now.timestamp(), "nbf": now.timestamp(), "exp": (now + TimeDelta::hours(1)).timestamp(),
        });
        self.key.sign("at+jwt", claims.as_object().context("claims")?)
    }

    fn config(&self, folder: &Path) -> Result<Config> {
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
        config.identity.operator_tenants = vec![TenantId(people::OPERATIONS.id)];
        config.identity.session_key_file = folder.join("session-key");
        config.feed.signing_key_file = folder.join("feed-key.pem");
        config.feed.ttl_seconds = FRESH;
        config.audit.signing_key_file = folder.join("audit-key.pem");
        Ok(config)
    }
}

impl Desk {
    /// What it serves, once it does.
    pub async fn document(&self) -> Result<Arc<Published>> {
        let served = async {
            loop {
                match self.shared.feed.current() {
                    Some(document) => return document,
                    None => actix_web::rt::time::sleep(Duration::from_millis(20)).await,
                }
            }
        };
        let patience = Duration::from_secs(300);
        actix_web::rt::time::timeout(patience, served).await.context("the desk serves no feed; see its log")
    }

    /// Where the owner of its database finds it.
    pub fn owner_url(&self) -> String {
        self.database.owner_url()
    }

    /// Lets go of its port, its workers and its connections.
    pub async fn stop(self) {
        self.server.stop(true).await;
        self.shared.db.close().await;
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
