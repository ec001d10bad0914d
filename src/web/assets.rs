//! The static files, compiled in and served under addresses that change with their content, so that browsers may keep them for good.

use actix_web::http::header::{self, ETag, EntityTag, Header as _, IfNoneMatch};
use actix_web::web::{Path, ServiceConfig, get, resource};
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::error::Failure;
use crate::problem::Kind;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

struct Asset {
    bytes: Vec<u8>,
    /// The first 64 bits of the content's SHA-256, in hexadecimal.
    digest: String,
    media_type: String,
}

static ASSETS: LazyLock<BTreeMap<String, Asset>> = LazyLock::new(|| {
    let asset = |name: &str| {
        let file = Files::get(name)?;
        let digest = file.metadata.sha256_hash()[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        let media_type = file.metadata.mimetype().to_owned();
        // A style sheet or an image without a declared encoding is read as the page's, but scripts and text are not.
        let media_type = if media_type.starts_with("text/") { media_type + "; charset=utf-8" } else { media_type };
        Some(Asset { bytes: file.data.into_owned(), digest, media_type })
    };
    Files::iter().filter_map(|name| Some((name.to_string(), asset(&name)?))).collect()
});

/// `/static/style.css` → `/static/style.0123456789abcdef.css`; a file that is not there keeps its name, and gets a 404.
pub(super) fn url(name: &str) -> String {
    match (ASSETS.get(name), name.rsplit_once('.')) {
        (Some(asset), Some((stem, extension))) => format!("/static/{stem}.{}.{extension}", asset.digest),
        _ => format!("/static/{name}"),
    }
}

/// `GET /static/{name}`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/static/{name}").route(get().to(serve)))
        .service(resource("/robots.txt").route(get().to(robots)));
}

/// What search engines may read: the pages for everybody, not what needs a sign-in.
async fn robots() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .body("User-agent: *\nDisallow: /api/v1/\nDisallow: /support/\n")
}

async fn serve(req: HttpRequest, name: Path<String>) -> Result<HttpResponse, Failure> {
    let (asset, digest) = find(&name).ok_or(Failure::new(Kind::NotFound))?;
    let tag = EntityTag::new_strong(asset.digest.clone());
    // An older page may ask for a digest that this build no longer has: it gets the present file, but must not keep it.
    let cache = if digest == Some(asset.digest.as_str()) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let held = holds(&req, &tag);
    let mut answer = if held { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header(ETag(tag)).insert_header((header::CACHE_CONTROL, cache));
    if held {
        return Ok(answer.finish());
    }
    Ok(answer.content_type(asset.media_type.as_str()).body(asset.bytes.as_slice()))
}

/// The asset that `name` means, and the digest in it, if any.
fn find(name: &str) -> Option<(&'static Asset, Option<&str>)> {
    if let Some(asset) = ASSETS.get(name) {
        return Some((asset, None));
    }
    let (rest, extension) = name.rsplit_once('.')?;
    let (stem, digest) = rest.rsplit_once('.')?;
    Some((ASSETS.get(&format!("{stem}.{extension}"))?, Some(digest)))
}

fn holds(req: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(req) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|held| held.weak_eq(tag)),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::StatusCode;
    use actix_web::{App, test};

    #[actix_web::test]
    async fn a_file_under_its_digest_is_kept_for_good_and_under_another_is_not() {
        let app = test::init_service(App::new().configure(routes)).await;
        let get = |uri: String| test::TestRequest::with_uri(&uri).to_request();

        let kept = test::call_service(&app, get(url("style.css"))).await;
        assert_eq!(kept.headers().get("cache-control").unwrap(), "public, max-age=31536000, immutable");
        assert_eq!(kept.headers().get("content-type").unwrap(), "text/css; charset=utf-8");

        let older = test::call_service(&app, get("/static/style.0000.css".to_owned())).await;
        assert_eq!(older.status(), StatusCode::OK);
        assert_eq!(older.headers().get("cache-control").unwrap(), "no-cache");

        let missing = test::call_service(&app, get("/static/nothing.css".to_owned())).await;
        assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    }

    #[actix_web::test]
    async fn a_browser_that_holds_the_file_is_told_so() {
        let app = test::init_service(App::new().configure(routes)).await;
        let first = test::call_service(&app, test::TestRequest::with_uri(&url("favicon.svg")).to_request()).await;
        assert_eq!(first.headers().get("content-type").unwrap(), "image/svg+xml");
        let tag = first.headers().get("etag").unwrap().clone();
        let again = test::TestRequest::with_uri(&url("favicon.svg")).insert_header(("if-none-match", tag)).to_request();
        let again = test::call_service(&app, again).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        assert!(test::read_body(again).await.is_empty());
    }

    #[::core::prelude::v1::test]
    fn the_style_sheet_stays_small() {
        assert!(ASSETS["style.css"].bytes.len() < 40_000, "about 10 kB compressed");
    }
}
