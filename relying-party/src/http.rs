//! Fetching from providers: no redirects, bounded time, bounded size.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use serde::de::DeserializeOwned;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// Discovery documents, key sets and token responses are far smaller.
const MAX_BODY: usize = 1 << 20;

/// The client for every call to a provider. A redirect is an answer like any other: following one would let a provider,
/// or whoever poses as it, choose another address.
pub(crate) fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(10))
        .dns_resolver(Arc::new(LoopbackNames))
        .user_agent(concat!("relying-party/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// Resolves `localhost` and `*.localhost` to 127.0.0.1, as RFC 6761 asks of resolvers (C libraries often do not), and
/// everything else by the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoopbackNames;

impl Resolve for LoopbackNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let addresses: Vec<SocketAddr> = if is_loopback_name(name.as_str()) {
                vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))]
            } else {
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect()
            };
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

fn is_loopback_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether what comes from this address can be believed: https, or plain http that never leaves the machine.
pub fn is_trustworthy(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Ipv4(address))) => address.is_loopback(),
        ("http", Some(Host::Ipv6(address))) => address.is_loopback(),
        ("http", Some(Host::Domain(name))) => is_loopback_name(name),
        _ => false,
    }
}

/// Gets a JSON document.
///
/// # Errors
/// In words, with the address: no answer, another status than 200, too large, not this JSON.
pub(crate) async fn get_json<T: DeserializeOwned>(client: &reqwest::Client, url: &Url) -> Result<T, String> {
    let request = client.get(url.clone()).header("accept", "application/json");
    let response = request.send().await.map_err(|error| format!("no answer from `{url}`: {}", in_full(&error)))?;
    if response.status() != reqwest::StatusCode::OK {
        return Err(format!("`{url}` answered with status {}", response.status().as_u16()));
    }
    let body = bounded_body(response).await.map_err(|reason| format!("`{url}`: {reason}"))?;
    serde_json::from_slice(&body).map_err(|error| format!("`{url}` did not send the expected JSON: {error}"))
}

/// The whole body, up to [`MAX_BODY`] bytes.
pub(crate) async fn bounded_body(mut response: reqwest::Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| in_full(&error))? {
        if body.len() + chunk.len() > MAX_BODY {
            return Err(format!("answer is longer than {MAX_BODY} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// An error with its causes; reqwest's own text leaves out why.
pub(crate) fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
