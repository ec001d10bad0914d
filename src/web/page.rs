//! The frame that every page shares: title, language, navigation, way back, and the texts of its template.

use crate::locale::Lang;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::assets;
use super::components::{Markup, SummaryEntry};
use super::error::role_alternatives;
use super::message::{Argument, Message};
use super::navigation::{self, NavGroup};
use super::reader::{Reader, Theme};
use super::time::When;

/// The signed-in person as the frame shows it. Identity puts it into the request's extensions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewer {
    /// The name to read; it authorises nothing.
    pub name: String,
    /// The name of the person's tenant, when it is registered.
    pub tenant_name: Option<String>,
    /// Whether the person may file requests for its tenant by the policy.
    pub partner: bool,
    /// Whether the person is a partner's, so that exceptions can cover it.
    pub subject: bool,
    /// The person's staff roles, if it has any.
    pub staff: Option<StaffNav>,
}

/// The staff roles that decide which pages the navigation offers. What a person may do is decided elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StaffNav {
    /// Reviewer.
    pub reviewer: bool,
    /// Lead reviewer.
    pub lead: bool,
    /// Policy admin.
    pub policy_admin: bool,
    /// Auditor.
    pub auditor: bool,
}

/// A way to another page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The address, in general a path of this site.
    pub href: String,
    /// The words, in the reader's language.
    pub label: String,
}

/// What `base.html` needs; every view struct has one in its field `page`.
#[derive(Clone, Debug)]
pub struct Page {
    /// Who reads it.
    pub reader: Reader,
    /// The title in the browser's tab, without the product's name.
    pub title: String,
    /// The way back that stands above the title.
    pub back: Option<Link>,
    /// Staff pages are up to 80rem wide.
    pub wide: bool,
    /// What is wrong with the form on this page: the summary on top, and "Error:" before the title.
    pub errors: Vec<SummaryEntry>,
}

impl Page {
    /// A page for `reader`.
    pub fn new(reader: Reader, title: String) -> Self {
        Self { reader, title, back: None, wide: false, errors: Vec::new() }
    }

    /// Whether the reader reviews: they say what they want to be mailed.
    pub fn reads_staff_mail(&self) -> bool {
        self.reader.viewer.as_ref().and_then(|viewer| viewer.staff).is_some_and(|staff| staff.reviewer || staff.lead)
    }

    /// Whether the reader files: they say who else is mailed.
    pub fn names_second_contact(&self) -> bool {
        self.reader.viewer.as_ref().is_some_and(|viewer| viewer.partner)
    }

    /// The same page with a way back to `href`, in the words of the message `label`.
    #[must_use]
    pub fn back_to(mut self, href: impl Into<String>, label: &str) -> Self {
        self.back = Some(Link { href: href.into(), label: self.t(label) });
        self
    }

