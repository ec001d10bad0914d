//! The site's pages and API answers.

use super::Site;
use super::data::{CUSTOMERS, Customer, customer};
use super::gate::Allowed;
use super::routes::{ROUTES, Route};
use crate::pages::{Page, html};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde_json::json;

#[derive(Template)]
#[template(path = "portal/home.html")]
struct HomePage<'a> {
    page: Page,
    routes: &'static [Route],
    base: &'a str,
    desk: &'a str,
    idp: &'a str,
}

/// `GET /`: what this is and where the gate stands. Asks nobody.
pub(super) fn home(request: &HttpRequest, site: &Site) -> HttpResponse {
    let page = Page::new(request);
    let template = HomePage { page, routes: &ROUTES, base: &site.base, desk: &site.desk, idp: &site.idp };
    html(StatusCode::OK, &template, page.lang, &[])
}

/// Why the reader may see a protected page.
struct Reason<'a> {
    text: String,
    code: &'a str,
    exception: Option<&'a str>,
}

impl<'a> Reason<'a> {
    fn new(page: Page, allowed: &'a Allowed) -> Self {
        let known = page.lang.try_text(&format!("decision-{}", allowed.decision.replace('_', "-")));
        Self {
            text: known.unwrap_or_else(|| page.t("decision-other")),
            code: &allowed.decision,
            exception: allowed.exception.as_deref(),
        }
    }
}

#[derive(Template)]
#[template(path = "portal/customers.html")]
struct CustomersPage<'a> {
    page: Page,
    reason: Reason<'a>,
    requests: bool,
    customers: &'static [Customer],
}

#[derive(Template)]
#[template(path = "portal/admin.html")]
struct AdminPage<'a> {
    page: Page,
    reason: Reason<'a>,
    customer: Option<&'static Customer>,
    customers: &'static [Customer],
}

#[derive(Template)]
#[template(path = "portal/links.html")]
struct LinksPage<'a> {
    page: Page,
    reason: Reason<'a>,
    desk: &'a str,
}

/// A protected page, by the parts of its path.
pub(super) fn page(request: &HttpRequest, site: &Site, parts: &[&str], allowed: &Allowed) -> HttpResponse {
    let page = Page::new(request);
    let reason = Reason::new(page, allowed);
    let ok = StatusCode::OK;
    match *parts {
        ["customers"] => {
            html(ok, &CustomersPage { page, reason, requests: false, customers: &CUSTOMERS }, page.lang, &[])
        }
        ["support", "customer-requests"] => {
            html(ok, &CustomersPage { page, reason, requests: true, customers: &CUSTOMERS }, page.lang, &[])
        }
        ["admin"] => html(ok, &AdminPage { page, reason, customer: None, customers: &CUSTOMERS }, page.lang, &[]),
        ["admin", id] => match customer(id) {
            Some(_) => html(ok, &AdminPage { page, reason, customer: customer(id), customers: &[] }, page.lang, &[]),
            None => not_found(request),
        },
        ["admin-links"] => html(ok, &LinksPage { page, reason, desk: &site.desk }, page.lang, &[]),
        _ => not_found(request),
    }
}

/// An API answer, by the parts of its path.
pub(super) fn api(parts: &[&str]) -> HttpResponse {
    let found = match *parts {
        ["v1", "customers"] => Some(json!({"items": CUSTOMERS.iter().map(Customer::json).collect::<Vec<_>>()})),
        ["v1", "customers", id] => customer(id).map(Customer::json),
        ["delegated", "v1", id, "users"] => customer(id).map(Customer::users_json),
        _ => None,
    };
    match found {
        Some(body) => HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(body),
        None => HttpResponse::NotFound()
            .content_type("application/problem+json")
            .body(json!({"type": "about:blank", "title": "Not Found", "status": 404}).to_string()),
    }
}

#[derive(Template)]
#[template(path = "portal/notice.html")]
struct NoticePage {
    page: Page,
    title: String,
    text: String,
}

fn notice(request: &HttpRequest, status: StatusCode, key: &str) -> HttpResponse {
    let page = Page::new(request);
    let template = NoticePage { page, title: page.t(key), text: page.t(&format!("{key}-text")) };
    html(status, &template, page.lang, &[])
}

/// No such page.
pub(super) fn not_found(request: &HttpRequest) -> HttpResponse {
    notice(request, StatusCode::NOT_FOUND, "portal-not-found")
}

/// Nobody can say whether the reader may pass, so nobody does.
pub(super) fn gate_away(request: &HttpRequest) -> HttpResponse {
    let mut response = notice(request, StatusCode::SERVICE_UNAVAILABLE, "portal-gate-away");
    response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
    response
}
