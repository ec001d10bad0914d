//! The gate as a running service: its URLs, its start and its stop.

use super::answer::{is_operators_fault, to_check, to_client};
use super::check::{Judgement, Outcome, judge};
use super::config::{Config, ConfigErrors, ListenerConfig};
use super::forwarded::{Forwarded, Origin};
use super::health::{self, Counters};
use super::pages::{self, STYLE};
use super::sessions::Store;
use super::sign_in::{self, Wanted, safe_return};
use super::state::{Clock, Rules, State};
use super::texts::{Lang, Texts};
use actix_web::dev::{Server, ServerHandle};
use actix_web::http::header::{CACHE_CONTROL, LOCATION, RETRY_AFTER};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use relying_party::CallbackQuery;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use tokio::task::JoinHandle;

const MAX_SESSIONS: usize = 10_000;
const MAX_PENDING: usize = 10_000;

/// A running gate. Dropping it stops it without waiting; [`Gate::stop`] lets requests finish.
pub struct Gate {
    addresses: Vec<SocketAddr>,
    handles: Vec<ServerHandle>,
    servers: Vec<JoinHandle<io::Result<()>>>,
}

/// Why a gate does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration makes no sense.
    #[error("the configuration cannot be used:\n{0}")]
    Config(#[from] ConfigErrors),
    /// An address cannot be had.
    #[error("cannot listen on `{address}`: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        error: io::Error,
    },
    /// The built-in texts cannot be read.
    #[error("the built-in texts cannot be read: {0}")]
    Texts(#[from] toml::de::Error),
}

impl Gate {
    /// Starts the gate on the configured addresses. Needs a TLS provider installed and a Tokio runtime.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(config: Config, rules: Arc<dyn Rules>, clock: Clock) -> Result<Self, StartError> {
        let mut sockets = Vec::with_capacity(config.listeners.len());
        for ListenerConfig { bind, .. } in &config.listeners {
            let listen = |error| StartError::Listen { address: *bind, error };
            sockets.push(TcpListener::bind(bind).map_err(listen)?);
        }
        Self::start_on(sockets, config, rules, clock)
    }

    /// The same on sockets that are open already: one for each of `config.listeners`, in their order; `bind` is not
    /// looked at.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start_on(
        sockets: Vec<TcpListener>,
        config: Config,
        rules: Arc<dyn Rules>,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let checked = config.build()?;
        let listeners = config.listeners.clone();
        let state = web::Data::new(State {
            config,
            routes: checked.routes,
            party: checked.party,
            rules,
            clock,
            sessions: Store::new(MAX_SESSIONS),
            pending: Store::new(MAX_PENDING),
            counters: Counters::default(),
            texts: Texts::built_in()?,
        });
        let mut gate = Self { addresses: Vec::new(), handles: Vec::new(), servers: Vec::new() };
        for (socket, listener) in sockets.into_iter().zip(listeners) {
            let bind = listener.bind;
            let address = socket.local_addr().map_err(|error| StartError::Listen { address: bind, error })?;
            let server =
                serve(socket, listener, state.clone()).map_err(|error| StartError::Listen { address, error })?;
            gate.addresses.push(address);
            gate.handles.push(server.handle());
            gate.servers.push(tokio::spawn(server));
        }
        Ok(gate)
    }

    /// The addresses it listens on, in the order of the configuration.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Takes no more requests, lets the running ones finish (30 seconds at most), and ends.
    pub async fn stop(mut self) {
        for handle in &self.handles {
            handle.stop(true).await;
        }
        for server in self.servers.drain(..) {
            match server.await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "a listener ended with an error"),
                Err(error) => tracing::error!(%error, "a listener broke off"),
            }
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}

fn serve(socket: TcpListener, listener: ListenerConfig, state: web::Data<State>) -> io::Result<Server> {
    let listener = web::Data::new(listener);
    let app = move || {
        App::new()
            .app_data(state.clone())
            .app_data(listener.clone())
            .configure(addresses)
            .default_service(web::to(other))
    };
    let server = HttpServer::new(app).workers(2).shutdown_timeout(30).disable_signals().listen(socket)?;
    Ok(server.run())
}

/// Every URL of the gate.
fn addresses(app: &mut web::ServiceConfig) {
    app.route("/check", web::to(check))
        .route("/answer", web::to(answer))
        .route("/health/live", web::get().to(health::live))
        .route("/health/ready", web::get().to(health::ready))
        .route("/health/feed", web::get().to(health::feed))
        .route("/metrics", web::get().to(health::metrics))
        .route("/.mfa-gate/style.css", web::get().to(style))
        .route("/.mfa-gate/sign-in", web::get().to(start_sign_in))
        .route("/.mfa-gate/callback", web::get().to(finish_sign_in))
        .route("/.mfa-gate/stopped", web::get().to(stopped))
        .route("/.mfa-gate/sign-out", web::get().to(ask_sign_out))
        .route("/.mfa-gate/sign-out", web::post().to(sign_out))
        .route("/.mfa-gate/signed-out", web::get().to(signed_out));
}

type Shared = web::Data<State>;
type Listener = web::Data<ListenerConfig>;

