//! One short name for a set of rules, kept up to date at the cost of the one rule that changed.
//!
//! **Encoding of a rule**: its JSON as the contract orders the fields (`id`, `tenant`, `subjects`, `surfaces`,
//! `not_before`, `expires_at`, `issue`), without spaces, GUIDs in lower case, users and surfaces ascending without
//! repeats, times in UTC with `Z` and 0, 3, 6 or 9 digits of a second, as few as hold them.
//!
//! **Digest**: the sum, modulo 2^256, of the SHA-256 of every rule's encoding (read as big-endian numbers); then
//! SHA-256 over `mfa-rules-digest-v1`, the number of rules (8 bytes, big-endian) and that sum (32 bytes, big-endian).
//!
//! **Why a sum is enough**: sums of hashes can be forged by somebody who chooses many rules freely. Nobody does here: the
//! signature over the document is what authenticates it. The digest tells two honest histories apart, a fork or a
//! lost change, and for that accidental equality (2^-256) is all there is to fear.

use crate::wire::Rule;
use sha2::{Digest, Sha256};
use std::fmt;

/// Digest of a set of rules; printed `sha-256:<64 hex digits>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RulesDigest {
    /// Little-endian words of the sum.
    sum: [u64; 4],
    rules: u64,
}

impl RulesDigest {
    /// The digest of `rules`.
    pub fn of<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> Self {
        let (mut digest, mut encoding) = (Self::default(), Vec::new());
        for rule in rules {
            digest.add_with(rule, &mut encoding);
        }
        digest
    }

    /// The running sum and count, to be kept and taken up again with [`RulesDigest::from_state`]: 40 bytes.
    pub fn state(&self) -> [u8; 40] {
        let mut state = [0; 40];
        for (chunk, word) in state.chunks_exact_mut(8).zip(self.sum.iter().chain([&self.rules])) {
            chunk.copy_from_slice(&word.to_be_bytes());
        }
        state
    }

    /// The digest whose [`state`](RulesDigest::state) this is; `None` when it is not 40 bytes long.
    pub fn from_state(state: &[u8]) -> Option<Self> {
        let (words, []) = state.as_chunks::<8>() else { return None };
        let [a, b, c, d, rules] = *words else { return None };
        Some(Self { sum: [a, b, c, d].map(u64::from_be_bytes), rules: u64::from_be_bytes(rules) })
    }

    /// One more rule.
    pub fn add(&mut self, rule: &Rule) {
        self.add_with(rule, &mut Vec::new());
    }

    fn add_with(&mut self, rule: &Rule, encoding: &mut Vec<u8>) {
        let mut carry = false;
        for (word, more) in self.sum.iter_mut().zip(words(rule, encoding)) {
            (*word, carry) = word.carrying_add(more, carry);
        }
        self.rules = self.rules.wrapping_add(1);
    }

    /// One rule less; exactly undoes [`RulesDigest::add`] of the same rule.
    pub fn remove(&mut self, rule: &Rule) {
        let mut borrow = false;
        for (word, less) in self.sum.iter_mut().zip(words(rule, &mut Vec::new())) {
            (*word, borrow) = word.borrowing_sub(less, borrow);
        }
        self.rules = self.rules.wrapping_sub(1);
    }
}

impl fmt::Display for RulesDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let mut hash = Sha256::new_with_prefix(b"mfa-rules-digest-v1");
        hash.update(self.rules.to_be_bytes());
        for word in self.sum.iter().rev() {
            hash.update(word.to_be_bytes());
        }
        formatter.write_str("sha-256:")?;
        hash.finalize().iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// SHA-256 of the rule's encoding, which is written into `encoding`, as four words, the least significant first.
fn words(rule: &Rule, encoding: &mut Vec<u8>) -> [u64; 4] {
    encoding.clear();
    // A rule is made of strings and lists of them, and memory takes every byte: there is nothing here that can fail.
    serde_json::to_writer(&mut *encoding, rule).expect("a rule always has a JSON form");
    let bytes = Sha256::digest(encoding);
    let mut words = [0; 4];
    for (word, chunk) in words.iter_mut().zip(bytes.as_chunks::<8>().0.iter().rev()) {
        *word = u64::from_be_bytes(*chunk);
    }
    words
}
