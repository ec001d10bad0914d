//! Sentences and their clauses.

use super::symbols::{KA, Kind, QUESTION, Symbol, hash_of};
use std::ops::Range;

/// Most symbols of a question that is read together with its answer.
const FURTHEST_QUESTION: usize = 60;

/// Fewest symbols of a clause that stands for itself.
const LEAST_WORDS: usize = 3;
const LEAST_CHARACTERS: usize = 7;
/// Symbols among which that many are found, if they are there.
const ENOUGH: usize = 24;
/// Most symbols of an answer that is read together with its question.
const SHORT_ANSWER: usize = 14;

/// Calls `take` with the symbols of each sentence, of each of its clauses when there are several, and of a question with
/// its short answer; and whether it is a question.
pub(super) fn each(symbols: &[Symbol], mut take: impl FnMut(Range<usize>, bool)) {
    let (mut start, mut asked) = (0, None);
    for index in 0..=symbols.len() {
        if symbols.get(index).is_none_or(|symbol| symbol.kind == Kind::Stop) {
            if start < index {
                let question = is_question(&symbols[start..index], symbols.get(index));
                sentence(symbols, start..index, &mut |unit| take(unit, question));
                if let Some(asked) = asked.take()
                    && index - start <= SHORT_ANSWER
                {
                    take(asked..index, false);
                }
                asked = (question && index - start < FURTHEST_QUESTION).then_some(start);
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

/// Whether a sentence asks: it ends with a question mark, or with か.
fn is_question(sentence: &[Symbol], stop: Option<&Symbol>) -> bool {
    stop.is_some_and(|stop| stop.hash == QUESTION) || sentence.last().is_some_and(|last| last.hash == KA)
}

fn stands_alone(symbols: &[Symbol]) -> bool {
    let symbols = &symbols[..symbols.len().min(ENOUGH)];
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
