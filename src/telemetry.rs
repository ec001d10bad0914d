//! Structured logs. Nothing personal goes in: no names, no texts, no tokens; people appear as nothing, things as ids.

use crate::config::{LogFormat, Telemetry};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
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
            handle
        })
        .clone()
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
    let (route, status) = match &answer {
        Ok(answer) => (answer.request().match_pattern(), answer.status()),
        Err(error) => (None, error.as_response_error().status_code()),
    };
    let answered = (route.unwrap_or_else(|| "none".to_owned()), status.as_u16());
    FIGURES.with_borrow_mut(|figures| {
        let (count, seconds) = figures.entry(answered).or_insert_with_key(|(route, status)| figures_of(route, *status));
        count.increment(1);
        seconds.record(begun.elapsed().as_secs_f64());
    });
    answer
}

thread_local! {
    /// The figures that this worker has written to before: to find them by their labels costs more than to write to them.
    static FIGURES: RefCell<HashMap<(String, u16), (Counter, Histogram)>> = RefCell::default();
}

fn figures_of(route: &str, status: u16) -> (Counter, Histogram) {
    let labels = [("route", route.to_owned()), ("status", status.to_string())];
    let count = metrics::counter!("desk_http_requests_total", &labels);
    (count, metrics::histogram!("desk_http_request_seconds", &labels))
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
