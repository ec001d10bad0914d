//! A person decides: the queue, accept or deny with a reason, a second person for what is broad.

pub mod api;
mod decide;
mod scope;

pub use decide::{Decided, DecisionBody, DecisionOutcome, decide, is_pending_second_approval};

/// Every address of this room.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes);
}
