//! The smallest things that the check tells apart: words by their stem, Japanese characters, numbers, breaks.

use super::language::Letters;
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

/// A text as symbols.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub symbols: Vec<Symbol>,
    /// Symbols between quotation marks, and lines that a mail program marked as quoted; in order.
    pub quotes: Vec<Range<usize>>,
    /// The first symbol of each item of a list.
    pub items: Vec<usize>,
    /// Where what follows a colon begins.
    pub colons: Vec<usize>,
    /// Its letters, counted.
    pub letters: Letters,
}

impl Row {
    /// The symbols of `text`, in the memory of this row.
    pub fn read(&mut self, text: &str) {
        self.symbols.clear();
        self.quotes.clear();
        self.items.clear();
        self.colons.clear();
        self.letters = Letters::default();
        self.symbols.reserve(text.len() / BYTES_EACH);
        let mut reader =
            Reader { row: self, word: Word::default(), before: ' ', stop: None, line: Line::Start, open: None };
        normalise::each(text, |c, bytes| reader.take(c, bytes));
        reader.end_word();
        reader.end_stop('\n');
        reader.end_line();
    }
}

/// Bytes of a text for each of its symbols, or a few more.
const BYTES_EACH: usize = 3;

/// The hash of every number.
pub(super) const NUMBER: u64 = hash_of(b"0");
const PERCENT: u64 = hash_of(b"percent");
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

/// What ends a question in Japanese.
pub(super) const KA: u64 = character('か');
/// The hash of a stop that ends a question.
pub(super) const QUESTION: u64 = hash_of(b"?");

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

impl Word {
    /// Adds a letter, which stands at `place`.
    fn push(&mut self, letter: &[u8], place: &Range<usize>) {
        if self.len == 0 {
            self.start = place.start as u32;
            self.digits = true;
        }
        self.end = place.end as u32;
        for byte in letter {
            self.digits &= byte.is_ascii_digit();
            if self.len < LONGEST {
                self.bytes[self.len] = *byte;
                self.len += 1;
            }
        }
    }
}

/// Whether it is a number in words.
fn is_numeral(word: &[u8]) -> bool {
    matches!(
        word,
        b"two"
            | b"three"
            | b"four"
            | b"five"
            | b"six"
            | b"seven"
            | b"eight"
            | b"nine"
            | b"ten"
            | b"eleven"
            | b"twelve"
            | b"thirteen"
            | b"fourteen"
            | b"fifteen"
            | b"sixteen"
            | b"seventeen"
            | b"eighteen"
            | b"nineteen"
            | b"twenty"
            | b"thirty"
            | b"forty"
            | b"fifty"
            | b"sixty"
            | b"seventy"
            | b"eighty"
            | b"ninety"
            | b"hundred"
            | b"dozen"
            | b"dozens"
    )
}

/// Where in its line a reader is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// Nothing but white space so far.
    Start,
    /// A number, which may be that of an item.
    Number,
    /// Within it; quoted from this symbol on, if at all.
    Within(Option<usize>),
}

struct Reader<'a> {
    row: &'a mut Row,
    word: Word,
    before: char,
    /// A full stop or line end that what follows may yet show to be none.
    stop: Option<(char, Range<usize>)>,
    line: Line,
    /// The quotation mark that is open, and the first symbol after it.
    open: Option<(char, usize)>,
}

