//! The rules of a feed, arranged so that the question "who covers this user now?" costs the same at ten rules and at a
//! million.
//!
//! A decision waits for memory more than it works, so the common rule, of one user, lies whole in the table over
//! (tenant, user): the answer needs the table's tags, the rule behind the tag, and its scope (tenant, surfaces, issue),
//! which many rules share and which is therefore mostly in a cache. Such a rule takes 52 bytes and a tag of one byte in
//! buckets that are filled to 78 %: 68 bytes in all at a million rules when the index was made with that capacity. Rules
//! that name several users, or every user, are kept apart, so that a feed without them pays nothing for them. Once rules
//! are changed one by one, a second table finds them by id (22 bytes more); who never changes rules never builds it.
//!
//! The index loses nothing: it gives back the very rule that was put in, so a digest can follow each change.

mod moment;
mod narrow;
mod scopes;
mod shards;
mod wide;

use crate::wire::Rule;
use chrono::{DateTime, Utc};
use hashbrown::DefaultHashBuilder;
use moment::Moment;
use narrow::NarrowRules;
use scopes::Scopes;
use std::cmp::Reverse;
use std::hash::{BuildHasher, Hash};
use uuid::Uuid;
use wide::WideRules;

/// Rules by tenant and user.
#[derive(Clone, Default)]
pub struct RuleIndex {
    keys: Keys,
    scopes: Scopes,
    narrow: NarrowRules,
    wide: WideRules,
}

/// Hashes by a random key: whoever can have rules granted cannot choose ids that collide.
#[derive(Clone, Default)]
struct Keys(DefaultHashBuilder);

impl Keys {
    fn of(&self, value: impl Hash) -> u64 {
        self.0.hash_one(value)
    }

    fn of_id(&self, id: Uuid) -> u64 {
        self.of(number(id))
    }

    fn of_user(&self, tenant: Uuid, user: Uuid) -> u64 {
        self.of((number(tenant), number(user)))
    }
}

/// `id` as a number, which is hashed in a fraction of the steps that sixteen bytes take.
fn number(id: Uuid) -> u128 {
    u128::from_ne_bytes(id.into_bytes())
}

impl RuleIndex {
    /// An empty index with room for `rules` rules of one user each.
    pub fn with_capacity(rules: usize) -> Self {
        Self { narrow: NarrowRules::with_capacity(rules), ..Self::default() }
    }

