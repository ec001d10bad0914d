//! Every edition of the policy, and which of them applies when.

use super::edition::{Edition, Lines};
use super::fault::{Fault, FaultKind};
use crate::locale::Lang;
use chrono::{DateTime, Utc};
use rust_embed::RustEmbed;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
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
    /// Files have faults, alone or together.
    #[error("{}", Told(.0))]
    Faulty(Vec<FileFault>),
    /// There is no file.
    #[error("there is no edition file: a policy needs at least one")]
    Empty,
    /// A folder or a file cannot be read.
    #[error("cannot read `{path}`: {error}")]
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        error: std::io::Error,
    },
}

/// A fault and the file that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    /// The file, as it was named.
    pub file: String,
    /// Where in it, what is wrong, and what to do.
    pub fault: Fault,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.fault)
    }
}

struct Told<'a>(&'a [FileFault]);

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            let end = if index == 0 { "" } else { "\n" };
            write!(f, "{end}{fault}")?;
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

/// An edition with the name of its file.
type Named = (String, Arc<Edition>);

impl Policies {
    /// The editions that come with the program.
    ///
    /// # Errors
    /// Never in a build whose tests pass.
    pub fn shipped() -> Result<Self, PoliciesError> {
        Self::from_files(shipped_files())
    }

    /// The editions of the folder that an operator names, else the shipped ones.
    ///
    /// # Errors
    /// When the folder cannot be read, a file has faults, or two of them do not go together.
    pub fn load(directory: Option<&Path>) -> Result<Self, PoliciesError> {
        match directory {
            Some(directory) => Self::from_files(files_in(directory)?),
            None => Self::shipped(),
        }
    }

    /// The editions in these files, given as name (for messages) and text.
    ///
    /// # Errors
    /// Every fault of every file; what does not go together when each is good.
    pub fn from_files(files: impl IntoIterator<Item = (String, String)>) -> Result<Self, PoliciesError> {
        let (mut editions, mut found) = (Vec::new(), Vec::new());
        for (file, text) in files {
            match Edition::parse(&text) {
                Ok(edition) => editions.push((file, Arc::new(edition))),
                Err(faults) => found.extend(faults.into_iter().map(|fault| FileFault { file: file.clone(), fault })),
            }
        }
        if found.is_empty() { Self::of(editions) } else { Err(PoliciesError::Faulty(found)) }
    }

    /// A policy of these editions, each with a name for messages.
    ///
    /// # Errors
    /// When there is none, or some of them do not go together.
    pub fn of(mut editions: Vec<Named>) -> Result<Self, PoliciesError> {
        editions.sort_by_key(|(_, edition)| (edition.effective_at, edition.number));
        let faults: Vec<_> =
            (0..editions.len()).flat_map(|index| clashes(&editions[..index], &editions[index])).collect();
        if !faults.is_empty() {
            return Err(PoliciesError::Faulty(faults));
        }
        let editions: Vec<_> = editions.into_iter().map(|(_, edition)| edition).collect();
        if editions.is_empty() { Err(PoliciesError::Empty) } else { Ok(Self { editions }) }
    }

