//! Text as the check reads it: NFKC, without what cannot be seen, in small letters; each character with the bytes of
//! the text as typed that it stands for.

use crate::policy::answers::is_invisible;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Calls `take` with each character and its bytes in `text`, in order. Characters that were normalised together share
/// their bytes.
pub(super) fn each(text: &str, mut take: impl FnMut(char, Range<usize>)) {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        // What is ASCII before ASCII is joined by nothing.
        let plain = |place: usize| bytes.get(place).is_none_or(u8::is_ascii);
        while start < bytes.len() && plain(start) && plain(start + 1) {
            take(char::from(bytes[start].to_ascii_lowercase()), start..start + 1);
            start += 1;
        }
        let other = bytes[start..].windows(2).position(|pair| pair[0].is_ascii() && pair[1].is_ascii());
        let end = other.map_or(bytes.len(), |place| start + place);
        if start < end {
            joined(&text[start..end], start, &mut take);
        }
        start = end;
    }
}

/// The same for a part of a text that begins at byte `offset`.
fn joined(text: &str, offset: usize, take: &mut impl FnMut(char, Range<usize>)) {
    let mut seen =
        text.char_indices().map(|(start, c)| (start + offset, c)).filter(|(_, c)| !is_dropped(*c)).peekable();
    let mut together = String::new();
    while let Some((start, c)) = seen.next() {
        let end = start + c.len_utf8();
        let joined = seen.peek().is_some_and(|(_, next)| joins(*next));
        if !joined && c.is_ascii() {
            take(c.to_ascii_lowercase(), start..end);
        } else if !joined && is_plain(c) {
            take(c, start..end);
        } else {
            together.clear();
            together.push(c);
            let mut end = end;
            while let Some((next_start, next)) = seen.next_if(|(_, next)| joins(*next)) {
                together.push(next);
                end = next_start + next.len_utf8();
            }
            for c in together.nfkc().flat_map(char::to_lowercase).nfkc() {
                take(c, start..end);
            }
        }
    }
}

/// What shows nothing, and what only chooses between looks of the character before it.
fn is_dropped(c: char) -> bool {
    !c.is_ascii()
        && (is_invisible(c)
            || matches!(c, '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}'))
}

/// Whether normalisation may join it to the character before it.
fn joins(c: char) -> bool {
    !c.is_ascii()
        && !is_plain(c)
        && (matches!(c, '\u{FF9E}' | '\u{FF9F}' | '\u{1160}'..='\u{11FF}') || is_combining_mark(c))
}

/// Characters in quantity of which neither normalisation nor case changes anything: kana, Chinese characters, 、。「」.
fn is_plain(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}' | '\u{4E00}'..='\u{9FFF}' | '、' | '。' | '「' | '」')
}
