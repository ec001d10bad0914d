//! Where requests come in: what was sent becomes a [`NewRequest`] that is known to be good, or a list of what is wrong; a good
//! one is judged, kept, and granted at once or promised an answer.

pub mod api;
mod body;
pub mod cli;
pub mod clock;
pub mod course;
pub mod drafts;
mod erase;
mod facts;
mod file;
mod foresee;
pub mod guards;
mod labels;
mod lapse;
mod new_request;
mod outlook;
pub mod pages;
mod references;
mod reopen;
mod reply;
pub mod request;
mod typed;
mod users_file;
pub mod view;
mod withdraw;
pub mod words;

pub use body::{BodyError, ContactBody, RequestBody, ScopeBody, SubjectsBody};
pub use erase::{erase, retain};
pub use file::{Filed, file, not_registered, subjects};
pub use labels::Labels;
pub use lapse::{tend_waiting, tend_waiting_at};
pub use new_request::{Contact, NewRequest};
pub use references::references;
pub use reopen::{may_reopen, refuse_second_open, reopen};
pub use reply::{MAX_REPLY, ReplyBody, reply};
pub use request::{Request, Status, filed_by};
pub use withdraw::withdraw;

/// Every address of this room.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes).configure(drafts::api::routes).configure(pages::routes);
}
