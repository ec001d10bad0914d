//! Exception Desk: technical exceptions to an MFA mandate, taken, decided and published.
//!
//! A request walks through the rooms in one direction:
//! [`web`] form or API → [`identity`] → [`intake`] → [`policy`] → [`review`] (+ [`sla`]) → [`exceptions`] → [`feed`] → the
//! crate `mfa-enforcement`. [`audit`] is written to by every room in the same transaction.

pub mod clock;
pub mod intake;
pub mod locale;
pub mod policy;
pub mod problem;
pub mod sla;
pub mod web;
