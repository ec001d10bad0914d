//! The gate over real HTTP on loopback, with an identity provider and a desk that signs a feed; and behind nginx.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod bearer;
mod browser;
mod configuration;
mod http;
mod nginx;
mod proxies;
mod spellings;
mod world;
