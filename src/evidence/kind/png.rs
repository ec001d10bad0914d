//! A PNG image: its chunks, from the header to the end, and nothing after that.

use super::Refusal;

/// Where in the image the reader stands.
pub struct Png {
    /// Length and type of the next chunk, as far as they were read.
    next: Vec<u8>,
    /// Bytes to pass over: a chunk's data and its checksum.
    skip: u64,
    seen: Seen,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Seen {
    Signature,
    Header,
    Pixels,
    End,
}

impl Png {
    pub fn new() -> Self {
        // The signature, which was looked at already.
        Self { next: Vec::with_capacity(8), skip: 8, seen: Seen::Signature }
    }

    pub fn read(&mut self, mut bytes: &[u8]) -> Result<(), Refusal> {
        while !bytes.is_empty() {
            let passed = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
            bytes = &bytes[passed..];
            self.skip -= passed as u64;
            if bytes.is_empty() {
                break;
            }
            if self.seen == Seen::End {
                return Err(Refusal::TwoInOne);
            }
            let taken = (8 - self.next.len()).min(bytes.len());
            self.next.extend_from_slice(&bytes[..taken]);
            bytes = &bytes[taken..];
            if let [a, b, c, d, kind @ ..] = self.next.as_slice()
                && let Ok(kind) = <[u8; 4]>::try_from(kind)
            {
                let length = u32::from_be_bytes([*a, *b, *c, *d]);
                self.chunk(length, kind)?;
                self.next.clear();
            }
        }
        Ok(())
    }

    fn chunk(&mut self, length: u32, kind: [u8; 4]) -> Result<(), Refusal> {
        self.seen = match (&kind, self.seen) {
            (b"IHDR", Seen::Signature) if length == 13 => Seen::Header,
            (b"IHDR", _) | (_, Seen::Signature) => return Err(Refusal::Damaged),
            (b"IDAT", _) => Seen::Pixels,
            (b"IEND", Seen::Pixels) if length == 0 => Seen::End,
            (b"IEND", _) => return Err(Refusal::Damaged),
            (_, seen) if kind.iter().all(u8::is_ascii_alphabetic) => seen,
            _ => return Err(Refusal::Damaged),
        };
        // Data, then four bytes of checksum.
        self.skip = u64::from(length) + 4;
        Ok(())
    }

    pub fn finish(self) -> Result<(), Refusal> {
        if self.seen == Seen::End && self.skip == 0 { Ok(()) } else { Err(Refusal::Damaged) }
    }
}
