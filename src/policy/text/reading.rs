//! What a request's texts state, each statement with the passage that states it most.

use super::model::{Model, STATEMENTS, Scores, Statement};
use super::symbols::{self, Symbol, hash_of, stem};
use super::tokens::{self, Token};
use super::units;

/// A text that the partner wrote.
pub(super) struct Field<'a> {
    /// Where it stands.
    pub place: Place,
    pub text: &'a str,
}

/// What kind of text it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Title,
    Description,
    Answer,
}

impl Place {
    /// The feature part that stands for it.
    pub fn hash(self) -> u64 {
        match self {
            Self::Title => hash_of(b"TITLE"),
            Self::Description => hash_of(b"DESCRIPTION"),
            Self::Answer => hash_of(b"ANSWER"),
        }
    }
}

/// A sentence or clause: the field's number and its bytes there, and how much it speaks for each statement.
pub(super) struct Unit {
    pub field: usize,
    pub start: usize,
    pub end: usize,
    pub scores: Scores,
}

/// The most that one sentence speaks for each statement, and every unit.
pub(super) struct Reading {
    pub best: Scores,
    pub units: Vec<Unit>,
}

impl Reading {
    /// Reads `fields`; words of `names` are taken as names of products.
    pub fn of(fields: &[Field<'_>], names: &[u64]) -> Self {
        Self::by(Model::shipped(), fields, names)
    }

    /// The same by `model`.
    pub fn by(model: &Model, fields: &[Field<'_>], names: &[u64]) -> Self {
        let mut reading = Self { best: [f32::MIN; STATEMENTS], units: Vec::new() };
        each_unit(fields, names, |field, symbols, tokens| {
            let scores = model.scores(fields[field].place.hash(), symbols, tokens);
            for (best, score) in reading.best.iter_mut().zip(scores) {
                *best = best.max(score);
            }
            if let (Some(first), Some(last)) = (symbols.first(), symbols.last()) {
                reading.units.push(Unit { field, start: first.start as usize, end: last.end as usize, scores });
            }
        });
        reading
    }

    /// How much the whole speaks for `statement`.
    pub fn score(&self, statement: Statement) -> f32 {
        self.best[statement.place()]
    }
}

/// Calls `take` with each unit of `fields`: the number of the field, symbols, tokens.
pub(super) fn each_unit(fields: &[Field<'_>], names: &[u64], mut take: impl FnMut(usize, &[Symbol], &[Token])) {
    let (mut row, mut all) = (Vec::new(), Vec::new());
    for (index, field) in fields.iter().enumerate() {
        row.clear();
        all.clear();
        symbols::read(field.text, &mut row);
        tokens::read(&row, names, &mut all);
        units::each(&row, |unit| {
            let from = all.partition_point(|token: &Token| (token.first as usize) < unit.start);
            let to = all.partition_point(|token: &Token| (token.after as usize) <= unit.end);
            take(index, &row[unit], &all[from..to.max(from)]);
        });
    }
}

/// Most words of an answer that can be a name, and fewest letters of a word in it.
const NAME_WORDS: usize = 4;
const NAME_LETTERS: u32 = 3;
/// Words of such answers that are no names.
const NO_NAMES: &str = "the none not yet mfa and for case ticket verify security identity token app with gate decided one sign authenticator access federation service cloud";

/// Appends the words of a short text answer, which may be the name of a product or its vendor, to `names`.
pub(super) fn add_names(answer: &str, names: &mut Vec<u64>) {
    let mut row = Vec::new();
    if answer.len() <= 60 {
        symbols::read(answer, &mut row);
    }
    if row.len() <= NAME_WORDS {
        let words = row.iter().filter(|symbol| symbol.kind == symbols::Kind::Word);
        let long = words.filter(|symbol| symbol.end - symbol.start >= NAME_LETTERS).map(|symbol| symbol.hash);
        let common = |hash: &u64| NO_NAMES.split(' ').any(|word| hash_of(stem(word.as_bytes())) == *hash);
        names.extend(long.filter(|hash| !common(hash)));
    }
}
