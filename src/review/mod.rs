//! A person decides: the queue, accept or deny with a reason, a second person for what is broad.

pub mod api;
mod approval;
mod decide;
mod difference;
mod pages;
mod scope;

pub use approval::is_pending_second_approval;
pub use decide::{Decided, DecisionBody, DecisionOutcome, decide};

/// Every address of this room.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes).configure(pages::routes);
}
