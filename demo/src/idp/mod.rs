//! A development identity provider for many tenants: OpenID Connect (code with PKCE, `acr_values=mfa`, sign-out) and OAuth 2
//! client credentials, as a big cloud directory does them, with personas in the place of passwords.
//!
//! Addresses, with `T` a tenant's id or `organizations` (any tenant):
//! `/T/v2.0/.well-known/openid-configuration`, `/T/discovery/v2.0/keys`, `/T/oauth2/v2.0/{authorize,token,logout}`.

pub mod authenticators;
mod authorize;
pub mod claims;
mod clients;
mod discovery;
pub mod keys;
pub mod marks;
mod pages;
mod params;
mod private_file;
mod sign_in;
mod sign_out;
mod steps;
mod store;
mod token;

pub use clients::Client;

use crate::people::{self, Persona, Tenant};
use crate::server::{self, Clock, Running};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::{App, HttpRequest, HttpServer, middleware, web};
use anyhow::Context as _;
use authenticators::Authenticators;
use chrono::{DateTime, Utc};
use keys::SigningKey;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use store::Store;
use url::Url;
use uuid::Uuid;

const COOKIE: &str = "demo_sign_in";

/// What the provider is told at its start.
pub struct Settings {
    /// The address that browsers and applications know, such as `http://login.localhost:8081`.
    pub base: String,
    /// Where the key and the registered authenticator apps are kept.
    pub data_dir: PathBuf,
    /// Who may ask.
    pub clients: Vec<Client>,
    /// What time it is.
    pub clock: Clock,
}

/// The provider, running.
pub struct IdentityProvider {
    idp: Arc<Idp>,
    server: Running,
}

impl IdentityProvider {
    /// Starts it on `listener` inside this process.
    ///
    /// # Errors
    /// The listener is not on loopback, `base` or a redirect address is none, or the data directory cannot be used.
    pub fn start(listener: TcpListener, settings: Settings) -> anyhow::Result<Self> {
        let address = server::loopback(&listener)?;
        let idp = Arc::new(Idp::new(settings)?);
        let shared = web::Data::from(idp.clone());
        let server = HttpServer::new(move || {
            App::new().app_data(shared.clone()).wrap(middleware::from_fn(server::only_loopback_names)).configure(routes)
        })
        .workers(1)
        .disable_signals()
        .listen(listener)?
        .run();
        Ok(Self { idp, server: Running::spawn(address, server) })
    }

    /// The address it listens on.
    pub fn address(&self) -> std::net::SocketAddr {
        self.server.address()
    }

    /// The code that a persona's registered authenticator app shows now, for tests that act as the person.
    pub fn current_code(&self, persona: &str) -> Option<String> {
        self.idp.authenticators.current_code(people::persona(persona)?, self.idp.now())
    }

    /// Stops it; keys and registrations stay in the data directory.
    ///
    /// # Errors
    /// It had stopped by itself with this error.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.server.stop().await
    }
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/").get(sign_out::home))
        .service(web::resource("/demo.css").get(crate::pages::stylesheet))
        .service(web::resource("/registrations/forget").post(sign_out::forget))
        .service(web::resource("/sign-out").post(sign_out::confirmed))
        .service(web::resource("/sign-in/{flow}").get(sign_in::show))
        .service(web::resource("/sign-in/{flow}/qr.svg").get(sign_in::qr))
        .service(web::resource("/sign-in/{flow}/persona").post(sign_in::persona))
        .service(web::resource("/sign-in/{flow}/federated").post(sign_in::federated))
        .service(web::resource("/sign-in/{flow}/code").post(sign_in::code))
        .service(web::resource("/sign-in/{flow}/switch").post(sign_in::switch))
        .service(web::resource("/sign-in/{flow}/cancel").post(sign_in::cancel))
        .service(web::resource("/{tenant}/v2.0/.well-known/openid-configuration").get(discovery::metadata))
        .service(web::resource("/{tenant}/discovery/v2.0/keys").get(discovery::keys))
        .service(web::resource("/{tenant}/oauth2/v2.0/authorize").get(authorize::authorize))
        .service(web::resource("/{tenant}/oauth2/v2.0/token").post(token::token))
        .service(web::resource("/{tenant}/oauth2/v2.0/logout").get(sign_out::end_session))
        .default_service(web::to(pages::not_found));
}

/// Everything that a handler needs.
pub(crate) struct Idp {
    base: String,
    clients: Vec<Client>,
    clock: Clock,
    key: SigningKey,
    authenticators: Authenticators,
    store: Mutex<Store>,
    /// Where forms may lead: browsers also look at the redirects after them.
    form_targets: Vec<String>,
}

impl Idp {
    fn new(settings: Settings) -> anyhow::Result<Self> {
        let base = settings.base.trim_end_matches('/').to_owned();
        Url::parse(&base).with_context(|| format!("`{base}` is no address for the identity provider"))?;
        let mut form_targets = Vec::new();
        for uri in settings.clients.iter().flat_map(|c| c.redirect_uris.iter().chain(&c.post_logout_redirect_uris)) {
            let url = Url::parse(uri).with_context(|| format!("`{uri}` is no address to return to"))?;
            let origin = url.origin().ascii_serialization();
            if !form_targets.contains(&origin) {
                form_targets.push(origin);
            }
        }
        Ok(Self {
            base,
            clients: settings.clients,
            clock: settings.clock,
            key: SigningKey::load_or_create(&settings.data_dir)?,
            authenticators: Authenticators::open(&settings.data_dir)?,
            store: Mutex::default(),
            form_targets,
        })
    }

    fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn client(&self, id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.id == id)
    }

    fn registered(&self, person: &Persona) -> bool {
        !person.tenant.accounts.federated() && self.authenticators.registered(person)
    }
}

/// Whose issuer an address names: any tenant's, or one's own.
#[derive(Clone, Copy)]
pub(crate) enum Scope {
    Organizations,
    One(&'static Tenant),
}

impl Scope {
    fn parse(segment: &str) -> Option<Self> {
        if segment == "organizations" {
            return Some(Self::Organizations);
        }
        Uuid::parse_str(segment).ok().and_then(people::tenant).map(Self::One)
    }

    fn tenant(self) -> Option<&'static Tenant> {
        match self {
            Self::Organizations => None,
            Self::One(tenant) => Some(tenant),
        }
    }
}

/// The value of the browser's cookie; empty when there is none.
fn browser(request: &HttpRequest) -> String {
    request.cookie(COOKIE).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}

fn browser_cookie(value: &str) -> Cookie<'static> {
    Cookie::build(COOKIE, value.to_owned()).path("/").http_only(true).same_site(SameSite::Lax).finish()
}
