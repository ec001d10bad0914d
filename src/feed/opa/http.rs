//! The bundle over HTTP, as OPA asks for it.

use crate::app::Desk;
use crate::feed::http::{is_known, text_of};
use crate::feed::{Published, Share};
use crate::identity::FeedReader;
use crate::openapi::Authenticated;
use crate::web::Failure;
use actix_web::http::header::{self, HeaderName};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The media type by which a server tells OPA that it waits when asked to.
const BUNDLES: &str = "application/vnd.openpolicyagent.bundles";

/// Longest time that a call waits, in seconds.
const LONGEST_WAIT: u64 = 60;

/// `/feed/v1/opa/…`, below `/feed/v1`.
pub fn client_routes(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/opa/bundle.tar.gz").get(bundle));
}

/// Policy and rules as a signed bundle for Open Policy Agent.
///
/// The bundle decides as `/feed/v1/rules` says, by OPA's own clock; it is issued again whenever that document is. `Prefer: wait=SECONDS`
/// (60 at most), as OPA sends it with long polling, waits for another bundle than the one of `If-None-Match`.
#[utoipa::path(
    get,
    path = "/feed/v1/opa/bundle.tar.gz",
    tag = "feed",
    params(
        ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the bundle you have"),
        ("Prefer" = Option<String>, Header, description = "`wait=SECONDS`, among other preferences, which are not looked at"),
    ),
    responses(
        (status = 200, description = "The bundle: a compressed tar archive with `.manifest`, `.signatures.json`, policy and data",
            body = Vec<u8>, content_type = "application/vnd.openpolicyagent.bundles"),
        (status = 304, description = "You have it; its rules still expire at their own `expires_at`"),
        (status = 403, description = "Without the role `Feed.Read` of an operator tenant", body = crate::problem::Problem, content_type = "application/problem+json"),
        Authenticated,
    ),
    security(("bearer" = []))
)]
pub async fn bundle(reader: FeedReader, desk: Data<Desk>, request: HttpRequest) -> Result<HttpResponse, Failure> {
    let wait = wait_of(text_of(&request, HeaderName::from_static("prefer")));
    let document = other_than_known(&desk, desk.feed.share_of(&reader.0), &request, wait).await?;
    let etag = document.opa_etag();
    let known = is_known(&request, &etag);
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::ETAG, etag))
        .insert_header((header::CACHE_CONTROL, "private, no-cache"))
        .insert_header((header::VARY, "Authorization"));
    if known {
        return Ok(answer.finish());
    }
    let made = web::block(move || document.opa_bundle());
    let body = made.await.map_err(Failure::internal)?.map_err(Failure::internal)?;
    Ok(answer.content_type(BUNDLES).body(body))
}

/// How long the caller wants to wait (RFC 7240; OPA parts its preferences by semicolons).
fn wait_of(prefer: &str) -> Duration {
    let seconds = prefer.split([',', ';']).find_map(|part| part.trim().strip_prefix("wait=")?.parse().ok());
    Duration::from_secs(seconds.unwrap_or(0).min(LONGEST_WAIT))
}

/// The first document whose bundle the caller does not have, or the current one when the time is over.
async fn other_than_known(
    desk: &Desk,
    mut share: Share,
    request: &HttpRequest,
    wait: Duration,
) -> Result<Arc<Published>, Failure> {
    let until = Instant::now() + wait;
    loop {
        let document = share.current().ok_or_else(|| Failure::new(desk.feed.why_absent()))?;
        let is_news = !is_known(request, &document.opa_etag());
        if is_news || wait.is_zero() || timeout_at(until, share.changed()).await.is_err() {
            return Ok(document);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_found_among_preferences_and_bounded() {
        assert_eq!(wait_of("modes=snapshot,delta;wait=30"), Duration::from_secs(30));
        assert_eq!(wait_of("wait=7, respond-async"), Duration::from_secs(7));
        assert_eq!(wait_of("modes=snapshot,delta"), Duration::ZERO);
        assert_eq!(wait_of("wait=-1"), Duration::ZERO);
        assert_eq!(wait_of("wait=100000"), Duration::from_secs(60));
    }
}
