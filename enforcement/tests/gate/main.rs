//! The gate over real HTTP on loopback, with an identity provider and a desk that signs a feed; and behind real proxies.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod bearer;
mod behind;
mod browser;
mod configuration;
mod front;
mod http;
mod malformed;
mod mfa_claims;
mod proxies;
mod reload;
mod shadow;
mod site;
mod spellings;
mod status;
mod world;