impl Reader<'_> {
    fn take(&mut self, c: char, bytes: Range<usize>) {
        // Most characters are letters within a line, which neither end it nor quote.
        if c.is_ascii_lowercase() && self.stop.is_none() && matches!(self.line, Line::Within(_)) {
            self.word.push(&[c as u8], &bytes);
            self.before = c;
            return;
        }
        if is_character(c) && self.stop.is_none() && matches!(self.line, Line::Within(_)) {
            self.end_word();
            self.character(c, &bytes);
            self.before = c;
            return;
        }
        // After a full stop the next character decides, after a line end the next that is seen.
        if self.stop.as_ref().is_some_and(|(stop, _)| *stop == '.' || c != ' ') {
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
            '?' => {
                self.end_word();
                self.push(Kind::Stop, QUESTION, bytes.start, bytes.end);
            }
            '!' | '。' | ';' | '•' | '■' | '●' | '◆' => self.mark(Kind::Stop, &bytes),
            ':' => {
                self.mark(Kind::Pause, &bytes);
                self.row.colons.push(self.row.symbols.len());
            }
            ',' | '、' | '(' | ')' | '–' | '—' | '→' | '…' | '【' | '】' => {
                self.mark(Kind::Pause, &bytes);
            }
            '%' => {
                self.end_word();
                self.push(Kind::Word, PERCENT, bytes.start, bytes.end);
            }
            '-' => {
                self.end_word();
                if self.before == ' ' {
                    self.mark(Kind::Pause, &bytes)
                }
            }
            _ if is_character(c) => {
                self.end_word();
                self.character(c, &bytes);
            }
            _ if c.is_alphabetic() => {
                self.row.letters.add(c);
                self.letter(c, &bytes);
            }
            _ => self.end_word(),
        }
        self.note_line(c);
        self.note_quote(c);
        self.before = c;
    }

    /// Keeps count of lines: where they are quoted, and where they are items of a list.
    fn note_line(&mut self, c: char) {
        let here = self.row.symbols.len();
        self.line = match (self.line, c) {
            (_, '\n' | '\r') => {
                self.end_line();
                Line::Start
            }
            (line, c) if c.is_whitespace() => line,
            (Line::Start, '>') => Line::Within(Some(here)),
            (Line::Start, '0'..='9' | 'a'..='g') => Line::Number,
            (Line::Number, '0'..='9') => Line::Number,
            (Line::Start, '-' | '*' | '・' | '•' | '■' | '●' | '◆' | '(') | (Line::Number, '.' | ')' | ':') => {
                self.row.items.push(here);
                Line::Within(None)
            }
            (Line::Within(quoted), _) => Line::Within(quoted),
            (Line::Start | Line::Number, _) => Line::Within(None),
        };
    }

    fn end_line(&mut self) {
        if let Line::Within(Some(start)) = self.line {
            self.end_word();
            self.quoted(start);
        }
    }

    fn note_quote(&mut self, c: char) {
        let closing = match c {
            '「' => Some('」'),
            '『' => Some('』'),
            '“' | '„' => Some('”'),
            '"' => Some('"'),
            _ => None,
        };
        match self.open {
            Some((close, start)) if c == close => {
                self.end_word();
                self.quoted(start);
                self.open = None;
                // 「…か」 quotes a question, though the sentence goes on.
                if self.row.symbols.last().is_some_and(|last| last.hash == KA) {
                    let end = self.row.symbols.last().map_or(0, |last| last.end as usize);
                    self.push(Kind::Stop, QUESTION, end, end);
                }
            }
            None => self.open = closing.map(|close| (close, self.row.symbols.len())),
            Some(_) => {}
        }
    }

    fn quoted(&mut self, start: usize) {
        let end = self.row.symbols.len();
        match self.row.quotes.last_mut() {
            // Lines of one quotation, with nothing but their ends between.
            Some(last)
                if self.row.symbols[last.end.min(end)..start.max(last.end.min(end))]
                    .iter()
                    .all(|symbol| symbol.kind == Kind::Stop) =>
            {
                last.end = last.end.max(end);
            }
            _ => self.row.quotes.push(start..end),
        }
    }

    fn character(&mut self, c: char, bytes: &Range<usize>) {
        self.row.letters.add(c);
        self.push(Kind::Character, character(c), bytes.start, bytes.end);
    }

    fn letter(&mut self, c: char, bytes: &Range<usize>) {
        self.word.push(c.encode_utf8(&mut [0; 4]).as_bytes(), bytes);
    }

    fn end_word(&mut self) {
        if self.word.len == 0 {
            return;
        }
        let Word { bytes, len, start, end, digits } = std::mem::take(&mut self.word);
        let (start, end) = (start as usize, end as usize);
        let word = bytes[..len].trim_ascii_end();
        let word = word.strip_suffix(b"'").unwrap_or(word);
        self.row.letters.add_plain(word.iter().filter(|byte| byte.is_ascii_lowercase()).count());
        if word.is_empty() {
        } else if digits || is_numeral(word) {
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
        self.row.symbols.push(Symbol { kind, hash, start: start as u32, end: end as u32 });
    }
}

/// The hash of a character, the same for both kinds of kana.
pub(super) const fn character(c: char) -> u64 {
    let code = c as u32;
    finished((if matches!(c, '\u{30A1}'..='\u{30F6}') { code - 0x60 } else { code }) as u64)
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
    // The product, as against a team.
    if word == b"teams" {
        return word;
    }
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
