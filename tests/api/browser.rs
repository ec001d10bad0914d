//! A browser without a screen: cookies, redirects by hand, forms.

use crate::app::TestApp;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Method, RequestBuilder, Response};
use std::collections::BTreeMap;

/// A browser: cookies by host, redirects by hand. A clone is another window of it, as long as no cookie changes.
#[derive(Clone)]
pub struct Browser<'a> {
    app: &'a TestApp,
    pub jar: BTreeMap<(String, String), String>,
}

impl<'a> Browser<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        Self { app, jar: BTreeMap::new() }
    }

    fn with_cookies(&self, method: Method, url: reqwest::Url) -> RequestBuilder {
        let host = url.host_str().unwrap().to_owned();
        let cookies: Vec<_> = self
            .jar
            .iter()
            .filter(|((of, _), _)| *of == host)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let request = self.app.http.request(method, url).header("sec-fetch-site", "same-origin");
        if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) }
    }

    /// A request of this browser to `path` of the desk.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.with_cookies(method, format!("{}{path}", self.app.base).parse().unwrap())
    }

    pub async fn send(&mut self, method: Method, url: &str, form: Option<&[(&str, &str)]>) -> Response {
        let url: reqwest::Url = url.parse().unwrap();
        let host = url.host_str().unwrap().to_owned();
        let mut request = self.with_cookies(method, url);
        if let Some(form) = form {
            request = request.form(form);
        }
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            let cookie = (host.clone(), name.to_owned());
            // A cookie is taken away by an empty one.
            if value.is_empty() {
                self.jar.remove(&cookie)
            } else {
                self.jar.insert(cookie, value.to_owned())
            };
        }
        response
    }

    pub async fn get(&mut self, url: &str) -> Response {
        self.send(Method::GET, url, None).await
    }

    pub fn session(&self) -> Option<&String> {
        self.jar.get(&("desk.localhost".to_owned(), "desk-session".to_owned()))
    }

    /// Follows redirects from `url` until a page answers; returns its address and the answer.
    pub async fn follow(&mut self, url: String) -> (String, Response) {
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

    /// A browser in which `persona` has signed in.
    pub async fn of(app: &'a TestApp, persona: &str) -> Self {
        let mut browser = Self::new(app);
        browser.sign_in(persona, "/help").await;
        browser
    }

    /// A browser in which the member of staff `persona` has passed MFA.
    pub async fn of_staff(app: &'a TestApp, persona: &str) -> Self {
        let mut browser = Self::new(app);
        browser.sign_in(persona, "/help").await;
        let (page, _) = browser.follow(format!("{}/sign-in?step_up=1&return_to=/help", app.base)).await;
        let code = app.idp.current_code(persona).unwrap();
        let verified = browser.send(Method::POST, &format!("{page}/code"), Some(&[("code", &code)])).await;
        browser.follow(location(&verified, &page).expect("the provider sends the browser on")).await;
        browser
    }

    /// The page at `path` of the desk: its status and its text.
    pub async fn open(&mut self, path: &str) -> (u16, String) {
        let url = format!("{}{path}", self.app.base);
        let answer = self.get(&url).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Sends a form to `path` of the desk: the status, and the page or where it leads.
    pub async fn submit(&mut self, path: &str, form: &[(&str, &str)]) -> (u16, String) {
        let url = format!("{}{path}", self.app.base);
        Self::answer(self.send(Method::POST, &url, Some(form)).await).await
    }

    /// The status, and the page or where it leads.
    pub async fn answer(answer: Response) -> (u16, String) {
        let status = answer.status().as_u16();
        match answer.headers().get(LOCATION) {
            Some(location) => (status, location.to_str().unwrap().to_owned()),
            None => (status, answer.text().await.unwrap()),
        }
    }
}

/// Where the answer leads.
pub fn location(response: &Response, base: &str) -> Option<String> {
    let location = response.headers().get(LOCATION)?.to_str().unwrap();
    Some(reqwest::Url::parse(base).unwrap().join(location).unwrap().into())
}
