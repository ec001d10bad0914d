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

/// A sentence, a clause, or a question with its short answer.
#[derive(Debug)]
pub(super) struct Unit {
    /// Its symbols.
    pub symbols: Range<usize>,
    /// Whether it is a question.
    pub question: bool,
    layer: usize,
}

impl Unit {
    /// Whether it is a part of the sentence before it.
    pub fn is_clause(&self) -> bool {
        self.layer == 1
    }
}

/// Units of one layer do not overlap: sentences, clauses, questions with answers.
const LAYERS: usize = 3;

/// The units that each symbol is in, by layer; none is [`Layers::NONE`]. A sentence has all that its clauses have.
#[derive(Default)]
pub(super) struct Layers(Vec<[u16; LAYERS]>);

impl Layers {
    const NONE: u16 = u16::MAX;

    /// Makes them those of `units`, which lie in a row of `length` symbols.
    pub fn put(&mut self, units: &[Unit], length: usize) {
        self.0.clear();
        self.0.resize(length, [Self::NONE; LAYERS]);
        for (number, unit) in units.iter().enumerate().take(Self::NONE.into()) {
            self.0[unit.symbols.clone()].iter_mut().for_each(|symbol| symbol[unit.layer] = number as u16);
        }
    }

    /// The number of the innermost sentence or clause that symbols `first` to `after` (exclusive) lie in, and that of the
    /// question with its answer.
    pub fn around(&self, first: usize, after: usize) -> [Option<usize>; 2] {
        let ([sentence, clause, answered], last) = (self.0[first], self.0[after - 1]);
        let both = |unit: u16, other: u16| (unit == other && unit != Self::NONE).then_some(usize::from(unit));
        [both(clause, last[1]).or_else(|| both(sentence, last[0])), both(answered, last[2])]
    }
}

/// Puts each sentence, each of its clauses when there are several, and each question with its short answer into `units`.
pub(super) fn read(symbols: &[Symbol], units: &mut Vec<Unit>) {
    units.clear();
    let (mut start, mut asked) = (0, None);
    for index in 0..=symbols.len() {
        if symbols.get(index).is_none_or(|symbol| symbol.kind == Kind::Stop) {
            if start < index {
                let question = is_question(&symbols[start..index], symbols.get(index));
                sentence(symbols, start..index, question, units);
                let answered = asked.take().filter(|_| index - start <= SHORT_ANSWER);
                if let Some(asked) = answered {
                    units.push(Unit { symbols: asked..index, question: false, layer: 2 });
                }
                let alone = answered.is_none() && index - start < FURTHEST_QUESTION;
                asked = (question && alone).then_some(start);
            }
            start = index + 1;
        }
    }
}

fn sentence(symbols: &[Symbol], all: Range<usize>, question: bool, units: &mut Vec<Unit>) {
    if symbols[all.clone()].iter().all(|symbol| symbol.kind == Kind::Pause) {
        return;
    }
    units.push(Unit { symbols: all.clone(), question, layer: 0 });
    let mut start = all.start;
    for index in all.clone() {
        let here = symbols[index];
        let divides = here.kind == Kind::Pause || (here.kind == Kind::Word && OPENERS.contains(&here.hash));
        if divides && stands_alone(&symbols[start..index]) && stands_alone(&symbols[index + 1..all.end]) {
            units.push(Unit { symbols: start..index, question, layer: 1 });
            start = if here.kind == Kind::Pause { index + 1 } else { index };
        }
    }
    if start > all.start {
        units.push(Unit { symbols: start..all.end, question, layer: 1 });
    }
}

/// Whether a sentence asks: it ends with a question mark, or with か.
fn is_question(sentence: &[Symbol], stop: Option<&Symbol>) -> bool {
    stop.is_some_and(|stop| stop.hash == QUESTION) || sentence.last().is_some_and(|last| last.hash == KA)
}

fn stands_alone(symbols: &[Symbol]) -> bool {
    let (words, characters) = counted(&symbols[..symbols.len().min(ENOUGH)]);
    words >= LEAST_WORDS || words * 2 + characters >= LEAST_CHARACTERS
}

/// How much `symbols` tell, in Japanese characters: a word counts as two. How they were typed does not matter.
pub(super) fn extent(symbols: &[Symbol]) -> usize {
    let (words, characters) = counted(symbols);
    words * 2 + characters
}

/// Words, numbers included, and characters.
fn counted(symbols: &[Symbol]) -> (usize, usize) {
    let words = symbols.iter().filter(|symbol| matches!(symbol.kind, Kind::Word | Kind::Number)).count();
    (words, symbols.iter().filter(|symbol| symbol.kind == Kind::Character).count())
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
