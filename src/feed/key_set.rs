//! The keys of the feed and where each is in its life, which follows from the time alone: no desk has to act for a key to begin
//! to sign, and all begin at the same instant.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Published, not yet signing.
    Next,
    /// Signs.
    Current,
    /// Signs no more; published as long as somebody may hold what it signed.
    Retired,
    /// Compromised: not published.
    Withdrawn,
}

impl KeyState {
    /// The machine name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Retired => "retired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Who keeps the private part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeper {
    /// The file `KID.pem` beside the set.
    File,
    /// The signing service.
    Service,
}

/// A key, as the set's file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its id.
    pub kid: String,
    /// Its public part.
    pub jwk: Value,
    /// Who keeps the private part.
    pub keeper: Keeper,
    /// Since when it is published.
    pub published_at: DateTime<Utc>,
    /// From when on it signs.
    pub signs_from: DateTime<Utc>,
    /// When it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// One key for people to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLine {
    /// Its id.
    pub kid: String,
    /// Where it is in its life.
    pub state: KeyState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when, where that is known.
    pub until: Option<DateTime<Utc>>,
}

/// All keys, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySet {
    /// The keys.
    pub keys: Vec<Entry>,
}

impl KeySet {
    /// The key that signs at `now`.
    pub fn current(&self, now: DateTime<Utc>) -> Option<&Entry> {
        let signing =
            self.keys.iter().enumerate().filter(|(_, key)| key.withdrawn_at.is_none() && key.signs_from <= now);
        signing.max_by_key(|(index, key)| (key.signs_from, *index)).map(|(_, key)| key)
    }

    /// The key that is published and signs later.
    pub fn next(&self, now: DateTime<Utc>) -> Option<&Entry> {
        let waiting = self.keys.iter().filter(|key| key.withdrawn_at.is_none() && key.signs_from > now);
        waiting.min_by_key(|key| key.signs_from)
    }

    /// The key called `kid`.
    pub fn find_mut(&mut self, kid: &str) -> Option<&mut Entry> {
        self.keys.iter_mut().find(|key| key.kid == kid)
    }

    /// The keys to publish at `now`; one that is retired stays `kept` longer.
    pub fn published(&self, now: DateTime<Utc>, kept: TimeDelta) -> impl Iterator<Item = &Entry> {
        self.keys.iter().filter(move |key| {
            key.withdrawn_at.is_none() && self.retired_at(key).is_none_or(|retired| now < retired + kept)
        })
    }

    /// Every key that is published or was withdrawn, the newest first.
    pub fn lines(&self, now: DateTime<Utc>, kept: TimeDelta) -> Vec<KeyLine> {
        let line = |key: &Entry| {
            let (state, since, until) = match (key.withdrawn_at, self.retired_at(key)) {
                (Some(withdrawn), _) => (KeyState::Withdrawn, withdrawn, None),
                (None, _) if key.signs_from > now => (KeyState::Next, key.published_at, Some(key.signs_from)),
                (None, Some(retired)) if retired <= now => (KeyState::Retired, retired, Some(retired + kept)),
                (None, until) => (KeyState::Current, key.signs_from, until),
            };
            KeyLine { kid: key.kid.clone(), state, since, until }
        };
        let lines = self.keys.iter().rev().map(line);
        lines.filter(|line| line.state != KeyState::Retired || line.until.is_none_or(|until| now < until)).collect()
    }

    /// Takes out, and returns, the keys that are retired and no longer published.
    pub fn forget(&mut self, now: DateTime<Utc>, kept: TimeDelta) -> Vec<Entry> {
        let stays: Vec<_> = self.published(now, kept).map(|key| key.kid.clone()).collect();
        let (stay, go) = std::mem::take(&mut self.keys)
            .into_iter()
            .partition(|key| key.withdrawn_at.is_some() || stays.contains(&key.kid));
        self.keys = stay;
        go
    }

