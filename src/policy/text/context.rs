//! What stands in a text and is not stated by it: quotations of the policy, and lists that are ruled out as a whole.

use super::symbols::{Kind, Row, hash_of};
use super::tokens::Token;
use std::ops::Range;

const POLICY: u64 = hash_of(b"POLICYDOC");
/// What a policy says of an issue, such as "no exception".
const RULING: u64 = hash_of(b"RULING");
const HOUSE: u64 = hash_of(b"HOUSE");
const RULED_OUT: u64 = hash_of(b"SCOPE_OUT");
/// Sentences before a quotation, its own begun one included, that may say whose words it has.
const SENTENCES_BEFORE: usize = 2;

/// Most symbols from a quotation to who is quoted.
const FURTHEST: usize = 120;

/// Most symbols of what stands before a colon and rules out what follows.
const LONGEST_HEADING: usize = 16;

/// Turns into stops what is not stated.
pub(super) fn leave_out(row: &mut Row, tokens: &[Token]) {
    let has = |range: &Range<usize>, concept: u64| {
        let from = tokens.partition_point(|token| (token.first as usize) < range.start);
        let within = tokens[from..].iter().take_while(|token| (token.first as usize) < range.end);
        within.into_iter().any(|token| token.hash == concept)
    };
    let mut out = Vec::new();
    for quote in &row.quotes {
        let around = sentence_before(row, quote.start, SENTENCES_BEFORE)..end_of_sentence(row, quote.end);
        let outside = [around.start..quote.start, quote.end..around.end.max(quote.end)];
        let of_policy = outside.iter().any(|range| has(range, POLICY)) || has(quote, RULING);
        if of_policy && !outside.iter().any(|range| has(range, HOUSE)) {
            out.push(quote.clone());
        }
    }
    for (index, item) in row.items.iter().enumerate() {
        let header = sentence_before(row, *item, 1)..*item;
        let first_of_list = index == 0 || row.items[index - 1] < header.start;
        if first_of_list && has(&header, RULED_OUT) {
            out.push(*item..end_of_list(row, index));
        }
    }
    for colon in &row.colons {
        let header = sentence_before(row, *colon, 1)..*colon;
        if header.len() <= LONGEST_HEADING && has(&header, RULED_OUT) {
            out.push(*colon..end_of_sentence(row, *colon));
        }
    }
    for range in out {
        row.symbols[range].iter_mut().for_each(|symbol| symbol.kind = Kind::Stop);
    }
}

/// Where the sentence begins that is `count` before `place`; the one that `place` is in counts when it has begun.
fn sentence_before(row: &Row, place: usize, count: usize) -> usize {
    let (mut start, mut sentences) = (place, 0);
    while start > place.saturating_sub(FURTHEST) {
        let begins = row.symbols[start - 1].kind == Kind::Stop;
        if begins && start < place && row.symbols[start].kind != Kind::Stop {
            sentences += 1;
            if sentences == count {
                break;
            }
        }
        start -= 1;
    }
    start
}

fn end_of_sentence(row: &Row, place: usize) -> usize {
    let rest = row.symbols.get(place..).unwrap_or_default();
    let near = rest.iter().take(FURTHEST);
    let stop = near.clone().position(|symbol| symbol.kind == Kind::Stop);
    place + stop.unwrap_or(near.len())
}

/// The end of the line of the last item that follows `index` without other lines between.
fn end_of_list(row: &Row, index: usize) -> usize {
    let mut end = end_of_sentence(row, row.items[index]);
    for item in &row.items[index + 1..] {
        let between = row.symbols.get(end..*item).unwrap_or_default();
        if between.iter().any(|symbol| symbol.kind != Kind::Stop) {
            break;
        }
        end = end_of_sentence(row, *item);
    }
    end
}
