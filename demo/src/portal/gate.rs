//! The reverse proxy's part, played as nginx plays it with `auth_request`: asks the gate's `/check` about every request;
//! where that says no (401, with the true status in `X-Mfa-Status`), asks `/answer` for what the client gets to read.

use actix_web::body::BoxBody;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use hyper::ext::ReasonPhrase;
use std::time::Duration;

/// What the product's rules want on the status line of a refused API call.
const MFA_REQUIRED: &str = "Unauthorized - MFA required";
/// The site waits no longer for the gate than a person waits for a page.
const PATIENCE: Duration = Duration::from_secs(10);
/// Headers that belong to one connection, or that each connection writes by itself.
const OWN_TO_A_CONNECTION: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
/// Headers that this proxy writes; what a client sends under these names goes no further.
const WRITTEN_HERE: [&str; 4] = ["x-original-method", "x-original-uri", "x-forwarded-host", "x-forwarded-proto"];
/// How the gate tells this proxy what to answer; not for the client.
const FOR_THE_PROXY: [&str; 2] = ["x-mfa-status", "x-mfa-location"];

/// The gate, as the proxy sees it.
pub(super) struct Gate {
    http: reqwest::Client,
    /// Where it listens: `http://127.0.0.1:PORT`.
    address: String,
    /// How browsers name this site: `http` or `https`, and host with port.
    scheme: String,
    authority: String,
}

/// What the gate said about a request.
pub(super) enum Verdict {
    /// Let it pass, for this reason; headers for the answer besides.
    Pass(Allowed),
    /// Answer this.
    Answer(HttpResponse),
    /// The gate cannot be asked: nothing protected may be shown.
    Unknown,
}

/// Why a request may pass.
#[derive(Clone, Default)]
pub(super) struct Allowed {
    /// `X-Mfa-Decision`.
    pub decision: String,
    /// `X-Mfa-Exception`, when an exception suppressed MFA.
    pub exception: Option<String>,
    /// `isMfaCompliant`, when the caller asked for it.
    pub compliant: Option<String>,
}

impl Gate {
    /// # Errors
    /// No HTTP client can be made, or `base` is no address.
    pub fn new(address: &str, base: &str) -> anyhow::Result<Self> {
        let url = url::Url::parse(base)?;
        let host = url.host_str().unwrap_or_default();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            // Bodies pass through as they are.
            .no_gzip()
            .timeout(PATIENCE)
            .build()?;
        Ok(Self {
            http,
            address: address.trim_end_matches('/').to_owned(),
            scheme: url.scheme().to_owned(),
            authority: url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
        })
    }

    /// Asks about a request.
    pub async fn check(&self, request: &HttpRequest) -> Verdict {
        let Some(check) = self.ask("/check", request).await else { return Verdict::Unknown };
        let text = |name: &str| check.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let answer = match check.status().as_u16() {
            200..=299 => {
                return Verdict::Pass(Allowed {
                    decision: text("x-mfa-decision").unwrap_or_default(),
                    exception: text("x-mfa-exception"),
                    compliant: text("ismfacompliant"),
                });
            }
            401 => match self.ask("/answer", request).await {
                Some(answer) if !answer.status().is_success() && answer.status() != 404 => replay(answer).await,
                // No long answer: the short one says the status and where to go.
                _ => replay(check).await,
            },
            403 => replay(check).await,
            _ => None,
        };
        answer.map_or(Verdict::Unknown, Verdict::Answer)
    }

    /// One question about a request; nothing when the gate is away.
    async fn ask(&self, path: &str, request: &HttpRequest) -> Option<reqwest::Response> {
        let question = self
            .passed_on(self.http.get(format!("{}{path}", self.address)), request)
            .header("X-Original-Method", request.method().as_str())
            .header("X-Original-URI", target(request));
        question.send().await.inspect_err(|error| tracing::warn!(%error, "the gate cannot be asked")).ok()
    }

    /// Passes a request for the gate's own pages (its sign-in) on to it; nothing when the gate is away.
    pub async fn proxy(&self, request: &HttpRequest, body: web::Bytes) -> Option<HttpResponse> {
        let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes()).ok()?;
        let url = format!("{}{}", self.address, target(request));
        let answer = self.passed_on(self.http.request(method, url), request).body(body).send().await.ok()?;
        replay(answer).await
    }

    /// The client's headers and, written by this proxy, where the client believes to be.
    fn passed_on(&self, mut question: reqwest::RequestBuilder, request: &HttpRequest) -> reqwest::RequestBuilder {
        for (name, value) in request.headers() {
            let name = name.as_str();
            if !OWN_TO_A_CONNECTION.contains(&name) && !WRITTEN_HERE.contains(&name) {
                question = question.header(name, value.as_bytes());
            }
        }
        question.header("X-Forwarded-Host", &self.authority).header("X-Forwarded-Proto", &self.scheme)
    }
}

/// Path and query, as the client wrote them.
fn target(request: &HttpRequest) -> &str {
    request.uri().path_and_query().map_or("/", |target| target.as_str())
}

/// The gate's answer as the client gets it: `X-Mfa-Status` and `X-Mfa-Location` put in place, everything else as it came.
async fn replay(answer: reqwest::Response) -> Option<HttpResponse> {
    let text = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
    let status = text("x-mfa-status").and_then(|s| s.parse().ok()).unwrap_or(answer.status().as_u16());
    let location = text("x-mfa-location").map(str::to_owned);
    let says_mfa_required =
        answer.extensions().get::<ReasonPhrase>().is_some_and(|reason| reason.as_bytes() == MFA_REQUIRED.as_bytes());

    let mut response = HttpResponse::build(StatusCode::from_u16(status).ok()?);
    if says_mfa_required {
        response.reason(MFA_REQUIRED);
    }
    for (name, value) in answer.headers() {
        let name = name.as_str();
        if OWN_TO_A_CONNECTION.contains(&name) || FOR_THE_PROXY.contains(&name) || name == "date" {
            continue;
        }
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_bytes(value.as_bytes())) {
            response.append_header((name, value));
        }
    }
    if let Some(location) = location {
        response.insert_header((header::LOCATION, location));
    }
    let body = answer.bytes().await.ok()?;
    // No body, no type: a redirect is not an octet stream.
    Some(if body.is_empty() { response.finish() } else { response.body(BoxBody::new(body)) })
}
