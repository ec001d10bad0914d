//! GUIDs and instants, in the strict forms only.

use crate::guid;
use chrono::{DateTime, Utc};
use serde::Deserializer;
use serde::de::{self, Visitor};
use std::fmt;
use uuid::Uuid;

/// A GUID, in the strict form only.
pub fn guid<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
    deserializer.deserialize_str(Text { what: "a GUID in the form 8-4-4-4-12", parse: guid::parse })
}

/// RFC 3339 with any offset; chrono's own reading takes looser forms.
pub fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    deserializer.deserialize_str(Text { what: "an RFC 3339 date and time", parse: parse_instant })
}

/// Reads a value from text without copying the text.
struct Text<T> {
    what: &'static str,
    parse: fn(&str) -> Option<T>,
}

impl<T> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(self.what)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

/// The instant that an RFC 3339 text names.
pub fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc))
}
