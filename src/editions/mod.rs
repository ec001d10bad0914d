//! The policy's editions on a running desk: which there are, bringing in another, and what a changed one would do.

pub mod api;
mod backtest;
mod bring_in;
pub mod cli;
mod known;
mod pages;
mod store;
mod view;

pub use backtest::{Backtest, Change, Part, backtest};
pub use known::{refresh, watch};

/// Every address of this room.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes).configure(pages::routes);
}
