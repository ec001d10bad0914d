//! What every page of both servers shares: language, stylesheet, security headers.

use crate::locale::Lang;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

const CSS: &str = include_str!("../static/demo.css");

/// What the base template needs.
#[derive(Clone, Copy)]
pub(crate) struct Page {
    /// The reader's language.
    pub lang: Lang,
}

impl Page {
    /// A page for the reader that `request` tells of.
    pub fn new(request: &HttpRequest) -> Self {
        let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self { lang: accepted.map_or(Lang::En, Lang::from_accept_language) }
    }

    /// The message `key`.
    pub fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    /// The message `key` about `value`, its argument `name`.
    pub fn t_with(&self, key: &str, name: &'static str, value: &str) -> String {
        self.lang.text_with(key, name, value)
    }

    /// A role's name as people write it.
    pub fn role(&self, role: &str) -> String {
        self.lang.try_text(&format!("role-{}", role.to_ascii_lowercase())).unwrap_or_else(|| role.to_owned())
    }
}

/// Sends a page. `form_targets` are origins besides the own that a form may lead to; browsers also judge redirects by them.
pub(crate) fn html(status: StatusCode, page: &impl Template, lang: Lang, form_targets: &[String]) -> HttpResponse {
    let body = match page.render() {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            return HttpResponse::InternalServerError().finish();
        }
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {}; frame-ancestors 'none'; base-uri 'none'",
        form_targets.join(" ")
    );
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::REFERRER_POLICY, "same-origin"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_LANGUAGE, lang.tag()))
        .insert_header((header::VARY, "Accept-Language"))
        .body(body)
}

/// `GET /demo.css`.
pub(crate) async fn stylesheet() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CACHE_CONTROL, "max-age=300"))
        .body(CSS)
}
