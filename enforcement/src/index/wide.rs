//! The other rules: those that name several users or none, or all of a tenant.

use super::kinds::{Kinds, KnownSurface};
use super::{Keys, is_quick, position};
use crate::wire::{Rule, Subjects};
use chrono::{DateTime, Utc};
use hashbrown::HashTable;
use uuid::Uuid;

/// Rules of any number of users.
#[derive(Clone, Default)]
pub struct WideRules {
    /// Removed rules leave a hole that the next one fills.
    rules: Vec<Option<Wide>>,
    holes: Vec<u32>,
    /// Positions in `rules` by id.
    by_id: HashTable<u32>,
    /// Each user of the rules that name some, by (tenant, user).
    members: HashTable<Member>,
    /// Positions in `rules` of those for every user, by tenant.
    whole_tenants: HashTable<u32>,
}

#[derive(Clone)]
struct Wide {
    id: Uuid,
    tenant: Uuid,
    /// Ascending, without repeats; `None` is every user.
    users: Option<Box<[Uuid]>>,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    kind: u32,
}

/// The user at position `user` of the wide rule at position `rule`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Member {
    rule: u32,
    user: u32,
}

impl WideRules {
    pub fn len(&self) -> usize {
        self.rules.len() - self.holes.len()
    }

    /// The rules in force at `at` that cover `user` of `tenant` on `surface`: their ends and ids. `key` is the hash of the
    /// tenant and user, `everyone` that of the tenant.
    pub fn fitting(
        &self,
        key: u64,
        everyone: u64,
        tenant: &Uuid,
        user: &Uuid,
        surface: KnownSurface<'_>,
        at: &DateTime<Utc>,
    ) -> impl Iterator<Item = (DateTime<Utc>, &Uuid)> {
        let members = self.members.iter_hash(key);
        let named = members.filter_map(move |member| {
            self.rules[member.rule as usize].as_ref().filter(|rule| rule.user(member.user) == Some(*user))
        });
        let whole_tenants = self.whole_tenants.iter_hash(everyone);
        let everyone = whole_tenants.filter_map(|&rule| self.rules[rule as usize].as_ref());
        let fitting = named.chain(everyone).filter(move |rule| {
            rule.tenant == *tenant && rule.start <= *at && *at < rule.end && surface.is_of(rule.kind)
        });
        fitting.map(|rule| (rule.end, &rule.id))
    }

    pub fn insert(&mut self, keys: &Keys, rule: &Rule, kind: u32) {
        let users = match &rule.subjects {
            Subjects::All => None,
            Subjects::Users(users) => {
                let mut users = users.clone();
                users.sort_unstable();
                users.dedup();
                Some(users.into_boxed_slice())
            }
        };
        let (start, end) = (rule.not_before, rule.expires_at);
        let wide = Wide { id: rule.id, tenant: rule.tenant, users: users.clone(), start, end, kind };
        let at = self.holes.pop().unwrap_or_else(|| position(self.rules.len()));
        if at as usize == self.rules.len() {
            self.rules.push(Some(wide));
        } else {
            self.rules[at as usize] = Some(wide);
        }
        self.index(keys, at, rule, users.as_deref());
    }

    /// Makes the rule at `at` known by its id and by those it covers.
    fn index(&mut self, keys: &Keys, at: u32, rule: &Rule, users: Option<&[Uuid]>) {
        // Every position and member in the tables leads to a rule, never to a hole: the defaults are never taken.
        let rules = &self.rules;
        let get = |at: u32| rules[at as usize].as_ref();
        let tenant_of = |at: u32| get(at).map_or_else(Uuid::nil, |rule| rule.tenant);
        let id_of = |&at: &u32| keys.of_id(get(at).map_or_else(Uuid::nil, |rule| rule.id));
        self.by_id.insert_unique(keys.of_id(rule.id), at, id_of);
        let Some(users) = users else {
            self.whole_tenants.insert_unique(keys.of_id(rule.tenant), at, |&other| keys.of_id(tenant_of(other)));
            return;
        };
        for (number, &user) in users.iter().enumerate() {
            let key_of = |other: &Member| {
                let user = get(other.rule).and_then(|rule| rule.user(other.user));
                keys.of_user(tenant_of(other.rule), user.unwrap_or_default())
            };
            let member = Member { rule: at, user: position(number) };
            self.members.insert_unique(keys.of_user(rule.tenant, user), member, key_of);
        }
    }

