//! Where the feed comes from and how to ask for it.

use super::ladder::Follow;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;
use url::{Host, Url};

/// How to reach the desk and what to believe of it.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Public address of the desk, such as `https://desk.example`.
    pub desk: Url,
    /// The `issuer` that documents must name; the desk's address without a trailing slash, unless it says otherwise.
    pub issuer: String,
    /// How to get a token for the feed.
    pub token: TokenConfig,
    /// A directory of this gate's own, for what must survive a restart.
    pub state_dir: PathBuf,
    /// How to learn of changes; by default the stream. What does not work is replaced by what is simpler, for a while.
    pub follow: Follow,
    /// Time between two questions for everything, and between two tries; by default 1 s.
    pub poll: Duration,
    /// How long the desk may let a question for changes wait, in whole seconds up to 60; by default 30 s.
    pub wait: Duration,
    /// Longest silence of a stream, in which the desk sends something every 15 s; by default 40 s.
    pub silence: Duration,
    /// Longest document accepted, in bytes after decompression; by default 512 MiB, which is about a million rules.
    pub longest_document: usize,
    /// Longest signed changes accepted, in bytes; by default 16 MiB. What is longer is fetched as a document.
    pub longest_change: usize,
    /// A certificate authority (PEM) to trust besides the public ones.
    pub authority: Option<Vec<u8>>,
}

/// OAuth 2 client credentials.
#[derive(Clone, Debug)]
pub struct TokenConfig {
    /// The token endpoint.
    pub endpoint: Url,
    /// The client's id.
    pub client_id: String,
    /// The client's secret, sent in the body (`client_secret_post`).
    pub client_secret: Secret,
    /// The scope to ask for, where the provider wants one.
    pub scope: Option<String>,
}

/// A text that no log shows.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that sends it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("(secret)")
    }
}

impl ClientConfig {
    /// A configuration with the usual values for the rest.
    pub fn new(desk: Url, token: TokenConfig, state_dir: PathBuf) -> Self {
        Self {
            issuer: desk.as_str().trim_end_matches('/').to_owned(),
            desk,
            token,
            state_dir,
            follow: Follow::default(),
            poll: Duration::from_secs(1),
            wait: Duration::from_secs(30),
            silence: Duration::from_secs(40),
            longest_document: 512 << 20,
            longest_change: 16 << 20,
            authority: None,
        }
    }

    /// An address below the desk's own.
    pub(super) fn below_desk(&self, path: &str) -> Url {
        let mut url = self.desk.clone();
        url.set_path(&format!("{}/{path}", self.desk.path().trim_end_matches('/')));
        url
    }
}

/// Whether what is sent to `url` stays private: TLS, or it never leaves this machine.
pub(super) fn is_private(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Whether `url` leads to this machine by its name alone.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
