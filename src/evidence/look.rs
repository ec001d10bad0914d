//! Looking at a file while it passes by: what it is, how large, and its SHA-256.

use super::kind::{Judge, Refusal};
use super::{MAX_BYTES, MediaType};
use sha2::{Digest, Sha256};

/// A file while it passes by.
pub struct Look {
    judge: Judge,
    digest: Sha256,
    pub size: u64,
}

/// What was seen of it.
pub struct Seen {
    pub media_type: MediaType,
    pub sha256: Vec<u8>,
    pub size: i64,
}

impl Look {
    pub fn new() -> Self {
        Self { judge: Judge::new(), digest: Sha256::new(), size: 0 }
    }

    pub fn at(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.size += bytes.len() as u64;
        if self.size > MAX_BYTES {
            return Err(Refusal::TooLarge);
        }
        self.digest.update(bytes);
        self.judge.read(bytes)
    }

    pub fn finish(self) -> Result<Seen, Refusal> {
        let size = i64::try_from(self.size).map_err(|_| Refusal::TooLarge)?;
        Ok(Seen { media_type: self.judge.finish()?, sha256: self.digest.finalize().to_vec(), size })
    }
}
