//! The forward-auth service: a proxy asks it about every request, and it answers by the one decision of this crate.
//!
//! ```text
//! request ─▶ proxy ─▶ /check ─▶ forwarded ─▶ route ─▶ credentials ─▶ decide ─▶ answer
//! ```
//!
//! | file | what it holds |
//! | --- | --- |
//! | [`config`] | the configuration file |
//! | `forwarded` | what the proxy says about the request, believed from its own peer only |
//! | `credentials` | bearer token or session cookie, never both |
//! | `check` | from there to an outcome |
//! | `answer` | the outcome as the proxy in front needs it |
//! | `sign_in`, `sessions` | the gate's own OpenID sign-in |
//! | `pages`, `texts` | the few pages, in English and Japanese |
//! | `urls`, `server` | its URLs; start and stop |
//! | [`reports`] | what the desk is told of it |
//! | `state` | what requests share; replaced as a whole when the configuration is read again |
//! | `mfa_claims` | what else proves MFA, for one issuer |
//! | `health` | whether it lives, is ready, has a fresh feed |
//! | `counters`, `figures` | what is counted, and how Prometheus reads it |
//! | `status` | the page for operators, at an address of its own |

mod answer;
mod check;
pub mod config;
mod counters;
mod credentials;
mod figures;
mod forwarded;
mod health;
mod mfa_claims;
mod pages;
mod peers;
pub mod reports;
mod server;
mod sessions;
mod sign_in;
mod state;
mod status;
mod texts;
mod urls;

pub use config::{Config, ConfigErrors};
pub use forwarded::Proxy;
pub use mfa_claims::MfaClaims;
pub use peers::{ListenerConfig, Peer};
pub use server::{Gate, StartError};
pub use state::system_clock;
pub use status::StatusConfig;
