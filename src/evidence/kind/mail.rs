//! A mail as a file (RFC 5322): a header with its origin fields, an empty line, and a body without binary bytes.

/// A header may be this long; longer ones belong to no mail that a person saved.
const MAX_HEADER: usize = 256 * 1024;

/// Keeps the header, and looks at every byte.
pub struct Mail {
    header: Vec<u8>,
    /// Up to here no empty line was found.
    searched: usize,
    header_ended: bool,
}

impl Mail {
    pub fn new() -> Self {
        Self { header: Vec::new(), searched: 0, header_ended: false }
    }

    /// Whether it may still be a mail. Bodies of mails in Japanese may switch character sets with escape characters.
    pub fn read(&mut self, bytes: &[u8]) -> bool {
        let control = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
        if bytes.iter().any(control) {
            return false;
        }
        if self.header_ended {
            return true;
        }
        self.header.extend_from_slice(bytes);
        if let Some(end) = empty_line(&self.header[self.searched..]) {
            self.header.truncate(self.searched + end);
            self.header_ended = true;
            return self.is_one();
        }
        // Line ends at the very end may be the first of two.
        self.searched = self.header.len().saturating_sub(2);
        self.header.len() <= MAX_HEADER
    }

    /// Whether the header is that of a mail: fields all through, `From` and `Date` once, and one more that mails have.
    pub fn is_one(&self) -> bool {
        let Some(names) = field_names(&self.header) else { return false };
        let count = |wanted: &str| names.iter().filter(|name| name.as_str() == wanted).count();
        count("from") == 1
            && count("date") == 1
            && ["to", "cc", "subject", "message-id", "received", "mime-version"].iter().any(|name| count(name) > 0)
    }
}

/// Where the line ends that an empty one follows.
fn empty_line(bytes: &[u8]) -> Option<usize> {
    let mut ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place);
    ends.find(|place| matches!(bytes.get(place + 1..), Some([b'\n', ..] | [b'\r', b'\n', ..])))
}

/// The names of the fields in lower case; none when a line is neither a field nor goes on from one.
fn field_names(header: &[u8]) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let lines = header.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    for line in lines.filter(|line| !line.is_empty()) {
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            names.last()?;
            continue;
        }
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = line[..colon].trim_ascii_end();
        if name.is_empty() || name.len() > 76 || !name.iter().all(u8::is_ascii_graphic) || line.contains(&0x1b) {
            return None;
        }
        names.push(String::from_utf8_lossy(name).to_ascii_lowercase());
    }
    Some(names)
}