    /// When `key` stops to sign because a later one begins; one that was withdrawn before it began never did.
    fn retired_at(&self, key: &Entry) -> Option<DateTime<Utc>> {
        let place = |wanted: &Entry| self.keys.iter().position(|key| key.kid == wanted.kid);
        let began = |other: &&Entry| other.withdrawn_at.is_none_or(|withdrawn| withdrawn > other.signs_from);
        let later = |other: &&Entry| (other.signs_from, place(other)) > (key.signs_from, place(key));
        self.keys.iter().filter(began).filter(later).map(|other| other.signs_from).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: TimeDelta = TimeDelta::minutes(75);

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
    }

    fn key(kid: &str, published: i64, signs: i64, withdrawn: Option<i64>) -> Entry {
        Entry {
            kid: kid.to_owned(),
            jwk: Value::Null,
            keeper: Keeper::File,
            published_at: at(published),
            signs_from: at(signs),
            withdrawn_at: withdrawn.map(at),
        }
    }

    fn set(keys: Vec<Entry>) -> KeySet {
        KeySet { keys }
    }

    fn states(set: &KeySet, minutes: i64) -> Vec<(String, &'static str)> {
        set.lines(at(minutes), KEPT).into_iter().map(|line| (line.kid, line.state.code())).collect()
    }

    fn named(states: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
        states.iter().map(|(kid, state)| ((*kid).to_owned(), *state)).collect()
    }

    #[test]
    fn a_new_key_is_published_first_signs_then_and_the_old_one_stays_published() {
        let set = set(vec![key("a", 0, 0, None), key("b", 100, 160, None)]);
        let published = |minutes| set.published(at(minutes), KEPT).map(|key| key.kid.as_str()).collect::<Vec<_>>();
        let current = |minutes| set.current(at(minutes)).map(|key| key.kid.as_str());
        assert_eq!((current(159), published(159)), (Some("a"), vec!["a", "b"]));
        assert_eq!(states(&set, 159), named(&[("b", "next"), ("a", "current")]));
        assert_eq!((current(160), published(234)), (Some("b"), vec!["a", "b"]));
        assert_eq!(states(&set, 160), named(&[("b", "current"), ("a", "retired")]));
        assert_eq!(published(235), vec!["b"]);
        assert_eq!(states(&set, 235), named(&[("b", "current")]));
    }

    #[test]
    fn a_withdrawn_key_is_out_at_once_and_the_one_before_it_never_signs_again() {
        let set = set(vec![key("a", 0, 0, None), key("b", 10, 10, Some(50)), key("c", 50, 50, None)]);
        assert_eq!(set.current(at(50)).map(|key| key.kid.as_str()), Some("c"));
        assert_eq!(states(&set, 50), named(&[("c", "current"), ("b", "withdrawn"), ("a", "retired")]));
        assert!(!set.published(at(50), KEPT).any(|key| key.kid == "b"));
    }

    #[test]
    fn a_key_that_was_withdrawn_before_it_signed_retires_nobody() {
        let set = set(vec![key("a", 0, 0, None), key("b", 10, 70, Some(20))]);
        assert_eq!(states(&set, 300), named(&[("b", "withdrawn"), ("a", "current")]));
    }

    #[test]
    fn what_is_no_longer_published_is_forgotten_but_withdrawals_stay_on_record() {
        let mut set =
            set(vec![key("a", 0, 0, None), key("b", 1, 1, Some(2)), key("c", 2, 2, None), key("d", 3, 3, None)]);
        let gone: Vec<_> = set.forget(at(200), KEPT).into_iter().map(|key| key.kid).collect();
        assert_eq!(gone, ["a", "c"]);
        assert_eq!(states(&set, 200), named(&[("d", "current"), ("b", "withdrawn")]));
    }

    #[test]
    fn of_two_keys_that_begin_at_the_same_instant_the_later_one_signs() {
        let set = set(vec![key("a", 0, 0, None), key("b", 0, 0, None)]);
        assert_eq!(states(&set, 0), named(&[("b", "current"), ("a", "retired")]));
    }
}
