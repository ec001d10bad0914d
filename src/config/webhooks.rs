//! `[webhooks]`: how what happened is sent to systems.

use serde::Deserialize;
use std::path::PathBuf;

/// `[webhooks]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Webhooks {
    /// The ports that endpoints may have.
    pub ports: Vec<u16>,
    /// Certificates (PEM) of the authorities that are believed besides the public ones.
    pub ca_file: Option<PathBuf>,
    /// How long an endpoint may take for one call.
    pub timeout_seconds: u32,
    /// Lets endpoints be on this machine, at any port and without TLS. For tests alone: whoever may add an endpoint would reach
    /// every service that listens here.
    pub dangerously_allow_loopback: bool,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self { ports: vec![443], ca_file: None, timeout_seconds: 15, dangerously_allow_loopback: false }
    }
}

impl Webhooks {
    /// What no type can say.
    ///
    /// # Errors
    /// The key, and what to give.
    pub fn check(&self) -> Result<(), (&'static str, &'static str)> {
        if self.ports.is_empty() || self.ports.contains(&0) {
            return Err(("webhooks.ports", "name at least one port from 1 to 65535, such as `[443]`"));
        }
        if !(1..=30).contains(&self.timeout_seconds) {
            return Err(("webhooks.timeout_seconds", "give 1 to 30 seconds"));
        }
        Ok(())
    }
}
