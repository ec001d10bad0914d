//! A desk with its PostgreSQL and its identity provider.

use actix_web::web::Data;
use anyhow::Result;
use chrono::TimeDelta;
use exception_desk::app::{Application, Desk, Purpose};
use exception_desk::clock::{Clock, secret_bytes};
use exception_desk::config::Config;
use exception_desk::db::Embedded;
use exception_desk::editions;
use exception_desk::identity::TenantId;
use exception_desk_demo::idp::{Client, IdentityProvider, Settings};
use exception_desk_demo::people;
use relying_party::{IssuerConfig, LoopbackNames, Secret};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const SECRET: &str = "secret of the benchmark";

/// Everything that a browser needs.
pub struct TestApp {
    pub desk: Data<Desk>,
    pub clock: Clock,
    pub base: String,
    pub idp: IdentityProvider,
    pub idp_base: String,
    pub http: reqwest::Client,
    pub database_url: String,
    pub owner_url: String,
    _database: Embedded,
    // Last: what lies in it is given up first.
    _folder: Folder,
}

/// A folder that goes with its value.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl TestApp {
    /// Starts the servers.
    pub async fn start() -> Result<Self> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let unique = u64::from_le_bytes(secret_bytes());
        let folder = Folder(std::env::temp_dir().join(format!("desk-bench-{unique:x}")));
        std::fs::create_dir_all(&folder.0)?;
        let options = embedded_postgres::Options::in_dir(folder.0.join("postgres"));
        let database = Embedded::start(options).await?;
        let (listener, idp_listener) = (TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?);
        let base = format!("http://desk.localhost:{}", listener.local_addr()?.port());
        let idp_base = format!("http://login.localhost:{}", idp_listener.local_addr()?.port());
        let clock = Clock::system();
        let hand = clock.clone();
        let settings = Settings {
            base: idp_base.clone(),
            data_dir: folder.0.join("idp"),
            clients: vec![client(&base)],
            clock: Arc::new(move || hand.now()),
        };
        let idp = IdentityProvider::start(idp_listener, settings)?;
        let config = config(&base, &idp_base, &folder.0)?;
        let application = Application::build(config, clock.clone(), database.url(), listener, Purpose::Service)?;
        let desk = application.desk();
        actix_web::rt::spawn(application.run(2)?);
        editions::refresh(&desk).await?;
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(LoopbackNames))
            .timeout(TimeDelta::seconds(60).to_std()?)
            .build()?;
        let (database_url, owner_url) = (database.url().to_owned(), database.owner_url());
        Ok(Self {
            desk,
            clock,
            base,
            idp,
            idp_base,
            http,
            database_url,
            owner_url,
            _database: database,
            _folder: folder,
        })
    }
}

fn client(base: &str) -> Client {
    Client {
        id: "desk".to_owned(),
        secret: SECRET.to_owned(),
        redirect_uris: vec![format!("{base}/sign-in/callback")],
        post_logout_redirect_uris: vec![format!("{base}/signed-out")],
        audiences: vec!["api://desk".to_owned()],
        acts_as_feed: false,
    }
}

fn config(base: &str, idp_base: &str, folder: &Path) -> Result<Config> {
    let mut config: Config = toml::from_str(&format!("server.public_url = \"{base}\""))?;
    config.identity.issuers = vec![IssuerConfig {
        issuer: format!("{idp_base}/{{tid}}/v2.0"),
        tenant: None,
        metadata_url: Some(format!("{idp_base}/organizations/v2.0/.well-known/openid-configuration").parse()?),
        client_id: "desk".to_owned(),
        client_secret: Some(Secret::new(SECRET)),
        client_secret_file: None,
        audiences: vec!["api://desk".to_owned()],
        scopes: ["openid", "profile"].map(str::to_owned).to_vec(),
    }];
    config.identity.operator_tenants = vec![TenantId(people::OPERATIONS.id)];
    config.identity.step_up_acr = Some("mfa".to_owned());
    config.identity.session_key_file = folder.join("session-key");
    config.feed.signing_key_file = folder.join("feed-key.pem");
    Ok(config)
}
