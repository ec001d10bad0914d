//! A desk for one test: its own database, its own identity provider, a clock that the test sets.

use crate::actors::Actor;
use chrono::{DateTime, Utc};
use exception_desk::app::{Application, Desk, Purpose};
use exception_desk::audit::Actor as AuditActor;
use exception_desk::clock::{Clock, secret_bytes};
use exception_desk::config::Config;
use exception_desk::db::migrate;
use exception_desk::identity::{TenantId, partners};
use exception_desk::sla::Calendars;
use exception_desk_demo::idp::{Client, IdentityProvider, Settings};
use exception_desk_demo::people;
use relying_party::{IssuerConfig, LoopbackNames, Secret};
use serde_json::{Map, Value};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

pub const AUDIENCE: &str = "api://desk-under-test";

/// Tuesday, 24 November 2026, 10:00 in Japan: a working day everywhere, in the middle of nothing.
pub const NOW: &str = "2026-11-24T01:00:00Z";

/// A running desk.
pub struct TestApp {
    pub desk: actix_web::web::Data<Desk>,
    pub clock: Clock,
    pub base: String,
    pub idp: IdentityProvider,
    pub idp_base: String,
    pub http: reqwest::Client,
    /// The owner of the test's database.
    pub owner_url: String,
    folder: PathBuf,
}

