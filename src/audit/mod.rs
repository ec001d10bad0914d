//! The record of every change: written in the change's own transaction, or the change does not happen.

mod record;
pub mod timeline;
pub mod words;

pub use record::{Actor, Event, Row, record};
