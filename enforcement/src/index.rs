//! The rules of a feed, arranged so that the question "who covers this user now?" costs the same at ten rules and at a
//! million.
//!
//! Most rules name one user. Such a rule takes 56 bytes plus 5 bytes for each bucket of a table over (tenant, user): 67
//! bytes in all at a million rules when the index was made with that capacity. Rules that name several users, or every
//! user, are kept apart, so that the common case pays nothing for them. Once rules are changed one by one, a second
//! table finds them by id (19 bytes more); a reader of snapshots alone never builds it.
//!
//! The index loses nothing: it gives back the very rule that was put in, so a digest can follow each change.

mod packed;

use crate::wire::{Rule, Subjects};
use chrono::{DateTime, Utc};
use hashbrown::{DefaultHashBuilder, HashTable};
use packed::{Instant, Scopes, Window};
use std::hash::BuildHasher;
use std::mem::size_of;
use uuid::Uuid;

/// Rules by tenant and user.
#[derive(Clone, Default)]
pub struct RuleIndex {
    hasher: DefaultHashBuilder,
    scopes: Scopes,
    /// Rules that name exactly one user.
    narrow: Vec<Narrow>,
    /// Positions in `narrow` by (tenant, user).
    by_user: HashTable<u32>,
    /// All other rules; removed ones leave a hole that the next one fills.
    wide: Vec<Option<Wide>>,
    holes: Vec<u32>,
    /// Memberships of `wide` rules by (tenant, user).
    members: HashTable<Member>,
    /// Positions in `wide` of the rules for every user, by tenant.
    whole_tenants: HashTable<u32>,
    /// Places by rule id; made when first needed.
    by_id: Option<HashTable<Place>>,
    rules: usize,
}

#[derive(Clone)]
struct Narrow {
    id: Uuid,
    user: Uuid,
    window: Window,
    scope: u32,
}

#[derive(Clone)]
struct Wide {
    id: Uuid,
    /// `None` is every user.
    users: Option<Box<[Uuid]>>,
    window: Window,
    scope: u32,
}

/// The user at position `user` of the wide rule at position `rule`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Member {
    rule: u32,
    user: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Narrow(u32),
    Wide(u32),
}

/// The best rule found so far: the one that ends last, of those the smallest id.
#[derive(Default)]
struct Best(Option<(Instant, Uuid)>);

impl Best {
    fn offer(&mut self, window: &Window, id: Uuid) {
        let better = match self.0 {
            None => true,
            Some((end, best)) => window.end > end || (window.end == end && id < best),
        };
        if better {
            self.0 = Some((window.end, id));
        }
    }
}

impl RuleIndex {
    /// An empty index with room for `rules` rules of one user each.
    pub fn with_capacity(rules: usize) -> Self {
        Self { narrow: Vec::with_capacity(rules), by_user: HashTable::with_capacity(rules), ..Self::default() }
    }

    /// The index of `rules`.
    pub fn of(rules: &[Rule]) -> Self {
        let narrow = rules.iter().filter(|rule| matches!(&rule.subjects, Subjects::Users(users) if users.len() == 1));
        let mut index = Self::with_capacity(narrow.count());
        for rule in rules {
            index.insert(rule);
        }
        index
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.rules == 0
    }

    /// The rule in force at `at` that covers `user` of `tenant` on `surface`: of several the one that ends last, of
    /// those the one with the smallest id.
    pub fn covering(&self, tenant: Uuid, user: Uuid, surface: &str, at: DateTime<Utc>) -> Option<Uuid> {
        let now = Instant::from(at);
        let fits = |scope: u32, window: &Window| {
            let scope = self.scopes.get(scope);
            window.contains(now) && scope.tenant == tenant && self.scopes.covers(scope, surface)
        };
        let mut best = Best::default();
        let key = self.hasher.hash_one((tenant, user));
        for &position in self.by_user.iter_hash(key) {
            let rule = &self.narrow[position as usize];
            if rule.user == user && fits(rule.scope, &rule.window) {
                best.offer(&rule.window, rule.id);
            }
        }
        for member in self.members.iter_hash(key) {
            if let Some(rule) = &self.wide[member.rule as usize]
                && rule.user(member.user) == Some(user)
                && fits(rule.scope, &rule.window)
            {
                best.offer(&rule.window, rule.id);
            }
        }
        for &position in self.whole_tenants.iter_hash(self.hasher.hash_one(tenant)) {
            if let Some(rule) = &self.wide[position as usize]
                && fits(rule.scope, &rule.window)
            {
                best.offer(&rule.window, rule.id);
            }
        }
        best.0.map(|(_, id)| id)
    }

