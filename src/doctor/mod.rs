//! The sign-in doctor: reads the claims of a token, says what is missing, and names the issue that it points to.
//!
//! Nothing is stored or logged. Claims alone come here: whatever looks like a token is refused unread, since its signature would
//! make it a key to everything its owner may do.

pub mod claims;
pub mod finding;

pub use claims::{Diagnosis, Expected, Verdict, diagnose};
pub use finding::{Code, Fact, Finding, Severity};
