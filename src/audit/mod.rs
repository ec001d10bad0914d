//! The record of every change: written in the change's own transaction, or the change does not happen; then sealed into a hash
//! chain, whose signed head an owner of the database cannot make (docs/AUDIT.md).

pub mod api;
pub mod browse;
pub mod canonical;
pub mod chain;
pub mod cli;
mod erase;
mod export;
mod filter;
mod head;
pub mod pages;
mod record;
mod sealer;
mod store;
pub mod timeline;
mod verify;
pub mod words;

pub use erase::{Erasure, erase, retain};
pub use head::Heads;
pub use record::{Actor, Event, Row, record, record_all};
pub use sealer::{run as seal_for_good, seal, sign};
pub use store::Period;

/// `/audit…` and `/api/v1/audit/…`
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes).configure(pages::routes);
}
