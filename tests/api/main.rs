//! The desk as programs and people meet it: over HTTP, with tokens of a real provider, on a database of its own.

mod actors;
mod app;
mod browser;
mod errors;
mod exceptions;
mod feed;
mod isolation;
mod migrations;
mod requests;
mod review;
mod sign_in;
mod staff_pages;
