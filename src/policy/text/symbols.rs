//! The smallest things that the check tells apart: words by their stem, Japanese characters, numbers, breaks.

use super::normalise;
use std::ops::Range;

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word in letters, by its stem.
    Word,
    /// One kana or Chinese character.
    Character,
    /// Digits.
    Number,
    /// The end of a sentence, a line or an item.
    Stop,
    /// A comma, a bracket, a dash: perhaps the end of a clause.
    Pause,
}

/// A symbol with its bytes in the text as typed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symbol {
    pub kind: Kind,
    /// Equal for equal stems and characters.
    pub hash: u64,
    pub start: u32,
    pub end: u32,
}

/// The hash of every number.
pub(super) const NUMBER: u64 = hash_of(b"0");
/// The hash of "not", which ends `can't` as well as `cannot`.
pub(super) const NOT: u64 = hash_of(b"not");

/// FNV-1a, finished so that each bit counts.
pub(super) const fn hash_of(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    finished(hash)
}

/// The finishing step of SplitMix64.
pub(super) const fn finished(hash: u64) -> u64 {
    let hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ hash >> 31
}

/// Appends the symbols of `text` to `symbols`.
pub(super) fn read(text: &str, symbols: &mut Vec<Symbol>) {
    let mut reader = Reader { symbols, word: Word::default(), before: ' ', stop: None, line_start: true };
    normalise::each(text, |c, bytes| reader.take(c, bytes));
    reader.end_word();
    reader.end_stop(' ');
}

/// Longest word that is told apart to its end, in bytes.
pub(super) const LONGEST: usize = 28;

#[derive(Default)]
struct Word {
    bytes: [u8; LONGEST],
    len: usize,
    start: u32,
    end: u32,
    digits: bool,
}

struct Reader<'a> {
    symbols: &'a mut Vec<Symbol>,
    word: Word,
    before: char,
    /// A full stop or line end that what follows may yet show to be none.
    stop: Option<(char, Range<usize>)>,
    line_start: bool,
}

impl Reader<'_> {
    fn take(&mut self, c: char, bytes: Range<usize>) {
        if self.stop.is_some() && c != ' ' {
            self.end_stop(c);
        } else if self.stop.as_ref().is_some_and(|(stop, _)| *stop == '.') {
            self.end_stop(c);
        }
        match c {
            'a'..='z' | '0'..='9' => self.letter(c, &bytes),
            '\'' | '’' | '‘' => {
                if self.word.len > 0 {
                    self.letter('\'', &bytes)
                }
            }
            '.' | '\n' | '\r' => {
                self.end_word();
                self.stop = Some((if c == '.' { '.' } else { '\n' }, bytes));
            }
            '!' | '?' | '。' | ';' | '•' | '■' | '●' | '◆' | '・' if c != '・' || self.line_start => {
                self.mark(Kind::Stop, &bytes)
            }
            ',' | '、' | ':' | '(' | ')' | '–' | '—' | '|' | '→' | '…' | '【' | '】' => {
                self.mark(Kind::Pause, &bytes);
            }
            '-' => {
                self.end_word();
                if self.before == ' ' {
                    self.mark(Kind::Pause, &bytes)
                }
            }
            _ if is_character(c) => {
                self.end_word();
                self.push(Kind::Character, character(c), bytes.start, bytes.end);
            }
            _ if c.is_alphabetic() => self.letter(c, &bytes),
            _ => self.end_word(),
        }
        self.line_start = matches!(c, '\n' | '\r') || (self.line_start && (c == ' ' || c == '>'));
        self.before = c;
    }

    fn letter(&mut self, c: char, bytes: &Range<usize>) {
        let word = &mut self.word;
        if word.len == 0 {
            word.start = bytes.start as u32;
            word.digits = true;
        }
        word.end = bytes.end as u32;
        word.digits &= c.is_ascii_digit();
        let mut buffer = [0; 4];
        for byte in c.encode_utf8(&mut buffer).bytes() {
            if word.len < LONGEST {
                word.bytes[word.len] = byte;
                word.len += 1;
            }
        }
    }

    fn end_word(&mut self) {
        let Word { bytes, len, start, end, digits } = std::mem::take(&mut self.word);
        let (start, end) = (start as usize, end as usize);
        let word = bytes[..len].trim_ascii_end();
        let word = word.strip_suffix(b"'").unwrap_or(word);
        if word.is_empty() {
        } else if digits {
            self.push(Kind::Number, NUMBER, start, end);
        } else if let Some(positive) = negated(word) {
            self.push(Kind::Word, hash_of(stem(positive)), start, end);
            self.push(Kind::Word, NOT, start, end);
        } else {
            self.push(Kind::Word, hash_of(stem(word)), start, end);
        }
    }

    /// Whether the full stop or line end before `next` is one.
    fn end_stop(&mut self, next: char) {
        match self.stop.take() {
            // "4.2", "example.com"
            Some(('.', _)) if !next.is_whitespace() && (next.is_ascii_alphanumeric() || next == '.') => {}
            // A line that goes on in the next, as in mails.
            Some(('\n', _)) if next.is_ascii_lowercase() => {}
            Some((_, bytes)) => self.mark(Kind::Stop, &bytes),
            None => {}
        }
    }

    fn mark(&mut self, kind: Kind, bytes: &Range<usize>) {
        self.end_word();
        self.push(kind, 0, bytes.start, bytes.end);
    }

    fn push(&mut self, kind: Kind, hash: u64, start: usize, end: usize) {
        self.symbols.push(Symbol { kind, hash, start: start as u32, end: end as u32 });
    }
}

