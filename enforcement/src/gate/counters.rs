//! What the gate counts: outcomes by surface, and why tokens were not believed.

use super::check::{Judgement, Outcome};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// The surface of what was refused before a surface was found, and of what is not protected.
const NO_SURFACE: &str = "(none)";

/// Figures since the start. Surfaces come from the configuration alone, so there are not many.
pub struct Counters {
    outcomes: RwLock<BTreeMap<Arc<str>, Arc<Outcomes>>>,
    token_errors: Mutex<BTreeMap<&'static str, u64>>,
}

type Outcomes = [AtomicU64; Outcome::NAMES.len()];

impl Default for Counters {
    /// What alerts watch is there from the start: to them the first of something that was never counted is no increase.
    fn default() -> Self {
        let outcomes = BTreeMap::from([(NO_SURFACE.into(), Arc::default())]);
        let token_errors = ["unknown_key", "signature", "algorithm", "unknown_issuer"].map(|error| (error, 0));
        Self { outcomes: RwLock::new(outcomes), token_errors: Mutex::new(token_errors.into()) }
    }
}

impl Counters {
    /// Counts what came of a request.
    pub fn count(&self, judgement: &Judgement) {
        let surface = judgement.surface.as_deref().unwrap_or(NO_SURFACE);
        self.of_surface(surface)[judgement.outcome.position()].fetch_add(1, Ordering::Relaxed);
        if let Outcome::BadToken(error) = &judgement.outcome {
            *lock(&self.token_errors).entry(error.code()).or_default() += 1;
        }
    }

    /// Outcome, surface and how often, of each surface that was asked about.
    pub fn outcomes(&self) -> Vec<(&'static str, Arc<str>, u64)> {
        let surfaces = self.outcomes.read().unwrap_or_else(PoisonError::into_inner);
        let rows = surfaces.iter().flat_map(|(surface, counts)| {
            Outcome::NAMES.iter().zip(counts.iter()).map(|(name, count)| (*name, Arc::clone(surface), count))
        });
        rows.map(|(name, surface, count)| (name, surface, count.load(Ordering::Relaxed))).collect()
    }

    /// Why tokens may not be believed, and how often that was so.
    pub fn token_errors(&self) -> Vec<(&'static str, u64)> {
        lock(&self.token_errors).iter().map(|(name, count)| (*name, *count)).collect()
    }

    fn of_surface(&self, surface: &str) -> Arc<Outcomes> {
        let known = self.outcomes.read().unwrap_or_else(PoisonError::into_inner).get(surface).cloned();
        known.unwrap_or_else(|| {
            let mut outcomes = self.outcomes.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(outcomes.entry(surface.into()).or_default())
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