impl TestApp {
    /// A desk that grants what the policy accepts and no guard holds back.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same with a configuration that `change` may alter.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start_through(change, |database| database).await
    }

    /// The same with its database behind the address that `way` makes of the database's own.
    pub async fn start_through(change: impl FnOnce(&mut Config), way: impl FnOnce(Url) -> Url) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock = Clock::standing_at(NOW.parse().unwrap());
        let unique = u64::from_le_bytes(secret_bytes());
        let folder = std::env::temp_dir().join(format!("desk-test-{unique:x}"));
        std::fs::create_dir_all(&folder).unwrap();
        let owner_url = database(unique).await;

        let (listener, idp_listener) = (loopback(), loopback());
        let base = format!("http://desk.localhost:{}", listener.local_addr().unwrap().port());
        let idp_base = format!("http://login.localhost:{}", idp_listener.local_addr().unwrap().port());
        let hand = clock.clone();
        let settings = Settings {
            base: idp_base.clone(),
            data_dir: folder.join("idp"),
            clients: vec![client(&base), gate()],
            clock: Arc::new(move || hand.now()),
        };
        let idp = IdentityProvider::start(idp_listener, settings).unwrap();

        let mut config = config(&base, &idp_base, &folder);
        change(&mut config);
        // The run-time login of the test: as in production, it owns nothing.
        let password = format!("{unique:x}");
        let login = format!("desk_test_{unique:x}");
        migrate::allow_login(&owner_url, &login, &password).await.unwrap();
        let mut url = Url::parse(&owner_url).unwrap();
        url.set_username(&login).unwrap();
        url.set_password(Some(&password)).unwrap();
        let url = way(url);
        let application = Application::build(config, clock.clone(), url.as_str(), listener, Purpose::Demo).unwrap();
        let desk = application.desk();
        actix_web::rt::spawn(application.run(2).unwrap());
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(LoopbackNames))
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        let app = Self { desk, clock, base, idp, idp_base, http, owner_url, folder };
        app.register_partners().await;
        exception_desk::editions::refresh(&app.desk).await.unwrap();
        app.desk.feed.refresh().await.unwrap();
        app.desk.feed.refresh().await.unwrap();
        app
    }

    /// Another desk on the same database, just started: its address, and what its rooms share.
    pub fn another_desk(&self) -> (String, actix_web::web::Data<Desk>) {
        self.another_desk_with(self.clock.clone(), |_| {})
    }

    /// The same with a clock of its own, and a configuration that `change` may alter.
    pub fn another_desk_with(
        &self,
        clock: Clock,
        change: impl FnOnce(&mut Config),
    ) -> (String, actix_web::web::Data<Desk>) {
        let listener = loopback();
        let base = format!("http://desk.localhost:{}", listener.local_addr().unwrap().port());
        let mut config = self.desk.config.clone();
        change(&mut config);
        let application = Application::build(config, clock, &self.owner_url, listener, Purpose::Demo).unwrap();
        let desk = application.desk();
        actix_web::rt::spawn(application.run(2).unwrap());
        (base, desk)
    }

    async fn register_partners(&self) {
        let csv = people::partners_csv();
        let partners = partners::read_csv(csv.as_bytes(), &Calendars::shipped(), &self.desk.roles).unwrap();
        let mut tx = self.desk.db.staff().await.unwrap();
        partners::import(&mut tx, AuditActor::System, &partners, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The example person (or client) called `persona`, signed in as they usually are.
    pub fn actor(&self, persona: &str) -> Actor<'_> {
        Actor { app: self, token: Some(self.token(persona, None)) }
    }

    /// The same with or without MFA.
    pub fn actor_with_mfa(&self, persona: &str, mfa: bool) -> Actor<'_> {
        Actor { app: self, token: Some(self.token(persona, Some(mfa))) }
    }

    /// A reviewer (or other member of staff) who has passed MFA.
    pub fn staff(&self, persona: &str) -> Actor<'_> {
        self.actor_with_mfa(persona, true)
    }

    /// Nobody.
    pub fn anonymous(&self) -> Actor<'_> {
        Actor { app: self, token: None }
    }

    /// Somebody whose token says what `change` makes of it, signed by the provider's own key.
    pub fn forged(&self, persona: &str, change: impl FnOnce(&mut Map<String, Value>)) -> Actor<'_> {
        use base64::Engine;
        let token = self.token(persona, None);
        let payload = token.split('.').nth(1).unwrap();
        let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
        let mut claims: Map<String, Value> = serde_json::from_slice(&payload).unwrap();
        change(&mut claims);
        let key = exception_desk_demo::idp::keys::SigningKey::load(&self.folder.join("idp")).unwrap();
        Actor { app: self, token: Some(key.sign("at+jwt", &claims).unwrap()) }
    }

    fn token(&self, persona: &str, mfa: Option<bool>) -> String {
        let dir = self.folder.join("idp");
        exception_desk_demo::mint_token(&dir, persona, mfa, &self.idp_base, AUDIENCE, self.clock.now()).unwrap()
    }

    /// Turns the clock forward.
    pub fn wait(&self, time: chrono::TimeDelta) -> DateTime<Utc> {
        let now = self.clock.now() + time;
        self.clock.set(now);
        now
    }

    /// The payload of a compact JWS of the feed that says `typ`, verified with the public keys as any client would.
    pub async fn verified(&self, jws: &str, typ: &str) -> Value {
        let keys: jsonwebtoken::jwk::JwkSet =
            serde_json::from_value(self.anonymous().get("/.well-known/jwks.json").await.expect(200).json()).unwrap();
        let header = jsonwebtoken::decode_header(jws).unwrap();
        assert_eq!(header.typ.as_deref(), Some(typ));
        let key = jsonwebtoken::DecodingKey::from_jwk(keys.find(&header.kid.unwrap()).unwrap()).unwrap();
        let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::ES256);
        rules.required_spec_claims.clear();
        rules.validate_exp = false;
        rules.validate_aud = false;
        jsonwebtoken::decode::<Value>(jws, &key, &rules).unwrap().claims
    }

    /// Lets nobody to the test's database any more, those who are there included: to the desk it has stopped.
    pub async fn stop_database(&self) {
        let (mut server, name) = self.server().await;
        execute(&mut server, format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
        let there = format!("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'");
        while sqlx::query_scalar::<_, i64>(AssertSqlSafe(there.clone())).fetch_one(&mut server).await.unwrap() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Lets them in again.
    pub async fn start_database(&self) {
        let (mut server, name) = self.server().await;
        execute(&mut server, format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
    }

    /// Keeps the database as it is now, for [`TestApp::restore`].
    pub async fn back_up(&self) {
        self.stop_database().await;
        let (mut server, name) = self.server().await;
        execute(&mut server, format!("CREATE DATABASE {name}_backup TEMPLATE {name}")).await;
        self.start_database().await;
    }

    /// Puts the backup in the place of the database, under the running desk.
    pub async fn restore(&self) {
        self.stop_database().await;
        let (mut server, name) = self.server().await;
        execute(&mut server, format!("DROP DATABASE {name}")).await;
        execute(&mut server, format!("ALTER DATABASE {name}_backup RENAME TO {name}")).await;
    }

    /// The server, and the name of the test's database.
    async fn server(&self) -> (PgConnection, String) {
        let server = std::env::var("EXCEPTION_DESK_TEST_DATABASE_URL").unwrap();
        let name = Url::parse(&self.owner_url).unwrap().path().trim_start_matches('/').to_owned();
        (PgConnection::connect(&server).await.unwrap(), name)
    }

    /// A connection as the owner of the test's database, whom row-level security does not bind.
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect(&self.owner_url).await.unwrap()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn loopback() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

fn client(base: &str) -> Client {
    Client {
        id: "desk".to_owned(),
        secret: "secret of the test".to_owned(),
        redirect_uris: vec![format!("{base}/sign-in/callback")],
        post_logout_redirect_uris: vec![format!("{base}/signed-out")],
        audiences: vec![AUDIENCE.to_owned()],
        acts_as_feed: false,
    }
}

/// A client of the feed, for gates that fetch their tokens themselves.
fn gate() -> Client {
    Client {
        id: "gate".to_owned(),
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        acts_as_feed: true,
        ..client("")
    }
}

fn config(base: &str, idp_base: &str, folder: &std::path::Path) -> Config {
    let text = format!("server.public_url = \"{base}\"\n");
    let mut config: Config = toml::from_str(&text).unwrap();
    config.identity.issuers = vec![IssuerConfig {
        issuer: format!("{idp_base}/{{tid}}/v2.0"),
        tenant: None,
        metadata_url: Some(format!("{idp_base}/organizations/v2.0/.well-known/openid-configuration").parse().unwrap()),
        client_id: "desk".to_owned(),
        client_secret: Some(Secret::new("secret of the test")),
        client_secret_file: None,
        audiences: vec![AUDIENCE.to_owned()],
        scopes: ["openid", "profile"].map(str::to_owned).to_vec(),
    }];
    config.identity.operator_tenants = vec![TenantId(people::OPERATIONS.id)];
    config.identity.step_up_acr = Some("mfa".to_owned());
    config.identity.session_key_file = folder.join("session-key");
    config.feed.signing_key_file = folder.join("feed-key.pem");
    config.audit.signing_key_file = folder.join("audit-key.pem");
    config.audit.anchor_directory = Some(folder.join("heads"));
    // Every test calls as often as it likes; the one on limits lowers them.
    let plenty = std::num::NonZeroU32::MAX;
    config.limits.filings_per_user = plenty;
    config.limits.filings_per_tenant = plenty;
    config.limits.classifications_per_user = plenty;
    config.limits.classifications_per_tenant = plenty;
    config
}

/// A database copied from a template with every migration, made once for the whole run.
async fn database(unique: u64) -> String {
    let server = std::env::var("EXCEPTION_DESK_TEST_DATABASE_URL")
        .expect("`EXCEPTION_DESK_TEST_DATABASE_URL` is not set: run `cargo xtask test`, which starts a PostgreSQL");
    let with_name = |name: &str| {
        let mut url = Url::parse(&server).unwrap();
        url.set_path(name);
        url.to_string()
    };
    let mut connection = PgConnection::connect(&server).await.unwrap();
    // Of the tests that start at once, one makes the template; the others wait.
    sqlx::query("SELECT pg_advisory_lock(7400)").execute(&mut connection).await.unwrap();
    let last = migrate::MIGRATOR.iter().map(|migration| migration.version).max().unwrap();
    let checksum: u8 = migrate::MIGRATOR.iter().flat_map(|m| m.checksum.iter()).fold(0, |sum, byte| sum ^ byte);
    let template = format!("desk_template_{last}_{checksum:x}");
    let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(&template)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    if !there {
        let making = format!("{template}_making");
        execute(&mut connection, format!("DROP DATABASE IF EXISTS {making}")).await;
        migrate::create_database(&server, &making).await.unwrap();
        migrate::migrate(&with_name(&making)).await.unwrap();
        execute(&mut connection, format!("ALTER DATABASE {making} RENAME TO {template}")).await;
    }
    let name = format!("desk_test_{unique:x}");
    execute(&mut connection, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    with_name(&name)
}

async fn execute(connection: &mut PgConnection, statement: String) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.unwrap();
}
