//! A person decides: the queue, questions to the partner, accept or deny with a reason, a second person for what is broad,
//! another person for an appeal.

pub mod after_check;
mod agenda;
pub mod api;
pub mod api_claim;
mod appeal;
mod approval;
mod ask;
pub mod claim;
mod decide;
mod difference;
mod disagree;
mod late_checks;
mod looks;
pub mod notes;
mod pages;
pub mod queue;
pub mod reviewers;
mod same;
mod scope;
pub mod staffing;
pub mod visits;
mod warnings;

pub use agenda::{Agenda, Line, Part, agenda};
pub use appeal::{AppealBody, MAX_REASON, appeal, may_appeal};
pub use approval::pending_second_approval;
pub use ask::{MAX_QUESTION, QuestionBody, ask};
pub use decide::{Decided, DecisionBody, DecisionOutcome, decide};
pub use warnings::{warn_at, watch};

/// Every address of this room.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes).configure(api_claim::routes).configure(pages::routes);
}
