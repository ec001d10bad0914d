//! Structured logs. Nothing personal goes in: no names, no texts, no tokens; people appear as nothing, things as ids.

use crate::config::{LogFormat, Telemetry};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};
use metrics::{Counter, Histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Display;
use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// How often figures are summed up.
const SUMMED_UP: Duration = Duration::from_secs(5);

/// Sends what is traced to standard error.
///
/// # Errors
/// When the filter cannot be read, or telemetry was started before.
pub fn start(config: &Telemetry) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.filter)
        .map_err(|error| anyhow::anyhow!("`telemetry.filter`: {error}; write it like `info,sqlx=warn`"))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.format {
        LogFormat::Text => lines.finish().try_init()?,
        LogFormat::Json => lines.json().flatten_event(true).finish().try_init()?,
    }
    Ok(())
}

/// The recorder behind `/metrics`. One for the process: a second desk in it (tests, the demo) shares it.
pub fn metrics() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new().build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("figures go to a recorder that was there before; `/metrics` stays empty");
            }
            begin_at_zero();
            handle
        })
        .clone()
}

/// Figures whose first count sets off an alert: the first of something that was never counted is no increase.
fn begin_at_zero() {
    metrics::counter!("desk_mails_total", "result" => "dead").increment(0);
    for because in ["failing", "gone"] {
        metrics::counter!("desk_webhooks_disabled_total", "because" => because).increment(0);
    }
}

/// Sums up what was measured, for ever: until then every single figure is kept, and nobody may ever read `/metrics`.
pub async fn sum_up(figures: PrometheusHandle) {
    loop {
        tokio::time::sleep(SUMMED_UP).await;
        figures.run_upkeep();
    }
}

/// Middleware: counts answers and their time by address pattern and status, never by what stands in the address.
///
/// # Errors
/// Those of the handler.
pub async fn count(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let begun = Instant::now();
    let answer = next.call(request).await;
    let (request, status) = match &answer {
        Ok(answer) => (Some(answer.request()), answer.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    let seconds = begun.elapsed().as_secs_f64();
    FIGURES.with_borrow_mut(|figures| {
        // An address without parameters is its own pattern, which need not be looked for.
        let path = request.map_or("", HttpRequest::path);
        if let Some(known) = figures.get(path).and_then(|of_route| of_route.get(&status)) {
            return known.add(seconds);
        }
        let route = request.and_then(HttpRequest::match_pattern).unwrap_or_else(|| "none".to_owned());
        let of_route = figures.entry(route.clone()).or_default();
        of_route.entry(status).or_insert_with(|| Answers::of(&route, status)).add(seconds);
    });
    answer
}

thread_local! {
    /// The figures that this worker has written to before, by address pattern: to find them by their labels costs more than
    /// to write to them.
    static FIGURES: RefCell<HashMap<String, HashMap<StatusCode, Answers>>> = RefCell::default();
}

/// The figures of the answers of one address pattern with one status.
struct Answers {
    count: Counter,
    seconds: Histogram,
}

impl Answers {
    fn of(route: &str, status: StatusCode) -> Self {
        let labels = [("route", route.to_owned()), ("status", status.as_str().to_owned())];
        Self {
            count: metrics::counter!("desk_http_requests_total", &labels),
            seconds: metrics::histogram!("desk_http_request_seconds", &labels),
        }
    }

    fn add(&self, seconds: f64) {
        self.count.increment(1);
        self.seconds.record(seconds);
    }
}

/// A span for each request: its method, its address pattern, its id. No address as sent (it names requests), no agent,
/// no peer: who asked is nobody's business in a log.
pub struct Spans;

/// The span of `request`, whose id is `id`.
pub fn span_of(request: &HttpRequest, id: Option<impl Display>) -> Span {
    let route = request.match_pattern().unwrap_or_default();
    tracing::info_span!(
        "request",
        method = %request.method(),
        route,
        request_id = id.map(tracing::field::display),
        status = tracing::field::Empty,
    )
}

impl RootSpanBuilder for Spans {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let id = request.extensions().get::<RequestId>().copied();
        span_of(request.request(), id)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        let status = match outcome {
            Ok(answer) => answer.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        // A figure counts the status; in the log it stands with this line alone.
        if tracing::enabled!(tracing::Level::DEBUG) {
            span.record("status", status.as_u16());
            tracing::debug!(parent: &span, "answered");
        }
    }
}
