//! Chance that can be had again: everything follows from the seed.

use std::ops::Range;
use std::time::Duration;

/// A line of numbers (SplitMix64).
pub struct Chance(u64);

impl Chance {
    /// The line with this name among those of `seed`.
    pub fn of(seed: u64, name: u64) -> Self {
        Self(seed ^ name.wrapping_mul(0xd1b5_4a32_d192_ed03))
    }

    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.number() % end as u64) as usize
    }

    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub fn one_of<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.below(things.len())]
    }

    pub fn millis(&mut self, range: Range<u64>) -> Duration {
        Duration::from_millis(range.start + self.number() % (range.end - range.start))
    }

    pub fn seconds(&mut self, range: Range<u64>) -> Duration {
        self.millis(range.start * 1000..range.end * 1000)
    }

    pub fn id(&mut self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(((u128::from(self.number()) << 64) | u128::from(self.number())).to_be_bytes())
            .into_uuid()
    }
}
