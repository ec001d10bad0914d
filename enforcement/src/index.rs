//! The rules of a feed, arranged so that the question "who covers this user now?" costs the same at ten rules and at a
//! million.
//!
//! A decision waits for memory more than it works, so the common rule, of one user, lies whole in one line of a cache,
//! in a table over (tenant, user): the answer needs two lines of the table's tags, which are read at once, and then that
//! of the rule. What many rules share (surfaces, issue: their kind) is kept once. Such a rule takes 64 bytes and a tag
//! of two in a table that is filled to 95 %: 69.5 bytes in all when the index was made with that capacity. Rules
//! that name several users, or every user, are kept apart, so that a feed without them pays nothing for them. Who follows
//! changes also finds rules by id, by a second table (19 bytes more); who only decides never builds it.
//!
//! The index loses nothing: it gives back the rule that was put in (its users in order, each once), so a digest can follow
//! each change.

mod kinds;
mod moment;
mod narrow;
mod table;
mod wide;

use crate::surface::SurfaceName;
use crate::wire::Rule;
use chrono::{DateTime, Utc};
use hashbrown::DefaultHashBuilder;
use kinds::{Kinds, KnownSurface};
use moment::Moment;
use narrow::{Narrow, NarrowRules};
use std::cmp::Reverse;
use std::hash::{BuildHasher, Hash};
use uuid::Uuid;
use wide::WideRules;

/// Rules by tenant and user.
#[derive(Clone, Default)]
pub struct RuleIndex {
    keys: Keys,
    kinds: Kinds,
    narrow: NarrowRules,
    wide: WideRules,
    /// How many rules are not where those of one user are looked for first.
    others: usize,
}

/// Hashes by a random key: whoever can have rules granted cannot choose beforehand ids that collide. Such ids would make
/// decisions slow, never wrong: they are compared in full.
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

/// Whether two ids are the same.
#[inline]
fn is_same(one: &Uuid, other: &Uuid) -> bool {
    let halves = |id: &Uuid| [number(*id) as u64, (number(*id) >> 64) as u64];
    let ([low, high], others) = (halves(one), halves(other));
    (low ^ others[0]) | (high ^ others[1]) == 0
}

impl RuleIndex {
    /// An empty index with room for `rules` rules of one user each.
    pub fn with_capacity(rules: usize) -> Self {
        Self { narrow: NarrowRules::with_capacity(rules), ..Self::default() }
    }

