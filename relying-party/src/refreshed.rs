//! A value fetched from elsewhere, believed for a while, fetched again within bounds.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Arc, Mutex, MutexGuard};

/// When to fetch again, and when to stop believing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ages {
    pub refresh_after: TimeDelta,
    pub forget_after: TimeDelta,
    pub retry_after: TimeDelta,
}

/// A value and the way to keep it fresh. One fetch runs at a time, and it runs to its end even when the caller that
/// began it goes away: otherwise a client that hangs up at once could keep the value from ever arriving.
pub(crate) struct Refreshed<T> {
    ages: Ages,
    state: Arc<Mutex<State<T>>>,
    fetching: Arc<tokio::sync::Mutex<()>>,
}

struct State<T> {
    value: Option<(Arc<T>, DateTime<Utc>)>,
    tried_at: Option<DateTime<Utc>>,
    error: String,
    fetches: Fetches,
}

/// How often something was fetched from the identity provider since the start, and how the last try went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetches {
    /// Fetches that brought something.
    pub succeeded: u64,
    /// Fetches that brought nothing.
    pub failed: u64,
    /// When what is held was fetched.
    pub fetched_at: Option<DateTime<Utc>>,
    /// Why the last fetch failed, if it did.
    pub error: Option<String>,
}

impl<T: Send + Sync + 'static> Refreshed<T> {
    pub fn new(ages: Ages) -> Self {
        let error = "not fetched yet".to_owned();
        let state = State { value: None, tried_at: None, error, fetches: Fetches::default() };
        Self { ages, state: Arc::new(Mutex::new(state)), fetching: Arc::default() }
    }

    /// The value, fetched when missing or older than `refresh_after`.
    ///
    /// # Errors
    /// The last fetch's reason, when there is no value younger than `forget_after`.
    pub async fn get<F>(&self, now: DateTime<Utc>, fetch: impl FnOnce() -> F) -> Result<Arc<T>, String>
    where
        F: Future<Output = Result<T, String>> + Send + 'static,
    {
        if let Some(value) = self.younger_than(self.ages.refresh_after, now) {
            return Ok(value);
        }
        // Whoever still has something to believe does not wait for somebody else's fetch.
        let may_wait = self.younger_than(self.ages.forget_after, now).is_none();
        self.fetch_within_bounds(now, may_wait, fetch).await;
        self.younger_than(self.ages.forget_after, now).ok_or_else(|| self.lock().error.clone())
    }

    /// A value fetched after `than` was, if the bounds allow a fetch now; else the present one.
    pub async fn newer<F>(&self, than: &Arc<T>, now: DateTime<Utc>, fetch: impl FnOnce() -> F) -> Option<Arc<T>>
    where
        F: Future<Output = Result<T, String>> + Send + 'static,
    {
        let present = self.younger_than(self.ages.forget_after, now)?;
        if !Arc::ptr_eq(&present, than) {
            return Some(present);
        }
        self.fetch_within_bounds(now, true, fetch).await;
        self.younger_than(self.ages.forget_after, now)
    }

    async fn fetch_within_bounds<F>(&self, now: DateTime<Utc>, may_wait: bool, fetch: impl FnOnce() -> F)
    where
        F: Future<Output = Result<T, String>> + Send + 'static,
    {
        let turn = if may_wait {
            Arc::clone(&self.fetching).lock_owned().await
        } else {
            match Arc::clone(&self.fetching).try_lock_owned() {
                Ok(turn) => turn,
                Err(_) => return,
            }
        };
        {
            let mut state = self.lock();
            // A clock that was set back must not stop fetching, hence the lower bound.
            let too_soon = |at: DateTime<Utc>| now >= at && now - at < self.ages.retry_after;
            if state.tried_at.is_some_and(too_soon) {
                return;
            }
            state.tried_at = Some(now);
        }
        let state = Arc::clone(&self.state);
        let fetched = fetch();
        let task = tokio::spawn(async move {
            let outcome = fetched.await;
            let mut state = state.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            match outcome {
                Ok(value) => {
                    state.value = Some((Arc::new(value), now));
                    state.fetches.succeeded += 1;
                    (state.fetches.fetched_at, state.fetches.error) = (Some(now), None);
                }
                Err(reason) => {
                    tracing::warn!(%reason, "could not fetch from the identity provider");
                    state.fetches.failed += 1;
                    state.fetches.error = Some(reason.clone());
                    state.error = reason;
                }
            }
            drop(turn);
        });
        if task.await.is_err() {
            tracing::error!("a fetch from the identity provider did not end");
        }
    }

    /// How the fetches went so far.
    pub fn fetches(&self) -> Fetches {
        self.lock().fetches.clone()
    }

    fn younger_than(&self, age: TimeDelta, now: DateTime<Utc>) -> Option<Arc<T>> {
        let state = self.lock();
        let (value, fetched_at) = state.value.as_ref()?;
        (now - *fetched_at < age && *fetched_at - now < age).then(|| Arc::clone(value))
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
