//! Plain text in UTF-8, UTF-16 or Shift_JIS, without control characters; or a mail, whose body may be in any encoding.

use super::mail::Mail;
use super::{MediaType, Refusal};
use encoding_rs::{Decoder, DecoderResult, Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

/// How much of the beginning says whether a text is a page or a script.
const START: usize = 1024;

/// Reads a file as each of the encodings that it may be in.
pub struct Text {
    readings: Vec<Reading>,
    mail: Option<Mail>,
}

struct Reading {
    media_type: MediaType,
    decoder: Decoder,
    start: String,
}

impl Text {
    /// For a file with these first bytes: a byte order mark says which UTF-16 it is.
    pub fn new(head: &[u8]) -> Self {
        let reading = |media_type, encoding: &'static Encoding| Reading {
            media_type,
            decoder: encoding.new_decoder_with_bom_removal(),
            start: String::new(),
        };
        match head {
            [0xff, 0xfe, ..] => Self { readings: vec![reading(MediaType::Utf16, UTF_16LE)], mail: None },
            [0xfe, 0xff, ..] => Self { readings: vec![reading(MediaType::Utf16, UTF_16BE)], mail: None },
            _ => Self {
                readings: vec![reading(MediaType::Utf8, UTF_8), reading(MediaType::ShiftJis, SHIFT_JIS)],
                mail: Some(Mail::new()),
            },
        }
    }

    pub fn read(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.readings.retain_mut(|reading| reading.read(bytes, false));
        if self.mail.as_mut().is_some_and(|mail| !mail.read(bytes)) {
            self.mail = None;
        }
        if self.readings.is_empty() && self.mail.is_none() { Err(Refusal::Unknown) } else { Ok(()) }
    }

    pub fn finish(mut self) -> Result<MediaType, Refusal> {
        self.readings.retain_mut(|reading| reading.read(&[], true));
        if self.mail.is_some_and(|mail| mail.is_one()) {
            return Ok(MediaType::Mail);
        }
        let reading = self.readings.first().ok_or(Refusal::Unknown)?;
        match pretends(&reading.start) {
            Some(refusal) => Err(refusal),
            None => Ok(reading.media_type),
        }
    }
}

impl Reading {
    /// Whether the bytes are text in this encoding.
    fn read(&mut self, mut bytes: &[u8], last: bool) -> bool {
        let mut text = [0_u8; 4096];
        loop {
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(bytes, &mut text, last);
            let Ok(part) = str::from_utf8(&text[..written]) else { return false };
            if part.chars().any(is_control) {
                return false;
            }
            if self.start.len() < START {
                self.start.extend(part.chars().take(START));
            }
            bytes = &bytes[read..];
            match result {
                DecoderResult::InputEmpty => return true,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return false,
            }
        }
    }
}

fn is_control(character: char) -> bool {
    character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\x0c')
}

/// What a text is that others would not take for plain.
fn pretends(start: &str) -> Option<Refusal> {
    let start = start.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_ascii_lowercase();
    let after = start.strip_prefix('<').and_then(|rest| rest.chars().next());
    match after {
        Some('?') if start.starts_with("<?php") || start.starts_with("<?=") => return Some(Refusal::Script),
        Some('%') => return Some(Refusal::Script),
        Some(next) if next.is_ascii_alphabetic() || matches!(next, '!' | '?') => {
            return Some(if start.contains("<svg") { Refusal::Svg } else { Refusal::Markup });
        }
        _ => {}
    }
    ["#!", "@echo off", "%!ps"].iter().any(|first| start.starts_with(first)).then_some(Refusal::Script)
}
