//! A small partner site and API behind the gate, and the reverse proxy in front of them, in one program.
//!
//! Every request but the start page and its stylesheet goes to the gate first; what the gate answers is what the client
//! gets, and without an answer nothing protected is shown. `/.mfa-gate/` leads to the gate's own pages.

mod data;
mod gate;
mod pages;
pub mod routes;

use crate::server::{self, Running};
use actix_web::http::Method;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, middleware, web};
use gate::{Allowed, Gate, Verdict};
use std::net::TcpListener;

/// The gate's own pages begin with this.
const GATE_PAGES: &str = "/.mfa-gate/";
/// More than any form of the gate's needs.
const BODY_LIMIT: usize = 64 * 1024;

/// What the site is told at its start. Needs a TLS provider installed in the process, as every HTTP client here does.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address that browsers know, such as `http://portal.localhost:8083`.
    pub base: String,
    /// Where the gate listens in `nginx` mode, such as `http://127.0.0.1:8082`.
    pub gate: String,
    /// The desk's address, for links.
    pub desk: String,
    /// The identity provider's address, for links.
    pub idp: String,
}

/// What every request shares.
struct Site {
    gate: Gate,
    base: String,
    desk: String,
    idp: String,
}

/// Starts the site on `listener` inside this process.
///
/// # Errors
/// The listener is not on loopback, or an address in the settings is none.
pub fn start(listener: TcpListener, settings: Settings) -> anyhow::Result<Running> {
    let address = server::loopback(&listener)?;
    let Settings { base, gate, desk, idp } = settings;
    let gate = Gate::new(&gate, &base)?;
    let site = web::Data::new(Site { gate, base: base.trim_end_matches('/').to_owned(), desk, idp });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(site.clone())
            .app_data(web::PayloadConfig::new(BODY_LIMIT))
            .wrap(middleware::from_fn(server::only_loopback_names))
            // One way in: no route of the framework's can lie beside the gate.
            .default_service(web::to(answer))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)?
    .run();
    Ok(Running::spawn(address, server))
}

/// Every request. Paths are compared as they were sent, exactly as the gate is told them.
async fn answer(site: web::Data<Site>, body: web::Bytes, request: HttpRequest) -> HttpResponse {
    match request.uri().path() {
        "/" => pages::home(&request, &site),
        "/demo.css" => crate::pages::stylesheet().await,
        path if path.starts_with(GATE_PAGES) => gate_page(&site, &request, body).await,
        _ => match site.gate.check(&request).await {
            Verdict::Pass(allowed) => protected(&request, &site, &allowed),
            Verdict::Answer(response) => response,
            Verdict::Unknown => pages::gate_away(&request),
        },
    }
}

async fn gate_page(site: &Site, request: &HttpRequest, body: web::Bytes) -> HttpResponse {
    let plain = |c: u8| c.is_ascii_alphanumeric() || b"/-_.".contains(&c);
    let path = request.uri().path();
    // Only what stays below the prefix however it is read: the gate's other addresses are not for browsers.
    if !path.bytes().all(plain) || path.contains("..") || path.contains("//") || path.contains("/./") {
        return pages::not_found(request);
    }
    site.gate.proxy(request, body).await.unwrap_or_else(|| pages::gate_away(request))
}

/// What the gate let pass.
fn protected(request: &HttpRequest, site: &Site, allowed: &Allowed) -> HttpResponse {
    let path = request.uri().path();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let is_api = matches!(parts.as_slice(), ["v1", ..] | ["delegated", "v1", ..]);
    let mut response = if ![Method::GET, Method::HEAD].contains(request.method()) {
        HttpResponse::MethodNotAllowed().insert_header(("allow", "GET, HEAD")).finish()
    } else if is_api {
        pages::api(&parts)
    } else {
        pages::page(request, site, &parts, allowed)
    };
    let told = [
        ("x-mfa-decision", Some(&allowed.decision)),
        ("x-mfa-exception", allowed.exception.as_ref()),
        ("ismfacompliant", allowed.compliant.as_ref()),
    ];
    for (name, value) in told {
        if let Some(Ok(value)) = value.map(|value| value.parse()) {
            response.headers_mut().insert(actix_web::http::header::HeaderName::from_static(name), value);
        }
    }
    response
}
