//! What a mail says, in one language, as text and as HTML.

use crate::locale::Lang;
use askama::Template;

/// A mail's words. Every kind of news fills the same frame (`templates/mail/`).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "mail/letter.html")]
pub struct Letter {
    /// The language.
    pub lang: Lang,
    /// The subject: the desk's name, the reference, fixed words.
    pub subject: String,
    /// What it is about, in a few words.
    pub title: String,
    /// What the reader must know, the most important first.
    pub paragraphs: Vec<String>,
    /// Label and value.
    pub facts: Vec<(String, String)>,
    /// Headings with what stands under them.
    pub lists: Vec<(String, Vec<String>)>,
    /// Where the reader goes from here: words and address.
    pub links: Vec<(String, String)>,
    /// Why the reader gets it, and whom to ask.
    pub footer: Vec<String>,
}

#[derive(Template)]
#[template(path = "mail/letter.txt")]
struct Text<'a> {
    letter: &'a Letter,
}

impl Letter {
    /// The mail as text.
    pub fn text(&self) -> String {
        rendered(&Text { letter: self })
    }

    /// The mail as HTML.
    pub fn html(&self) -> String {
        rendered(self)
    }
}

fn rendered(template: &impl Template) -> String {
    template.render().unwrap_or_else(|error| unreachable!("the templates write into memory: {error}"))
}
