//! What every page and every API answer is made of, without a word of the business: the reader, the page frame, the components,
//! forms, times, failures, and the guards against other sites.
//!
//! A handler asks for a [`Reader`], makes a [`Page`] from it, puts it into a view struct with a template, and returns that struct;
//! whatever goes wrong is a [`Failure`], and [`answer`] tells it in the reader's language, as a problem document to
//! programs and as a page to people.

pub mod assets;
pub mod components;
pub mod csrf;
pub mod error;
mod error_page;
pub mod extract;
pub mod field;
pub mod form;
pub mod head;
pub mod headers;
pub mod html;
pub mod idempotency;
pub mod if_match;
mod language;
pub mod limits;
pub mod lines;
pub mod message;
pub mod navigation;
pub mod page;
pub mod pages;
pub mod pagination;
pub mod plot;
pub mod reader;
pub mod seal;
pub mod secrets;
pub mod site;
pub mod table;
pub mod time;
mod turns;
pub mod upload;
pub mod visible;

pub use error::{Failure, Refusal, RoleName};
pub use error_page::answer;
pub use extract::{JsonBody, JsonBytes, JsonOrNothing, NoBody, QueryOf};
pub use form::{Form, FormFields};
pub use html::Html;
pub use if_match::IfMatch;
pub(crate) use language::is_for_programs;
pub use limits::{Limited, RateLimits};
pub use message::Message;
pub use page::{Page, StaffNav, Viewer};
pub use pagination::{Paging, Slice};
pub use reader::{Reader, Theme};
pub use seal::Seal;
pub use site::{Names, Site};
pub use turns::Turns;
pub use upload::FormWithFile;

/// The pages of this room, the static files and the error reference.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(assets::routes).configure(pages::routes);
}

#[cfg(test)]
mod keys;
