//! The policy's editions on a running desk: what a changed one would do.

mod backtest;
pub mod cli;

pub use backtest::{Backtest, Change, Part, backtest};
