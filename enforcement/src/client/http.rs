//! HTTP as the feed needs it: no redirects, everything bounded in time and size.

use super::config::{ClientConfig, is_loopback, is_private};
use super::error::{PullError, SetupError};
use super::jws::JwsError;
use reqwest::{Certificate, Client, ClientBuilder, Response, redirect};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(5);
/// Longest silence within an answer.
pub(super) const SILENCE: Duration = Duration::from_secs(10);
/// Longest whole exchange: the largest document at a slow 5 MB/s.
const EXCHANGE: Duration = Duration::from_secs(120);

/// A client for the desk and the token endpoint of `config`.
pub(super) fn client(config: &ClientConfig) -> Result<Client, SetupError> {
    Ok(builder(config)?.read_timeout(SILENCE).timeout(EXCHANGE).build()?)
}

/// A client for answers that take their time; who uses it sets bounds to each.
pub(super) fn patient_client(config: &ClientConfig) -> Result<Client, SetupError> {
    Ok(builder(config)?.build()?)
}

fn builder(config: &ClientConfig) -> Result<ClientBuilder, SetupError> {
    let mut builder = Client::builder()
        .user_agent(concat!("mfa-gate/", env!("CARGO_PKG_VERSION")))
        // A redirect could carry the token to another host.
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT);
    for url in [&config.desk, &config.token.endpoint] {
        if !is_private(url) {
            return Err(SetupError::PlainHttp(url.clone()));
        }
        if let (Some(name), true) = (url.domain(), is_loopback(url)) {
            // RFC 6761: such names are this machine, whatever a resolver says.
            builder = builder.resolve(name, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        }
    }
    if let Some(pem) = &config.authority {
        builder = builder.add_root_certificate(Certificate::from_pem(pem)?);
    }
    // Only the first call in a process can install the provider; who came before has installed the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(builder)
}

/// The whole body, up to `limit` bytes after decompression.
pub(super) async fn body(mut response: Response, limit: usize) -> Result<Vec<u8>, PullError> {
    let url = response.url().clone();
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let mut body = Vec::with_capacity(announced.min(limit));
    while let Some(chunk) = response.chunk().await? {
        if chunk.len() > limit - body.len() {
            return Err(PullError::TooLong { url, limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The whole body as text; what is no text is no signed document.
pub(super) async fn text(response: Response, limit: usize) -> Result<String, PullError> {
    Ok(String::from_utf8(body(response, limit).await?).map_err(|_| JwsError::Malformed)?)
}

/// The answer, when its status is 200.
pub(super) fn successful(response: Response) -> Result<Response, PullError> {
    let status = response.status().as_u16();
    if status == 200 { Ok(response) } else { Err(refused(&response)) }
}

/// The error for an answer of another status.
pub(super) fn refused(response: &Response) -> PullError {
    let header = response.headers().get(reqwest::header::RETRY_AFTER);
    let seconds = header.and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    PullError::Status {
        url: response.url().clone(),
        status: response.status().as_u16(),
        retry_after: seconds.map(Duration::from_secs),
    }
}
