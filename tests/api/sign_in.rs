//! Sign-in in the browser: code with PKCE against the development provider, sessions, step-up, sign-out.

use crate::app::TestApp;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Method, Response};
use std::collections::BTreeMap;

/// A browser: cookies by host, redirects by hand.
pub struct Browser<'a> {
    app: &'a TestApp,
    jar: BTreeMap<(String, String), String>,
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self { app, jar: BTreeMap::new() }
    }

    pub async fn send(&mut self, method: Method, url: &str, form: Option<&[(&str, &str)]>) -> Response {
        let url: reqwest::Url = url.parse().unwrap();
        let host = url.host_str().unwrap().to_owned();
        let cookies: Vec<_> = self
            .jar
            .iter()
            .filter(|((of, _), _)| *of == host)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let mut request = self.app.http.request(method, url).header("sec-fetch-site", "same-origin");
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        if let Some(form) = form {
            let body = form.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("&");
            request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
        }
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.jar.insert((host.clone(), name.to_owned()), value.to_owned());
        }
        response
    }

    pub async fn get(&mut self, url: &str) -> Response {
        self.send(Method::GET, url, None).await
    }

    fn session(&self) -> Option<&String> {
        self.jar.get(&("desk.localhost".to_owned(), "desk-session".to_owned()))
    }

    /// Follows redirects from `url` until a page answers; returns its address and the answer.
    async fn follow(&mut self, url: String) -> (String, Response) {
        let mut url = url;
        for _ in 0..10 {
            let response = self.get(&url).await;
            match location(&response, &url) {
                Some(next) => url = next,
                None => return (url, response),
            }
        }
        panic!("too many redirects, last to {url}");
    }

    /// Signs in as `persona` and ends on the page `return_to`.
    pub async fn sign_in(&mut self, persona: &str, return_to: &str) -> Response {
        let (page, _) = self.follow(format!("{}/sign-in?return_to={return_to}", self.app.base)).await;
        assert!(page.starts_with(&self.app.idp_base), "{page}");
        let chosen = self.send(Method::POST, &format!("{page}/persona"), Some(&[("persona", persona)])).await;
        let next = location(&chosen, &page).expect("the provider sends the browser on");
        let (at, answer) = self.follow(next).await;
        if !at.starts_with(&self.app.idp_base) {
            return answer;
        }
        // A federated tenant's people sign in at their own provider first.
        let federated = self.send(Method::POST, &format!("{page}/federated"), Some(&[])).await;
        let next = location(&federated, &page).expect("the provider sends the browser on");
        self.follow(next).await.1
    }
}

fn location(response: &Response, base: &str) -> Option<String> {
    let location = response.headers().get(LOCATION)?.to_str().unwrap();
    Some(reqwest::Url::parse(base).unwrap().join(location).unwrap().into())
}

#[actix_web::test]
async fn a_person_signs_in_and_is_led_back_in_a_new_session() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    browser.get(&format!("{}/sign-in?return_to=/help", app.base)).await;
    let before = browser.session().cloned().expect("the sign-in under way is kept in a session");
    let page = browser.sign_in("contoso-admin-agent", "/help").await;
    assert_eq!(page.status(), 200);
    assert_eq!(page.url().path(), "/help");
    assert_ne!(browser.session(), Some(&before), "the key from before the sign-in names nothing any more");
    assert!(page.text().await.unwrap().contains("/sign-out"));
}

#[actix_web::test]
async fn the_way_back_never_leaves_the_desk() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let page = browser.sign_in("contoso-admin-agent", "https://evil.example/").await;
    assert_eq!(page.url().as_str(), format!("{}/", app.base));
}

#[actix_web::test]
async fn a_reviewer_without_mfa_is_stepped_up() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let page = browser.sign_in("reviewer", "/queue").await;
    assert_eq!(page.status(), 403);
    assert!(page.text().await.unwrap().contains("step_up=1"), "the page offers the step-up");
    let (page, _) = browser.follow(format!("{}/sign-in?step_up=1&return_to=/queue", app.base)).await;
    let code = app.idp.current_code("reviewer").unwrap();
    let verified = browser.send(Method::POST, &format!("{page}/code"), Some(&[("code", &code)])).await;
    let (at, queue) = browser.follow(location(&verified, &page).unwrap()).await;
    assert_eq!((at.as_str(), queue.status().as_u16()), (format!("{}/queue", app.base).as_str(), 200));
}

#[actix_web::test]
async fn signing_out_ends_the_session_for_good() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    browser.sign_in("contoso-admin-agent", "/help").await;
    let session = browser.session().cloned().unwrap();
    let out = browser.send(Method::POST, &format!("{}/sign-out", app.base), Some(&[])).await;
    assert_eq!(out.status(), 303);
    // The old cookie, kept by a thief, opens nothing.
    browser.jar.insert(("desk.localhost".to_owned(), "desk-session".to_owned()), session);
    let page = browser.get(&format!("{}/help", app.base)).await.text().await.unwrap();
    assert!(!page.contains("/sign-out"));
}

#[actix_web::test]
async fn an_answer_that_belongs_to_no_sign_in_signs_nobody_in() {
    let app = TestApp::start().await;
    let mut browser = Browser::new(&app);
    let answer = browser.get(&format!("{}/sign-in/callback?code=x&state=y", app.base)).await;
    // An answer that starts the sign-in again by itself could go on for ever.
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("href=\"/sign-in\""), "the page offers to start again");
    let stored = browser.session().is_some();
    let page = browser.get(&format!("{}/help", app.base)).await.text().await.unwrap();
    assert!(!page.contains("/sign-out"), "session stored: {stored}");
}