    /// The index of `rules`.
    pub fn of(rules: &[Rule]) -> Self {
        let narrow = rules.iter().filter(|rule| Narrow::of(rule, 0).is_some());
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
    pub fn covering(&self, tenant: Uuid, user: Uuid, surface: &SurfaceName, at: DateTime<Utc>) -> Option<Uuid> {
        self.find(&tenant, &user, surface, &at).copied()
    }

    /// The same by reference: copies of what is asked for cost a decision as much as its answer.
    #[inline]
    pub(crate) fn find(&self, tenant: &Uuid, user: &Uuid, surface: &SurfaceName, at: &DateTime<Utc>) -> Option<&Uuid> {
        // First of all what memory is asked for: the rest is done while it answers.
        let key = self.keys.of_user(*tenant, *user);
        let kept = self.narrow.kept(key);
        // Nobody is covered on a surface that no rule names.
        let surface = self.kinds.surface(surface.key())?;
        if self.others > 0 {
            return self.best_of_all(key, tenant, user, surface, at);
        }
        self.narrow.best(kept, key, tenant, user, surface, Moment::up_to(*at)?).map(Narrow::id)
    }

    /// The same where rules are elsewhere too. Apart, so that the common case above stays small.
    #[cold]
    #[inline(never)]
    fn best_of_all(
        &self,
        key: u64,
        tenant: &Uuid,
        user: &Uuid,
        surface: KnownSurface<'_>,
        at: &DateTime<Utc>,
    ) -> Option<&Uuid> {
        let narrow = Moment::up_to(*at).and_then(|now| self.narrow.best_of_several(key, tenant, user, surface, now));
        let narrow = narrow.map(|rule| (rule.end(), rule.id()));
        let wide = self.wide.fitting(key, self.keys.of_id(*tenant), tenant, user, surface, at);
        wide.chain(narrow).max_by_key(|&(end, id)| (end, Reverse(id))).map(|(_, id)| id)
    }

    /// Adds a rule. A rule with the same id stays beside it: to replace one, [`remove`](Self::remove) it first.
    pub fn insert(&mut self, rule: &Rule) {
        let kind = self.kinds.number(&self.keys, &rule.surfaces, &rule.issue);
        match Narrow::of(rule, kind) {
            Some(narrow) => self.narrow.insert(&self.keys, narrow),
            None => self.wide.insert(&self.keys, rule, kind),
        }
        self.others = self.wide.len() + self.narrow.spilled_len();
    }

    /// Takes out every rule with this id (a genuine feed has one at most) and gives them back.
    pub fn remove(&mut self, id: Uuid) -> Vec<Rule> {
        let (keys, kinds) = (&self.keys, &self.kinds);
        let mut removed = Vec::new();
        while let Some(rule) = self.narrow.remove(keys, kinds, id).or_else(|| self.wide.remove(keys, kinds, id)) {
            removed.push(rule);
        }
        self.others = self.wide.len() + self.narrow.spilled_len();
        removed
    }

    /// A rule with this id. Quick once the ids are known, see [`know_ids`](Self::know_ids).
    pub fn get(&self, id: Uuid) -> Option<Rule> {
        let (keys, kinds) = (&self.keys, &self.kinds);
        self.narrow.get(keys, kinds, id).or_else(|| self.wide.get(keys, kinds, id))
    }

    /// Makes the table that finds rules by id, before the first removal would.
    pub fn know_ids(&mut self) {
        self.narrow.known(&self.keys);
    }

    /// Whether `rules` can be added where decisions wait: no table of more than a few thousand entries has to move. They
    /// wait longer where one user, or one tenant as a whole, has thousands of rules, which lie in a row.
    pub fn has_room(&self, rules: &[Rule]) -> bool {
        let (wide, users) = self.wide_of(rules);
        !self.is_littered()
            && self.narrow.has_room(rules.len())
            && self.kinds.has_room(rules.len())
            && self.wide.has_room(wide, users)
    }

    /// A copy that has room for `rules`; where tables had to grow, for a quarter more.
    pub fn roomy_copy(&self, rules: &[Rule]) -> Self {
        let mut copy = if self.narrow.has_room(rules.len()) && !self.is_littered() {
            self.clone()
        } else {
            let len = self.narrow.len() + rules.len();
            let mut copy = Self::with_capacity(len + len / 4);
            self.rules().for_each(|rule| copy.insert(&rule));
            copy.know_ids();
            copy
        };
        let (wide, users) = self.wide_of(rules);
        copy.wide.reserve(&copy.keys, wide, users);
        copy.kinds.reserve(&copy.keys, rules.len().min(QUICK));
        copy
    }

    /// How many of `rules` may become wide ones, and how many users those name.
    fn wide_of(&self, rules: &[Rule]) -> (usize, usize) {
        let last_kind = position(self.kinds.len() + rules.len());
        let wide = rules.iter().filter(|rule| Narrow::of(rule, last_kind).is_none());
        wide.fold((0, 0), |(rules, users), rule| (rules + 1, users + rule.subjects.named()))
    }

    /// Whether most kinds are those of rules that are gone.
    fn is_littered(&self) -> bool {
        self.kinds.len() > 4 * (self.len() + QUICK)
    }

    /// The rules, in no particular order.
    pub fn rules(&self) -> impl Iterator<Item = Rule> {
        self.narrow.iter(&self.kinds).chain(self.wide.iter(&self.kinds))
    }

    /// Bytes on the heap, estimated from capacities; the users of wide rules are counted, allocator overhead is not.
    pub fn heap_bytes(&self) -> usize {
        self.narrow.heap_bytes() + self.wide.heap_bytes() + self.kinds.heap_bytes()
    }
}

/// Entries of a table that are moved while decisions wait: a few tenths of a millisecond.
const QUICK: usize = 4_096;

/// Whether `more` entries fit beside `len`, or moving those to a larger place is quick.
fn is_quick(len: usize, more: usize, capacity: usize) -> bool {
    len + more <= capacity || len <= QUICK
}

/// Positions take four bytes; four thousand million rules would need 280 GB before this could fail.
fn position(at: usize) -> u32 {
    u32::try_from(at).expect("an index holds fewer than 2^32 rules")
}
