//! A view struct as the answer to a request.

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, Responder};
use askama::Template;

use super::error::Failure;
use super::language::lang_of;

/// A page, written by its template: 200 unless `.customize().with_status(…)` says otherwise. One that cannot be written is a 500.
#[derive(Clone, Debug)]
pub struct Html<T>(pub T);

impl<T: Template> Responder for Html<T> {
    type Body = BoxBody;

    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        match self.0.render() {
            Ok(html) => HttpResponse::Ok()
                .insert_header((header::CONTENT_LANGUAGE, lang_of(req).tag()))
                .content_type("text/html; charset=utf-8")
                .body(html),
            Err(error) => HttpResponse::from_error(Failure::internal(error)),
        }
    }
}
