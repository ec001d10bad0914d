//! A few turns at something that costs much: many callers at once do not use up what all others need.

use super::error::Failure;
use crate::problem::Kind;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// After how many seconds a caller that got no turn is told to come again.
const AGAIN: u32 = 5;

/// So many at once, and how long one waits for the next to be free.
pub struct Turns {
    places: Arc<Semaphore>,
    patience: Duration,
}

impl Turns {
    /// `most` at once.
    pub fn new(most: usize, patience: Duration) -> Self {
        Self { places: Arc::new(Semaphore::new(most)), patience }
    }

    /// A turn, which ends when it is dropped.
    ///
    /// # Errors
    /// 503 when none was free in time.
    pub async fn take(&self) -> Result<OwnedSemaphorePermit, Failure> {
        let turn = timeout(self.patience, self.places.clone().acquire_owned()).await;
        turn.ok().and_then(Result::ok).ok_or_else(|| Failure::new(Kind::Busy).retry_after(AGAIN))
    }
}
