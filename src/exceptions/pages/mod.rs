//! The pages about exceptions.

pub mod revoke;
pub mod suspensions;
