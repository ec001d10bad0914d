//! The policy of a running desk: the editions of its files, and those that were brought in since it started.

use super::{Edition, NoEdition, Policies};
use crate::locale::Lang;
use chrono::{DateTime, Utc};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The editions known now. Every look at it sees all of them or none of a change.
#[derive(Debug)]
pub struct LivePolicies {
    from_files: Policies,
    known: RwLock<Known>,
}

#[derive(Debug)]
struct Known {
    policies: Arc<Policies>,
    /// The editions among them that the database keeps.
    stored: Vec<Uuid>,
    looked_at: Option<Instant>,
}

impl LivePolicies {
    /// For how long one look at the database counts. An edition is brought in longer than this before it applies, so
    /// no desk judges by one that has been followed.
    pub const COUNTS_FOR: Duration = Duration::from_secs(60);

    /// The policy of these files.
    pub fn new(from_files: Policies) -> Self {
        let policies = Arc::new(from_files.clone());
        Self { from_files, known: RwLock::new(Known { policies, stored: Vec::new(), looked_at: None }) }
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every edition known now.
    pub fn all(&self) -> Arc<Policies> {
        Arc::clone(&self.known().policies)
    }

    /// The editions of the files alone.
    pub fn from_files(&self) -> &Policies {
        &self.from_files
    }

    /// Whether the database was looked at lately.
    pub fn is_fresh(&self) -> bool {
        self.known().looked_at.is_some_and(|at| at.elapsed() < Self::COUNTS_FOR)
    }

    /// Whether these are the stored editions that are known; if so, they have been looked at now.
    pub fn still_are(&self, stored: &[Uuid]) -> bool {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let same = known.looked_at.is_some() && known.stored == stored;
        if same {
            known.looked_at = Some(Instant::now());
        }
        same
    }

    /// From now on `policies`, of which the database keeps `stored`.
    pub fn replace(&self, policies: Policies, stored: Vec<Uuid>) {
        let known = Known { policies: Arc::new(policies), stored, looked_at: Some(Instant::now()) };
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
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

    /// The version of the policy's edition that is called `id` ([`Edition::id`]).
    pub fn version_of(&self, id: &str) -> String {
        let policy = self.from_files.editions().first().map(|edition| edition.policy.clone());
        format!("{}/{id}", policy.unwrap_or_default())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_at_the_database_counts_for_a_minute() {
        let live = LivePolicies::new(Policies::shipped().unwrap());
        assert!(!live.is_fresh(), "nobody has looked yet");
        live.replace(Policies::shipped().unwrap(), Vec::new());
        assert!(live.is_fresh());
        let looked = |ago| live.known.write().unwrap().looked_at = Instant::now().checked_sub(ago);
        looked(LivePolicies::COUNTS_FOR - Duration::from_secs(5));
        assert!(live.is_fresh());
        looked(LivePolicies::COUNTS_FOR);
        assert!(!live.is_fresh());
        assert!(live.still_are(&[]) && live.is_fresh(), "another look counts anew");
    }
}
