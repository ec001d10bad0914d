//! Requests that are not submitted yet: kept as typed, for the one person who types, whatever is still wrong with them.

pub mod api;
mod body;
mod renew;
mod store;
mod submit;

pub use body::{DraftBody, DraftContact, DraftScope, DraftView};
pub use renew::{may_renew, renew};
pub use store::{Draft, MAX_DRAFTS, New, Pending, create, delete, find, keep_pending, list, lock, save, sweep};
pub use submit::{Source, errors, submit};
