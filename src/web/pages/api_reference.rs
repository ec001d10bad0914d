//! `/api` and `/api/openapi.json`: the OpenAPI document, for people and for programs.

use crate::problem::Kind;
use crate::web::{Failure, Html, Page, Reader};
use actix_web::middleware::Compress;
use actix_web::web::{Data, ServiceConfig, get, resource};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

mod view;

pub use view::Reference;

/// The OpenAPI document as application data: `Data<ApiDocument>`.
#[derive(Clone, Debug)]
pub struct ApiDocument(pub serde_json::Value);

pub(super) fn routes(cfg: &mut ServiceConfig) {
    // Both are long. Neither repeats what a caller sends: beside a reader's name, the length would give the name away.
    cfg.service(resource("/api").wrap(Compress::default()).route(get().to(show)));
    cfg.service(resource("/api/openapi.json").wrap(Compress::default()).route(get().to(document)));
}

/// The client credentials grant (RFC 6749 4.4), for a desk and a provider of one's own.
const TOKEN_CALL: &str = "TOKEN=$(curl --silent --data grant_type=client_credentials --data client_id=$CLIENT_ID \
  --data-urlencode client_secret@client-secret --data-urlencode scope=$AUDIENCE/.default \
  https://login.example/$TENANT/oauth2/v2.0/token | jq --raw-output .access_token)";

#[derive(Template)]
#[template(path = "web/api.html")]
struct ApiPage {
    page: Page,
    api: Reference,
    /// How a program gets its token.
    token_call: String,
}

async fn show(reader: Reader, req: HttpRequest) -> Result<Html<ApiPage>, Failure> {
    let api = Reference::of(&registered(&req)?.0);
    let reader = Reader { path: req.path().to_owned(), ..reader };
    Ok(Html(ApiPage { page: reader.page("api-title"), api, token_call: TOKEN_CALL.to_owned() }))
}

async fn document(req: HttpRequest) -> Result<HttpResponse, Failure> {
    Ok(HttpResponse::Ok().json(&registered(&req)?.0))
}

fn registered(req: &HttpRequest) -> Result<&Data<ApiDocument>, Failure> {
    req.app_data::<Data<ApiDocument>>().ok_or(Failure::new(Kind::NotFound))
}
