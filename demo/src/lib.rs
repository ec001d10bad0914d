//! The world around the desk, for its demonstration on one machine: a development identity provider, a protected site,
//! example tenants and requests. Nothing here belongs into a package; passwords are not even asked for.
//!
//! - [`people`]: tenants, personas, the register of partners
//! - [`requests`]: example requests, with who files them
//! - [`idp`]: the identity provider (`login.localhost`), [`mint_token`] without it, and the marks by which `serve` refuses it
//! - [`portal`]: the protected site and API (`portal.localhost`), which asks the gate about every request
//! - [`mailbox`]: takes the desk's mails and shows them (`mail.localhost`)
//!
//! All of them listen on loopback only, answer to loopback names only, and take every address as a parameter.

mod chance;
pub mod idp;
pub mod locale;
pub mod mailbox;
mod pages;
pub mod people;
pub mod portal;
pub mod requests;
mod server;

pub use idp::claims::{MintError, mint_token};
pub use idp::marks::{is_demo_issuer, is_demo_key, is_demo_metadata};
pub use people::{partners_csv, personas_json};
pub use portal::routes::gate_routes_toml;
pub use requests::{ExampleRequest, example_requests};
pub use server::{Clock, Running};
