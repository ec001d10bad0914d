//! Which language, which colours and which time zone a reader gets, and whether it is a person or a program.

use crate::locale::Lang;
use actix_web::HttpRequest;
use actix_web::http::header;
use chrono_tz::Tz;

use super::reader::Theme;

/// Cookie of the chosen language.
pub(super) const LANG_COOKIE: &str = "lang";
/// Cookie of the chosen theme.
pub(super) const THEME_COOKIE: &str = "theme";

/// Cookie of the chosen zone of staff pages.
pub(super) const TIME_ZONE_COOKIE: &str = "time-zone";

/// Programs name their language in each request; a person's choice of the language switch comes before the browser's.
pub(super) fn lang_of(req: &HttpRequest) -> Lang {
    let chosen = || req.cookie(LANG_COOKIE).and_then(|cookie| Lang::from_tag(cookie.value()));
    let accepted = || Lang::from_accept_language(header_text(req, header::ACCEPT_LANGUAGE));
    if wants_problem_document(req) { accepted() } else { chosen().unwrap_or_else(accepted) }
}

pub(super) fn theme_of(req: &HttpRequest) -> Theme {
    req.cookie(THEME_COOKIE).and_then(|cookie| Theme::from_name(cookie.value())).unwrap_or_default()
}

pub(super) fn time_zone_of(req: &HttpRequest) -> Option<Tz> {
    req.cookie(TIME_ZONE_COOKIE)?.value().parse().ok()
}

/// Whether what goes wrong is told as `application/problem+json`: below the machines' paths always, elsewhere when the `Accept`
/// header ranks JSON above HTML.
pub(super) fn wants_problem_document(req: &HttpRequest) -> bool {
    is_for_programs(req.path()) || prefers_json(header_text(req, header::ACCEPT))
}

/// Whether `path` is an address for programs: tokens are looked at there, never a browser's session.
pub(crate) fn is_for_programs(path: &str) -> bool {
    ["/api/", "/feed/", "/.well-known/", "/health/", "/metrics"].iter().any(|prefix| path.starts_with(prefix))
}

fn prefers_json(accept: &str) -> bool {
    let (mut json, mut html) = (0.0_f32, 0.0_f32);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0_f32);
        match media.as_str() {
            "application/json" | "application/problem+json" => json = json.max(weight),
            "text/html" | "application/xhtml+xml" | "text/*" => html = html.max(weight),
            _ => {}
        }
    }
    json > html
}

fn header_text(req: &HttpRequest, name: header::HeaderName) -> &str {
    req.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::cookie::Cookie;
    use actix_web::test::TestRequest;

    #[test]
    fn a_browser_gets_pages_and_a_program_that_asks_for_json_gets_problem_documents() {
        assert!(!prefers_json("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        assert!(!prefers_json("*/*"));
        assert!(!prefers_json(""));
        assert!(prefers_json("application/json"));
        assert!(prefers_json("text/html;q=0.5, application/problem+json"));
        assert!(!prefers_json("text/html, application/json;q=0.9"));
    }

    #[test]
    fn the_path_decides_for_machines_and_the_api_page_is_for_people() {
        let wants = |path| wants_problem_document(&TestRequest::with_uri(path).to_http_request());
        assert!(wants("/api/v1/requests"));
        assert!(wants("/feed/v1/rules"));
        assert!(!wants("/api"));
        assert!(!wants("/support/requests"));
    }

    #[test]
    fn the_chosen_language_wins_on_pages_and_the_header_wins_for_programs() {
        let request = |path| {
            TestRequest::with_uri(path)
                .cookie(Cookie::new(LANG_COOKIE, "ja"))
                .insert_header((header::ACCEPT_LANGUAGE, "en-GB"))
                .to_http_request()
        };
        assert_eq!(lang_of(&request("/")), Lang::Ja);
        assert_eq!(lang_of(&request("/api/v1/requests")), Lang::En);
    }

    #[test]
    fn an_unknown_choice_counts_as_none() {
        let request = TestRequest::default()
            .cookie(Cookie::new(LANG_COOKIE, "<script>"))
            .insert_header((header::ACCEPT_LANGUAGE, "fr;q=1, ja;q=0.8"))
            .to_http_request();
        assert_eq!(lang_of(&request), Lang::Ja);
    }
}
