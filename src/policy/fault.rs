//! What is wrong with an edition file, and where.

use std::fmt;
use std::ops::Range;

/// One fault of an edition file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
    /// How far reading came.
    pub kind: FaultKind,
}

/// How far reading an edition file came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// It is no TOML.
    Syntax,
    /// Entries are missing, not known, or of another type than they must be.
    Shape,
    /// What an entry says cannot be.
    Content,
}

impl FaultKind {
    /// The name in messages.
    pub fn code(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Shape => "shape",
            Self::Content => "content",
        }
    }
}

impl Fault {
    /// A fault of content at `span`, a range of bytes of `text`.
    pub(super) fn at(text: &str, span: &Range<usize>, message: impl Into<String>) -> Self {
        let before = text.as_bytes().get(..span.start).unwrap_or(text.as_bytes());
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        Self { line, message: message.into(), kind: FaultKind::Content }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

/// Gathers faults while a file is read.
pub(super) struct Faults<'a> {
    text: &'a str,
    found: Vec<Fault>,
}

impl<'a> Faults<'a> {
    pub fn of(text: &'a str) -> Self {
        Self { text, found: Vec::new() }
    }

    /// Notes a fault at `span`, a range of bytes of the file; the same fault once.
    pub fn note(&mut self, span: Range<usize>, message: impl Into<String>) {
        let fault = Fault::at(self.text, &span, message);
        if !self.found.contains(&fault) {
            self.found.push(fault);
        }
    }

    /// Line of the file in which `span` begins, from 1.
    pub fn line(&self, span: &Range<usize>) -> usize {
        Fault::at(self.text, span, "").line
    }

    /// `made` when there is no fault; else every fault, by line.
    pub fn or<T>(mut self, made: T) -> Result<T, Vec<Fault>> {
        self.found.sort();
        if self.found.is_empty() { Ok(made) } else { Err(self.found) }
    }
}
