//! Where the parts of a running demonstration are, also for other programs: `DIR/demo.json`.

use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The content of `demo.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Addresses {
    /// The desk.
    pub desk: String,
    /// The identity provider.
    pub idp: String,
    /// The gate.
    pub gate: String,
    /// The protected site.
    pub portal: String,
    /// The page that shows sent mail.
    pub mail: String,
    /// The database, as its owner.
    pub database_url: String,
    /// The process.
    pub pid: u32,
}

impl Addresses {
    /// The addresses of the demonstration in `data_dir`.
    ///
    /// # Errors
    /// When none was ever started there.
    pub fn read(data_dir: &Path) -> anyhow::Result<Self> {
        let path = data_dir.join("demo.json");
        let text = std::fs::read_to_string(&path).with_context(|| {
            format!("cannot read `{}`; start `exception-desk demo` with the same `--data-dir` first", path.display())
        })?;
        serde_json::from_str(&text).with_context(|| format!("`{}` is damaged; restart the demo", path.display()))
    }

    /// Writes them for other programs: readable by this account alone (the database's password is among them), all or
    /// nothing.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, data_dir: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        super::settings::write_private(&data_dir.join("demo.json"), text.as_bytes())
    }
}
