//! A hash table whose every place may be taken.
//!
//! An entry lies in one of two groups of 32 that its hash names, in the emptier one when it came (two-choice hashing). So
//! groups fill evenly, and the table at 95 %, where tables that look for the next free place hardly find one. A search
//! compares the tags of two groups, which are a line of a cache each, no more and no less: no branch depends on how the
//! table is filled. A tag has 15 bits of the hash, so that one search in five hundred reads an entry in vain. Taking out
//! an entry leaves a free place and nothing else.
//!
//! What finds both groups full makes another entry move to its other group. Where none can, as with more than 64 rules
//! of one user, it is spilled into a table of the usual kind.

use super::is_quick;
use hashbrown::HashTable;
use wide::u16x16;

/// Entries of a group.
const SLOTS: usize = 32;
/// Entries of ten groups in a table that was made for so many.
const FILL: usize = 304;
/// The same, above which a table grows.
const FULL: usize = 312;

/// Entries by their hash.
#[derive(Clone)]
pub struct Table<T> {
    tags: Vec<Tags>,
    /// The entries, one group after the other; what is in a free place has no meaning.
    entries: Vec<T>,
    /// How many of them are taken.
    taken: usize,
    spilled: HashTable<T>,
}

/// The tags of a group's entries, [`FREE`] where there is none.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Tags([u16x16; 2]);

const FREE: u16 = 0;

impl Tags {
    /// The slots whose tag is `tag`, a bit each.
    #[inline]
    fn equal(&self, tag: u16) -> u32 {
        let [low, high] = self.0.map(|tags| tags.simd_eq(u16x16::splat(tag)).to_bitmask());
        low | high << 16
    }

    fn set(&mut self, slot: usize, tag: u16) {
        self.0[slot / 16].as_mut_array()[slot % 16] = tag;
    }
}

/// The tag for a hash; never [`FREE`].
#[inline]
fn tag(hash: u64) -> u16 {
    hash as u16 | 1
}

impl<T: Copy + Default> Default for Table<T> {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl<T: Copy + Default> Table<T> {
    /// Room for this many entries.
    pub fn with_capacity(entries: usize) -> Self {
        let groups = (10 * entries).div_ceil(FILL).max(2);
        Self {
            tags: vec![Tags([u16x16::splat(FREE); 2]); groups],
            entries: vec![T::default(); groups * SLOTS],
            taken: 0,
            spilled: HashTable::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.taken + self.spilled.len()
    }

    /// How many entries a table of this size is made for.
    pub fn capacity(&self) -> usize {
        self.tags.len() * FILL / 10
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let kept = self.tags.iter().zip(self.entries.chunks_exact(SLOTS)).flat_map(|(tags, entries)| {
            let free = tags.equal(FREE);
            entries.iter().enumerate().filter(move |(slot, _)| free >> slot & 1 == 0).map(|(_, entry)| entry)
        });
        kept.chain(&self.spilled)
    }

    /// Entries with this hash and perhaps a few others.
    pub fn of_hash(&self, hash: u64) -> impl Iterator<Item = &T> {
        self.kept(hash).chain(self.spilled.iter_hash(hash))
    }

    /// The same without those that found no place in a group.
    #[inline]
    pub fn kept(&self, hash: u64) -> Kept<'_, T> {
        let groups = self.groups(hash);
        let [first, second] = groups.map(|group| u64::from(self.tags[group].equal(tag(hash))));
        Kept { entries: &self.entries, groups, slots: first | second << SLOTS }
    }

    /// How many found no place in a group.
    pub fn spilled_len(&self) -> usize {
        self.spilled.len()
    }

    /// Adds an entry; `hash_of` gives the hash of those that may have to move.
    pub fn insert(&mut self, hash: u64, entry: T, hash_of: impl Fn(&T) -> u64) {
        if !self.fits(1) {
            let mut larger = Self::with_capacity(2 * self.len());
            self.iter().for_each(|other| larger.put(hash_of(other), *other, &hash_of));
            *self = larger;
        }
        self.put(hash, entry, hash_of);
    }

    fn put(&mut self, hash: u64, entry: T, hash_of: impl Fn(&T) -> u64) {
        let [first, second] = self.groups(hash);
        let order = if self.free(first) < self.free(second) { [second, first] } else { [first, second] };
        match order.into_iter().find(|&group| self.free(group) > 0 || self.make_room(group, &hash_of)) {
            Some(group) => self.place(group, hash, entry),
            None => _ = self.spilled.insert_unique(hash, entry, hash_of),
        }
    }

    /// How many places of a group are free.
    fn free(&self, group: usize) -> u32 {
        self.tags[group].equal(FREE).count_ones()
    }

    /// Puts an entry in a free place of a group.
    fn place(&mut self, group: usize, hash: u64, entry: T) {
        self.taken += 1;
        let slot = self.tags[group].equal(FREE).trailing_zeros() as usize;
        self.tags[group].set(slot, tag(hash));
        self.entries[group * SLOTS + slot] = entry;
    }

    fn leave(&mut self, group: usize, slot: usize) {
        self.taken -= 1;
        self.tags[group].set(slot, FREE);
    }

