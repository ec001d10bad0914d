//! The relying party against an identity provider on loopback.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod bearer;
mod configuration;
mod idp;
mod sign_in;
