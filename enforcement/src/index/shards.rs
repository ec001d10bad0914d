//! A hash table as a row of small ones.
//!
//! One table has a power of two of buckets: a million entries would leave half of two million buckets empty. A row of
//! tables is as long as it must be, so its buckets are filled to 78 %. It also grows in small steps: an insertion moves
//! the entries of one small table at most, never a million of them.

use hashbrown::HashTable;

/// Entries that a small table holds in its 4,096 buckets before it doubles: seven eighths.
const FULL: usize = 3_584;
/// Entries expected in each: the hash spreads them with a standard deviation of 57, so that it takes seven of those
/// to fill a table.
const FILL: usize = 3_200;

/// Entries by their hash.
#[derive(Clone)]
pub struct Shards<T>(Vec<HashTable<T>>);

impl<T> Default for Shards<T> {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl<T> Shards<T> {
    /// Room for this many entries.
    pub fn with_capacity(entries: usize) -> Self {
        let tables = entries.div_ceil(FILL).max(1);
        let each = if tables == 1 { entries } else { FULL };
        Self((0..tables).map(|_| HashTable::with_capacity(each)).collect())
    }

    pub fn len(&self) -> usize {
        self.0.iter().map(HashTable::len).sum()
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten()
    }

    /// Entries with this hash and perhaps a few others.
    pub fn of_hash(&self, hash: u64) -> impl Iterator<Item = &T> {
        self.0[self.table(hash)].iter_hash(hash)
    }

    /// Adds an entry; `hash_of` gives the hash of those that may have to move.
    pub fn insert(&mut self, hash: u64, entry: T, hash_of: impl Fn(&T) -> u64) {
        let table = self.table(hash);
        self.0[table].insert_unique(hash, entry, hash_of);
    }

    /// Takes out one entry with this hash that is `wanted`.
    pub fn remove(&mut self, hash: u64, wanted: impl FnMut(&T) -> bool) -> Option<T> {
        let table = self.table(hash);
        Some(self.0[table].find_entry(hash, wanted).ok()?.remove().0)
    }

    /// Whether the tables are still small ones, so that growing one of them is quick.
    pub fn has_room(&self) -> bool {
        self.len() < self.0.len() * 2 * FILL
    }

    pub fn heap_bytes(&self) -> usize {
        let tables: usize = self.0.iter().map(HashTable::allocation_size).sum();
        self.0.capacity() * size_of::<HashTable<T>>() + tables
    }

    /// The table for a hash: 32 of its bits, as a fraction of the row. They are not those by which a table itself tells
    /// entries apart, its lowest 12 and highest 7.
    fn table(&self, hash: u64) -> usize {
        let fraction = (hash >> 25) & 0xffff_ffff;
        ((fraction * self.0.len() as u64) >> 32) as usize
    }
}
