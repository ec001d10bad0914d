//! `[signing]`: the keys that sign the feed.

use serde::Deserialize;
use std::path::PathBuf;

/// `[signing]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Signing {
    /// Folder of the keys, mode 0700; made when absent. `feed-keys` beside `feed.signing_key_file` when not named. Desks that share
    /// a database share it.
    pub directory: Option<PathBuf>,
    /// A key that has signed for so many days is rotated; 0: only by `exception-desk keys rotate`.
    pub rotate_after_days: u32,
    /// How long a new key is published before it signs, so that every gate knows it.
    pub overlap_minutes: u32,
    /// A program that signs in place of keys in files, with its arguments: it reads what is to be signed on its standard input and
    /// prints the signature (`r` and `s`, base64url). `EXCEPTION_DESK_KID` says which key.
    pub command: Vec<String>,
    /// How long it may take for one signature.
    pub command_timeout_seconds: u32,
    /// The public part of its first key, PEM.
    pub public_key_file: Option<PathBuf>,
}

impl Signing {
    /// What no type can say: the key and the problem.
    pub(super) fn check(&self) -> Result<(), (&'static str, &'static str)> {
        if !(5..=10_080).contains(&self.overlap_minutes) {
            return Err(("signing.overlap_minutes", "give 5 to 10080 minutes: gates keep the published keys for five"));
        }
        if self.rotate_after_days > 3650 {
            return Err(("signing.rotate_after_days", "give 1 to 3650 days, or 0 for never"));
        }
        if !(1..=60).contains(&self.command_timeout_seconds) {
            return Err(("signing.command_timeout_seconds", "give 1 to 60 seconds"));
        }
        if self.command.is_empty() {
            return Ok(());
        }
        if self.public_key_file.is_none() {
            return Err((
                "signing.public_key_file",
                "name the public part of the key that `signing.command` signs with",
            ));
        }
        if self.rotate_after_days != 0 {
            return Err((
                "signing.rotate_after_days",
                "give 0: the keys of `signing.command` are rotated by `exception-desk keys rotate --public-key FILE`",
            ));
        }
        Ok(())
    }
}

impl Default for Signing {
    fn default() -> Self {
        Self {
            directory: None,
            rotate_after_days: 90,
            overlap_minutes: 60,
            command: Vec::new(),
            command_timeout_seconds: 5,
            public_key_file: None,
        }
    }
}
