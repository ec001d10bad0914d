//! The home page: to a visitor what this is and the two ways on, to a person what waits for it.

use crate::web::Page;
use crate::web::components::Tag;
use crate::web::time::When;
use askama::Template;

/// `/`. The room that knows what waits fills it and answers with [`Html`](crate::web::Html); the title is `home-title` or
/// `home-title-signed-in`.
#[derive(Template)]
#[template(path = "web/home.html")]
pub struct HomePage {
    /// The frame.
    pub page: Page,
    /// What waits for the person, the most urgent first.
    pub waiting: Vec<Waiting>,
    /// What goes on without the person.
    pub follows: Vec<Waiting>,
    /// What the person's organisation was mailed lately, the latest first.
    pub news: Vec<Waiting>,
}

/// One thing that waits for the person.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// What to do, in words that say it: "Answer the question about TE-2026-000123".
    pub action: String,
    /// Where it is done.
    pub href: String,
    /// What it is about, such as the title of the request.
    pub about: String,
    /// How it stands.
    pub tag: Option<Tag>,
    /// A date that matters: what happens by then, the instant, and how far away it is.
    pub due: Option<(String, When, String)>,
}
