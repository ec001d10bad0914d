//! The application: what every room shares, and the whole map of addresses.

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::feed::{Feed, KeyOptions, Keys, MarkFile, SigningKey};
use crate::identity::RoleRules;
use crate::identity::sessions::PgSessions;
use crate::locale::Lang;
use crate::openapi;
use crate::policy::{Classification, Edition, LivePolicies, Policies};
use crate::problem::Kind;
use crate::sla::Calendars;
use crate::web::pages::api_reference::ApiDocument;
use crate::web::{Failure, Names, RateLimits, RoleName, Seal, Site, Turns};
use crate::{
    audit, calendars, doctor, editions, evidence, exceptions, feed, health, home, identity, intake, notify, reach,
    reports, review,
};
use actix_session::SessionMiddleware;
use actix_session::config::{BrowserSession, CookieContentSecurity};
use actix_web::cookie::{Key, SameSite};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, dev::Server, web};
use chrono_tz::Tz;
use metrics_exporter_prometheus::PrometheusHandle;
use relying_party::{IssuerConfig, Limits, RelyingParty};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How long a session that nobody signs into is kept; one that somebody did has the end of the sign-in.
const SESSION_LIFETIME: actix_web::cookie::time::Duration = actix_web::cookie::time::Duration::hours(10);

/// How long a report or a search waits for its turn.
const LONG_READ_PATIENCE: Duration = Duration::from_secs(2);

/// How many of `connections` may read what takes long at once: the others stay for everything else.
fn long_reads(connections: u32) -> usize {
    (connections / 4).max(1) as usize
}

/// What every room shares.
pub struct Desk {
    /// As it was told.
    pub config: Config,
    /// The time.
    pub clock: Clock,
    /// The database.
    pub db: Db,
    /// Whose tokens are believed.
    pub relying_party: RelyingParty,
    /// Which roles count.
    pub roles: RoleRules,
    /// The editions of the policy.
    pub policies: LivePolicies,
    /// How often one may call.
    pub limits: RateLimits,
    /// Turns at reading what takes long: reports, and searches of the queue.
    pub long_reads: Turns,
    /// Business days, as the files say.
    pub calendars: Calendars,
    /// Days that were announced to be closed, on top of them.
    pub closed_days: calendars::KnownDays,
    /// Seals what pages carry.
    pub seal: Seal,
    /// The published feed.
    pub feed: Arc<Feed>,
    /// Signs the heads of the audit chain.
    pub heads: Arc<audit::Heads>,
    /// Where files with requests are kept, and what scans them.
    pub evidence: evidence::Keeper,
    /// The server that takes mails; without one they wait.
    pub mail: Option<notify::Server>,
    /// Sends events to webhooks.
    pub webhooks: notify::webhooks::Client,
    /// The figures of `/metrics`.
    pub metrics: PrometheusHandle,
}

impl Desk {
    /// The roles of partners' people that file, or those that do not, by the edition in force.
    fn partner_roles(&self, filing: bool) -> Vec<RoleName> {
        let Ok(edition) = self.policies.at(self.clock.now()) else { return Vec::new() };
        let roles = edition.roles().iter().filter(|role| edition.may_file(&role.name) == filing);
        roles.map(|role| RoleName::Partner(role.label.clone())).collect()
    }

    /// The policy, as long as its editions were looked up lately: another desk may have brought in a stricter one since.
    ///
    /// # Errors
    /// 503 when they were not; nothing is judged or granted then.
    pub fn fresh_policies(&self) -> Result<&LivePolicies, Failure> {
        if self.policies.is_fresh() {
            return Ok(&self.policies);
        }
        Err(Failure::new(Kind::DatabaseAway).because(anyhow::anyhow!("the policy's editions are not known")))
    }

    /// The zone of staff who have not chosen one: that of the calendar which the operator names for them, else UTC.
    pub fn office_zone(&self) -> Tz {
        let named = self.config.mail.as_ref().and_then(|mail| self.calendars.get(&mail.staff_calendar));
        named.map_or(Tz::UTC, |calendar| calendar.zone())
    }

    /// The edition that judged `classification`.
    ///
    /// # Errors
    /// When the desk no longer has it.
    pub fn edition_of(&self, classification: &Classification) -> Result<Arc<Edition>, Failure> {
        let version = &classification.policy_version;
        self.policies
            .by_version(version)
            .ok_or_else(|| Failure::internal(anyhow::anyhow!("the policy's edition `{version}` is missing")))
    }
}

