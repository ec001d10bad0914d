//! What the model looks at in a sentence or clause: words, characters and concepts, alone and beside each other.

use super::symbols::{Kind, Symbol, finished};
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
    finished(before.rotate_left(17) ^ part)
}

/// Calls `take` with each feature: its hash, form and parts. Where a text stands (`place`) is read before its tokens.
pub(super) fn each(place: u64, symbols: &[Symbol], tokens: &[Token], mut take: impl FnMut(u64, Form, &[u64])) {
    characters(symbols, &mut take);
    words(symbols, &mut take);
    rows(tokens, &mut take);
    for token in tokens.iter().take(REACH).filter(|token| token.concept) {
        take(then(first(Form::Apart, place), token.hash), Form::Apart, &[place, token.hash]);
    }
    for (index, a) in tokens.iter().enumerate().filter(|(_, token)| token.concept) {
        for b in tokens[index + 1..].iter().take(REACH).filter(|token| token.concept) {
            take(then(first(Form::Apart, a.hash), b.hash), Form::Apart, &[a.hash, b.hash]);
        }
    }
}

/// One to four characters in a row.
fn characters(symbols: &[Symbol], take: &mut impl FnMut(u64, Form, &[u64])) {
    for start in 0..symbols.len() {
        let mut hash = 0;
        let mut parts = [0; 4];
        for (length, symbol) in symbols[start..].iter().take(4).enumerate() {
            if symbol.kind != Kind::Character {
                break;
            }
            hash = if length == 0 { first(Form::Characters, symbol.hash) } else { then(hash, symbol.hash) };
            parts[length] = symbol.hash;
            if length > 0 {
                take(hash, Form::Characters, &parts[..=length]);
            }
        }
    }
}

/// Words alone and in pairs, whatever concept they belong to.
fn words(symbols: &[Symbol], take: &mut impl FnMut(u64, Form, &[u64])) {
    let is_word = |symbol: &Symbol| symbol.kind == Kind::Word;
    for (index, symbol) in symbols.iter().enumerate().filter(|(_, symbol)| is_word(symbol)) {
        let alone = first(Form::Row, symbol.hash);
        take(alone, Form::Row, &[symbol.hash]);
        if let Some(next) = symbols.get(index + 1).filter(|next| is_word(next)) {
            take(then(alone, next.hash), Form::Row, &[symbol.hash, next.hash]);
        }
    }
}

/// Tokens in a row of up to three, at least one of them a concept.
fn rows(tokens: &[Token], take: &mut impl FnMut(u64, Form, &[u64])) {
    for (index, a) in tokens.iter().enumerate() {
        let alone = first(Form::Row, a.hash);
        if a.concept {
            take(alone, Form::Row, &[a.hash]);
        }
        let Some(b) = tokens.get(index + 1) else { break };
        let pair = then(alone, b.hash);
        if a.concept || b.concept {
            take(pair, Form::Row, &[a.hash, b.hash]);
        }
        let Some(c) = tokens.get(index + 2) else { continue };
        if usize::from(a.concept) + usize::from(b.concept) + usize::from(c.concept) > 1 {
            take(then(pair, c.hash), Form::Row, &[a.hash, b.hash, c.hash]);
        }
    }
}