    /// These editions and `edition`, which is called `name` in messages.
    ///
    /// # Errors
    /// When it does not go together with them.
    pub fn with(&self, name: &str, edition: Arc<Edition>) -> Result<Self, PoliciesError> {
        let there = self.editions.iter().map(|edition| (edition.version.clone(), Arc::clone(edition)));
        Self::of(there.chain([(name.to_owned(), edition)]).collect())
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

    /// The edition that applied before `edition` took effect; nothing before the first.
    pub fn before(&self, edition: &Edition) -> Option<&Arc<Edition>> {
        let place = (edition.effective_at, edition.number);
        self.editions.iter().rev().find(|other| (other.effective_at, other.number) < place)
    }

    /// What people call the issue `slug`: the newest edition that knows it says; else the slug itself.
    pub fn issue_title(&self, slug: &str, lang: Lang) -> String {
        let known = self.editions.iter().rev().find_map(|edition| edition.issue(slug));
        known.map_or(slug, |issue| issue.title().get(lang)).to_owned()
    }

    /// Whether an edition names this role of partners' people.
    pub fn knows_role(&self, name: &str) -> bool {
        self.editions.iter().any(|edition| edition.roles.iter().any(|role| role.name == name))
    }

    /// The surfaces that editions name.
    pub fn surfaces(&self) -> BTreeSet<&str> {
        self.editions.iter().flat_map(|edition| edition.surfaces()).map(|surface| &*surface.name).collect()
    }

    /// Every edition, the first to apply first.
    pub fn editions(&self) -> &[Arc<Edition>] {
        &self.editions
    }
}

/// A request that the shipped policy accepts, to show what one looks like.
pub fn example_request() -> Option<serde_json::Value> {
    serde_json::from_slice(&Shipped::get("example-request.json")?.data).ok()
}

/// The shipped edition files, by name and text.
pub(super) fn shipped_files() -> impl Iterator<Item = (String, String)> {
    Shipped::iter().filter(|name| name.ends_with(".toml")).map(|name| {
        let data = Shipped::get(&name).map(|file| file.data).unwrap_or_default();
        (name.into_owned(), String::from_utf8_lossy(&data).into_owned())
    })
}

/// The edition files of a folder (`*.toml`), by path and text, in the order of their names.
///
/// # Errors
/// When the folder or a file in it cannot be read.
pub(super) fn files_in(directory: &Path) -> Result<Vec<(String, String)>, PoliciesError> {
    let entries = std::fs::read_dir(directory)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>());
    let mut paths = entries.map_err(|error| unreadable(directory, error))?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    paths.iter().map(|path| read_file(path)).collect()
}

/// A file by path and text.
///
/// # Errors
/// When it cannot be read.
pub(super) fn read_file(path: &Path) -> Result<(String, String), PoliciesError> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
    Ok((path.display().to_string(), text))
}

fn unreadable(path: &Path, error: std::io::Error) -> PoliciesError {
    PoliciesError::Unreadable { path: path.display().to_string(), error }
}

/// What keeps an edition from standing beside those that apply before it.
fn clashes(earlier: &[Named], (file, edition): &Named) -> Vec<FileFault> {
    let mut faults = Vec::new();
    let mut note = |line: usize, message: String| {
        faults.push(FileFault { file: file.clone(), fault: Fault { line, message, kind: FaultKind::Content } });
    };
    let Lines { policy, version, effective_at } = edition.lines;
    for (other_file, other) in earlier {
        if other.policy != edition.policy {
            let message = format!(
                "`{}` and `{}` are two policies (see `{other_file}`): a desk has one",
                other.policy, edition.policy
            );
            note(policy, message);
        } else if other.version == edition.version {
            note(version, format!("`{}` is there already (`{other_file}`): raise its `version`", edition.version));
        } else if other.effective_at == edition.effective_at && other.name != edition.name {
            let message =
                format!("`{}` applies from the same instant (`{other_file}`): change one of them", other.version);
            note(effective_at, message);
        }
    }
    for issue in &edition.issues {
        let Some(sunset) = issue.sunset.filter(|sunset| sunset.at.to_utc() <= edition.effective_at) else { continue };
        // What an earlier edition announced goes on to hold.
        let was_announced = earlier.iter().any(|(_, other)| {
            let announced = other.issue(&issue.slug).and_then(|issue| issue.sunset);
            announced.is_some_and(|announced| announced.at <= sunset.at && other.effective_at < announced.at.to_utc())
        });
        if !was_announced {
            note(
                sunset.line,
                "the sunset lies before the edition takes effect, and no edition before it announced one: give a later \
                 instant, or check this file together with those before it".to_owned(),
            );
        }
    }
    faults
}
