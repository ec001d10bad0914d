//! Sentences and their clauses.

use super::symbols::{Kind, Symbol, hash_of};
use std::ops::Range;

/// Fewest symbols of a clause that stands for itself.
const LEAST_WORDS: usize = 3;
const LEAST_CHARACTERS: usize = 7;

/// Calls `take` with the symbols of each sentence, and of each of its clauses when there are several.
pub(super) fn each(symbols: &[Symbol], mut take: impl FnMut(Range<usize>)) {
    let mut start = 0;
    for index in 0..=symbols.len() {
        if symbols.get(index).is_none_or(|symbol| symbol.kind == Kind::Stop) {
            if start < index {
                sentence(symbols, start..index, &mut take);
            }
            start = index + 1;
        }
    }
}

fn sentence(symbols: &[Symbol], all: Range<usize>, take: &mut impl FnMut(Range<usize>)) {
    if symbols[all.clone()].iter().all(|symbol| symbol.kind == Kind::Pause) {
        return;
    }
    take(all.clone());
    let mut start = all.start;
    for index in all.clone() {
        let here = symbols[index];
        let divides = here.kind == Kind::Pause || (here.kind == Kind::Word && OPENERS.contains(&here.hash));
        if divides && stands_alone(&symbols[start..index]) && stands_alone(&symbols[index + 1..all.end]) {
            take(start..index);
            start = if here.kind == Kind::Pause { index + 1 } else { index };
        }
    }
    if start > all.start {
        take(start..all.end);
    }
}

fn stands_alone(symbols: &[Symbol]) -> bool {
    let words = symbols.iter().filter(|symbol| matches!(symbol.kind, Kind::Word | Kind::Number)).count();
    let characters = symbols.iter().filter(|symbol| symbol.kind == Kind::Character).count();
    words >= LEAST_WORDS || words * 2 + characters >= LEAST_CHARACTERS
}

/// Words that open a clause without a comma before them.
const OPENERS: [u64; 7] = [
    hash_of(b"but"),
    hash_of(b"becaus"),
    hash_of(b"although"),
    hash_of(b"though"),
    hash_of(b"wherea"),
    hash_of(b"whil"),
    hash_of(b"however"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::text::symbols::stem;

    #[test]
    fn the_openers_are_stems() {
        for word in ["but", "because", "although", "though", "whereas", "while", "however"] {
            assert!(OPENERS.contains(&hash_of(stem(word.as_bytes()))), "{word}");
        }
    }
}