/// The names that the pages' own texts mention, by the edition in force.
impl Names for Desk {
    fn surface(&self, name: &str, lang: Lang) -> Option<String> {
        let edition = self.policies.at(self.clock.now()).ok()?;
        edition.surface(name).map(|surface| surface.label.get(lang).to_owned())
    }

    fn filing_roles(&self) -> Vec<RoleName> {
        self.partner_roles(true)
    }

    fn other_roles(&self) -> Vec<RoleName> {
        self.partner_roles(false)
    }
}

/// A desk that listens but does not answer yet.
pub struct Application {
    listener: TcpListener,
    desk: web::Data<Desk>,
    session_key: Key,
    purpose: Purpose,
}

/// Whether this desk belongs to a demonstration, whose keys nothing else accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The real thing.
    Service,
    /// A demonstration on this machine.
    Demo,
}

impl Application {
    /// Puts the desk together around a listening socket. The database may be away.
    ///
    /// # Errors
    /// Says which part of the configuration cannot work.
    pub fn build(
        config: Config,
        clock: Clock,
        database_url: &str,
        listener: TcpListener,
        purpose: Purpose,
    ) -> anyhow::Result<Self> {
        let db = Db::lazy(database_url, config.database.max_connections)?;
        let keys = Keys::open(KeyOptions::of(&config, purpose), clock.now())?;
        let heads = SigningKey::load_or_make(&config.audit.signing_key_file, purpose == Purpose::Demo)?;
        let heads = audit::Heads::new(heads, config.public_base(), config.audit.anchor_directory.clone());
        let marks = MarkFile::at(config.feed.mark_file());
        let feed = Feed::new(db.clone(), clock.clone(), keys, marks, feed::Settings::of(&config, purpose));
        let policies = Policies::load(config.policy.directory.as_deref())?;
        feed::ClientLimits::of(&config.feed.clients).check(&policies)?;
        let roles = RoleRules::new(&config.identity.operator_tenants, &config.identity.role_names)
            .map_err(|problem| anyhow::anyhow!("`identity.role_names`: {problem}"))?;
        if let Some(unknown) = roles.renamed().find(|name| !policies.knows_role(name)) {
            anyhow::bail!("`identity.role_names`: there is no role `{unknown}`, here or in the policy");
        }
        let calendars = calendars::of_files(&config.calendars)?;
        if calendars.get(&config.reports.calendar).is_none() {
            anyhow::bail!("`reports.calendar`: there is no calendar `{}`", config.reports.calendar);
        }
        if let Some(mail) = config.mail.as_ref().filter(|mail| calendars.get(&mail.staff_calendar).is_none()) {
            anyhow::bail!("`mail.staff_calendar`: there is no calendar `{}`", mail.staff_calendar);
        }
        let mail = config.mail.as_ref();
        let mail = mail.map(|mail| notify::Server::new(mail, &config.server.public_url)).transpose()?;
        let session_key = identity::sessions::cookie_key(&config.identity.session_key_file)?;
        let desk = web::Data::new(Desk {
            relying_party: RelyingParty::new(config.identity.issuers.clone(), Limits::default())?,
            policies: LivePolicies::new(policies),
            limits: RateLimits::new(&config.limits, &config.server.trusted_proxies),
            long_reads: Turns::new(long_reads(config.database.max_connections), LONG_READ_PATIENCE),
            calendars,
            closed_days: calendars::KnownDays::default(),
            metrics: crate::telemetry::metrics(),
            evidence: evidence::Keeper::new(&config.evidence, db.clone()),
            seal: Seal::new(session_key.clone()),
            mail,
            webhooks: notify::webhooks::Client::new(&config.webhooks)?,
            config,
            clock,
            db,
            roles,
            feed: Arc::new(feed),
            heads: Arc::new(heads),
        });
        Ok(Self { listener, desk, session_key, purpose })
    }

    /// What every room shares.
    pub fn desk(&self) -> web::Data<Desk> {
        self.desk.clone()
    }

