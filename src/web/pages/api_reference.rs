//! `/api` and `/api/openapi.json`: the OpenAPI document, for people and for programs.

use crate::problem::Kind;
use crate::web::{Failure, Html, Page, Reader};
use actix_web::web::{Data, ServiceConfig, get, resource};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

mod view;

pub use view::Reference;

/// The OpenAPI document as application data: `Data<ApiDocument>`.
#[derive(Clone, Debug)]
pub struct ApiDocument(pub serde_json::Value);

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/api").route(get().to(show)));
    cfg.service(resource("/api/openapi.json").route(get().to(document)));
}

#[derive(Template)]
#[template(path = "web/api.html")]
struct ApiPage {
    page: Page,
    api: Reference,
}

async fn show(reader: Reader, req: HttpRequest) -> Result<Html<ApiPage>, Failure> {
    let api = Reference::of(&registered(&req)?.0);
    Ok(Html(ApiPage { page: reader.page("api-title"), api }))
}

async fn document(req: HttpRequest) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(&registered(&req)?.0))
}

fn registered(req: &HttpRequest) -> Result<&Data<ApiDocument>, Failure> {
    req.app_data::<Data<ApiDocument>>().ok_or(Failure::new(Kind::NotFound))
}
