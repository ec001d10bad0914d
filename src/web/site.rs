//! What the whole site knows about itself: where it is reached, and whom its forms may lead to.

use actix_web::HttpRequest;
use actix_web::web::Data;
use url::Url;

/// The desk's public face. One value per application, registered as `Data<Site>`.
#[derive(Clone, Debug)]
pub struct Site {
    base: String,
    form_targets: Vec<String>,
}

impl Site {
    /// A site reached at `base` (scheme, host, port; a path is dropped), whose sign-in leads to the providers at `sign_in`.
    pub fn new(base: &Url, sign_in: &[Url]) -> Self {
        let form_targets = sign_in.iter().map(|url| url.origin().ascii_serialization()).collect();
        Self { base: base.origin().ascii_serialization(), form_targets }
    }

    /// The public address without a trailing slash, such as `https://desk.example`: also what a browser names in `Origin`.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Whether browsers reach the desk over TLS: cookies are `Secure` then, and HSTS is sent.
    pub fn is_https(&self) -> bool {
        self.base.starts_with("https://")
    }

    /// Origins of the sign-in providers that a form may lead to through a redirect.
    pub fn form_targets(&self) -> &[String] {
        &self.form_targets
    }

    /// The site that serves `req`; a bare loopback site where none was registered, as in a room's own tests.
    pub fn of(req: &HttpRequest) -> Data<Self> {
        req.app_data::<Data<Self>>().cloned().unwrap_or_else(|| Data::new(Self::loopback()))
    }

    fn loopback() -> Self {
        Self { base: "http://localhost".to_owned(), form_targets: Vec::new() }
    }
}