    /// The index of `rules`.
    pub fn of(rules: &[Rule]) -> Self {
        let narrow = rules.iter().filter(|rule| NarrowRules::fitting(rule).is_some());
        let mut index = Self::with_capacity(narrow.count());
        for rule in rules {
            index.insert(rule);
        }
        index
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.narrow.len() + self.wide.len()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rule in force at `at` that covers `user` of `tenant` on `surface`: of several the one that ends last, of
    /// those the one with the smallest id.
    #[inline]
    pub fn covering(&self, tenant: Uuid, user: Uuid, surface: &str, at: DateTime<Utc>) -> Option<Uuid> {
        let covers = |scope| self.scopes.covers(scope, tenant, surface);
        let narrow = self.narrow.best(self.keys.of_user(tenant, user), user, Moment::up_to(at), covers);
        if self.wide.is_empty() {
            return narrow.map(|(_, id)| id);
        }
        let narrow = narrow.and_then(|(end, id)| Some((end.instant()?, id)));
        self.best_of_all(narrow, tenant, user, surface, at)
    }

    /// The same, when the best narrow rule is known. Apart, so that the common case above stays small.
    #[inline(never)]
    fn best_of_all(
        &self,
        narrow: Option<(DateTime<Utc>, Uuid)>,
        tenant: Uuid,
        user: Uuid,
        surface: &str,
        at: DateTime<Utc>,
    ) -> Option<Uuid> {
        let covers = |scope| self.scopes.covers(scope, tenant, surface);
        let wide = self.wide.fitting(&self.keys, tenant, user, at, covers);
        wide.chain(narrow).max_by_key(|&(end, id)| (end, Reverse(id))).map(|(_, id)| id)
    }

    /// Adds a rule. A rule with the same id stays beside it: to replace one, [`remove`](Self::remove) it first.
    pub fn insert(&mut self, rule: &Rule) {
        let scope = self.scopes.number(&self.keys, rule.tenant, &rule.surfaces, &rule.issue);
        match NarrowRules::fitting(rule) {
            Some(fitting) => self.narrow.insert(&self.keys, &self.scopes, rule, scope, fitting),
            None => self.wide.insert(&self.keys, &self.scopes, rule, scope),
        }
    }

    /// Takes out every rule with this id (a genuine feed has one at most) and gives them back.
    pub fn remove(&mut self, id: Uuid) -> Vec<Rule> {
        let (keys, scopes) = (&self.keys, &self.scopes);
        let mut removed = Vec::new();
        while let Some(rule) = self.narrow.remove(keys, scopes, id).or_else(|| self.wide.remove(keys, scopes, id)) {
            removed.push(rule);
        }
        removed
    }

    /// A rule with this id. Quick once the ids are known, see [`know_ids`](Self::know_ids).
    pub fn get(&self, id: Uuid) -> Option<Rule> {
        let (keys, scopes) = (&self.keys, &self.scopes);
        self.narrow.get(keys, scopes, id).or_else(|| self.wide.get(keys, scopes, id))
    }

    /// Makes the table that finds rules by id, before the first removal would.
    pub fn know_ids(&mut self) {
        self.narrow.known(&self.keys, &self.scopes);
    }

    /// Whether `rules` can be added where decisions wait: no table of more than a few thousand entries has to move.
    pub fn has_room(&self, rules: &[Rule]) -> bool {
        let (wide, users) = wide_of(rules);
        !self.is_littered()
            && self.narrow.has_room()
            && self.scopes.has_room(rules.len())
            && self.wide.has_room(wide, users)
    }

    /// A copy that has room for `rules`, and for as many again before it is full.
    pub fn roomy_copy(&self, rules: &[Rule]) -> Self {
        let mut copy = if self.narrow.has_room() && !self.is_littered() {
            self.clone()
        } else {
            let mut copy = Self::with_capacity(self.narrow.len() + rules.len());
            self.rules().for_each(|rule| copy.insert(&rule));
            copy.know_ids();
            copy
        };
        let (wide, users) = wide_of(rules);
        copy.scopes.reserve(&copy.keys, rules.len());
        copy.wide.reserve(&copy.keys, &copy.scopes, wide, users);
        copy
    }

    /// Whether most scopes are those of rules that are gone.
    fn is_littered(&self) -> bool {
        self.scopes.len() > 4 * (self.len() + QUICK)
    }

    /// The rules, in no particular order.
    pub fn rules(&self) -> impl Iterator<Item = Rule> {
        self.narrow.iter(&self.scopes).chain(self.wide.iter(&self.scopes))
    }

    /// Bytes on the heap, estimated from capacities; the users of wide rules are counted, allocator overhead is not.
    pub fn heap_bytes(&self) -> usize {
        self.narrow.heap_bytes() + self.wide.heap_bytes() + self.scopes.heap_bytes()
    }
}

/// Entries of a table that are moved while decisions wait: a few tenths of a millisecond.
const QUICK: usize = 4_096;

/// Whether `more` entries fit beside `len`, or moving those to a larger place is quick.
fn is_quick(len: usize, more: usize, capacity: usize) -> bool {
    len + more <= capacity || len <= QUICK
}

/// How many of `rules` are wide, and how many users they name.
fn wide_of(rules: &[Rule]) -> (usize, usize) {
    let wide = rules.iter().filter(|rule| NarrowRules::fitting(rule).is_none());
    wide.fold((0, 0), |(rules, users), rule| (rules + 1, users + rule.subjects.named()))
}

/// Positions take four bytes; four thousand million rules would need 280 GB before this could fail.
fn position(at: usize) -> u32 {
    u32::try_from(at).expect("an index holds fewer than 2^32 rules")
}
