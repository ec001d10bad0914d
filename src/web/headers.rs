//! The response headers that keep a page what it is: no foreign content, no frame around it, no copy in a shared cache.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::site::Site;

/// Adds the headers to an answer; one that a handler set itself stays, so that a page may widen its own policy. What programs get
/// is no page: nothing of it is to be shown, framed or guessed.
pub(super) fn protect(headers: &mut HeaderMap, site: &Site, for_program: bool) {
    keep_or_set(headers, header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    keep_or_set(headers, header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if for_program {
        keep_or_set(headers, header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(NO_PAGE));
    } else {
        for (name, value) in of_pages() {
            keep_or_set(headers, name, value);
        }
        keep_or_set(headers, header::CONTENT_SECURITY_POLICY, site.content_policy().clone());
    }
    if site.is_https() {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        keep_or_set(headers, header::STRICT_TRANSPORT_SECURITY, year);
    }
}

fn keep_or_set(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    if !headers.contains_key(&name) {
        headers.insert(name, value);
    }
}

/// The policy of what is no page.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

fn of_pages() -> [(HeaderName, HeaderValue); 4] {
    [
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    ]
}

/// The policy of a page that runs a script of ours: it may change the page and nothing else; all that it can call is the
/// file for search engines.
pub fn with_own_script(site: &Site) -> (HeaderName, HeaderValue) {
    let policy = format!("{}; script-src 'self'", content_policy(site.base(), site.form_targets()));
    (header::CONTENT_SECURITY_POLICY, policy_value(policy))
}

/// The policy of a page that keeps itself up to date: its script may call us, and nobody else.
pub fn with_live_script(site: &Site) -> (HeaderName, HeaderValue) {
    let robots = format!("connect-src {}/robots.txt", site.base());
    let policy = content_policy(site.base(), site.form_targets()).replace(&robots, "connect-src 'self'");
    (header::CONTENT_SECURITY_POLICY, policy_value(format!("{policy}; script-src 'self'")))
}

/// The policy of every page of a site at `base` whose forms lead to `form_targets`; made once for a site.
pub(super) fn policy_of_pages(base: &str, form_targets: &[String]) -> HeaderValue {
    policy_value(content_policy(base, form_targets))
}

/// `policy` as a header; what cannot be one allows nothing.
fn policy_value(policy: String) -> HeaderValue {
    HeaderValue::try_from(policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
}

/// Nothing but our own style sheet and images; forms may lead to us and, through a redirect, to the sign-in providers. What
/// measures a page reads `/robots.txt` as the page would.
fn content_policy(base: &str, form_targets: &[String]) -> String {
    let mut forms = String::from("form-action 'self'");
    for origin in form_targets {
        forms.push(' ');
        forms.push_str(origin);
    }
    let own = format!("style-src 'self'; img-src 'self'; connect-src {base}/robots.txt");
    format!("default-src 'none'; {own}; {forms}; base-uri 'none'; frame-ancestors 'none'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    fn headers_at(base: &str, own: Option<(HeaderName, &'static str)>) -> HeaderMap {
        let provider = Url::parse("https://login.example/authorize?x=1").unwrap();
        let site = Site::new(&Url::parse(base).unwrap(), &[provider]);
        let mut headers: HeaderMap =
            own.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect();
        protect(&mut headers, &site, false);
        headers
    }

    #[test]
    fn what_programs_get_is_never_shown_as_a_page() {
        let site = Site::new(&Url::parse("https://desk.example").unwrap(), &[]);
        let mut headers = HeaderMap::new();
        protect(&mut headers, &site, true);
        let text = |name: &str| headers.get(name).unwrap().to_str().unwrap();
        assert_eq!(text("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!((text("x-content-type-options"), text("cache-control")), ("nosniff", "no-store"));
        assert!(headers.contains_key("strict-transport-security"));
    }

    #[test]
    fn a_page_takes_nothing_from_elsewhere_and_is_kept_nowhere() {
        let headers = headers_at("https://desk.example/", None);
        assert_eq!(
            headers.get("content-security-policy").unwrap(),
            "default-src 'none'; style-src 'self'; img-src 'self'; connect-src https://desk.example/robots.txt; \
             form-action 'self' https://login.example; base-uri 'none'; frame-ancestors 'none'"
        );
        assert_eq!(headers.get("cache-control").unwrap(), "no-store");
        assert_eq!(headers.get("x-content-type-options").unwrap(), "nosniff");
        assert!(headers.contains_key("strict-transport-security"));
    }

    #[test]
    fn a_live_page_calls_nobody_but_us() {
        let site = Site::new(&Url::parse("https://desk.example").unwrap(), &[]);
        let (_, policy) = with_live_script(&site);
        assert_eq!(
            policy,
            "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
             base-uri 'none'; frame-ancestors 'none'; script-src 'self'"
        );
    }

    #[test]
    fn plain_http_gets_no_transport_promise_and_a_handler_keeps_its_own_word() {
        let headers = headers_at("http://desk.localhost:8080/", Some((header::CACHE_CONTROL, "max-age=60")));
        assert!(!headers.contains_key("strict-transport-security"));
        assert_eq!(headers.get("cache-control").unwrap(), "max-age=60");
    }
}
