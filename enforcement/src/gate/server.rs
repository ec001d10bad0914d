//! The gate as a running service: its start and its stop.

use super::config::{Config, ConfigErrors};
use super::counters::Counters;
use super::peers::ListenerConfig;
use super::sessions::Store;
use super::state::{Lasting, Switch};
use super::status::StatusConfig;
use super::texts::Texts;
use super::{status, urls};
use crate::client::{Clock, FeedClient, FeedHandle, Reporter, SetupError};
use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpServer, web};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const MAX_SESSIONS: usize = 10_000;
const MAX_PENDING: usize = 10_000;

/// A running gate. Dropping it stops it without waiting; [`Gate::stop`] lets requests finish.
pub struct Gate {
    feed: FeedHandle,
    switch: web::Data<Switch>,
    status: Option<SocketAddr>,
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
        let client = FeedClient::new(checked.feed.clone(), Arc::clone(&clock))?;
        let feed = client.handle();
        let settings = checked.reports.clone();
        let reporter =
            settings.map(|settings| Reporter::new(&checked.feed, settings, feed.clone(), Arc::clone(&clock)));
        let (reporter, report) = reporter.transpose()?.unzip();
        let (listeners, status) = (config.listeners.clone(), config.status.clone());
        let lasting = Lasting {
            feed: feed.clone(),
            reporter,
            clock,
            sessions: Store::new(MAX_SESSIONS),
            pending: Store::new(MAX_PENDING),
            counters: Counters::default(),
            texts: Texts::built_in()?,
            refused: Mutex::default(),
        };
        let switch = web::Data::new(Switch::new(config, checked, lasting));
        let (stop_feed, stopped) = oneshot::channel();
        let (addresses, handles, servers) = (Vec::new(), Vec::new(), Vec::new());
        let mut gate = Self { feed, switch, status: None, stop_feed, reports: None, addresses, handles, servers };
        for (socket, listener) in sockets.into_iter().zip(listeners) {
            let bind = listener.bind;
            let address = socket.local_addr().map_err(|error| StartError::Listen { address: bind, error })?;
            let server =
                serve(socket, listener, gate.switch.clone()).map_err(|error| StartError::Listen { address, error })?;
            gate.addresses.push(address);
            gate.run(server);
        }
        if let Some(StatusConfig { bind }) = status {
            let listen = |error| StartError::Listen { address: bind, error };
            let socket = TcpListener::bind(bind).map_err(listen)?;
            gate.status = Some(socket.local_addr().map_err(listen)?);
            gate.run(status::serve(socket, gate.switch.clone()).map_err(listen)?);
        }
        // The sender is never used: the feed stops when it is dropped.
        tokio::spawn(client.run(async { drop(stopped.await) }));
        gate.reports = report.map(|report| {
            let (stop, stopped) = oneshot::channel();
            (stop, tokio::spawn(report.run(async { drop(stopped.await) })))
        });
        Ok(gate)
    }

    fn run(&mut self, server: Server) {
        self.handles.push(server.handle());
        self.servers.push(tokio::spawn(server));
    }

    /// Takes another configuration, all or nothing: sessions, figures and the feed stay. What came of reading it is given
    /// as it is, so that operators see an unreadable file on the status page too.
    ///
    /// # Errors
    /// All that is wrong with it, and what cannot change while the gate runs (`state_dir`, `feed`, `reports`, `listeners`,
    /// `status`); the present one stays in force.
    pub fn reload(&self, config: Result<Config, ConfigErrors>) -> Result<(), ConfigErrors> {
        self.switch.replace(config)
    }

    /// The address of the page for operators, if it has one.
    pub fn status_address(&self) -> Option<SocketAddr> {
        self.status
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

fn serve(socket: TcpListener, listener: ListenerConfig, switch: web::Data<Switch>) -> io::Result<Server> {
    let listener = web::Data::new(listener);
    let app = move || App::new().app_data(switch.clone()).app_data(listener.clone()).configure(urls::routes);
    let server = HttpServer::new(app).workers(2).shutdown_timeout(30).disable_signals().listen(socket)?;
    Ok(server.run())
}
