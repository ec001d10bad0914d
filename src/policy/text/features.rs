//! What the model looks at in a sentence or clause: words, characters and concepts, alone and beside each other.

use super::symbols::{Kind, Symbol};
use super::tokens::Token;

/// How parts stand to each other in a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Tokens or words one after the other.
    Row,
    /// Concepts in this order, with others between.
    Apart,
    /// Characters one after the other.
    Characters,
}

/// Most tokens from one concept to the next that belong together.
const REACH: usize = 9;

/// The hash of a feature of `form` with the first part `part`.
pub(super) fn first(form: Form, part: u64) -> u64 {
    part ^ (form as u64 + 1).wrapping_mul(0xa24b_aed4_963e_e407)
}

/// The hash of the feature `before`, longer by `part`.
pub(super) fn then(before: u64, part: u64) -> u64 {
    (before.rotate_left(17) ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// A feature of a row of symbols.
pub(super) struct Feature<'a> {
    pub hash: u64,
    #[cfg_attr(not(test), expect(dead_code, reason = "names of features are written when the model is learned"))]
    pub form: Form,
    #[cfg_attr(not(test), expect(dead_code, reason = "names of features are written when the model is learned"))]
    pub parts: &'a [u64],
    /// The first symbol and the one after the last.
    pub first: usize,
    pub after: usize,
}

/// Calls `take` with each feature of a row that stands at `place`.
pub(super) fn each(place: u64, symbols: &[Symbol], tokens: &[Token], mut take: impl FnMut(Feature<'_>)) {
    characters(symbols, &mut take);
    words(symbols, &mut take);
    rows(tokens, &mut take);
    for (index, a) in tokens.iter().enumerate().filter(|(_, token)| token.concept) {
        pair(first(Form::Apart, place), &[place, a.hash], a, a, &mut take);
        let alone = first(Form::Apart, a.hash);
        for b in tokens[index + 1..].iter().take(REACH).filter(|token| token.concept) {
            pair(alone, &[a.hash, b.hash], a, b, &mut take);
        }
    }
}

fn pair(before: u64, parts: &[u64; 2], a: &Token, b: &Token, take: &mut impl FnMut(Feature<'_>)) {
    let hash = then(before, parts[1]);
    take(Feature { hash, form: Form::Apart, parts, first: a.first as usize, after: b.after as usize });
}

/// Two and three characters in a row.
fn characters(symbols: &[Symbol], take: &mut impl FnMut(Feature<'_>)) {
    for start in 0..symbols.len() {
        let mut hash = 0;
        let mut parts = [0; 3];
        for (length, symbol) in symbols[start..].iter().take(3).enumerate() {
            if symbol.kind != Kind::Character {
                break;
            }
            hash = if length == 0 { first(Form::Characters, symbol.hash) } else { then(hash, symbol.hash) };
            parts[length] = symbol.hash;
            if length > 0 {
                let parts = &parts[..=length];
                take(Feature { hash, form: Form::Characters, parts, first: start, after: start + length + 1 });
            }
        }
    }
}

/// Words alone and in pairs, whatever concept they belong to.
fn words(symbols: &[Symbol], take: &mut impl FnMut(Feature<'_>)) {
    let is_word = |symbol: &Symbol| symbol.kind == Kind::Word;
    for (start, symbol) in symbols.iter().enumerate().filter(|(_, symbol)| is_word(symbol)) {
        let alone = first(Form::Row, symbol.hash);
        take(Feature { hash: alone, form: Form::Row, parts: &[symbol.hash], first: start, after: start + 1 });
        if let Some(next) = symbols.get(start + 1).filter(|next| is_word(next)) {
            let (hash, parts) = (then(alone, next.hash), &[symbol.hash, next.hash]);
            take(Feature { hash, form: Form::Row, parts, first: start, after: start + 2 });
        }
    }
}

/// Concepts alone, and pairs of tokens of which at least one is a concept.
fn rows(tokens: &[Token], take: &mut impl FnMut(Feature<'_>)) {
    for (index, a) in tokens.iter().enumerate() {
        let start = a.first as usize;
        let alone = first(Form::Row, a.hash);
        if a.concept {
            take(Feature { hash: alone, form: Form::Row, parts: &[a.hash], first: start, after: a.after as usize });
        }
        let Some(b) = tokens.get(index + 1) else { break };
        if a.concept || b.concept {
            let (hash, parts) = (then(alone, b.hash), &[a.hash, b.hash]);
            take(Feature { hash, form: Form::Row, parts, first: start, after: b.after as usize });
        }
    }
}
