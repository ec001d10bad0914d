//! The page before a consequence: what will happen to what, and one button that does it. In place of a dialog.

use crate::web::Page;
use crate::web::components::{Notice, SummaryList};
use crate::web::field::Field;
use crate::web::page::Link;
use askama::Template;

/// A confirmation page; a room fills it and answers with [`Html`](crate::web::Html).
#[derive(Template)]
#[template(path = "web/confirm.html")]
pub struct ConfirmPage {
    /// The frame; its title is the question.
    pub page: Page,
    /// What it is about.
    pub facts: SummaryList,
    /// What follows from it.
    pub consequence: Notice,
    /// What must be said with it, such as a reason.
    pub fields: Vec<Field>,
    /// What the form sends besides.
    pub hidden: Vec<(&'static str, String)>,
    /// Where the form is sent.
    pub action: String,
    /// The button: verb and object.
    pub button: String,
    /// Whether it ends or destroys something.
    pub danger: bool,
    /// The way back without doing it.
    pub cancel: Link,
}
