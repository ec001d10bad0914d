//! `[audit]`: the chain of the audit log, and how long it keeps what people wrote.

use super::default_data_dir;
use serde::Deserialize;
use std::path::PathBuf;

/// `[audit]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Audit {
    /// The ES256 key that signs heads of the chain, PKCS#8 PEM, mode 0600; made there when absent. Never the feed's.
    pub signing_key_file: PathBuf,
    /// Folder that signed heads are written to, to be copied away; none are written when absent.
    pub anchor_directory: Option<PathBuf>,
    /// A head is signed at the latest so many minutes after the one before, when there are new events.
    pub head_minutes: u32,
    /// What people wrote is erased from events that are so many days old; kept when absent.
    pub personal_retention_days: Option<u32>,
}

impl Default for Audit {
    fn default() -> Self {
        Self {
            signing_key_file: default_data_dir().join("audit-signing-key.pem"),
            anchor_directory: None,
            head_minutes: 15,
            personal_retention_days: None,
        }
    }
}
