//! The feed client against a desk that a test scripts. Every guard here was seen to matter: with it taken out, its test fails.
#![cfg(feature = "client")]

mod desk;
mod keeping;
mod pulling;
mod refusals;
mod reporting;
#[path = "../signing/mod.rs"]
mod signing;
