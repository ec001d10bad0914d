//! Where requests come in: what was sent becomes a [`NewRequest`] that is known to be good, or a list of what is wrong; a good
//! one is judged, kept, and granted at once or promised an answer.

pub mod api;
mod body;
pub mod drafts;
mod facts;
mod file;
pub mod guards;
mod labels;
mod new_request;
mod outlook;
pub mod pages;
pub mod request;
mod typed;
mod users_file;
pub mod view;
mod withdraw;

pub use body::{BodyError, ContactBody, RequestBody, ScopeBody, SubjectsBody};
pub use file::{Filed, file, subjects};
pub use labels::Labels;
pub use new_request::{Contact, NewRequest};
pub use request::{Request, Status, filed_by};
pub use withdraw::withdraw;

/// Every address of this room.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes).configure(drafts::api::routes).configure(pages::routes);
}
