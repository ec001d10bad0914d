//! The relying party against an identity provider on loopback.

mod bearer;
mod configuration;
mod idp;
mod sign_in;
