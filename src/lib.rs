//! Exception Desk: technical exceptions to an MFA mandate, taken, decided and published.
//!
//! A request walks through the rooms in one direction:
//! [`web`] form or API → [`identity`] → [`intake`] (+ [`evidence`]) → [`policy`] → [`review`] (+ [`sla`]) → [`exceptions`] → [`feed`] → the
//! crate `mfa-enforcement`. [`doctor`] reads a token's claims for people who may need no request. [`audit`] and [`notify`] are
//! written to by every room in the same transaction, and [`reports`] reads across them. [`app`] has the whole map of addresses; `docs/ARCHITECTURE.md` says
//! which room to change for what.

pub mod app;
pub mod audit;
pub mod branding;
pub mod calendars;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
#[cfg(feature = "demo")]
pub mod demo;
pub mod doctor;
pub mod editions;
pub mod evidence;
pub mod exceptions;
pub mod feed;
pub mod health;
pub mod home;
pub mod identity;
pub mod intake;
pub mod locale;
pub mod notify;
pub mod openapi;
pub mod policy;
pub mod problem;
pub mod reach;
pub mod reports;
pub mod review;
pub mod secret_file;
pub mod sla;
pub mod telemetry;
pub mod web;