    /// Whether this many more rules, and users named in them, are quickly added.
    pub fn has_room(&self, rules: usize, users: usize) -> bool {
        is_quick(self.rules.len(), rules, self.rules.capacity())
            && is_quick(self.by_id.len(), rules, self.by_id.capacity())
            && is_quick(self.whole_tenants.len(), rules, self.whole_tenants.capacity())
            && is_quick(self.members.len(), users, self.members.capacity())
    }

    /// Makes room for this many more rules, and users named in them.
    pub fn reserve(&mut self, keys: &Keys, rules: usize, users: usize) {
        self.rules.reserve(rules);
        let known = &self.rules;
        let get = |at: u32| known[at as usize].as_ref();
        let tenant_of = |at: u32| get(at).map_or_else(Uuid::nil, |rule| rule.tenant);
        self.by_id.reserve(rules, |&at| keys.of_id(get(at).map_or_else(Uuid::nil, |rule| rule.id)));
        self.whole_tenants.reserve(rules, |&at| keys.of_id(tenant_of(at)));
        self.members.reserve(users, |member| {
            let user = get(member.rule).and_then(|rule| rule.user(member.user));
            keys.of_user(tenant_of(member.rule), user.unwrap_or_default())
        });
    }

    /// A rule with this id.
    pub fn get(&self, keys: &Keys, kinds: &Kinds, id: Uuid) -> Option<Rule> {
        let rules = self.by_id.iter_hash(keys.of_id(id)).filter_map(|&at| self.rules[at as usize].as_ref());
        rules.filter(|rule| rule.id == id).map(|rule| rule.rule(kinds)).next()
    }

    /// Takes out one rule with this id.
    pub fn remove(&mut self, keys: &Keys, kinds: &Kinds, id: Uuid) -> Option<Rule> {
        let rules = &self.rules;
        let is_wanted = |&at: &u32| rules[at as usize].as_ref().is_some_and(|rule| rule.id == id);
        let at = self.by_id.find_entry(keys.of_id(id), is_wanted).ok()?.remove().0;
        let wide = self.rules[at as usize].take()?;
        self.holes.push(at);
        let rule = wide.rule(kinds);
        match &wide.users {
            None => forget(&mut self.whole_tenants, keys.of_id(rule.tenant), at),
            Some(users) => {
                for (number, &user) in users.iter().enumerate() {
                    let member = Member { rule: at, user: position(number) };
                    forget(&mut self.members, keys.of_user(rule.tenant, user), member);
                }
            }
        }
        Some(rule)
    }

    pub fn iter(&self, kinds: &Kinds) -> impl Iterator<Item = Rule> {
        self.rules.iter().flatten().map(|rule| rule.rule(kinds))
    }

    pub fn heap_bytes(&self) -> usize {
        self.rules.capacity() * size_of::<Option<Wide>>()
            + self.rules.iter().flatten().filter_map(|rule| rule.users.as_deref()).map(size_of_val).sum::<usize>()
            + self.holes.capacity() * size_of::<u32>()
            + self.by_id.allocation_size()
            + self.members.allocation_size()
            + self.whole_tenants.allocation_size()
    }
}

impl Wide {
    fn user(&self, number: u32) -> Option<Uuid> {
        self.users.as_ref()?.get(number as usize).copied()
    }

    fn rule(&self, kinds: &Kinds) -> Rule {
        let subjects = self.users.as_ref().map_or(Subjects::All, |users| Subjects::Users(users.to_vec()));
        kinds.rule(self.kind, self.id, self.tenant, subjects, [self.start, self.end])
    }
}

fn forget<T: PartialEq>(table: &mut HashTable<T>, hash: u64, entry: T) {
    if let Ok(entry) = table.find_entry(hash, |other| *other == entry) {
        entry.remove();
    }
}
