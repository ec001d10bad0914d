//! The desk as programs and people meet it: over HTTP, with tokens of a real provider, on a database of its own.

mod actors;
mod app;
mod errors;
mod exceptions;
mod feed;
mod isolation;
mod migrations;
mod partner_pages;
mod requests;
mod review;
mod sign_in;
