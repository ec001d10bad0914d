//! The record of every change: written in the change's own transaction, or the change does not happen.

mod record;
pub mod timeline;

pub use record::{Actor, Event, record};