/// The hash of a character, the same for both kinds of kana.
pub(super) fn character(c: char) -> u64 {
    let code = u32::from(c);
    finished(u64::from(if matches!(c, '\u{30A1}'..='\u{30F6}') { code - 0x60 } else { code }))
}

/// Kana and Chinese characters, the ones that repeat or lengthen included.
fn is_character(c: char) -> bool {
    matches!(c, '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3134F}')
}

/// What is negated in `can't`, `cannot`, `won't` and their like.
pub(super) fn negated(word: &[u8]) -> Option<&[u8]> {
    match word {
        b"cannot" | b"can't" | b"cant" => Some(b"can"),
        b"won't" => Some(b"will"),
        b"ain't" => Some(b"is"),
        b"dont" => Some(b"do"),
        b"doesnt" => Some(b"does"),
        b"isnt" => Some(b"is"),
        _ => word.strip_suffix(b"n't"),
    }
}

/// What is left of an English word without its ending; the same for a word's usual forms.
pub(super) fn stem(word: &[u8]) -> &[u8] {
    let word = word.strip_suffix(b"'s").unwrap_or(word);
    let without = |ending: &[u8], least: usize| word.strip_suffix(ending).filter(|stem| stem.len() >= least);
    let stem = if let Some(stem) = without(b"ies", 2).or_else(|| without(b"ied", 2)) {
        return stem;
    } else if let Some(stem) = without(b"ing", 3).or_else(|| without(b"ed", 3)) {
        stem
    } else if let Some(stem) = without(b"es", 3)
        .filter(|stem| stem.ends_with(b"s") || stem.ends_with(b"x") || stem.ends_with(b"ch") || stem.ends_with(b"sh"))
    {
        stem
    } else if let Some(stem) = without(b"s", 3).filter(|stem| !stem.ends_with(b"s") && !stem.ends_with(b"u")) {
        stem
    } else {
        word
    };
    let stem = if stem.len() > 3 { stem.strip_suffix(b"e").unwrap_or(stem) } else { stem };
    let stem = if stem.len() > 3 { stem.strip_suffix(b"y").unwrap_or(stem) } else { stem };
    match stem {
        [.., a, b] if a == b && stem.len() > 3 && matches!(a, b'l' | b'p' | b't' | b'n' | b'g' | b'r' | b'm') => {
            &stem[..stem.len() - 1]
        }
        _ => stem,
    }
}
