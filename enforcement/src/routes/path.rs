//! Paths as the upstream will see them. Whatever two programs might read differently is refused, not interpreted.

use std::fmt;

/// A path whose meaning is beyond doubt: segments decoded once, none empty, none made of dots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NormalPath {
    segments: Vec<String>,
    /// The same in lower case, for upstreams that ignore case.
    lower: Vec<String>,
}

/// Why a path is refused. The gate answers 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OddPath {
    /// It does not begin with `/`.
    #[error("a path must begin with `/`")]
    NotAbsolute,
    /// Two slashes in a row, which some programs merge.
    #[error("a path must not have an empty segment (`//`)")]
    EmptySegment,
    /// `.` or `..`, or a dot or space at the end of a segment, which some programs drop.
    #[error(
        "a path must not have segments `.` or `..`, nor segments that begin with a space or end in a dot or a space"
    )]
    DotSegment,
    /// A character that has no place in a path, or that some programs cut it at (`;`, `\`, `#`).
    #[error("a path must not contain `{0}`")]
    Character(Shown),
    /// A percent sign without two hexadecimal digits, or bytes that are no UTF-8.
    #[error("a path must be percent-encoded UTF-8")]
    BrokenEscape,
    /// An escape of a character that needs none, or that a second decoding would change.
    #[error("a path must not percent-encode `{0}`")]
    NeedlessEscape(Shown),
}

/// A character as it can be shown in a message, whatever it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown(u8);

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        if self.0.is_ascii_graphic() {
            write!(formatter, "{}", char::from(self.0))
        } else {
            write!(formatter, "%{:02X}", self.0)
        }
    }
}

impl NormalPath {
    /// Reads the path of a request target; a query (from the first `?`) is left aside.
    ///
    /// # Errors
    /// When programs could disagree about what the path means.
    pub fn parse(target: &str) -> Result<Self, OddPath> {
        let path = target.split('?').next().unwrap_or_default();
        let below_root = path.strip_prefix('/').ok_or(OddPath::NotAbsolute)?;
        // One slash at the end is how folders are written; it changes nothing here.
        let below_root = below_root.strip_suffix('/').unwrap_or(below_root);
        if below_root.is_empty() && path != "/" {
            return Err(OddPath::EmptySegment);
        }
        let mut segments = Vec::new();
        for raw in below_root.split('/').filter(|_| path != "/") {
            segments.push(segment(raw)?);
        }
        let lower = segments.iter().map(|segment: &String| segment.to_lowercase()).collect();
        Ok(Self { segments, lower })
    }

    /// How many segments it has; `/` has none.
    pub fn depth(&self) -> usize {
        self.segments.len()
    }

    /// Whether it is `prefix` or below it.
    pub fn is_below(&self, prefix: &Self) -> bool {
        self.segments.starts_with(&prefix.segments)
    }

    /// The same for an upstream that ignores case.
    pub fn is_below_ignoring_case(&self, prefix: &Self) -> bool {
        self.lower.starts_with(&prefix.lower)
    }
}

/// One segment, decoded.
fn segment(raw: &str) -> Result<String, OddPath> {
    if raw.is_empty() {
        return Err(OddPath::EmptySegment);
    }
    let mut bytes = raw.bytes();
    let mut decoded = Vec::with_capacity(raw.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => escaped(bytes.next(), bytes.next())?,
            b';' | b'\\' | b'#' => return Err(OddPath::Character(Shown(byte))),
            _ if byte.is_ascii_graphic() => byte,
            _ => return Err(OddPath::Character(Shown(byte))),
        });
    }
    let decoded = String::from_utf8(decoded).map_err(|_| OddPath::BrokenEscape)?;
    // A lone dot and two of them end in a dot as well.
    if decoded.ends_with(['.', ' ']) || decoded.starts_with(' ') {
        return Err(OddPath::DotSegment);
    }
    Ok(decoded)
}

/// The byte that `%` and these two digits stand for, where an honest client would have written it so.
fn escaped(high: Option<u8>, low: Option<u8>) -> Result<u8, OddPath> {
    let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).ok_or(OddPath::BrokenEscape);
    let (high, low) = (digit(high)?, digit(low)?);
    let byte = u8::try_from(high * 16 + low).map_err(|_| OddPath::BrokenEscape)?;
    let is_unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    // Slashes and the like change where segments end; a percent sign hides a second layer of escapes.
    if is_unreserved || b"/\\;%".contains(&byte) || byte.is_ascii_control() {
        return Err(OddPath::NeedlessEscape(Shown(byte)));
    }
    Ok(byte)
}