    /// Answers until the process is told to stop; requests under way are finished first.
    ///
    /// # Errors
    /// When the socket cannot be used.
    pub fn run(self, workers: usize) -> std::io::Result<Server> {
        let Self { listener, desk, session_key, purpose } = self;
        actix_web::rt::spawn(desk.feed.clone().run());
        actix_web::rt::spawn(editions::watch(desk.clone()));
        calendars::warn_of_ends(&desk);
        actix_web::rt::spawn(calendars::watch(desk.clone()));
        actix_web::rt::spawn(housekeeping(desk.clone()));
        actix_web::rt::spawn(crate::telemetry::sum_up(desk.metrics.clone()));
        actix_web::rt::spawn(evidence::work(desk.clone()));
        actix_web::rt::spawn(audit::seal_for_good(desk.clone()));
        // Dropped inside the runtime when it ends, and not after it: a connection to the database cannot be given back there.
        tokio::spawn(notify::work(desk.clone()));
        tokio::spawn(notify::webhooks::work(desk.clone()));
        actix_web::rt::spawn(review::watch(desk.clone()));
        actix_web::rt::spawn(review::queue::tend(desk.clone()));
        let sign_in: Vec<_> = desk.config.identity.issuers.iter().filter_map(sign_in_origin).collect();
        let site = Site::new(&desk.config.server.public_url, &sign_in)
            .called(desk.config.branding.clone(), desk.clone().into_inner())
            .in_zone(desk.office_zone());
        if let Some(bind) = desk.config.server.metrics_bind {
            let desk = desk.clone();
            let metrics = HttpServer::new(move || App::new().app_data(desk.clone()).configure(health::metrics_routes));
            actix_web::rt::spawn(metrics.workers(1).disable_signals().bind(bind)?.run());
        }
        let api = web::Data::new(ApiDocument(openapi::document()));
        let server = HttpServer::new(move || {
            // Each worker's own: every answer holds it for a while, and workers that count references together slow each other.
            let site = web::Data::new(site.clone());
            let sessions = PgSessions::new(desk.db.clone(), desk.clock.clone());
            let https = site.is_https();
            // `__Host-`: no other host, no other path and no plain connection can set it.
            let name = if https { "__Host-desk-session" } else { "desk-session" };
            let sessions = SessionMiddleware::builder(sessions, session_key.clone())
                .cookie_name(name.to_owned())
                .cookie_secure(https)
                .cookie_http_only(true)
                .cookie_same_site(SameSite::Lax)
                .cookie_content_security(CookieContentSecurity::Signed)
                .session_lifecycle(BrowserSession::default().state_ttl(SESSION_LIFETIME))
                .build();
            // What enforcement points ask for all the time: no session, nobody who looks at pages, and nothing traced but failures.
            let feed = web::scope("/feed/v1")
                .wrap(from_fn(crate::web::answer))
                .wrap(from_fn(crate::telemetry::count))
                .wrap(from_fn(crate::web::head::as_get))
                .configure(client_routes);
            // Outermost last: whatever fails inside `answer` is told by it, and everything is traced.
            let everything_else = web::scope("")
                .wrap(from_fn(identity::viewer))
                .wrap(from_fn(crate::web::csrf::refuse_other_sites))
                .wrap(sessions)
                .wrap(from_fn(crate::web::answer))
                .wrap(from_fn(crate::telemetry::count))
                .wrap(from_fn(crate::web::head::as_get))
                .wrap(tracing_actix_web::TracingLogger::<crate::telemetry::Spans>::new())
                .configure(health::routes(&desk.config)) // /health/…  /metrics
                .configure(routes)
                .configure(|cfg| demo_pages(purpose, cfg));
            App::new()
                .app_data(desk.clone())
                .app_data(site)
                .app_data(api.clone())
                .service(feed)
                .service(everything_else)
        })
        .workers(workers)
        .shutdown_timeout(10)
        .client_request_timeout(Duration::from_secs(15))
        .disable_signals()
        .listen(listener)?
        .run();
        Ok(server)
    }
}

/// Where a form may lead on its way to a provider: the page's policy names it.
fn sign_in_origin(issuer: &IssuerConfig) -> Option<Url> {
    issuer.metadata_url.clone().or_else(|| Url::parse(&issuer.issuer).ok())
}

/// Every address below `/feed/v1`.
fn client_routes(cfg: &mut web::ServiceConfig) {
    cfg.configure(feed::http::client_routes) // …/rules  …/changes  …/stream  …/opa
        .configure(reach::report::client_routes); // …/reports
}

