//! The parts of a rule that are worth packing: instants without padding, and what many rules share.

use chrono::{DateTime, Utc};
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;
use std::mem::size_of;
use uuid::Uuid;

/// An exact instant in 10 bytes that compare as time does: 6 bytes of seconds (shifted, so that none is negative), then
/// 4 bytes of nanoseconds, all big-endian.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant([u8; 10]);

/// Chrono's whole range, 262,000 years either way, lies within 2^43 seconds of 1970.
const SHIFT: i64 = 1 << 47;

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Self {
        let mut bytes = [0; 10];
        bytes[..6].copy_from_slice(&(at.timestamp() + SHIFT).to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&at.timestamp_subsec_nanos().to_be_bytes());
        Self(bytes)
    }
}

impl From<Instant> for DateTime<Utc> {
    fn from(Instant(bytes): Instant) -> Self {
        let mut seconds = [0; 8];
        seconds[2..].copy_from_slice(&bytes[..6]);
        let nanoseconds = u32::from_be_bytes([bytes[6], bytes[7], bytes[8], bytes[9]]);
        DateTime::from_timestamp(i64::from_be_bytes(seconds) - SHIFT, nanoseconds)
            .expect("it was made from an instant that chrono can hold")
    }
}

/// When a rule is in force: from `start`, up to but without `end`.
#[derive(Clone, Copy)]
pub struct Window {
    pub start: Instant,
    pub end: Instant,
}

impl Window {
    pub fn contains(&self, at: Instant) -> bool {
        self.start <= at && at < self.end
    }
}

/// What many rules share, each kept once: the tenant together with the surfaces and the issue.
///
/// Nothing is ever dropped here; a reader that applies changes for years starts anew with each snapshot.
#[derive(Clone, Default)]
pub struct Scopes {
    scopes: Vec<Scope>,
    numbers: HashTable<u32>,
    terms: Vec<Terms>,
    term_numbers: HashTable<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scope {
    pub tenant: Uuid,
    terms: u32,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Terms {
    surfaces: Vec<String>,
    issue: String,
}

impl Scopes {
    pub fn get(&self, number: u32) -> &Scope {
        &self.scopes[number as usize]
    }

    pub fn covers(&self, scope: &Scope, surface: &str) -> bool {
        self.terms[scope.terms as usize].surfaces.iter().any(|name| name == surface)
    }

    pub fn terms(&self, scope: &Scope) -> (Vec<String>, String) {
        let terms = &self.terms[scope.terms as usize];
        (terms.surfaces.clone(), terms.issue.clone())
    }

    /// The number of this scope, given out at its first appearance.
    pub fn number(&mut self, hasher: &DefaultHashBuilder, tenant: Uuid, surfaces: &[String], issue: &str) -> u32 {
        let terms = self.terms_number(hasher, surfaces, issue);
        let scope = Scope { tenant, terms };
        let hash = hasher.hash_one(scope);
        let scopes = &self.scopes;
        if let Some(&known) = self.numbers.find(hash, |&number| scopes[number as usize] == scope) {
            return known;
        }
        let number = super::position(scopes.len());
        self.scopes.push(scope);
        let scopes = &self.scopes;
        self.numbers.insert_unique(hash, number, |&other| hasher.hash_one(scopes[other as usize]));
        number
    }

    fn terms_number(&mut self, hasher: &DefaultHashBuilder, surfaces: &[String], issue: &str) -> u32 {
        let hash = hasher.hash_one((surfaces, issue));
        let terms = &self.terms;
        let same = |&number: &u32| {
            let known = &terms[number as usize];
            known.surfaces == surfaces && known.issue == issue
        };
        if let Some(&known) = self.term_numbers.find(hash, same) {
            return known;
        }
        let number = super::position(terms.len());
        self.terms.push(Terms { surfaces: surfaces.to_vec(), issue: issue.to_owned() });
        let terms = &self.terms;
        self.term_numbers.insert_unique(hash, number, |&other| {
            let known = &terms[other as usize];
            hasher.hash_one((known.surfaces.as_slice(), known.issue.as_str()))
        });
        number
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
