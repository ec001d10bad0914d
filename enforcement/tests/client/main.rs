//! The feed client against a desk that a test scripts. Every guard here was seen to matter: with it taken out, its test fails.
#![cfg(feature = "client")]

mod breaks;
mod desk;
mod disk;
mod following;
mod history;
mod keeping;
mod lies;
mod proxy;
mod pulling;
mod refusals;
mod reporting;
mod sequences;
#[path = "../signing/mod.rs"]
mod signing;
