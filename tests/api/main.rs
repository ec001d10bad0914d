//! The desk as programs and people meet it: over HTTP, with tokens of a real provider, on a database of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod actors;
mod answer_pages;
mod answers;
mod app;
mod appeals;
mod audit_chain;
mod audit_pages;
mod away;
mod browser;
#[path = "../stand_ins/clamd.rs"]
mod clamd;
mod coverage;
mod doctor;
mod draft_pages;
mod drafts;
mod editions;
mod errors;
mod evidence;
mod evidence_drafts;
mod evidence_pages;
mod evidence_scanner;
mod exceptions;
mod feed;
mod filing;
mod guards;
mod idempotency;
mod isolation;
mod limits;
mod migrations;
mod openapi;
mod partner_pages;
mod policy;
mod policy_drills;
mod policy_mails;
mod requests;
mod review;
mod sign_in;
mod staff_pages;
mod walk;
mod wire;
