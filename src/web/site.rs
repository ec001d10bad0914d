//! What the whole site knows about itself: where it is reached, whom its forms may lead to, what it is called, and the names
//! that its own texts mention but others keep.

use crate::branding::Branding;
use crate::locale::Lang;
use crate::web::RoleName;
use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;
use actix_web::web::Data;
use chrono_tz::Tz;
use std::fmt;
use std::sync::Arc;
use url::Url;

use super::headers;

/// Names that texts of this room mention and another room keeps.
pub trait Names: Send + Sync {
    /// What people call the surface of this name.
    fn surface(&self, name: &str, lang: Lang) -> Option<String>;

    /// The roles whose people file for their tenant.
    fn filing_roles(&self) -> Vec<RoleName>;

    /// The other roles of partners' people.
    fn other_roles(&self) -> Vec<RoleName>;
}

/// The desk's public face. A value of its own for each worker, registered as `Data<Site>`.
#[derive(Clone)]
pub struct Site {
    base: String,
    form_targets: Vec<String>,
    content_policy: HeaderValue,
    branding: Branding,
    names: Arc<dyn Names>,
    office_zone: Tz,
}

impl Site {
    /// A site reached at `base` (scheme, host, port; a path is dropped), whose sign-in leads to the providers at `sign_in`.
    pub fn new(base: &Url, sign_in: &[Url]) -> Self {
        let form_targets = sign_in.iter().map(|url| url.origin().ascii_serialization()).collect();
        Self::at(base.origin().ascii_serialization(), form_targets)
    }

    fn at(base: String, form_targets: Vec<String>) -> Self {
        Self {
            content_policy: headers::policy_of_pages(&base, &form_targets),
            base,
            form_targets,
            branding: Branding::default(),
            names: Arc::new(NoNames),
            office_zone: Tz::UTC,
        }
    }

    /// The same site called so, with the names that `names` keeps.
    #[must_use]
    pub fn called(self, branding: Branding, names: Arc<dyn Names>) -> Self {
        Self { branding, names, ..self }
    }

    /// The same site, whose staff work in `office_zone`.
    #[must_use]
    pub fn in_zone(self, office_zone: Tz) -> Self {
        Self { office_zone, ..self }
    }

    /// The zone of staff who have not chosen one; UTC unless the operator names a calendar for them.
    pub fn office_zone(&self) -> Tz {
        self.office_zone
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

    /// The content security policy of its pages.
    pub(super) fn content_policy(&self) -> &HeaderValue {
        &self.content_policy
    }

    /// What the desk is called, and by whom it is operated.
    pub fn branding(&self) -> &Branding {
        &self.branding
    }

    /// Names that others keep.
    pub fn names(&self) -> &dyn Names {
        &*self.names
    }

    /// The site that serves `req`; a bare loopback site where none was registered, as in a room's own tests.
    pub fn of(req: &HttpRequest) -> Data<Self> {
        req.app_data::<Data<Self>>().cloned().unwrap_or_else(|| Data::new(Self::loopback()))
    }

    fn loopback() -> Self {
        Self::at("http://localhost".to_owned(), Vec::new())
    }
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("base", &self.base).finish_non_exhaustive()
    }
}

/// Where nobody keeps names.
struct NoNames;

impl Names for NoNames {
    fn surface(&self, _: &str, _: Lang) -> Option<String> {
        None
    }

    fn filing_roles(&self) -> Vec<RoleName> {
        Vec::new()
    }

    fn other_roles(&self) -> Vec<RoleName> {
        Vec::new()
    }
}