    /// Moves an entry of a full group to its other group, if one of them has a place there.
    fn make_room(&mut self, group: usize, hash_of: impl Fn(&T) -> u64) -> bool {
        (0..SLOTS).any(|slot| {
            let entry = self.entries[group * SLOTS + slot];
            let hash = hash_of(&entry);
            let [first, second] = self.groups(hash);
            let other = if group == first { second } else { first };
            let is_possible = self.free(other) > 0;
            if is_possible {
                self.leave(group, slot);
                self.place(other, hash, entry);
            }
            is_possible
        })
    }

    /// Takes out one entry with this hash that is `wanted`.
    pub fn remove(&mut self, hash: u64, wanted: impl Fn(&T) -> bool) -> Option<T> {
        let mut kept = self.kept(hash);
        while let Some((group, slot)) = kept.next_place() {
            let entry = self.entries[group * SLOTS + slot];
            if wanted(&entry) {
                self.leave(group, slot);
                return Some(entry);
            }
        }
        Some(self.spilled.find_entry(hash, wanted).ok()?.remove().0)
    }

    /// Whether this many more entries are quickly added: the table does not grow.
    pub fn has_room(&self, more: usize) -> bool {
        self.fits(more) && is_quick(self.spilled.len(), more, self.spilled.capacity())
    }

    fn fits(&self, more: usize) -> bool {
        10 * (self.taken + more) <= self.tags.len() * FULL
    }

    pub fn heap_bytes(&self) -> usize {
        let groups = self.tags.capacity() * size_of::<Tags>() + self.entries.capacity() * size_of::<T>();
        groups + self.spilled.allocation_size()
    }

    /// The two groups for a hash, by its upper and its lower half.
    #[inline]
    fn groups(&self, hash: u64) -> [usize; 2] {
        let groups = self.tags.len();
        let first = (((hash >> 32) * groups as u64) >> 32) as usize;
        let second = first + 1 + (((hash & 0xffff_ffff) * (groups as u64 - 1)) >> 32) as usize;
        [first, if second < groups { second } else { second - groups }]
    }
}

/// Entries of two groups whose tags are that of a hash.
pub struct Kept<'a, T> {
    entries: &'a [T],
    groups: [usize; 2],
    /// A bit for each entry that is left, the second group's above the first's.
    slots: u64,
}

impl<T> Kept<'_, T> {
    /// Whether none is left.
    #[inline]
    pub fn is_done(&self) -> bool {
        self.slots == 0
    }

    /// The group and the slot of the next one.
    #[inline]
    fn next_place(&mut self) -> Option<(usize, usize)> {
        if self.slots == 0 {
            return None;
        }
        let slot = self.slots.trailing_zeros() as usize;
        self.slots &= self.slots - 1;
        Some((self.groups[slot / SLOTS], slot % SLOTS))
    }
}

impl<'a, T> Iterator for Kept<'a, T> {
    type Item = &'a T;

    #[inline]
    fn next(&mut self) -> Option<&'a T> {
        let (group, slot) = self.next_place()?;
        Some(&self.entries[group * SLOTS + slot])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look like hashes (splitmix64).
    fn hash(number: &u64) -> u64 {
        let mut hash = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for multiplier in [0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb] {
            hash = (hash ^ hash >> 29).wrapping_mul(multiplier);
        }
        hash ^ hash >> 32
    }

    fn put(table: &mut Table<u64>, numbers: impl Iterator<Item = u64>) {
        numbers.for_each(|number| table.insert(hash(&number), number, hash));
    }

    #[test]
    fn every_entry_finds_a_place_in_a_group_up_to_the_mark_where_the_table_grows() {
        for size in [1_000, 20_000, 100_000] {
            let mut table = Table::with_capacity(size);
            let groups = table.tags.len();
            let [capacity, full] = [FILL, FULL].map(|of_ten| (groups * of_ten / 10) as u64);
            put(&mut table, 0..capacity);
            assert_eq!(table.spilled_len(), 0, "{size}: made for so many");
            put(&mut table, capacity..full);
            assert_eq!((table.tags.len(), table.spilled_len()), (groups, 0), "{size}: at the mark");
            // At the mark entries come and go.
            for number in 0..2 * full {
                assert_eq!(table.remove(hash(&number), |other| *other == number), Some(number));
                put(&mut table, std::iter::once(number + full));
            }
            assert_eq!((table.tags.len(), table.spilled_len()), (groups, 0), "{size}: after changes");
            put(&mut table, 3 * full..3 * full + 1);
            assert!(table.tags.len() > groups, "{size}: beyond the mark");
        }
    }

    #[test]
    fn a_table_grows_with_what_comes() {
        let mut table = Table::default();
        put(&mut table, 0..50_000);
        assert_eq!((table.len(), table.spilled_len()), (50_000, 0));
        assert!(table.capacity() < 120_000, "{}", table.capacity());
        assert!((0..50_000).all(|number| table.of_hash(hash(&number)).any(|other| *other == number)));
    }

    #[test]
    fn a_hash_without_bits_takes_a_place_like_any_other() {
        for bare in [0, 1 << 16, 1 << 63] {
            let mut table = Table::default();
            (0..70).for_each(|number| table.insert(bare, number, |_| bare));
            assert_eq!((table.len(), table.spilled_len()), (70, 6), "two groups of 32, and what is left");
            assert_eq!(table.iter().copied().sum::<u64>(), (0..70).sum::<u64>());
            assert!((0..70).all(|number| table.remove(bare, |other| *other == number) == Some(number)));
            assert_eq!(table.len(), 0);
        }
    }
}