/// What the proxy asks: may this request pass?
async fn check(state: Shared, listener: Listener, request: HttpRequest) -> HttpResponse {
    let judgement = judged(&state, &listener, &request).await;
    to_check(&state, listener.proxy, &judgement, Lang::of(request.headers()))
}

/// What the client gets to read where the proxy could not pass it on (nginx).
async fn answer(state: Shared, listener: Listener, request: HttpRequest) -> HttpResponse {
    let judgement = judged(&state, &listener, &request).await;
    match (&judgement.outcome, &judgement.origin, &judgement.target) {
        // Between the two questions an exception came into force, or the feed came back: the client asks again. It must
        // not be let through here, since this answer goes to the client and not to the upstream.
        (Outcome::Allow { .. }, Some(origin), Some(target)) => HttpResponse::TemporaryRedirect()
            .insert_header((LOCATION, format!("{origin}{target}")))
            .insert_header((CACHE_CONTROL, "no-store"))
            .finish(),
        (Outcome::Allow { .. }, ..) => HttpResponse::ServiceUnavailable().insert_header((RETRY_AFTER, "1")).finish(),
        _ => to_client(&state, &judgement, Lang::of(request.headers())),
    }
}

/// Envoy asks below `/check`, with the request's own path behind it.
async fn other(state: Shared, listener: Listener, request: HttpRequest) -> HttpResponse {
    let is_envoys = listener.proxy == super::Proxy::Envoy && request.uri().path().starts_with("/check/");
    if is_envoys { check(state, listener, request).await } else { HttpResponse::NotFound().finish() }
}

async fn judged(state: &State, listener: &ListenerConfig, request: &HttpRequest) -> Judgement {
    let judgement = if trusts(listener, request) {
        judge(state, listener.proxy, request, "/check").await
    } else {
        tracing::warn!(peer = ?request.peer_addr(), "asked by an address that is not among `trusted_peers`");
        Judgement::of(Outcome::StrangePeer)
    };
    if let Outcome::Unclear(fault) = &judgement.outcome
        && is_operators_fault(fault)
    {
        tracing::error!(%fault, "the proxy does not say what it must: see deploy/");
    }
    state.counters.count(&judgement.outcome);
    judgement
}

fn trusts(listener: &ListenerConfig, request: &HttpRequest) -> bool {
    request.peer_addr().is_some_and(|peer| listener.trusted_peers.iter().any(|trusted| trusted.covers(peer.ip())))
}

/// Where the browser is, for the gate's own pages; the refusal otherwise.
fn place(state: &State, listener: &ListenerConfig, request: &HttpRequest) -> Result<Origin, HttpResponse> {
    let refuse = |outcome| to_client(state, &Judgement::of(outcome), Lang::of(request.headers()));
    if !trusts(listener, request) {
        return Err(refuse(Outcome::StrangePeer));
    }
    let origin = Forwarded::origin_only(listener.proxy, request).map_err(|fault| refuse(Outcome::Unclear(fault)))?;
    if state.config.serves(&origin.host()) { Ok(origin) } else { Err(HttpResponse::NotFound().finish()) }
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .content_type("text/css; charset=utf-8")
        .body(STYLE)
}

async fn start_sign_in(
    state: Shared,
    listener: Listener,
    request: HttpRequest,
    wanted: web::Query<Wanted>,
) -> HttpResponse {
    match place(&state, &listener, &request) {
        Ok(origin) => sign_in::start(&state, &origin, &request, &wanted, Lang::of(request.headers())).await,
        Err(refusal) => refusal,
    }
}

async fn finish_sign_in(
    state: Shared,
    listener: Listener,
    request: HttpRequest,
    query: web::Query<CallbackQuery>,
) -> HttpResponse {
    match place(&state, &listener, &request) {
        Ok(origin) => sign_in::finish(&state, &origin, &request, query.into_inner(), Lang::of(request.headers())).await,
        Err(refusal) => refusal,
    }
}

async fn stopped(state: Shared, listener: Listener, request: HttpRequest, wanted: web::Query<Wanted>) -> HttpResponse {
    let to = safe_return(wanted.to.as_deref());
    match place(&state, &listener, &request) {
        Ok(origin) => pages::stopped(&state, &origin, &request, &to, Lang::of(request.headers())),
        Err(refusal) => refusal,
    }
}

async fn ask_sign_out(state: Shared, listener: Listener, request: HttpRequest) -> HttpResponse {
    match place(&state, &listener, &request) {
        Ok(_) => pages::sign_out(&state, Lang::of(request.headers())),
        Err(refusal) => refusal,
    }
}

/// Another site cannot post this: the session cookie is `SameSite=Lax`, and without it there is nothing to end.
async fn sign_out(state: Shared, listener: Listener, request: HttpRequest) -> HttpResponse {
    match place(&state, &listener, &request) {
        Ok(origin) => sign_in::sign_out(&state, &origin, &request).await,
        Err(refusal) => refusal,
    }
}

async fn signed_out(state: Shared, listener: Listener, request: HttpRequest) -> HttpResponse {
    match place(&state, &listener, &request) {
        Ok(_) => pages::signed_out(&state, Lang::of(request.headers())),
        Err(refusal) => refusal,
    }
}
