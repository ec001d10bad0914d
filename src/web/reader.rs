//! Who reads the answer: language, colours, and, once identity has said so, the person.

use crate::locale::Lang;
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use chrono_tz::Tz;
use std::convert::Infallible;
use std::future::{Ready, ready};

use super::language;
use super::page::{Page, Viewer};
use super::secrets::{looks_like_token, query_holds_token};
use super::site::Site;
use super::time::Zones;

/// The colours a reader chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the reader's system says.
    #[default]
    System,
    /// Light, whatever the system says.
    Light,
    /// Dark, whatever the system says.
    Dark,
}

impl Theme {
    /// Every choice, in the order in which it is shown.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The name in the cookie and in the form.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme whose [`name`](Self::name) this is.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// What an answer must know about its reader. Any handler may ask for it; it never fails.
///
/// The person comes from a [`Viewer`] among the request's extensions, where identity's middleware puts it.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The site that answers.
    pub site: Data<Site>,
    /// The language to answer in.
    pub lang: Lang,
    /// The colours to answer in.
    pub theme: Theme,
    /// The zone that was chosen for staff pages, if one was.
    pub time_zone: Option<Tz>,
    /// Path and query of the request, for the language switch and for the way back from sign-in.
    pub path: String,
    /// The signed-in person, if any.
    pub viewer: Option<Viewer>,
}

impl Reader {
    /// The reader of the answer to `req`.
    pub fn of(req: &HttpRequest) -> Self {
        // Programs send no cookies.
        let shown = !language::is_for_programs(req.path());
        Self {
            site: Site::of(req),
            lang: language::lang_of(req),
            theme: if shown { language::theme_of(req) } else { Theme::default() },
            time_zone: if shown { language::time_zone_of(req) } else { None },
            path: path_of(req),
            viewer: req.extensions().get::<Viewer>().cloned(),
        }
    }

    /// Whether the reader has a staff role.
    pub fn is_staff(&self) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| viewer.staff.is_some())
    }

    /// The zone of the reader's own times: of staff what they chose, else the office's; UTC of everybody else, whose times are told in
    /// the zone of their calendar.
    pub fn own_zone(&self) -> Tz {
        if self.is_staff() { self.time_zone.unwrap_or(self.site.office_zone()) } else { Tz::UTC }
    }

    /// The zones in which this reader is told what happens at a partner's, in `zone`.
    pub fn zones(&self, zone: Tz) -> Zones {
        if self.is_staff() { Zones::beside(self.own_zone(), zone) } else { zone.into() }
    }

    /// A page for this reader whose title is the message `title`.
    pub fn page(&self, title: &str) -> Page {
        self.page_titled(self.lang.text(title))
    }

    /// A page for this reader with a title that is no message, such as a reference.
    pub fn page_titled(&self, title: impl Into<String>) -> Page {
        Page::new(self.clone(), title.into())
    }
}

/// Path and query; without the query where somebody put a token into it, so that no page repeats it.
fn path_of(req: &HttpRequest) -> String {
    if looks_like_token(req.path()) {
        return "/".to_owned();
    }
    let whole = req.uri().path_and_query().filter(|_| !query_holds_token(req.query_string()));
    whole.map_or_else(|| req.path().to_owned(), ToString::to_string)
}

impl FromRequest for Reader {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(req)))
    }
}
