//! Places among the readers of the stream: so many for all, and a share of them for each client.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most readers that one desk process streams to, and most of one client.
pub(super) const MOST: usize = 8192;
pub(super) const MOST_OF_ONE: usize = MOST / 2;

/// Which places are taken.
pub(super) struct Places {
    most: usize,
    most_of_one: usize,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    of: HashMap<String, usize>,
}

/// A place of one client, until it is dropped.
pub struct Place {
    client: String,
    taken: Arc<Mutex<Taken>>,
}

impl Places {
    /// `most` places, of which one client has `most_of_one`.
    pub fn new(most: usize, most_of_one: usize) -> Self {
        Self { most, most_of_one, taken: Arc::default() }
    }

    /// A place for `client`; none when all, or its own, are taken.
    pub fn take(&self, client: &str) -> Option<Place> {
        let mut taken = locked(&self.taken);
        let own = taken.of.get(client).copied().unwrap_or_default();
        if taken.all >= self.most || own >= self.most_of_one {
            return None;
        }
        taken.all += 1;
        taken.of.insert(client.to_owned(), own + 1);
        Some(Place { client: client.to_owned(), taken: self.taken.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = locked(&self.taken);
        taken.all -= 1;
        let own = taken.of.get(&self.client).copied().unwrap_or_default();
        match own {
            0 | 1 => drop(taken.of.remove(&self.client)),
            own => drop(taken.of.insert(self.client.clone(), own - 1)),
        }
    }
}

/// Nobody panics while they hold it.
fn locked(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_client_takes_the_places_of_the_others() {
        let places = Places::new(5, 3);
        let mut one: Vec<_> = (0..3).map(|_| places.take("one").expect("its share")).collect();
        assert!(places.take("one").is_none(), "more than its share");
        let two = [places.take("two"), places.take("two")];
        assert!(two.iter().all(Option::is_some));
        assert!(places.take("three").is_none(), "all are taken");
        one.pop();
        assert!(places.take("three").is_some());
        drop((one, two));
        assert!(locked(&places.taken).of.is_empty(), "whoever is gone is forgotten");
    }
}
