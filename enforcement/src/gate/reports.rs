//! `[reports]`: as whom the gate reports to the desk, and how often.

use crate::client::ReportSettings;
use serde::Deserialize;
use std::fs;
use std::time::Duration;

/// `[reports]`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportsConfig {
    /// Whether the gate tells the desk which version it applies, and how often each exception let somebody through.
    pub enabled: bool,
    /// Its name there, which no other gate has; default is this machine's name.
    pub gate: Option<String>,
    /// Seconds between two reports when nothing happens.
    pub interval_seconds: u64,
}

impl Default for ReportsConfig {
    fn default() -> Self {
        Self { enabled: true, gate: None, interval_seconds: 60 }
    }
}

impl ReportsConfig {
    /// What it comes to; nothing when the gate does not report.
    pub(super) fn check(&self, errors: &mut Vec<String>) -> Option<ReportSettings> {
        if !self.enabled {
            return None;
        }
        if !(5..=300).contains(&self.interval_seconds) {
            errors.push(format!("`reports.interval_seconds` must be 5 to 300, not {}", self.interval_seconds));
        }
        let gate = self.gate.clone().or_else(host_name).unwrap_or_else(|| "mfa-gate".to_owned());
        let visible = gate.trim() == gate && !gate.chars().any(char::is_control);
        if !visible || !(1..=100).contains(&gate.chars().count()) {
            errors.push("`reports.gate` must be 1 to 100 characters in one line".to_owned());
        }
        Some(ReportSettings { gate, every: Duration::from_secs(self.interval_seconds) })
    }
}

/// The name of this machine.
fn host_name() -> Option<String> {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}
