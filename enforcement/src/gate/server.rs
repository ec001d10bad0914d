//! The gate as a running service: its start and its stop.

use super::config::{Config, ConfigErrors, ListenerConfig};
use super::health::Counters;
use super::sessions::Store;
use super::state::State;
use super::texts::Texts;
use super::urls;
use crate::client::{Clock, FeedClient, FeedHandle, Reporter, SetupError};
use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer, web};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const MAX_SESSIONS: usize = 10_000;
const MAX_PENDING: usize = 10_000;

/// A running gate. Dropping it stops it without waiting; [`Gate::stop`] lets requests finish.
pub struct Gate {
    feed: FeedHandle,
    stop_feed: oneshot::Sender<()>,
    reports: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
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
    /// Not one socket for each listener.
    #[error("{sockets} sockets for {listeners} `listeners`")]
    Sockets {
        /// How many were given.
        sockets: usize,
        /// How many are configured.
        listeners: usize,
    },
    /// The feed cannot be pulled or kept.
    #[error("the feed cannot be set up: {0}")]
    Feed(#[from] SetupError),
    /// The built-in texts cannot be read.
    #[error("the built-in texts cannot be read: {0}")]
    Texts(#[from] toml::de::Error),
}

impl Gate {
    /// Starts the gate on the configured addresses. Needs a TLS provider installed and a Tokio runtime.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(config: Config, clock: Clock) -> Result<Self, StartError> {
        let mut sockets = Vec::with_capacity(config.listeners.len());
        for ListenerConfig { bind, .. } in &config.listeners {
            let listen = |error| StartError::Listen { address: *bind, error };
            sockets.push(TcpListener::bind(bind).map_err(listen)?);
        }
        Self::start_on(sockets, config, clock)
    }

    /// The same on sockets that are open already: one for each of `config.listeners`, in their order; `bind` is not
    /// looked at.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start_on(sockets: Vec<TcpListener>, config: Config, clock: Clock) -> Result<Self, StartError> {
        if sockets.len() != config.listeners.len() {
            return Err(StartError::Sockets { sockets: sockets.len(), listeners: config.listeners.len() });
        }
        let checked = config.build()?;
        let feed_config = checked.feed.clone();
        let client = FeedClient::new(checked.feed, Arc::clone(&clock))?;
        let feed = client.handle();
        let reporter =
            checked.reports.map(|settings| Reporter::new(&feed_config, settings, feed.clone(), Arc::clone(&clock)));
        let (reporter, report) = reporter.transpose()?.unzip();
        let listeners = config.listeners.clone();
        let state = web::Data::new(State {
            config,
            routes: checked.routes,
            party: checked.party,
            feed: feed.clone(),
            reporter,
            clock,
            sessions: Store::new(MAX_SESSIONS),
            pending: Store::new(MAX_PENDING),
            counters: Counters::default(),
            texts: Texts::built_in()?,
        });
        let (stop_feed, stopped) = oneshot::channel();
        let (addresses, handles, servers) = (Vec::new(), Vec::new(), Vec::new());
        let mut gate = Self { feed, stop_feed, reports: None, addresses, handles, servers };
        for (socket, listener) in sockets.into_iter().zip(listeners) {
            let bind = listener.bind;
            let address = socket.local_addr().map_err(|error| StartError::Listen { address: bind, error })?;
            let server =
                serve(socket, listener, state.clone()).map_err(|error| StartError::Listen { address, error })?;
            gate.addresses.push(address);
            gate.handles.push(server.handle());
            gate.servers.push(tokio::spawn(server));
        }
        // The sender is never used: the feed stops when it is dropped.
        tokio::spawn(client.run(async { drop(stopped.await) }));
        gate.reports = report.map(|report| {
            let (stop, stopped) = oneshot::channel();
            (stop, tokio::spawn(report.run(async { drop(stopped.await) })))
        });
        Ok(gate)
    }

    /// The addresses it listens on, in the order of the configuration.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The feed that it decides by.
    pub fn feed(&self) -> &FeedHandle {
        &self.feed
    }

    /// Whether it still serves; a listener that ended by itself does not come back.
    pub fn is_running(&self) -> bool {
        !self.stop_feed.is_closed() && self.servers.iter().all(|server| !server.is_finished())
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
        if let Some((stop, reports)) = self.reports.take() {
            // What was counted to the last request is kept.
            drop(stop);
            if let Err(error) = reports.await {
                tracing::error!(%error, "the reports broke off");
            }
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        for handle in &self.handles {
            // The order goes out with the call; only its confirmation would have to be waited for.
            drop(handle.stop(false));
        }
    }
}

fn serve(socket: TcpListener, listener: ListenerConfig, state: web::Data<State>) -> io::Result<Server> {
    let listener = web::Data::new(listener);
    let app = move || App::new().app_data(state.clone()).app_data(listener.clone()).configure(urls::routes);
    let server = HttpServer::new(app).workers(2).shutdown_timeout(30).disable_signals().listen(socket)?;
    Ok(server.run())
}