    /// Adds a rule. A rule with the same id stays beside it: to replace one, [`remove`](Self::remove) it first.
    pub fn insert(&mut self, rule: &Rule) {
        let window = Window { start: rule.not_before.into(), end: rule.expires_at.into() };
        let scope = self.scopes.number(&self.hasher, rule.tenant, &rule.surfaces, &rule.issue);
        let place = match &rule.subjects {
            Subjects::Users(users) if users.len() == 1 => {
                self.insert_narrow(rule.tenant, Narrow { id: rule.id, user: users[0], window, scope })
            }
            Subjects::Users(users) => {
                let mut users = users.clone();
                users.sort_unstable();
                users.dedup();
                self.insert_wide(rule.tenant, Wide { id: rule.id, users: Some(users.into()), window, scope })
            }
            Subjects::All => self.insert_wide(rule.tenant, Wide { id: rule.id, users: None, window, scope }),
        };
        self.rules += 1;
        let (hasher, narrow, wide) = (&self.hasher, &self.narrow, &self.wide);
        if let Some(by_id) = &mut self.by_id {
            let hash = |place: &Place| hasher.hash_one(id_at(narrow, wide, *place));
            by_id.insert_unique(hasher.hash_one(rule.id), place, hash);
        }
    }

    /// Takes out every rule with this id (a genuine feed has one at most) and gives them back.
    pub fn remove(&mut self, id: Uuid) -> Vec<Rule> {
        let mut removed = Vec::new();
        while let Some(place) = self.take_place(id) {
            removed.push(match place {
                Place::Narrow(position) => self.remove_narrow(position),
                Place::Wide(position) => self.remove_wide(position),
            });
            self.rules -= 1;
        }
        removed
    }

    /// The rules, in no particular order.
    pub fn rules(&self) -> impl Iterator<Item = Rule> {
        let narrow = self.narrow.iter().map(|rule| self.narrow_rule(rule));
        narrow.chain(self.wide.iter().flatten().map(|rule| self.wide_rule(rule)))
    }

    /// Bytes on the heap, estimated from capacities; the users of wide rules are counted, allocator overhead is not.
    pub fn heap_bytes(&self) -> usize {
        self.narrow.capacity() * size_of::<Narrow>()
            + self.by_user.allocation_size()
            + self.wide.capacity() * size_of::<Option<Wide>>()
            + self.wide.iter().flatten().filter_map(|rule| rule.users.as_deref()).map(size_of_val).sum::<usize>()
            + self.holes.capacity() * size_of::<u32>()
            + self.members.allocation_size()
            + self.whole_tenants.allocation_size()
            + self.by_id.as_ref().map_or(0, HashTable::allocation_size)
            + self.scopes.heap_bytes()
    }

    fn insert_narrow(&mut self, tenant: Uuid, rule: Narrow) -> Place {
        let position = position(self.narrow.len());
        let key = self.hasher.hash_one((tenant, rule.user));
        self.narrow.push(rule);
        let (hasher, scopes, narrow) = (&self.hasher, &self.scopes, &self.narrow);
        self.by_user.insert_unique(key, position, |&other| {
            let rule = &narrow[other as usize];
            hasher.hash_one((scopes.get(rule.scope).tenant, rule.user))
        });
        Place::Narrow(position)
    }

    fn insert_wide(&mut self, tenant: Uuid, rule: Wide) -> Place {
        let users = rule.users.as_ref().map(|users| users.to_vec());
        let at = self.holes.pop().unwrap_or_else(|| position(self.wide.len()));
        if at as usize == self.wide.len() {
            self.wide.push(Some(rule));
        } else {
            self.wide[at as usize] = Some(rule);
        }
        let (hasher, scopes, wide) = (&self.hasher, &self.scopes, &self.wide);
        let Some(users) = users else {
            let hash = |&other: &u32| hasher.hash_one(wide_tenant(scopes, wide, other));
            self.whole_tenants.insert_unique(hasher.hash_one(tenant), at, hash);
            return Place::Wide(at);
        };
        for (number, user) in users.iter().enumerate() {
            let hash = |other: &Member| {
                let user = wide[other.rule as usize].as_ref().and_then(|rule| rule.user(other.user));
                hasher.hash_one((wide_tenant(scopes, wide, other.rule), user.unwrap_or_default()))
            };
            let member = Member { rule: at, user: position(number) };
            self.members.insert_unique(hasher.hash_one((tenant, user)), member, hash);
        }
        Place::Wide(at)
    }

