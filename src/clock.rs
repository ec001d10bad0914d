//! Time and chance, the two inputs that no function may take from the air.
//!
//! Everything that depends on the current instant or on a fresh identifier gets it from here, so a test can hold the
//! clock still and an auditor can re-run a decision.

use chrono::{DateTime, SubsecRound, Utc};
use std::sync::{Arc, Mutex};
use uuid::{NoContext, Timestamp, Uuid};

/// Where the current instant comes from: the system, or a test that sets it.
#[derive(Clone, Default)]
pub struct Clock(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    System,
    Set(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `at` until [`Clock::set`] moves it. Clones share the hand.
    pub fn standing_at(at: DateTime<Utc>) -> Self {
        Self(Source::Set(Arc::new(Mutex::new(at))))
    }

    /// The current instant, to the microsecond: what PostgreSQL can keep, so that a value read back equals the value written.
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => system_now(),
            Source::Set(at) => *at.lock().unwrap_or_else(|poisoned| poisoned.into_inner()),
        }
        .trunc_subsecs(6)
    }

    /// Moves a clock made by [`Clock::standing_at`]; the system's clock is left alone.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Source::Set(hand) = &self.0 {
            *hand.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = at;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
fn system_now() -> DateTime<Utc> {
    Utc::now()
}

/// A new UUIDv7 whose time part is `at`: sorts by creation, says nothing that `at` does not.
pub fn fresh_id(at: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, at.timestamp_subsec_nanos()))
}

/// `N` bytes from the operating system's cryptographic generator, for tokens, salts and nonces.
///
/// # Panics
/// When the operating system has no randomness to give; nothing secret may be made then.
pub fn secret_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
    bytes
}
