//! The policy of a running desk: the editions of its files, and those that were brought in since it started.

use super::{Edition, NoEdition, Policies};
use crate::locale::Lang;
use chrono::{DateTime, Utc};
use std::sync::{Arc, PoisonError, RwLock};

/// The editions known now. Every look at it sees all of them or none of a change.
#[derive(Debug)]
pub struct LivePolicies {
    from_files: Policies,
    known: RwLock<Arc<Policies>>,
}

impl LivePolicies {
    /// The policy of these files.
    pub fn new(from_files: Policies) -> Self {
        let known = RwLock::new(Arc::new(from_files.clone()));
        Self { from_files, known }
    }

    /// Every edition known now.
    pub fn all(&self) -> Arc<Policies> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The editions of the files alone.
    pub fn from_files(&self) -> &Policies {
        &self.from_files
    }

    /// From now on, these.
    pub fn replace(&self, known: Policies) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
    }

    /// See [`Policies::at`].
    ///
    /// # Errors
    /// Before the first edition's instant.
    pub fn at(&self, instant: DateTime<Utc>) -> Result<Arc<Edition>, NoEdition> {
        self.all().at(instant).cloned()
    }

    /// See [`Policies::by_version`].
    pub fn by_version(&self, version: &str) -> Option<Arc<Edition>> {
        self.all().by_version(version).cloned()
    }

    /// See [`Policies::issue_title`].
    pub fn issue_title(&self, slug: &str, lang: Lang) -> String {
        self.all().issue_title(slug, lang)
    }

    /// See [`Policies::editions`].
    pub fn editions(&self) -> Vec<Arc<Edition>> {
        self.all().editions().to_vec()
    }
}
