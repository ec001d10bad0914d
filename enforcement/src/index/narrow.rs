//! Rules that name one user, as most do.

use super::Keys;
use super::moment::Moment;
use super::scopes::Scopes;
use super::shards::Shards;
use crate::wire::{Rule, Subjects};
use std::cmp::Reverse;
use uuid::Uuid;

/// Rules of one user each, by (tenant, user).
#[derive(Clone, Default)]
pub struct NarrowRules {
    rules: Shards<Narrow>,
    /// The rules by id; made when first needed.
    by_id: Option<Shards<Known>>,
}

/// A rule in 52 bytes: two ids of 16, two instants of 8 and 4 for all that it shares with others. The instants are
/// kept as bytes, which need no padding.
#[derive(Clone, Copy)]
pub struct Narrow {
    id: Uuid,
    user: Uuid,
    start: [u8; 8],
    end: [u8; 8],
    scope: u32,
}

/// Where a rule is: the hash of its id, by which it is found, and the hash of its tenant and user. 16 bytes; a full
/// copy of the id would make it 24.
#[derive(Clone, Copy)]
pub struct Known {
    id: u64,
    user: u64,
}

impl NarrowRules {
    pub fn with_capacity(rules: usize) -> Self {
        Self { rules: Shards::with_capacity(rules), by_id: None }
    }

    /// The user and the window of a rule that can be kept here: it names one user, and its window has whole microseconds,
    /// as all that a desk publishes.
    pub fn fitting(rule: &Rule) -> Option<(Uuid, [Moment; 2])> {
        let Subjects::Users(users) = &rule.subjects else { return None };
        let &[user] = users.as_slice() else { return None };
        Some((user, [Moment::exactly(rule.not_before)?, Moment::exactly(rule.expires_at)?]))
    }

    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// The rule in force for `user` whose scope `covers`: the one that ends last, with its end; of those the one with the
    /// smallest id. `key` is the hash of the tenant and user.
    pub fn best(&self, key: u64, user: Uuid, now: Moment, covers: impl Fn(u32) -> bool) -> Option<(Moment, Uuid)> {
        let is_in_force = |rule: &Narrow| Moment::from_bytes(rule.start) <= now && now < Moment::from_bytes(rule.end);
        let fitting =
            self.rules.of_hash(key).filter(|rule| rule.user == user && is_in_force(rule) && covers(rule.scope));
        fitting.map(|rule| (Moment::from_bytes(rule.end), rule.id)).max_by_key(|&(end, id)| (end, Reverse(id)))
    }

    pub fn insert(
        &mut self,
        keys: &Keys,
        scopes: &Scopes,
        rule: &Rule,
        scope: u32,
        (user, window): (Uuid, [Moment; 2]),
    ) {
        let [start, end] = window.map(Moment::to_bytes);
        let key = keys.of_user(rule.tenant, user);
        self.rules.insert(key, Narrow { id: rule.id, user, start, end, scope }, |other| other.key(keys, scopes));
        if let Some(by_id) = &mut self.by_id {
            let known = Known { id: keys.of_id(rule.id), user: key };
            by_id.insert(known.id, known, |other| other.id);
        }
    }

    /// Makes the table by id, if it is not there yet, and gives both tables.
    pub fn known(&mut self, keys: &Keys, scopes: &Scopes) -> (&mut Shards<Narrow>, &mut Shards<Known>) {
        let rules = &mut self.rules;
        let by_id = self.by_id.get_or_insert_with(|| {
            let mut by_id = Shards::with_capacity(rules.len());
            for rule in rules.iter() {
                let known = Known { id: keys.of_id(rule.id), user: rule.key(keys, scopes) };
                by_id.insert(known.id, known, |other: &Known| other.id);
            }
            by_id
        });
        (rules, by_id)
    }

    /// A rule with this id; without the table by id, found by looking at every one.
    pub fn get(&self, keys: &Keys, scopes: &Scopes, id: Uuid) -> Option<Rule> {
        let is_it = |rule: &&Narrow| rule.id == id;
        let narrow = match &self.by_id {
            Some(by_id) => by_id.of_hash(keys.of_id(id)).find_map(|known| self.rules.of_hash(known.user).find(is_it)),
            None => self.rules.iter().find(is_it),
        };
        narrow.map(|rule| rule.rule(scopes))
    }

    /// Whether one more rule moves the entries of a small table at most.
    pub fn has_room(&self) -> bool {
        self.by_id.as_ref().is_some_and(Shards::has_room) && self.rules.has_room()
    }

    /// Takes out one rule with this id.
    pub fn remove(&mut self, keys: &Keys, scopes: &Scopes, id: Uuid) -> Option<Rule> {
        let (rules, by_id) = self.known(keys, scopes);
        let hash = keys.of_id(id);
        let is_wanted = |known: &Known| known.id == hash && rules.of_hash(known.user).any(|rule| rule.id == id);
        let known = by_id.remove(hash, is_wanted)?;
        Some(rules.remove(known.user, |rule| rule.id == id)?.rule(scopes))
    }

    pub fn iter(&self, scopes: &Scopes) -> impl Iterator<Item = Rule> {
        self.rules.iter().map(|rule| rule.rule(scopes))
    }

    pub fn heap_bytes(&self) -> usize {
        self.rules.heap_bytes() + self.by_id.as_ref().map_or(0, Shards::heap_bytes)
    }
}

impl Narrow {
    fn key(&self, keys: &Keys, scopes: &Scopes) -> u64 {
        keys.of_user(scopes.tenant(self.scope), self.user)
    }

    fn rule(&self, scopes: &Scopes) -> Rule {
        let at = |bytes| Moment::from_bytes(bytes).instant().expect("only what was packed without loss is kept");
        scopes.rule(self.scope, self.id, Subjects::Users(vec![self.user]), at(self.start), at(self.end))
    }
}
