//! What many rules share.

use super::{Keys, is_quick, position};
use crate::surface::SurfaceKey;
use crate::wire::{Rule, Subjects};
use chrono::{DateTime, Utc};
use hashbrown::HashTable;
use std::hint;
use uuid::Uuid;

/// Each kind of rule once: the surfaces together with the issue.
///
/// Nothing is ever dropped here; an index that has too many kinds for its rules is made anew.
#[derive(Clone, Default)]
pub struct Kinds {
    kinds: Vec<Kind>,
    /// For each kind a bit for each of `surfaces` that it names.
    named: Vec<u64>,
    numbers: HashTable<u32>,
    /// The surfaces that rules named first, [`COMMON`] at most: one is found by looking at each.
    surfaces: Vec<SurfaceKey>,
    /// Whether rules name others, too.
    has_others: bool,
}

/// An organisation has a handful of surfaces; more than these are found the slow way.
const COMMON: usize = 64;

#[derive(Clone)]
struct Kind {
    surfaces: Vec<String>,
    issue: String,
    /// The surfaces that are not among the common ones, ascending.
    others: Box<[SurfaceKey]>,
}

/// A surface that rules name.
#[derive(Clone, Copy)]
pub struct KnownSurface<'a> {
    kinds: &'a Kinds,
    key: SurfaceKey,
    /// Its bit; 0 when it is not among the common ones.
    bit: u64,
}

impl KnownSurface<'_> {
    /// Whether rules of the kind with this number name it.
    #[inline]
    pub fn is_of(self, kind: u32) -> bool {
        if self.bit == 0 {
            hint::cold_path();
            return self.kinds.kinds[kind as usize].others.binary_search(&self.key).is_ok();
        }
        self.kinds.named[kind as usize] & self.bit != 0
    }
}

impl Kinds {
    /// The surface of this name, if rules name it.
    #[inline]
    pub fn surface(&self, key: SurfaceKey) -> Option<KnownSurface<'_>> {
        let bit = match self.surfaces.iter().position(|surface| surface.is(key)) {
            Some(number) => 1 << number,
            None if self.has_others => 0,
            None => return None,
        };
        Some(KnownSurface { kinds: self, key, bit })
    }

    /// The rule that is of the kind with this number.
    pub fn rule(&self, number: u32, id: Uuid, tenant: Uuid, subjects: Subjects, window: [DateTime<Utc>; 2]) -> Rule {
        let Kind { surfaces, issue, .. } = &self.kinds[number as usize];
        let (surfaces, issue) = (surfaces.clone(), issue.clone());
        let [not_before, expires_at] = window;
        Rule { id, tenant, subjects, surfaces, not_before, expires_at, issue }
    }

    /// The number of this kind, given out at its first appearance.
    pub fn number(&mut self, keys: &Keys, surfaces: &[String], issue: &str) -> u32 {
        let hash = keys.of((surfaces, issue));
        let same = |&number: &u32| {
            let known = &self.kinds[number as usize];
            known.surfaces == surfaces && known.issue == issue
        };
        if let Some(&known) = self.numbers.find(hash, same) {
            return known;
        }
        let number = position(self.kinds.len());
        let (named, others) = self.note_surfaces(surfaces);
        self.named.push(named);
        self.kinds.push(Kind { surfaces: surfaces.to_vec(), issue: issue.to_owned(), others });
        self.numbers.insert_unique(hash, number, hash_of(keys, &self.kinds));
        number
    }

    /// The bits of the surfaces of these names, and those that have none, ascending.
    fn note_surfaces(&mut self, names: &[String]) -> (u64, Box<[SurfaceKey]>) {
        let (mut named, mut others) = (0, Vec::new());
        for key in names.iter().map(|name| SurfaceKey::of(name)) {
            let known = self.surfaces.iter().position(|surface| *surface == key);
            if known.is_none() && self.surfaces.len() == COMMON {
                others.push(key);
                continue;
            }
            named |= 1 << known.unwrap_or(self.surfaces.len());
            if known.is_none() {
                self.surfaces.push(key);
            }
        }
        others.sort_unstable();
        self.has_others |= !others.is_empty();
        (named, others.into())
    }

    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether this many more kinds are quickly added.
    pub fn has_room(&self, more: usize) -> bool {
        is_quick(self.kinds.len(), more, self.kinds.capacity().min(self.named.capacity()))
            && is_quick(self.numbers.len(), more, self.numbers.capacity())
    }

    /// Makes room for this many more kinds.
    pub fn reserve(&mut self, keys: &Keys, more: usize) {
        self.kinds.reserve(more);
        self.named.reserve(more);
        self.numbers.reserve(more, hash_of(keys, &self.kinds));
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        let texts = self.kinds.iter().map(|kind| {
            let names: usize = kind.surfaces.iter().map(|name| size_of::<String>() + name.capacity()).sum();
            names + kind.issue.capacity() + size_of_val(&*kind.others)
        });
        self.kinds.capacity() * size_of::<Kind>()
            + self.named.capacity() * size_of::<u64>()
            + self.numbers.allocation_size()
            + texts.sum::<usize>()
            + self.surfaces.capacity() * size_of::<SurfaceKey>()
    }
}

/// The hashes of `kinds` by their numbers.
fn hash_of(keys: &Keys, kinds: &[Kind]) -> impl Fn(&u32) -> u64 {
    |&number| {
        let kind = &kinds[number as usize];
        keys.of((kind.surfaces.as_slice(), kind.issue.as_str()))
    }
}
