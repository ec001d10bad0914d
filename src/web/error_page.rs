//! Tells every failure, ours and actix-web's own, as a problem document to programs and as a page to people.

use crate::problem::{FieldError, Kind};
use crate::telemetry;
use actix_session::storage::{LoadError, SaveError, UpdateError};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::{InternalError, PathError, QueryPayloadError};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse};
use askama::Template;
use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use tracing::Span;
use tracing_actix_web::RequestId;
use uuid::Uuid;

use super::error::{Failure, Refusal, RoleName};
use super::headers;
use super::language::{is_for_programs, wants_problem_document};
use super::page::{Link, Page, Viewer, sign_in_href, step_up_href};
use super::reader::Reader;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Middleware (`from_fn(web::answer)`), outside of all that may fail: errors, empty error answers and panics become problem documents
/// or pages, and every answer gets its `X-Request-Id` and the protective headers of [`headers`].
pub async fn answer<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut call = Call::of(&req);
    let error = match unless_panicking(next.call(req)).await {
        Ok(Ok(response)) => {
            // The session is read further inside, so only now is the person known.
            call.reader.viewer = response.request().extensions().get::<Viewer>().cloned();
            let told = call.tell_if_failed(&response);
            let mut response = match told {
                Some(told) => response.into_response(told),
                None => response.map_into_boxed_body(),
            };
            call.finish(response.headers_mut());
            return Ok(response);
        }
        Ok(Err(error)) => error,
        Err(panic) => Failure::internal(anyhow::anyhow!("panic: {}", words(&*panic))).into(),
    };
    // Without a response there is no request to answer any more: the error itself carries the answer.
    let mut told = call.tell_error(&error);
    call.finish(told.headers_mut());
    Err(InternalError::from_response(error, told).into())
}

/// What must be known about a request after it is gone.
struct Call {
    reader: Reader,
    id: Uuid,
    /// Whether a failure is told as a problem document.
    for_program: bool,
    /// Whether nobody looks at this address with a browser.
    is_for_programs: bool,
    may_redirect: bool,
}

impl Call {
    fn of(req: &ServiceRequest) -> Self {
        Self {
            reader: Reader::of(req.request()),
            id: req.extensions().get::<RequestId>().map_or_else(Uuid::new_v4, |id| **id),
            for_program: wants_problem_document(req.request()),
            is_for_programs: is_for_programs(req.path()),
            may_redirect: matches!(*req.method(), Method::GET | Method::HEAD),
        }
    }

    fn finish(&self, headers: &mut HeaderMap) {
        if let Ok(id) = HeaderValue::from_str(self.id.hyphenated().encode_lower(&mut Uuid::encode_buffer())) {
            headers.insert(REQUEST_ID, id);
        }
        headers::protect(headers, &self.reader.site, self.is_for_programs);
    }

    /// The answer in place of `response`, when that is a failure in nobody's words yet.
    fn tell_if_failed<B>(&self, answer: &ServiceResponse<B>) -> Option<HttpResponse> {
        let response = answer.response();
        let is_bare = response.status().as_u16() >= 400 && has_no_words(response.headers());
        if response.error().is_none() && !is_bare {
            return None;
        }
        // Where only failures are traced there is no span around this one.
        let untraced = Span::current().is_none();
        let _span = untraced.then(|| telemetry::span_of(answer.request(), Some(self.id)).entered());
        let mut told = match response.error() {
            Some(error) => self.tell_error(error),
            None => self.tell(&Failure::new(kind_for(response.status()))),
        };
        // Cookies, `Allow`, `Retry-After`: what was said beside the words stays.
        for (name, value) in response.headers() {
            if !name.as_str().starts_with("content-") {
                told.headers_mut().append(name.clone(), value.clone());
            }
        }
        Some(told)
    }

    fn tell_error(&self, error: &Error) -> HttpResponse {
        match error.as_error::<Failure>() {
            Some(failure) => self.tell(failure),
            None => self.tell(&foreign(error)),
        }
    }

