//! Rules that name one user, as most do.

use super::kinds::{Kinds, KnownSurface};
use super::moment::Moment;
use super::table::{Kept, Table};
use super::{Keys, is_same};
use crate::wire::{Rule, Subjects};
use chrono::{DateTime, Utc};
use std::cmp::Reverse;
use std::hint;
use uuid::Uuid;

/// Rules of one user each, by (tenant, user).
#[derive(Clone, Default)]
pub struct NarrowRules {
    rules: Table<Narrow>,
    /// The rules by id; made when first needed.
    by_id: Option<Table<Known>>,
}

/// A rule in a line of a cache, 64 bytes: three ids of 16, and its window and the number of its kind in as many.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
pub struct Narrow {
    id: Uuid,
    tenant: Uuid,
    user: Uuid,
    /// The start in the upper 52 bits, the number of the kind in the lower 12.
    start: u64,
    end: Moment,
}

/// Bits of a kind's number.
const KIND: u32 = 12;
const LAST_KIND: u64 = (1 << KIND) - 1;

/// Where a rule is: the hash of its id, by which it is found, and the hash of its tenant and user. 16 bytes; a full
/// copy of the id would make it 24.
#[derive(Clone, Copy, Default)]
pub struct Known {
    id: u64,
    user: u64,
}

impl NarrowRules {
    pub fn with_capacity(rules: usize) -> Self {
        Self { rules: Table::with_capacity(rules), by_id: None }
    }

    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// The rules with this key, the hash of a tenant and user, and perhaps a few others, but for those that found no
    /// [place](Self::spilled_len).
    #[inline]
    pub fn kept(&self, key: u64) -> Kept<'_, Narrow> {
        self.rules.kept(key)
    }

    /// The rule in force, of `kept`, that covers `user`: of several the one that ends last, of those the one with the
    /// smallest id.
    #[inline]
    pub fn best<'a>(
        &'a self,
        mut kept: Kept<'a, Narrow>,
        key: u64,
        tenant: &Uuid,
        user: &Uuid,
        surface: KnownSurface<'_>,
        now: Moment,
    ) -> Option<&'a Narrow> {
        let first = kept.next()?;
        if !kept.is_done() {
            return self.best_of_several(key, tenant, user, surface, now);
        }
        if first.fits(tenant, user, surface, now) {
            return Some(first);
        }
        // Else the answer would be a conditional move, which waits for the rule before its id is read.
        hint::cold_path();
        None
    }

    /// The same among all with this key. Apart, so that the common case above stays small.
    #[cold]
    #[inline(never)]
    pub fn best_of_several(
        &self,
        key: u64,
        tenant: &Uuid,
        user: &Uuid,
        surface: KnownSurface<'_>,
        now: Moment,
    ) -> Option<&Narrow> {
        let fitting = self.rules.of_hash(key).filter(|rule| rule.fits(tenant, user, surface, now));
        fitting.max_by_key(|rule| (rule.end, Reverse(rule.id)))
    }

    /// How many rules found no place.
    pub fn spilled_len(&self) -> usize {
        self.rules.spilled_len()
    }

    pub fn insert(&mut self, keys: &Keys, rule: Narrow) {
        let key = rule.key(keys);
        self.rules.insert(key, rule, |other| other.key(keys));
        if let Some(by_id) = &mut self.by_id {
            let known = Known { id: keys.of_id(rule.id), user: key };
            by_id.insert(known.id, known, |other| other.id);
        }
    }

    /// Makes the table by id, if it is not there yet, and gives both tables.
    pub fn known(&mut self, keys: &Keys) -> (&mut Table<Narrow>, &mut Table<Known>) {
        let rules = &mut self.rules;
        let by_id = self.by_id.get_or_insert_with(|| {
            let mut by_id = Table::with_capacity(rules.capacity());
            for rule in rules.iter() {
                let known = Known { id: keys.of_id(rule.id), user: rule.key(keys) };
                by_id.insert(known.id, known, |other: &Known| other.id);
            }
            by_id
        });
        (rules, by_id)
    }

    /// A rule with this id; without the table by id, found by looking at every one.
    pub fn get(&self, keys: &Keys, kinds: &Kinds, id: Uuid) -> Option<Rule> {
        let is_it = |rule: &&Narrow| rule.id == id;
        let narrow = match &self.by_id {
            Some(by_id) => by_id.of_hash(keys.of_id(id)).find_map(|known| self.rules.of_hash(known.user).find(is_it)),
            None => self.rules.iter().find(is_it),
        };
        narrow.map(|rule| rule.rule(kinds))
    }

    /// Whether this many more rules can be added without a table growing.
    pub fn has_room(&self, more: usize) -> bool {
        self.by_id.as_ref().is_some_and(|by_id| by_id.has_room(more)) && self.rules.has_room(more)
    }

    /// Takes out one rule with this id.
    pub fn remove(&mut self, keys: &Keys, kinds: &Kinds, id: Uuid) -> Option<Rule> {
        let (rules, by_id) = self.known(keys);
        let hash = keys.of_id(id);
        let is_it = |known: &Known, rule: &Narrow| rule.id == id && rule.key(keys) == known.user;
        let leads_to_it = |known: &Known| known.id == hash && rules.of_hash(known.user).any(|rule| is_it(known, rule));
        let known = by_id.remove(hash, leads_to_it)?;
        Some(rules.remove(known.user, |rule| is_it(&known, rule))?.rule(kinds))
    }

    pub fn iter(&self, kinds: &Kinds) -> impl Iterator<Item = Rule> {
        self.rules.iter().map(|rule| rule.rule(kinds))
    }

    pub fn heap_bytes(&self) -> usize {
        self.rules.heap_bytes() + self.by_id.as_ref().map_or(0, Table::heap_bytes)
    }
}

impl Narrow {
    /// `rule`, of the kind with this number, if it can be kept here: it names one user, its window has whole microseconds,
    /// as all that a desk publishes, and its kind is among the first.
    pub fn of(rule: &Rule, kind: u32) -> Option<Self> {
        let Subjects::Users(users) = &rule.subjects else { return None };
        let &[user] = users.as_slice() else { return None };
        let kind = Some(u64::from(kind)).filter(|&kind| kind <= LAST_KIND)?;
        let start = Moment::exactly(rule.not_before)?.bits() << KIND | kind;
        Some(Self { id: rule.id, tenant: rule.tenant, user, start, end: Moment::exactly(rule.expires_at)? })
    }

    #[inline]
    pub fn id(&self) -> &Uuid {
        &self.id
    }

    pub fn end(&self) -> DateTime<Utc> {
        instant(self.end)
    }

    #[inline]
    fn kind(&self) -> u32 {
        (self.start & LAST_KIND) as u32
    }

    #[inline]
    fn fits(&self, tenant: &Uuid, user: &Uuid, surface: KnownSurface<'_>, now: Moment) -> bool {
        is_same(&self.user, user)
            && is_same(&self.tenant, tenant)
            && self.start <= (now.bits() << KIND | LAST_KIND)
            && now < self.end
            && surface.is_of(self.kind())
    }

    fn key(&self, keys: &Keys) -> u64 {
        keys.of_user(self.tenant, self.user)
    }

    fn rule(&self, kinds: &Kinds) -> Rule {
        let users = Subjects::Users(vec![self.user]);
        kinds.rule(
            self.kind(),
            self.id,
            self.tenant,
            users,
            [instant(Moment::from_bits(self.start >> KIND)), instant(self.end)],
        )
    }
}

fn instant(moment: Moment) -> DateTime<Utc> {
    moment.instant().expect("only what was packed without loss is kept")
}
