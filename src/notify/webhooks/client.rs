//! Calling an endpoint: over TLS, where its name leads at this moment, and nowhere else.
//!
//! A name is looked up once for each call, and what it stands for is checked right there: the connection is made to the addresses that
//! passed, so that a name that leads elsewhere a moment later leads nowhere. Nothing is followed or sent through a proxy, no connection is
//! used twice, and of an answer only the status counts.

use super::target::{self, is_allowed};
use crate::config::Webhooks;
use anyhow::Context;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::CONTENT_TYPE;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Calls endpoints by the rules of the configuration.
pub struct Client {
    http: reqwest::Client,
    rules: Webhooks,
}

/// A message as it goes over the wire.
pub struct Message {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub timestamp: i64,
    /// `webhook-signature`.
    pub signature: String,
    /// The body, JSON.
    pub body: String,
}

impl Client {
    /// A client by `rules`.
    ///
    /// # Errors
    /// Names the file that cannot be read.
    pub fn new(rules: &Webhooks) -> anyhow::Result<Self> {
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .gzip(false)
            .pool_max_idle_per_host(0)
            .https_only(!rules.dangerously_allow_loopback)
            .dns_resolver(Arc::new(Checked(rules.clone())))
            .user_agent(concat!("exception-desk/", env!("CARGO_PKG_VERSION")))
            .timeout(Duration::from_secs(rules.timeout_seconds.into()));
        if let Some(path) = &rules.ca_file {
            let pem =
                std::fs::read(path).with_context(|| format!("`webhooks.ca_file`: cannot read `{}`", path.display()))?;
            for authority in reqwest::Certificate::from_pem_bundle(&pem).context("`webhooks.ca_file` is no PEM file")? {
                http = http.add_root_certificate(authority);
            }
        }
        Ok(Self { http: http.build().context("webhooks cannot be sent")?, rules: rules.clone() })
    }

    /// How long one call may take.
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.rules.timeout_seconds.into())
    }

    /// The rules that endpoints must keep.
    pub fn rules(&self) -> &Webhooks {
        &self.rules
    }

    /// Sends `message` to `url`; the status that it was answered.
    ///
    /// # Errors
    /// A code that says why there was no answer.
    pub async fn send(&self, url: &str, message: &Message) -> Result<u16, &'static str> {
        let url = target::check(url, &self.rules).map_err(|_| "address_refused")?;
        let call = self
            .http
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", &message.signature)
            .body(message.body.clone());
        // The body of the answer is not read: dropping it ends the connection.
        call.send().await.map(|answer| answer.status().as_u16()).map_err(|error| code(&error))
    }
}

/// Looks names up by the operating system, and gives out what endpoints may be at.
struct Checked(Webhooks);

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let rules = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| Unreachable::NameUnknown)?;
            let found: Vec<SocketAddr> = found.collect();
            // A name that leads inside by one of its addresses may lead there by the others too (DNS64).
            if !found.iter().all(|address| is_allowed(address.ip(), &rules)) {
                return Err(Unreachable::AddressRefused.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Why a name leads nowhere.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum Unreachable {
    #[error("the name is not known")]
    NameUnknown,
    #[error("an address of the name may not be called")]
    AddressRefused,
}

/// What the page says instead of the error's own words, which repeat addresses.
fn code(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        return "timeout";
    }
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = next {
        match cause.downcast_ref() {
            Some(Unreachable::NameUnknown) => return "name_unknown",
            Some(Unreachable::AddressRefused) => return "address_refused",
            None => {}
        }
        let inner = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        if inner.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return "tls_failed";
        }
        next = inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| cause.source());
    }
    if error.is_connect() { "connection_failed" } else { "connection_lost" }
}
