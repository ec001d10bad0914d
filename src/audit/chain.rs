//! The hash chain over the audit log, and its verification: pure, one row at a time (docs/AUDIT.md).

use super::canonical::{Entry, canonical};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::fmt;

/// Begins what is hashed, so that a hash of the chain is nothing else's.
const DOMAIN: &[u8] = b"exception-desk audit chain 1\n";

/// A link of the chain: SHA-256.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first event follows.
    pub const ROOT: Self = Self([0; 32]);

    /// The hash of `event` (canonical) at `position`, after the event whose hash is `self`.
    #[must_use]
    pub fn next(self, position: i64, event: &str) -> Self {
        let hash = Sha256::new().chain_update(DOMAIN).chain_update(self.0).chain_update(position.to_be_bytes());
        Self(hash.chain_update(event).finalize().into())
    }

    /// The hash that `bytes` are, if they are one.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The hash that `hex` says, if it does.
    pub fn from_hex(hex: &str) -> Option<Self> {
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&hex[2 * place..2 * place + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// Its 32 bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The salted digest of a personal text (JSON), as the chain holds it.
pub fn personal_digest(salt: &[u8], personal: &str) -> Hash {
    Hash(Sha256::new().chain_update(salt).chain_update(canonical(personal)).finalize().into())
}

/// A row that is in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// From 1, without gaps.
    pub position: i64,
    /// As the row says.
    pub hash: Vec<u8>,
    /// What the hash is of.
    pub entry: Entry,
    /// What a person wrote (JSON), unless it was erased.
    pub personal: Option<String>,
    /// Its salt.
    pub salt: Option<Vec<u8>>,
}

/// A head of the chain that somebody vouches for: its signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The last position then.
    pub position: i64,
    /// Its hash.
    pub hash: Hash,
    /// Where it was found, and when it was signed.
    pub source: String,
}

/// Where the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The first position that is wrong; none for what concerns no single row.
    pub position: Option<i64>,
    /// The row there, or the next one where the row itself is missing.
    pub id: Option<String>,
    /// What is wrong.
    pub what: Broken,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The next row stands further on.
    #[error("the row of this position is missing; the next one stands at position {0}")]
    Missing(i64),
    /// Two rows at one position, or one before the first.
    #[error("the row stands at a position that is taken: it was inserted or moved")]
    Twice,
    /// Hash, content and the row before do not go together.
    #[error(
        "its hash is not that of its content after the row before it: one of the two was changed, moved or inserted"
    )]
    Link,
    /// The personal text is not what its digest is of.
    #[error("its personal text is not the one whose digest the chain holds")]
    Personal,
    /// A head that nobody known signed, or a row that says other than its head.
    #[error("{0} cannot be believed: {1}")]
    Unsigned(String, String),
    /// A signed head says otherwise.
    #[error("{0} has another hash for this position: the chain up to here was rewritten")]
    Head(String),
    /// The chain ends before a signed head.
    #[error("the row of this position and those after it are missing: {source_of_mark} reaches to position {until}")]
    Truncated {
        /// The last position there was.
        until: i64,
        /// Which head says so.
        source_of_mark: String,
    },
    /// Personal text is gone, and no event says that it was erased.
    #[error("personal text of {erased} events is gone, but the log has erasures of {recorded} only")]
    Erased {
        /// How many events have lost their text.
        erased: i64,
        /// How many erasures the log records.
        recorded: i64,
    },
}

impl Broken {
    /// The fault as programs know it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) => "row_missing",
            Self::Twice => "position_taken",
            Self::Link => "link_broken",
            Self::Personal => "personal_text_differs",
            Self::Unsigned(..) => "head_not_believed",
            Self::Head(_) => "head_differs",
            Self::Truncated { .. } => "tail_missing",
            Self::Erased { .. } => "erasure_not_recorded",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.position, &self.id) {
            (Some(position), Some(id)) => write!(f, "position {position} (event {id}): {}", self.what),
            (Some(position), None) => write!(f, "position {position}: {}", self.what),
            (None, _) => write!(f, "{}", self.what),
        }
    }
}

/// A chain that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holds {
    /// How many events are in it: the last position.
    pub position: i64,
    /// The last hash.
    pub hash: Hash,
    /// How many of them have lost their personal text by erasure.
    pub erased: i64,
    /// How many signed heads were met.
    pub heads: usize,
}

/// Walks along the chain and remembers nothing but where it is.
#[derive(Debug)]
pub struct Verifier {
    marks: VecDeque<Mark>,
    holds: Holds,
    recorded: i64,
}

impl Verifier {
    /// At the root of a chain that should have the heads `marks`.
    pub fn new(mut marks: Vec<Mark>) -> Self {
        marks.sort_by_key(|mark| mark.position);
        let holds = Holds { position: 0, hash: Hash::ROOT, erased: 0, heads: 0 };
        Self { marks: marks.into(), holds, recorded: 0 }
    }

    /// Takes the next row by position.
    ///
    /// # Errors
    /// The first fault.
    pub fn take(&mut self, row: &Sealed) -> Result<(), Fault> {
        let expected = self.holds.position + 1;
        let fault = |position, what| Err(Fault { position: Some(position), id: Some(row.entry.id.clone()), what });
        if row.position > expected {
            return fault(expected, Broken::Missing(row.position));
        }
        if row.position < expected {
            return fault(row.position, Broken::Twice);
        }
        let hash = self.holds.hash.next(expected, &row.entry.canonical());
        if row.hash != hash.bytes() {
            return fault(expected, Broken::Link);
        }
        if !self.personal_holds(row) {
            return fault(expected, Broken::Personal);
        }
        while let Some(mark) = self.marks.pop_front_if(|mark| mark.position <= expected) {
            if mark.position != expected || mark.hash != hash {
                return fault(expected, Broken::Head(mark.source));
            }
            self.holds.heads += 1;
        }
        if row.entry.action == super::erase::ACTION {
            self.recorded = self.recorded.saturating_add(super::erase::count_in(&row.entry.details));
        }
        self.holds = Holds { position: expected, hash, ..self.holds };
        Ok(())
    }

    fn personal_holds(&mut self, row: &Sealed) -> bool {
        match (&row.personal, &row.salt, &row.entry.personal_digest) {
            (Some(personal), Some(salt), Some(digest)) => personal_digest(salt, personal).to_string() == *digest,
            (None, None, Some(_)) => {
                self.holds.erased += 1;
                true
            }
            (None, None, None) => true,
            _ => false,
        }
    }

    /// After the last row. `waiting` is how many erasures events tell of that are not in the chain yet.
    ///
    /// # Errors
    /// When signed heads reach further than the chain, or personal text is gone without an event that says so.
    pub fn end(self, waiting: i64) -> Result<Holds, Fault> {
        if let Some(last) = self.marks.back() {
            let what = Broken::Truncated { until: last.position, source_of_mark: last.source.clone() };
            return Err(Fault { position: Some(self.holds.position + 1), id: None, what });
        }
        let (erased, recorded) = (self.holds.erased, self.recorded.saturating_add(waiting));
        if erased > recorded {
            return Err(Fault { position: None, id: None, what: Broken::Erased { erased, recorded } });
        }
        Ok(self.holds)
    }
}

#[cfg(test)]
mod tests;
