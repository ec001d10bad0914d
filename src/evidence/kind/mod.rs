//! What a file is, by its content alone: neither its name nor what the sender calls it is looked at.
//!
//! A [`Judge`] is fed piece by piece and keeps a few kilobytes at most. It answers one of the types that are taken, or why not.

mod head;
mod jpeg;
mod mail;
mod pdf;
mod png;
mod text;

use crate::problem::InputError;
use jpeg::Jpeg;
use pdf::Pdf;
use png::Png;
use text::Text;

/// A type of file that is taken. What is served with it comes from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    /// A PDF document.
    Pdf,
    /// A PNG image.
    Png,
    /// A JPEG image.
    Jpeg,
    /// A mail (RFC 5322) with its header.
    Mail,
    /// Plain text in UTF-8.
    Utf8,
    /// Plain text in UTF-16, with a byte order mark.
    Utf16,
    /// Plain text in Shift_JIS.
    ShiftJis,
}

impl MediaType {
    /// Every type.
    pub const ALL: [Self; 7] = [Self::Pdf, Self::Png, Self::Jpeg, Self::Mail, Self::Utf8, Self::Utf16, Self::ShiftJis];

    /// As `Content-Type` says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Mail => "message/rfc822",
            Self::Utf8 => "text/plain; charset=utf-8",
            Self::Utf16 => "text/plain; charset=utf-16",
            Self::ShiftJis => "text/plain; charset=shift_jis",
        }
    }

    /// The endings that a name of this type may have; the first one is given to a name with another.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Mail => &["eml"],
            Self::Utf8 | Self::Utf16 | Self::ShiftJis => &["txt", "log"],
        }
    }

    /// The key of its name for people.
    pub fn label_key(self) -> &'static str {
        match self {
            Self::Pdf => "evidence-type-pdf",
            Self::Png => "evidence-type-png",
            Self::Jpeg => "evidence-type-jpeg",
            Self::Mail => "evidence-type-mail",
            Self::Utf8 | Self::Utf16 | Self::ShiftJis => "evidence-type-text",
        }
    }
}

impl TryFrom<String> for MediaType {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| format!("`{text}` is no type of ours"))
    }
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No bytes.
    Empty,
    /// More than [`super::MAX_BYTES`].
    TooLarge,
    /// The request or draft has [`super::MAX_FILES`] already.
    TooMany,
    /// The tenant sent as much today as it may.
    DayUsedUp,
    /// HTML or XML.
    Markup,
    /// An SVG image, which can hold scripts.
    Svg,
    /// A script, by its first line.
    Script,
    /// ZIP and others, office documents of today among them.
    Archive,
    /// A program.
    Program,
    /// An image of another kind.
    OtherImage,
    /// An office document of old, or RTF.
    OfficeDocument,
    /// Begins as one of the types that are taken, and does not go on so.
    Damaged,
    /// One of the types that are taken, with something else behind or inside it.
    TwoInOne,
    /// Nothing that is known here.
    Unknown,
}

impl Refusal {
    /// As an error at `pointer` about the file called `name`.
    pub fn at(self, pointer: &str, name: &str) -> InputError {
        let error = match self {
            Self::Empty => InputError::new(pointer, "evidence_empty"),
            Self::TooLarge => InputError::new(pointer, "evidence_too_large").with("max", super::MAX_BYTES >> 20),
            Self::TooMany => InputError::new(pointer, "evidence_too_many").with("max", super::MAX_FILES),
            Self::DayUsedUp => InputError::new(pointer, "evidence_day_used_up"),
            Self::Markup => InputError::new(pointer, "evidence_is_markup"),
            Self::Svg => InputError::new(pointer, "evidence_is_svg"),
            Self::Script => InputError::new(pointer, "evidence_is_script"),
            Self::Archive => InputError::new(pointer, "evidence_is_archive"),
            Self::Program => InputError::new(pointer, "evidence_is_program"),
            Self::OtherImage => InputError::new(pointer, "evidence_is_other_image"),
            Self::OfficeDocument => InputError::new(pointer, "evidence_is_office_document"),
            Self::Damaged => InputError::new(pointer, "evidence_damaged"),
            Self::TwoInOne => InputError::new(pointer, "evidence_two_in_one"),
            Self::Unknown => InputError::new(pointer, "evidence_unknown"),
        };
        error.with("name", name.to_owned())
    }
}

/// Looks at a file while it passes by.
pub struct Judge {
    head: Vec<u8>,
    reading: Option<Reading>,
}

enum Reading {
    Pdf(Pdf),
    Png(Png),
    Jpeg(Jpeg),
    Text(Box<Text>),
}

impl Judge {
    /// Before the first byte.
    pub fn new() -> Self {
        Self { head: Vec::with_capacity(head::BYTES), reading: None }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// As soon as it is known that the file is not taken.
    pub fn read(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        if let Some(reading) = &mut self.reading {
            return reading.read(bytes);
        }
        self.head.extend_from_slice(bytes);
        if self.head.len() < head::BYTES { Ok(()) } else { self.begin() }
    }

    /// The type, once every byte was read.
    ///
    /// # Errors
    /// Why the file is not taken.
    pub fn finish(mut self) -> Result<MediaType, Refusal> {
        if self.reading.is_none() {
            if self.head.is_empty() {
                return Err(Refusal::Empty);
            }
            self.begin()?;
        }
        match self.reading {
            Some(Reading::Pdf(pdf)) => pdf.finish().map(|()| MediaType::Pdf),
            Some(Reading::Png(png)) => png.finish().map(|()| MediaType::Png),
            Some(Reading::Jpeg(jpeg)) => jpeg.finish().map(|()| MediaType::Jpeg),
            Some(Reading::Text(text)) => text.finish(),
            None => Err(Refusal::Unknown),
        }
    }

    fn begin(&mut self) -> Result<(), Refusal> {
        let head = std::mem::take(&mut self.head);
        let reading = match head::begins(&head[..head.len().min(head::BYTES)])? {
            head::Begins::Pdf => Reading::Pdf(Pdf::new()),
            head::Begins::Png => Reading::Png(Png::new()),
            head::Begins::Jpeg => Reading::Jpeg(Jpeg::new()),
            head::Begins::Text => Reading::Text(Box::new(Text::new(&head))),
        };
        self.reading.insert(reading).read(&head)
    }
}

impl Reading {
    fn read(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        match self {
            Self::Pdf(pdf) => {
                pdf.read(bytes);
                Ok(())
            }
            Self::Png(png) => png.read(bytes),
            Self::Jpeg(jpeg) => jpeg.read(bytes),
            Self::Text(text) => text.read(bytes),
        }
    }
}

#[cfg(test)]
mod tests;