    /// The same page in the width of staff pages.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// The same page with the summary of what is wrong with its form; see [`Form::summary`](super::Form::summary).
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<SummaryEntry>) -> Self {
        self.errors = errors;
        self
    }

    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.reader.lang
    }

    /// The language that the switch offers.
    pub fn other_lang(&self) -> Lang {
        match self.reader.lang {
            Lang::En => Lang::Ja,
            Lang::Ja => Lang::En,
        }
    }

    /// The value of `data-theme`, when the reader chose one.
    pub fn theme_attribute(&self) -> Option<&'static str> {
        (self.reader.theme != Theme::System).then(|| self.reader.theme.name())
    }

    /// The title as its heading, no reference broken.
    pub fn heading(&self) -> Markup {
        Markup::with_references(&self.title)
    }

    /// `text` with no reference broken.
    pub fn whole(&self, text: &str) -> Markup {
        Markup::with_references(text)
    }

    /// `text` of the API document, what stands between backticks as code.
    pub fn code(&self, text: &str) -> Markup {
        Markup::with_code(text)
    }

    /// The message `key` in the reader's language.
    pub fn t(&self, key: &str) -> String {
        self.reader.lang.text(key)
    }

    /// The message `key` with the argument `name`.
    pub fn t1(&self, key: &str, name: &'static str, value: impl Argument) -> String {
        self.reader.lang.text_with(key, &[(name, value.argument())])
    }

    /// The message `key` with two arguments.
    pub fn t2(
        &self,
        key: &str,
        one: &'static str,
        first: impl Argument,
        two: &'static str,
        second: impl Argument,
    ) -> String {
        self.reader.lang.text_with(key, &[(one, first.argument()), (two, second.argument())])
    }

    /// `message` in the reader's language.
    pub fn say(&self, message: &Message) -> String {
        message.text(self.reader.lang)
    }

    /// An instant that belongs to a partner, or to a calendar, of `zone`: partners see it there, staff in their own zone with that one beside it.
    pub fn when(&self, at: DateTime<Utc>, zone: Tz) -> When {
        When::new(at, self.reader.zones(zone), self.reader.lang)
    }

    /// An instant that belongs to no partner, or stands in one column with those of others: in the reader's own zone.
    pub fn own_when(&self, at: DateTime<Utc>) -> When {
        When::new(at, self.reader.own_zone(), self.reader.lang)
    }

    /// The address of a file in `static/`, which changes with its content.
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// What the desk is called.
    pub fn product(&self) -> &str {
        self.reader.site.branding().product.get(self.lang())
    }

    /// Who operates the desk, when the operator says so.
    pub fn organisation(&self) -> Option<&str> {
        self.reader.site.branding().organisation.as_ref().map(|name| name.get(self.lang()))
    }

    /// Whom to ask, when the operator says so.
    pub fn support_contact(&self) -> Option<&str> {
        self.reader.site.branding().support_contact.as_deref()
    }

    /// The message `key`, whose argument `roles` are the roles whose people file.
    pub fn with_filing_roles(&self, key: &str) -> String {
        self.t1(key, "roles", role_alternatives(&self.reader.site.names().filing_roles(), self.lang()))
    }

    /// The navigation for this reader.
    pub fn navigation(&self) -> Vec<NavGroup> {
        navigation::groups(&self.reader)
    }

    /// The address of the sign-in page that leads back here.
    pub fn sign_in_href(&self) -> String {
        sign_in_href(&self.reader.path)
    }
}

/// The address of the sign-in page that leads back to `path`.
pub fn sign_in_href(path: &str) -> String {
    with_return("/sign-in?", path)
}

/// The address of the sign-in page that asks for MFA and leads back to `path`.
pub fn step_up_href(path: &str) -> String {
    with_return("/sign-in?step_up=1&", path)
}

fn with_return(start: &str, path: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("return_to", safe_return(path));
    format!("{start}{}", query.finish())
}

/// Longer ways back are nobody's, and would be kept while somebody signs in.
const MAX_RETURN: usize = 2000;

/// `path` when it leads to a place of this site, else the home page: what came with a request never leads to another origin.
///
/// A browser reads `//host` and `/\host` as another origin, and drops tabs and line ends before it looks.
pub fn safe_return(path: &str) -> &str {
    let mut bytes = path.bytes();
    let on_this_site = path.len() <= MAX_RETURN
        && bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && !path.chars().any(|c| c.is_control() || c == '\\');
    if on_this_site { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_never_leaves_the_site() {
        for elsewhere in
            ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "", "a", "/x\\y", "/\n/e"]
        {
            assert_eq!(safe_return(elsewhere), "/", "{elsewhere:?}");
        }
        for here in ["/", "/queue?sort=due&after=x", "/support/requests/TE-2026-000123#reply"] {
            assert_eq!(safe_return(here), here);
        }
    }

    #[test]
    fn the_way_to_sign_in_carries_the_way_back() {
        assert_eq!(sign_in_href("/queue?a=b&c=d"), "/sign-in?return_to=%2Fqueue%3Fa%3Db%26c%3Dd");
        assert_eq!(step_up_href("//evil.example"), "/sign-in?step_up=1&return_to=%2F");
    }
}
