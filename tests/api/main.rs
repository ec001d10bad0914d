//! The desk as programs and people meet it: over HTTP, with tokens of a real provider, on a database of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod actors;
mod after_checks;
mod answer_pages;
mod answers;
mod app;
mod appeals;
mod approvals;
mod away;
mod browser;
mod calendars;
mod claims;
#[path = "../stand_ins/clamd.rs"]
mod clamd;
mod coverage;
mod deciding;
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
mod mail;
mod mail_exim;
mod mails;
mod migrations;
mod notes;
mod openapi;
mod partner_pages;
mod policy;
mod policy_drills;
mod policy_mails;
mod presence;
mod queue;
mod races;
mod requests;
mod review;
mod same;
mod self_approval;
mod sign_in;
mod staff_pages;
mod states;
mod walk;
mod warnings;
mod wire;
