//! A PDF document: where its cross-reference starts stands right before its end, and nothing stands after that.

use super::Refusal;

/// The end of a ZIP archive lies within so many bytes of the file's end: 22, and a comment of 65,535 at most.
const TAIL: usize = 22 + 65_535;
const END_OF_ZIP: &[u8] = b"PK\x05\x06";

/// Keeps the last bytes.
pub struct Pdf {
    tail: Vec<u8>,
}

impl Pdf {
    pub fn new() -> Self {
        Self { tail: Vec::new() }
    }

    pub fn read(&mut self, bytes: &[u8]) {
        self.tail.extend_from_slice(bytes);
        // Cut seldom, so that each byte is moved about once.
        if self.tail.len() > 2 * TAIL {
            self.tail.drain(..self.tail.len() - TAIL);
        }
    }

    pub fn finish(self) -> Result<(), Refusal> {
        let tail = self.tail.as_slice();
        if holds_an_archive(tail) {
            return Err(Refusal::TwoInOne);
        }
        let Some(end) = tail.windows(5).rposition(|window| window == b"%%EOF") else { return Err(Refusal::Damaged) };
        if !tail[end + 5..].iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
            return Err(Refusal::TwoInOne);
        }
        let before = tail[..end].trim_ascii_end();
        let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let start = before[..before.len() - digits].trim_ascii_end();
        if digits > 0 && start.ends_with(b"startxref") { Ok(()) } else { Err(Refusal::Damaged) }
    }
}

/// Whether a ZIP archive ends where the file ends: such a file is both.
fn holds_an_archive(tail: &[u8]) -> bool {
    let places = tail.windows(4).enumerate().filter(|(_, window)| *window == END_OF_ZIP);
    places.into_iter().any(|(place, _)| match tail.get(place + 20..place + 22) {
        Some(&[low, high]) => place + 22 + usize::from(u16::from_le_bytes([low, high])) >= tail.len(),
        _ => false,
    })
}
