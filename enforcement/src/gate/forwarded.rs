//! What the proxy says about the request that it asks about.
//!
//! Each kind of proxy uses names of its own; those of the configured kind are believed. Every other name for the same
//! thing comes from the client, and some upstreams believe it: where it says something else, nobody can tell what the
//! upstream will see, so the request is refused.

use crate::routes::{NormalPath, OddPath};
use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, HeaderName};
use serde::Deserialize;
use std::fmt;

/// The kind of proxy in front of a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proxy {
    /// nginx `auth_request` with the headers that `deploy/nginx` sets.
    Nginx,
    /// Envoy `ext_authz` over HTTP with `path_prefix: /check`.
    Envoy,
    /// Traefik `forwardAuth`.
    Traefik,
    /// Caddy `forward_auth`.
    Caddy,
}

/// The request in question, as the upstream will see it.
#[derive(Debug)]
pub struct Forwarded {
    pub method: String,
    /// Host and port as the client wrote them.
    pub authority: String,
    pub https: bool,
    /// Path and query, raw.
    pub target: String,
    /// The path, beyond doubt.
    pub path: NormalPath,
}

/// Why a request cannot be judged; the text is for the operator who reads the answer.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unclear {
    /// The proxy did not say.
    #[error("header `{0}` is missing")]
    Missing(&'static str),
    /// Said twice.
    #[error("header `{0}` is there more than once")]
    Repeated(&'static str),
    /// Not plain text.
    #[error("header `{0}` is malformed")]
    Malformed(&'static str),
    /// Said in two ways that differ.
    #[error("header `{0}` contradicts the request")]
    Contradiction(&'static str),
    /// A path that programs read differently.
    #[error(transparent)]
    Path(#[from] OddPath),
    /// Two credentials.
    #[error("the request carries more than one credential, or one in its query")]
    TwoCredentials,
    /// Routes disagree.
    #[error("several routes fit equally well")]
    Route,
}

const METHOD_NAMES: [&str; 5] =
    ["x-original-method", "x-forwarded-method", "x-http-method-override", "x-http-method", "x-method-override"];
const TARGET_NAMES: [&str; 5] =
    ["x-original-uri", "x-forwarded-uri", "x-original-url", "x-rewrite-url", "x-envoy-original-path"];
const HOST_NAMES: [&str; 2] = ["x-forwarded-host", "x-original-host"];

impl Forwarded {
    /// Reads what the proxy says. `prefix` is the gate's own part of the path, which Envoy puts before the request's.
    ///
    /// # Errors
    /// What is missing, repeated, malformed or contradictory.
    pub fn read(proxy: Proxy, request: &HttpRequest, prefix: &str) -> Result<Self, Unclear> {
        let headers = request.headers();
        undisguised(headers)?;
        let (method, authority, target) = match proxy {
            Proxy::Nginx => (
                said(headers, "x-original-method")?,
                said(headers, "x-forwarded-host")?,
                said(headers, "x-original-uri")?,
            ),
            Proxy::Traefik | Proxy::Caddy => (
                said(headers, "x-forwarded-method")?,
                said(headers, "x-forwarded-host")?,
                said(headers, "x-forwarded-uri")?,
            ),
            // Envoy asks with the request's own method, host and path.
            Proxy::Envoy => {
                let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
                let target = target.strip_prefix(prefix).unwrap_or(target);
                (request.method().as_str().to_owned(), said(headers, "host")?, target.to_owned())
            }
        };
        let https = scheme_is_https(headers)?;
        if !is_authority(&authority) {
            return Err(Unclear::Malformed("host"));
        }
        agree(headers, &METHOD_NAMES, |other| other == method)?;
        agree(headers, &TARGET_NAMES, |other| other == target)?;
        agree(headers, &HOST_NAMES, |other| is_authority(other) && host_of(other) == host_of(&authority))?;
        agree(headers, &["forwarded"], |other| {
            hosts_in_forwarded(other).all(|host| host_of(host) == host_of(&authority))
        })?;
        let path = NormalPath::parse(&target)?;
        Ok(Self { method, authority, https, target, path })
    }

    /// For the gate's own pages: only where the browser is, not what it asks for.
    ///
    /// # Errors
    /// What is missing, repeated or malformed.
    pub fn origin_only(proxy: Proxy, request: &HttpRequest) -> Result<Origin, Unclear> {
        let headers = request.headers();
        let authority = said(headers, if proxy == Proxy::Envoy { "host" } else { "x-forwarded-host" })?;
        if !is_authority(&authority) {
            return Err(Unclear::Malformed("host"));
        }
        agree(headers, &HOST_NAMES, |other| is_authority(other) && host_of(other) == host_of(&authority))?;
        Ok(Origin { https: scheme_is_https(headers)?, authority })
    }

    /// Where the browser is.
    pub fn origin(&self) -> Origin {
        Origin { https: self.https, authority: self.authority.clone() }
    }
}

/// Scheme, host and port of the protected site; prints as `https://host:port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub https: bool,
    pub authority: String,
}

impl Origin {
    /// The host, lower case, without port.
    pub fn host(&self) -> String {
        host_of(&self.authority)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.https { "https" } else { "http" }, self.authority)
    }
}

/// The one value of a header that must be there once.
fn said(headers: &HeaderMap, name: &'static str) -> Result<String, Unclear> {
    let mut values = headers.get_all(name);
    let value = values.next().ok_or(Unclear::Missing(name))?;
    if values.next().is_some() {
        return Err(Unclear::Repeated(name));
    }
    let value = value.to_str().map_err(|_| Unclear::Malformed(name))?;
    if value.is_empty() { Err(Unclear::Missing(name)) } else { Ok(value.to_owned()) }
}

/// Refuses what some sites read as a watched header though it is none: `X_Original_Url` for `X-Original-URL`.
fn undisguised(headers: &HeaderMap) -> Result<(), Unclear> {
    let watched = || METHOD_NAMES.iter().chain(&TARGET_NAMES).chain(&HOST_NAMES).chain(&["x-forwarded-proto"]);
    let odd = headers.keys().map(HeaderName::as_str).filter(|name| name.contains('_'));
    let mut disguised = odd.filter_map(|name| watched().find(|one| name.replace('_', "-") == **one));
    disguised.next().map_or(Ok(()), |name| Err(Unclear::Contradiction(name)))
}

/// Whether every one of these headers that is there, under any of its names, says what is believed.
fn agree(headers: &HeaderMap, names: &[&'static str], fits: impl Fn(&str) -> bool) -> Result<(), Unclear> {
    for name in names {
        if headers.get_all(*name).any(|value| !value.to_str().is_ok_and(&fits)) {
            return Err(Unclear::Contradiction(name));
        }
    }
    Ok(())
}

/// Every host that a `Forwarded` header (RFC 7239) may be taken to name.
fn hosts_in_forwarded(value: &str) -> impl Iterator<Item = &str> {
    let pairs = value.split([',', ';']).filter_map(|pair| pair.split_once('='));
    let hosts = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("host"));
    hosts.map(|(_, host)| host.trim().trim_matches('"'))
}

fn scheme_is_https(headers: &HeaderMap) -> Result<bool, Unclear> {
    match said(headers, "x-forwarded-proto")?.as_str() {
        "https" => Ok(true),
        "http" => Ok(false),
        _ => Err(Unclear::Malformed("x-forwarded-proto")),
    }
}

/// A host with or without a port: nothing that could end the authority of a URL early or bring in a second one.
fn is_authority(text: &str) -> bool {
    text.len() <= 255 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b))
}

fn host_of(authority: &str) -> String {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    };
    host.trim_end_matches('.').to_ascii_lowercase()
}
