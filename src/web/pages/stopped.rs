//! `/stopped`: where the gate sends a person, or the reader of a 401, to learn why MFA stopped it and whom to ask.

use crate::web::time::When;
use crate::web::{FormFields, Html, Page, Reader};
use actix_web::HttpRequest;
use actix_web::web::{ServiceConfig, get, resource};
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(resource("/stopped").route(get().to(show)));
}

#[derive(Template)]
#[template(path = "web/stopped.html")]
struct StoppedPage {
    page: Page,
    /// Whether the link said anything that could be read.
    known: bool,
    tenant: Option<Uuid>,
    surface: Option<String>,
    at: Option<When>,
    may_file: bool,
    /// What a person who may not file can send to one who may.
    letter: String,
}

/// The link names `tenant` (GUID), `surface` and `at` (RFC 3339). Anyone can write such a link, so only what has the right form is
/// shown, and nothing follows from it.
async fn show(reader: Reader, req: HttpRequest) -> Html<StoppedPage> {
    let page = reader.page("stopped-title");
    let query = FormFields::from_query(req.query_string());
    let tenant = Uuid::try_parse(query.get("tenant")).ok();
    let surface = surface_name(&page, query.get("surface"));
    let zone = if reader.lang == crate::locale::Lang::Ja { Tz::Asia__Tokyo } else { Tz::UTC };
    let at = query.get("at").parse::<DateTime<Utc>>().ok().map(|at| page.when(at, zone));
    let letter = letter(&page, tenant, surface.as_deref(), at, reader.site.base());
    let may_file = reader.viewer.as_ref().is_some_and(|viewer| viewer.partner);
    Html(StoppedPage {
        known: tenant.is_some() || surface.is_some() || at.is_some(),
        tenant,
        surface,
        at,
        may_file,
        letter,
        page,
    })
}

fn surface_name(page: &Page, code: &str) -> Option<String> {
    let is_name =
        !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    is_name.then(|| page.reader.site.names().surface(code, page.lang()))?
}

fn letter(page: &Page, tenant: Option<Uuid>, surface: Option<&str>, at: Option<When>, base: &str) -> String {
    let mut lines = vec![page.t("stopped-letter-greeting"), String::new(), page.t("stopped-letter-what")];
    lines.extend(tenant.map(|tenant| page.t1("stopped-letter-tenant", "tenant", tenant.to_string())));
    lines.extend(surface.map(|surface| page.t1("stopped-letter-surface", "surface", surface)));
    lines.extend(at.map(|at| page.t1("stopped-letter-at", "at", at.text())));
    lines.extend([String::new(), page.with_filing_roles("stopped-letter-please"), format!("{base}/self-check")]);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::{App, test};

    async fn page(query: &str) -> String {
        let app = test::init_service(App::new().configure(routes)).await;
        let request = test::TestRequest::with_uri(&format!("/stopped?{query}")).to_request();
        String::from_utf8(test::call_and_read_body(&app, request).await.to_vec()).unwrap()
    }

    #[actix_web::test]
    async fn it_says_who_was_stopped_where_and_when() {
        let query = "tenant=3F2504E0-4F89-41D3-9A0C-0305E82C3301&surface=partner_api&at=2026-11-26T02:40:00Z";
        let html = page(query).await;
        assert!(html.contains("3f2504e0-4f89-41d3-9a0c-0305e82c3301"), "{html}");
        assert!(html.contains(r#"<time datetime="2026-11-26T02:40:00Z">"#), "{html}");
    }

    #[actix_web::test]
    async fn it_repeats_nothing_that_has_another_form() {
        let html = page("tenant=Call+0120-000-000&surface=%3Cscript%3E&at=now").await;
        assert!(!html.contains("Call 0120") && !html.contains("<script"), "{html}");
        assert!(!html.contains("<dl"), "nothing of it is told as a fact: {html}");
    }
}
