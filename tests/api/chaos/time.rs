//! The time of everybody, which goes faster than that of the test.

use chrono::{DateTime, TimeDelta, Utc};
use exception_desk::clock::Clock;
use std::cell::{Cell, RefCell};
use tokio::time::Instant;

/// Seconds that go by in one of the test's.
pub const RATE: i32 = 20;

pub struct Time {
    begun: Instant,
    start: DateTime<Utc>,
    leaps: Cell<TimeDelta>,
    hands: RefCell<Vec<(Clock, TimeDelta)>>,
}

impl Time {
    /// Time that goes on from what `clock` shows, and turns it.
    pub fn from(clock: &Clock) -> Self {
        Self {
            begun: Instant::now(),
            start: clock.now(),
            leaps: Cell::new(TimeDelta::zero()),
            hands: RefCell::new(vec![(clock.clone(), TimeDelta::zero())]),
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        let passed = TimeDelta::from_std(self.begun.elapsed()).unwrap();
        self.start + passed * RATE + self.leaps.get()
    }

    /// How much of it has gone by.
    pub fn passed(&self) -> TimeDelta {
        self.now() - self.start
    }

    /// A clock that is `ahead` of it, or behind.
    pub fn clock(&self, ahead: TimeDelta) -> Clock {
        let clock = Clock::standing_at(self.now() + ahead);
        self.hands.borrow_mut().push((clock.clone(), ahead));
        clock
    }

    /// Turns every clock to what it is now.
    pub fn turn(&self) {
        let now = self.now();
        for (clock, ahead) in self.hands.borrow().iter() {
            clock.set(now + *ahead);
        }
    }

    /// All clocks go forward at once.
    pub fn leap(&self, time: TimeDelta) {
        self.leaps.set(self.leaps.get() + time);
        self.turn();
    }
}
