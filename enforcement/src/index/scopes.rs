//! What many rules share.

use super::{Keys, is_quick, position};
use crate::wire::{Rule, Subjects};
use chrono::{DateTime, Utc};
use hashbrown::HashTable;
use uuid::Uuid;

/// Each kept once: the tenant together with the surfaces and the issue.
///
/// Nothing is ever dropped here; an index that has too many scopes for its rules is made anew.
#[derive(Clone, Default)]
pub struct Scopes {
    scopes: Vec<Scope>,
    numbers: HashTable<u32>,
    terms: Vec<Terms>,
    term_numbers: HashTable<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Scope {
    tenant: Uuid,
    terms: u32,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Terms {
    surfaces: Vec<String>,
    issue: String,
}

impl Scopes {
    /// Whether the scope with this number is of `tenant` and names `surface`.
    #[inline]
    pub fn covers(&self, number: u32, tenant: Uuid, surface: &str) -> bool {
        let scope = self.scopes[number as usize];
        scope.tenant == tenant && self.terms[scope.terms as usize].surfaces.iter().any(|name| name == surface)
    }

    pub fn tenant(&self, number: u32) -> Uuid {
        self.scopes[number as usize].tenant
    }

    /// The rule that has the scope with this number.
    pub fn rule(
        &self,
        number: u32,
        id: Uuid,
        subjects: Subjects,
        not_before: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Rule {
        let scope = self.scopes[number as usize];
        let Terms { surfaces, issue } = self.terms[scope.terms as usize].clone();
        Rule { id, tenant: scope.tenant, subjects, surfaces, not_before, expires_at, issue }
    }

    /// The number of this scope, given out at its first appearance.
    pub fn number(&mut self, keys: &Keys, tenant: Uuid, surfaces: &[String], issue: &str) -> u32 {
        let terms = self.terms_number(keys, surfaces, issue);
        let scope = Scope { tenant, terms };
        let hash = keys.of(scope);
        let scopes = &self.scopes;
        if let Some(&known) = self.numbers.find(hash, |&number| scopes[number as usize] == scope) {
            return known;
        }
        let number = position(scopes.len());
        self.scopes.push(scope);
        let scopes = &self.scopes;
        self.numbers.insert_unique(hash, number, |&other| keys.of(scopes[other as usize]));
        number
    }

    fn terms_number(&mut self, keys: &Keys, surfaces: &[String], issue: &str) -> u32 {
        let hash = keys.of((surfaces, issue));
        let terms = &self.terms;
        let same = |&number: &u32| {
            let known = &terms[number as usize];
            known.surfaces == surfaces && known.issue == issue
        };
        if let Some(&known) = self.term_numbers.find(hash, same) {
            return known;
        }
        let number = position(terms.len());
        self.terms.push(Terms { surfaces: surfaces.to_vec(), issue: issue.to_owned() });
        let terms = &self.terms;
        self.term_numbers.insert_unique(hash, number, |&other| {
            let known = &terms[other as usize];
            keys.of((known.surfaces.as_slice(), known.issue.as_str()))
        });
        number
    }

    pub fn len(&self) -> usize {
        self.scopes.len()
    }

    /// Whether this many more scopes are quickly added.
    pub fn has_room(&self, more: usize) -> bool {
        is_quick(self.scopes.len(), more, self.scopes.capacity())
            && is_quick(self.numbers.len(), more, self.numbers.capacity())
    }

    /// Makes room for this many more scopes.
    pub fn reserve(&mut self, keys: &Keys, more: usize) {
        self.scopes.reserve(more);
        let scopes = &self.scopes;
        self.numbers.reserve(more, |&number| keys.of(scopes[number as usize]));
    }

    pub fn heap_bytes(&self) -> usize {
        let texts = self.terms.iter().map(|terms| {
            let names: usize = terms.surfaces.iter().map(|name| size_of::<String>() + name.capacity()).sum();
            names + terms.issue.capacity()
        });
        self.scopes.capacity() * size_of::<Scope>()
            + self.numbers.allocation_size()
            + self.terms.capacity() * size_of::<Terms>()
            + self.term_numbers.allocation_size()
            + texts.sum::<usize>()
    }
}
