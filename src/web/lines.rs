//! Lines of a file as an editor counts them: the CSV reader's own count is behind after blank lines and `\r\n`.

/// Tells the lines of a text from places in it.
pub struct Lines<'a> {
    text: &'a str,
    place: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    /// The lines of `text`, counted from 1.
    pub fn new(text: &'a str) -> Self {
        Self { text, place: 0, line: 1 }
    }

    /// The line of the first text at or after `position`; positions only go forward.
    pub fn at(&mut self, position: Option<&csv::Position>) -> u64 {
        let bytes = self.text.as_bytes();
        let start = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(self.place);
        let start = start.clamp(self.place, bytes.len());
        let blank = bytes[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.line += line_ends(&bytes[self.place..start + blank]);
        self.place = start + blank;
        self.line
    }
}

/// How many lines end in `bytes`.
pub fn line_ends(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').fold(0, |count, _| count + 1)
}