    fn remove_narrow(&mut self, at: u32) -> Rule {
        let rule = self.narrow_rule(&self.narrow[at as usize]);
        let last = position(self.narrow.len() - 1);
        self.forget_user_of(at);
        if at != last {
            // The last rule moves into the gap: what points at it must follow.
            let moved = &self.narrow[last as usize];
            let key = self.hasher.hash_one((self.scopes.get(moved.scope).tenant, moved.user));
            let id = self.hasher.hash_one(moved.id);
            if let Some(entry) = self.by_user.find_mut(key, |&other| other == last) {
                *entry = at;
            }
            let by_id = self.by_id.as_mut();
            if let Some(entry) = by_id.and_then(|table| table.find_mut(id, |&place| place == Place::Narrow(last))) {
                *entry = Place::Narrow(at);
            }
        }
        self.narrow.swap_remove(at as usize);
        rule
    }

    fn forget_user_of(&mut self, at: u32) {
        let rule = &self.narrow[at as usize];
        let key = self.hasher.hash_one((self.scopes.get(rule.scope).tenant, rule.user));
        if let Ok(entry) = self.by_user.find_entry(key, |&other| other == at) {
            entry.remove();
        }
    }

    fn remove_wide(&mut self, at: u32) -> Rule {
        let Some(wide) = self.wide[at as usize].take() else {
            unreachable!("a place by id leads to a rule, never to a hole");
        };
        self.holes.push(at);
        let rule = self.wide_rule(&wide);
        match &wide.users {
            None => {
                if let Ok(entry) = self.whole_tenants.find_entry(self.hasher.hash_one(rule.tenant), |&o| o == at) {
                    entry.remove();
                }
            }
            Some(users) => {
                for (number, user) in users.iter().enumerate() {
                    let member = Member { rule: at, user: position(number) };
                    let key = self.hasher.hash_one((rule.tenant, user));
                    if let Ok(entry) = self.members.find_entry(key, |&other| other == member) {
                        entry.remove();
                    }
                }
            }
        }
        rule
    }

    /// The place of a rule with this id, no longer known by it.
    fn take_place(&mut self, id: Uuid) -> Option<Place> {
        let (hasher, narrow, wide) = (&self.hasher, &self.narrow, &self.wide);
        let by_id = self.by_id.get_or_insert_with(|| {
            let hash = |place: &Place| hasher.hash_one(id_at(narrow, wide, *place));
            let mut table = HashTable::with_capacity(self.rules);
            let narrow_places = (0..narrow.len()).map(|at| Place::Narrow(position(at)));
            let wide_places = wide.iter().enumerate().filter(|(_, rule)| rule.is_some());
            for place in narrow_places.chain(wide_places.map(|(at, _)| Place::Wide(position(at)))) {
                table.insert_unique(hash(&place), place, hash);
            }
            table
        });
        let found = by_id.find_entry(hasher.hash_one(id), |place| id_at(narrow, wide, *place) == id);
        found.ok().map(|entry| entry.remove().0)
    }

    fn narrow_rule(&self, rule: &Narrow) -> Rule {
        self.rule(rule.id, Subjects::Users(vec![rule.user]), &rule.window, rule.scope)
    }

    fn wide_rule(&self, rule: &Wide) -> Rule {
        let subjects = rule.users.as_ref().map_or(Subjects::All, |users| Subjects::Users(users.to_vec()));
        self.rule(rule.id, subjects, &rule.window, rule.scope)
    }

    fn rule(&self, id: Uuid, subjects: Subjects, window: &Window, scope: u32) -> Rule {
        let scope = self.scopes.get(scope);
        let (surfaces, issue) = self.scopes.terms(scope);
        Rule {
            id,
            tenant: scope.tenant,
            subjects,
            surfaces,
            not_before: window.start.into(),
            expires_at: window.end.into(),
            issue,
        }
    }
}

impl Wide {
    fn user(&self, number: u32) -> Option<Uuid> {
        self.users.as_ref()?.get(number as usize).copied()
    }
}

fn id_at(narrow: &[Narrow], wide: &[Option<Wide>], place: Place) -> Uuid {
    match place {
        Place::Narrow(at) => narrow[at as usize].id,
        Place::Wide(at) => wide[at as usize].as_ref().map_or(Uuid::nil(), |rule| rule.id),
    }
}

fn wide_tenant(scopes: &Scopes, wide: &[Option<Wide>], at: u32) -> Uuid {
    wide[at as usize].as_ref().map_or(Uuid::nil(), |rule| scopes.get(rule.scope).tenant)
}

/// Positions take four bytes; four thousand million rules would need 280 GB before this could fail.
fn position(at: usize) -> u32 {
    u32::try_from(at).expect("an index holds fewer than 2^32 rules")
}
