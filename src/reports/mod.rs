//! Reports: what the desk's work comes to, in figures and plots, for leads and auditors.
//!
//! This room only reads, across the other rooms' tables ([`store`] has every statement). A question ([`asked`]: which days, which
//! partner, which issue) leads to the [`figure`]s of one report: [`answers`], [`backlog`] (with the work [`ahead`]), [`outcomes`],
//! [`appeals`], [`exceptions`]. All are rows of numbers, which pages draw, [`csv`] writes and [`api`] answers: the same everywhere.
//! What each figure counts, its definition says (`locales/*/reports.ftl`).

pub mod ahead;
pub mod answers;
pub mod api;
pub mod appeals;
pub mod asked;
pub mod backlog;
pub mod csv;
pub mod exceptions;
pub mod figure;
pub mod outcomes;
mod pages;
pub mod period;
mod read;
mod store;
mod words;

/// Every address of this room.
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes).configure(pages::routes);
}