/// Every other address of the desk; each room names its own.
fn routes(cfg: &mut web::ServiceConfig) {
    cfg.configure(feed::http::routes) //        /.well-known/jwks.json
        .configure(identity::sign_in::routes) // /sign-in  /sign-in/callback  /sign-out
        .configure(identity::partners::routes) // /api/v1/partners  /partners
        .configure(evidence::routes) //         …/evidence of /api/v1/requests, /api/v1/drafts, /support/…, /review/…
        .configure(intake::routes) //           /api/v1/requests  /api/v1/drafts  /api/v1/classifications  /support/…  /self-check
        .configure(review::routes) //           /api/v1/queue  …/decision  /queue  /review/…
        .configure(exceptions::routes) //       /api/v1/exceptions  /api/v1/suspensions  /api/v1/me/coverage  /exceptions…
        .configure(notify::mails::routes) //    /api/v1/mails  /admin/mail…
        .configure(notify::webhooks::routes) // /api/v1/webhooks…  /admin/webhooks…
        .configure(notify::staff::routes) //    /api/v1/me/mail…  /settings/mail…
        .configure(notify::second_contact::routes) // /api/v1/settings/second-contact…  /settings/second-contact…
        .configure(editions::routes) //         /api/v1/policy/…  /policy…
        .configure(audit::routes) //            /api/v1/audit/…  /audit…
        .configure(calendars::routes) //        /admin/calendars…  /api/v1/calendars/…
        .configure(reports::routes) //          /api/v1/reports/…  /reports…
        .configure(reach::routes) //            /api/v1/enforcement/…  /enforcement…
        .configure(doctor::routes) //           /api/v1/token-checks  /token-check
        .configure(home::routes) //            /
        .configure(crate::web::routes); // /static  /problems  /help  /settings …
}

/// Pages for those who build the desk; a service has none.
#[cfg(feature = "demo")]
fn demo_pages(purpose: Purpose, cfg: &mut web::ServiceConfig) {
    if purpose == Purpose::Demo {
        cfg.configure(crate::web::pages::dev::routes);
    }
}

#[cfg(not(feature = "demo"))]
fn demo_pages(_: Purpose, _: &mut web::ServiceConfig) {}

/// What is over is swept away, and what waits for its partner too long is withdrawn, a few times an hour.
async fn housekeeping(desk: web::Data<Desk>) {
    let sessions = PgSessions::new(desk.db.clone(), desk.clock.clone());
    loop {
        tokio::time::sleep(Duration::from_secs(600)).await;
        desk.limits.sweep();
        calendars::warn_of_ends(&desk);
        let swept = async {
            let now = desk.clock.now();
            sessions.sweep().await?;
            crate::web::idempotency::sweep(&desk.db, now).await?;
            notify::sweep(&desk.db, now).await?;
            notify::second_contact::sweep(&desk.db, now).await?;
            notify::webhooks::sweep(&desk.db, now).await?;
            reach::sweep(&desk.db, now).await?;
            review::visits::sweep(&desk.db).await?;
            intake::drafts::sweep(&desk.db, now).await?;
            // What shows that a database was restored is kept until an operator has decided.
            if desk.feed.stop().is_none() {
                feed::sweep(&desk.db, &desk.config.feed, now).await?;
            }
            identity::people::sweep(&desk.db, now).await?;
            identity::staff::sweep(&desk.db, now).await
        };
        if let Err(error) = swept.await {
            tracing::debug!(%error, "what is over could not be swept");
        }
        if let Err(error) = feed::rotate_by_age(&desk).await {
            tracing::error!(%error, "the signing key could not be rotated");
        }
        if let Err(error) = audit::retain(&desk).await {
            tracing::warn!(%error, "personal text that is too old could not be erased");
        }
        if let Err(error) = intake::retain(&desk).await {
            tracing::warn!(%error, "what people wrote with requests that are over could not be erased");
        }
        if let Err(error) = evidence::sweep(&desk).await {
            tracing::debug!(%error, "what was left of evidence could not be swept");
        }
        if let Err(failure) = intake::tend_waiting(&desk).await {
            tracing::debug!(%failure, "what waits for partners could not be tended");
        }
        if let Err(failure) = notify::tend_courses(&desk).await {
            tracing::debug!(%failure, "the courses of exceptions could not be tended");
        }
    }
}

/// Resolves when the process is told to stop: `SIGTERM`, or Ctrl-C.
pub async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
