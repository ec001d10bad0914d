//! What many rules share.

use super::{Keys, is_quick, position};
use crate::surface::SurfaceKey;
use crate::wire::{Rule, Subjects};
use chrono::{DateTime, Utc};
use hashbrown::HashTable;
use uuid::Uuid;

/// Each kind of rule once: the surfaces together with the issue.
///
/// Nothing is ever dropped here; an index that has too many kinds for its rules is made anew.
#[derive(Clone, Default)]
pub struct Kinds {
    kinds: Vec<Kind>,
    numbers: HashTable<u32>,
    /// Every surface that a rule names. There are few: one is found by looking at each.
    surfaces: Vec<KnownSurface>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Kind {
    surfaces: Vec<String>,
    issue: String,
}

/// A surface that rules name.
#[derive(Clone)]
pub struct KnownSurface {
    key: SurfaceKey,
    /// Whether the kind with this number names it.
    kinds: Vec<bool>,
}

impl KnownSurface {
    /// Whether rules of the kind with this number name it.
    #[inline]
    pub fn is_of(&self, kind: u32) -> bool {
        self.kinds[kind as usize]
    }
}

impl Kinds {
    /// The surface of this name, if a rule names it.
    #[inline]
    pub fn surface(&self, key: SurfaceKey) -> Option<&KnownSurface> {
        self.surfaces.iter().find(|surface| surface.key.is(key))
    }

    /// The rule that is of the kind with this number.
    pub fn rule(&self, number: u32, id: Uuid, tenant: Uuid, subjects: Subjects, window: [DateTime<Utc>; 2]) -> Rule {
        let Kind { surfaces, issue } = self.kinds[number as usize].clone();
        let [not_before, expires_at] = window;
        Rule { id, tenant, subjects, surfaces, not_before, expires_at, issue }
    }

    /// The number of this kind, given out at its first appearance.
    pub fn number(&mut self, keys: &Keys, surfaces: &[String], issue: &str) -> u32 {
        let hash = keys.of((surfaces, issue));
        let kinds = &self.kinds;
        let same = |&number: &u32| {
            let known = &kinds[number as usize];
            known.surfaces == surfaces && known.issue == issue
        };
        if let Some(&known) = self.numbers.find(hash, same) {
            return known;
        }
        let number = position(kinds.len());
        self.kinds.push(Kind { surfaces: surfaces.to_vec(), issue: issue.to_owned() });
        self.note_surfaces(surfaces);
        let kinds = &self.kinds;
        self.numbers.insert_unique(hash, number, |&other| {
            let known = &kinds[other as usize];
            keys.of((known.surfaces.as_slice(), known.issue.as_str()))
        });
        number
    }

    /// Notes which surfaces the newest kind names.
    fn note_surfaces(&mut self, names: &[String]) {
        let before = self.kinds.len() - 1;
        let named: Vec<_> = names.iter().map(|name| SurfaceKey::of(name)).collect();
        for &key in &named {
            if self.surface(key).is_none() {
                self.surfaces.push(KnownSurface { key, kinds: vec![false; before] });
            }
        }
        for surface in &mut self.surfaces {
            surface.kinds.push(named.contains(&surface.key));
        }
    }

    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether this many more kinds are quickly added.
    pub fn has_room(&self, more: usize) -> bool {
        is_quick(self.kinds.len(), more, self.kinds.capacity())
            && is_quick(self.numbers.len(), more, self.numbers.capacity())
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        let texts = self.kinds.iter().map(|kind| {
            let names: usize = kind.surfaces.iter().map(|name| size_of::<String>() + name.capacity()).sum();
            names + kind.issue.capacity()
        });
        let surfaces = self.surfaces.iter().map(|surface| surface.kinds.capacity());
        self.kinds.capacity() * size_of::<Kind>()
            + self.numbers.allocation_size()
            + texts.sum::<usize>()
            + self.surfaces.capacity() * size_of::<KnownSurface>()
            + surfaces.sum::<usize>()
    }
}
