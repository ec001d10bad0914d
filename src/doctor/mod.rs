//! The sign-in doctor: reads the claims of a token, says what is missing, and names the issue that it points to.
//!
//! Nothing is stored or logged. Claims alone come here: whatever looks like a token is refused unread, since its signature would
//! make it a key to everything its owner may do.

pub mod api;
pub mod claims;
pub mod finding;
mod page;
pub mod words;

pub use claims::{Diagnosis, Expected, Verdict, diagnose};
pub use finding::{Code, Fact, Finding, Severity};

/// `/token-check`, `/api/v1/token-checks`
pub fn routes(cfg: &mut actix_web::web::ServiceConfig) {
    cfg.configure(api::routes).configure(page::routes);
}
