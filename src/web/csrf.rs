//! No other site makes a signed-in browser act here: the browser itself says where a request comes from.
//!
//! Every browser that we support sends `Sec-Fetch-Site` or `Origin` with an unsafe request, and no page can forge either. That
//! spares each form its token. Session cookies are `SameSite=Lax` besides.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Next;

use super::error::Failure;
use super::language::is_for_programs;
use super::message::Message;
use super::site::Site;
use crate::problem::Kind;

/// Middleware (`from_fn(csrf::refuse_other_sites)`): an unsafe request that another site caused is refused with 403.
///
/// Below the paths for programs a request with an `Authorization` header passes: no site can add one for a browser, and
/// nothing else is looked at there.
pub async fn refuse_other_sites<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    if !req.method().is_safe() {
        caused_here(req.request())?;
    }
    next.call(req).await
}

/// Says that this site, the reader's own hand or a program caused `req`: for what is recorded although it only reads.
///
/// # Errors
/// 403 when another site did.
pub fn caused_here(req: &actix_web::HttpRequest) -> Result<(), Failure> {
    let by_token = req.headers().contains_key(header::AUTHORIZATION) && is_for_programs(req.path());
    if by_token || comes_from(Site::of(req).base(), req.headers()) {
        return Ok(());
    }
    Err(Failure::new(Kind::NotAllowed).detail(Message::new("problem-cross-site-detail")))
}

/// Whether a page at `own` (or the reader's own hand, or no browser at all) caused the request.
fn comes_from(own: &str, headers: &HeaderMap) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    headers.get(header::ORIGIN).is_none_or(|origin| origin == own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::{Method, StatusCode};
    use actix_web::web::Data;
    use actix_web::{App, HttpResponse, middleware, test, web};
    use url::Url;

    async fn status(method: Method, headers: &[(&'static str, &'static str)]) -> StatusCode {
        status_at("/", method, headers).await
    }

    async fn status_at(path: &str, method: Method, headers: &[(&'static str, &'static str)]) -> StatusCode {
        let site = Site::new(&Url::parse("https://desk.example").unwrap(), &[]);
        let app = App::new()
            .app_data(Data::new(site))
            .wrap(middleware::from_fn(refuse_other_sites))
            .default_service(web::to(HttpResponse::NoContent));
        let app = test::init_service(app).await;
        let mut request = test::TestRequest::with_uri(path).method(method);
        for header in headers {
            request = request.insert_header(*header);
        }
        match test::try_call_service(&app, request.to_request()).await {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        }
    }

    #[actix_web::test]
    async fn our_own_form_passes_and_another_sites_form_is_refused() {
        assert_eq!(status(Method::POST, &[("sec-fetch-site", "same-origin")]).await, StatusCode::NO_CONTENT);
        for elsewhere in ["cross-site", "same-site", "nonsense"] {
            assert_eq!(
                status(Method::POST, &[("sec-fetch-site", elsewhere)]).await,
                StatusCode::FORBIDDEN,
                "{elsewhere}"
            );
        }
    }

    #[actix_web::test]
    async fn a_browser_without_fetch_metadata_is_judged_by_its_origin() {
        assert_eq!(status(Method::POST, &[("origin", "https://desk.example")]).await, StatusCode::NO_CONTENT);
        for elsewhere in ["https://evil.example", "http://desk.example", "https://desk.example.evil.example", "null"] {
            assert_eq!(status(Method::POST, &[("origin", elsewhere)]).await, StatusCode::FORBIDDEN, "{elsewhere}");
        }
    }

    #[actix_web::test]
    async fn the_metadata_outrank_the_origin() {
        let forged = [("sec-fetch-site", "cross-site"), ("origin", "https://desk.example")];
        assert_eq!(status(Method::DELETE, &forged).await, StatusCode::FORBIDDEN);
    }

    #[actix_web::test]
    async fn reading_and_bearer_tokens_pass() {
        assert_eq!(status(Method::GET, &[("sec-fetch-site", "cross-site")]).await, StatusCode::NO_CONTENT);
        let token = [("sec-fetch-site", "cross-site"), ("authorization", "Bearer x")];
        assert_eq!(status_at("/api/v1/requests", Method::POST, &token).await, StatusCode::NO_CONTENT);
        // On a page the session counts, whatever else is sent.
        assert_eq!(status(Method::POST, &token).await, StatusCode::FORBIDDEN);
    }
}
