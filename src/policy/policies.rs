//! Every edition of the policy, and which of them applies when.

use super::edition::Edition;
use super::fault::Fault;
use crate::locale::Lang;
use chrono::{DateTime, Utc};
use rust_embed::RustEmbed;
use std::fmt;
use std::sync::Arc;
use thiserror::Error;

#[derive(RustEmbed)]
#[folder = "policies/partner-center"]
struct Shipped;

/// The editions of one policy, by the instant from which they apply; at least one.
#[derive(Clone, Debug)]
pub struct Policies {
    editions: Vec<Arc<Edition>>,
}

/// Why edition files make no policy.
#[derive(Debug, Error)]
pub enum PoliciesError {
    /// A file has faults.
    #[error("{}", Lines { file, faults })]
    Faulty { file: String, faults: Vec<Fault> },
    /// There is no file.
    #[error("there is no edition file: a policy needs at least one")]
    Empty,
    /// Two files that cannot both be there.
    #[error("`{first}` and `{second}` {why}")]
    Clash { first: String, second: String, why: &'static str },
}

struct Lines<'a> {
    file: &'a str,
    faults: &'a [Fault],
}

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.faults.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{}:{fault}", self.file)?;
        }
        Ok(())
    }
}

/// There was no policy yet.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no edition of the policy applies at {at}: the first takes effect at {first}; give a later instant")]
pub struct NoEdition {
    /// The instant asked for.
    pub at: String,
    /// The first edition's instant.
    pub first: String,
}

impl Policies {
    /// The editions that come with the program.
    ///
    /// # Errors
    /// Never in a build whose tests pass.
    pub fn shipped() -> Result<Self, PoliciesError> {
        let file = |name: std::borrow::Cow<'static, str>| {
            let data = Shipped::get(&name).map(|file| file.data).unwrap_or_default();
            (name.into_owned(), String::from_utf8_lossy(&data).into_owned())
        };
        Self::from_files(Shipped::iter().map(file))
    }

    /// The editions in these files, given as name (for messages) and text.
    ///
    /// # Errors
    /// When a file has faults, or two of them cannot both be there.
    pub fn from_files(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, PoliciesError> {
        let mut editions = Vec::new();
        for (file, text) in files {
            match Edition::parse(&text) {
                Ok(edition) => editions.push(Arc::new(edition)),
                Err(faults) => return Err(PoliciesError::Faulty { file, faults }),
            }
        }
        Self::of(editions)
    }

    /// A policy of these editions.
    ///
    /// # Errors
    /// When there is none, or two of them cannot both be there.
    pub fn of(mut editions: Vec<Arc<Edition>>) -> Result<Self, PoliciesError> {
        editions.sort_by_key(|edition| (edition.effective_at, edition.number));
        for pair in editions.windows(2) {
            let [one, other] = pair else { continue };
            let why = if one.policy != other.policy {
                "are editions of two policies: a desk has one"
            } else if (one.effective_at, one.number) == (other.effective_at, other.number) {
                "apply from the same instant: raise the `version` of the one that is to apply"
            } else {
                continue;
            };
            return Err(PoliciesError::Clash { first: one.version.clone(), second: other.version.clone(), why });
        }
        if editions.is_empty() { Err(PoliciesError::Empty) } else { Ok(Self { editions }) }
    }

    /// The edition that applies at `instant`: the last that has taken effect, and of its versions the highest.
    ///
    /// # Errors
    /// Before the first edition's instant.
    pub fn at(&self, instant: DateTime<Utc>) -> Result<&Arc<Edition>, NoEdition> {
        let in_effect = self.editions.iter().rev().find(|edition| edition.effective_at <= instant);
        in_effect.ok_or_else(|| NoEdition {
            at: instant.to_rfc3339(),
            first: self.editions.first().map(|edition| edition.effective_at.to_rfc3339()).unwrap_or_default(),
        })
    }

    /// The edition that [`Edition::version`] names, to show or re-run a classification.
    pub fn by_version(&self, version: &str) -> Option<&Arc<Edition>> {
        self.editions.iter().find(|edition| edition.version == version)
    }

    /// What people call the issue `slug`: the newest edition that knows it says; else the slug itself.
    pub fn issue_title(&self, slug: &str, lang: Lang) -> String {
        let known = self.editions.iter().rev().find_map(|edition| edition.issue(slug));
        known.map_or(slug, |issue| issue.title().get(lang)).to_owned()
    }

    /// Every edition, the first to apply first.
    pub fn editions(&self) -> &[Arc<Edition>] {
        &self.editions
    }
}
