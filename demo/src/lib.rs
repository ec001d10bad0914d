//! The world around the desk, for its demonstration on one machine: a development identity provider, a protected site,
//!
//! - [`people`]: tenants, personas, the register of partners
//! - [`idp`]: the identity provider (`login.localhost`), [`mint_token`] without it, and the marks by which `serve` refuses it
//!
//! Both servers listen on loopback only, answer to loopback names only, and take every address as a parameter.

mod chance;
pub mod idp;
pub mod locale;
mod pages;
pub mod people;
mod server;

pub use idp::claims::{MintError, mint_token};
pub use idp::marks::{is_demo_issuer, is_demo_key, is_demo_metadata};
pub use people::{partners_csv, personas_json};
pub use server::{Clock, Running};