    fn tell(&self, failure: &Failure) -> HttpResponse {
        self.log(failure);
        let mut response = if self.for_program { self.problem(failure) } else { self.page(failure) };
        let headers = response.headers_mut();
        if let Some(seconds) = failure.retry_after_seconds() {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        for (name, value) in failure.headers() {
            headers.insert(name.clone(), value.clone());
        }
        response
    }

    fn problem(&self, failure: &Failure) -> HttpResponse {
        let lang = self.reader.lang;
        let mut response = HttpResponse::build(status_of(failure));
        response.insert_header((header::CONTENT_LANGUAGE, lang.tag())).content_type("application/problem+json");
        if failure.kind() == Kind::SignInRequired {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some((href, _)) = failure.way_out_in(lang) {
            response.insert_header((header::LINK, format!("<{href}>; rel=\"related\"")));
        }
        let path = self.reader.path.split('?').next().unwrap_or_default();
        response.json(failure.problem(self.reader.site.base(), lang, path))
    }

    fn page(&self, failure: &Failure) -> HttpResponse {
        // A link in a mail leads through sign-in to its page; a form that was sent must be told that it was not taken.
        if failure.kind() == Kind::SignInRequired && self.may_redirect {
            let href = sign_in_href(&self.reader.path);
            return HttpResponse::SeeOther().insert_header((header::LOCATION, href)).finish();
        }
        let mut response = HttpResponse::build(status_of(failure));
        response.insert_header((header::CONTENT_LANGUAGE, self.reader.lang.tag()));
        match ErrorPage::new(&self.reader, failure, self.id).render() {
            Ok(html) => response.content_type("text/html; charset=utf-8").body(html),
            Err(error) => {
                tracing::error!(request_id = %self.id, %error, "cannot render the error page");
                response.content_type("text/plain; charset=utf-8").body(self.reader.lang.text("problem-internal"))
            }
        }
    }

    /// The span around it names the address's pattern, if there is one; the address itself may hold what somebody typed.
    fn log(&self, failure: &Failure) {
        let (code, request_id) = (failure.kind().code(), self.id);
        let cause = failure.source_chain().unwrap_or_default();
        match failure.kind() {
            Kind::Internal => tracing::error!(%request_id, code, cause, "request failed"),
            Kind::DatabaseAway | Kind::ProviderAway => tracing::warn!(%request_id, code, cause, "request failed"),
            _ => tracing::debug!(%request_id, code, cause, "request refused"),
        }
    }
}

/// An error page: what happened, what is wrong where, and how to go on.
#[derive(Template)]
#[template(path = "web/error.html")]
struct ErrorPage {
    page: Page,
    kind: Kind,
    detail: String,
    fields: Vec<FieldError>,
    refusal: Option<RefusalView>,
    way_out: Link,
    request_id: Option<Uuid>,
}

struct RefusalView {
    have: Vec<String>,
    may: Vec<String>,
    instead: Option<String>,
}

impl ErrorPage {
    fn new(reader: &Reader, failure: &Failure, id: Uuid) -> Self {
        let lang = reader.lang;
        let problem = failure.problem(reader.site.base(), lang, "");
        let names = |roles: &[RoleName]| roles.iter().map(|role| role.text(lang)).collect();
        let refusal = failure.refusal().map(|Refusal { have, may, instead }| RefusalView {
            have: names(have),
            may: names(may),
            instead: instead.as_ref().map(|message| message.text(lang)),
        });
        Self {
            page: reader.page_titled(problem.title),
            kind: failure.kind(),
            // The roles stand in the list below, so the sentence that repeats them is for programs alone.
            detail: match failure.refusal() {
                Some(_) => lang.text("problem-not-allowed-detail"),
                None => problem.detail.unwrap_or_default(),
            },
            fields: problem.errors,
            refusal,
            way_out: way_out(reader, failure),
            request_id: matches!(failure.kind(), Kind::Internal | Kind::DatabaseAway | Kind::ProviderAway)
                .then_some(id),
        }
    }
}

/// The failure's own way out, else the one that its kind always has.
fn way_out(reader: &Reader, failure: &Failure) -> Link {
    let lang = reader.lang;
    if let Some((href, label)) = failure.way_out_in(lang) {
        return Link { href: href.to_owned(), label };
    }
    let (href, key) = match failure.kind() {
        Kind::SignInRequired => (sign_in_href("/"), "sign-in"),
        Kind::StepUpRequired => (step_up_href(&reader.path), "step-up-go"),
        Kind::Internal | Kind::DatabaseAway | Kind::Busy | Kind::TooManyRequests => {
            (reader.path.clone(), "error-try-again")
        }
        _ => ("/".to_owned(), "error-go-home"),
    };
    Link { href, label: lang.text(key) }
}

fn status_of(failure: &Failure) -> StatusCode {
    actix_web::ResponseError::status_code(failure)
}

/// Whether an error answer says nothing that a reader could use: no body, or a library's line of text.
fn has_no_words(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

/// An error of actix-web or of a library, in our terms.
fn foreign(error: &Error) -> Failure {
    if error.as_error::<PathError>().is_some() {
        return Failure::new(Kind::NotFound);
    }
    if error.as_error::<QueryPayloadError>().is_some() {
        return Failure::new(Kind::InvalidInput);
    }
    if is_of_the_session_store(error) {
        return Failure::new(Kind::DatabaseAway).because(anyhow::anyhow!("session store: {error}"));
    }
    let failure = Failure::new(kind_for(error.as_response_error().status_code()));
    if failure.kind() == Kind::Internal { failure.because(anyhow::anyhow!("{error}")) } else { failure }
}

/// The session middleware tells every failure of its store as a fault of ours; what fails there is the database.
fn is_of_the_session_store(error: &Error) -> bool {
    error.as_error::<InternalError<LoadError>>().is_some()
        || error.as_error::<InternalError<SaveError>>().is_some()
        || error.as_error::<InternalError<UpdateError>>().is_some()
        || error.as_error::<InternalError<anyhow::Error>>().is_some()
}

/// The kind that tells `status`, for failures that come from elsewhere.
fn kind_for(status: StatusCode) -> Kind {
    match status.as_u16() {
        401 => Kind::SignInRequired,
        403 => Kind::NotAllowed,
        404 | 410 => Kind::NotFound,
        405 => Kind::MethodNotAllowed,
        409 => Kind::WrongState,
        412 => Kind::VersionMismatch,
        413 => Kind::TooLarge,
        415 => Kind::UnsupportedMediaType,
        422 => Kind::InvalidInput,
        428 => Kind::VersionRequired,
        429 => Kind::TooManyRequests,
        503 => Kind::DatabaseAway,
        400..=499 => Kind::UnreadableBody,
        _ => Kind::Internal,
    }
}

/// Runs `future`; a panic in it is a value, so that one bad request is a 500 and not a dead connection.
async fn unless_panicking<F: Future>(future: F) -> Result<F::Output, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}

#[cfg(test)]
mod tests;
