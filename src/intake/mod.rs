//! Where requests come in: what was sent becomes a [`NewRequest`] that is known to be good, or a list of what is wrong.

mod body;
mod new_request;

pub use body::{BodyError, ContactBody, RequestBody, ScopeBody, SubjectsBody};
pub use new_request::{Contact, NewRequest};
