//! What a request's texts state, each statement with the passage that states it most.

use super::context;
use super::model::{Model, STATEMENTS, Scores, Scratch, Statement};
use super::symbols::{Kind, NUMBER, Row, Symbol, hash_of, stem};
use super::tokens::{self, Token};
use super::units;
use super::vocabulary::Topic;
use std::sync::LazyLock;

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
        let mut scratch = Scratch::default();
        each_row(fields, names, |field, row, tokens| {
            let units = units::of(row);
            let mut all = model.scores(fields[field].place.hash(), row, tokens, &units, &mut scratch);
            hold_to_sentences(&units, &mut all);
            for (unit, mut scores) in units.iter().zip(all) {
                scores[can_state(unit, tokens)..].fill(f32::MIN);
                for (best, score) in reading.best.iter_mut().zip(scores) {
                    *best = best.max(score);
                }
                let (first, last) = (row[unit.symbols.start], row[unit.symbols.end - 1]);
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

/// How far what a clause states is brought down to what its whole sentence states.
const HELD: f32 = 0.7;

/// A sentence often takes back what one of its clauses states.
fn hold_to_sentences(units: &[units::Unit], all: &mut [Scores]) {
    let mut sentence = 0;
    for (number, unit) in units.iter().enumerate() {
        if unit.is_clause() {
            let whole = all[sentence];
            let held = |(score, whole): (&mut f32, f32)| *score -= (*score - whole).max(0.0) * HELD;
            all[number].iter_mut().zip(whole).for_each(held);
        } else {
            sentence = number;
        }
    }
}

/// So many of so many.
const RATIO: u64 = hash_of(b"RATIO");
const ALL: u64 = hash_of(b"ALL");

/// Whether both numbers of "so many of so many" are the same, or it is 100 percent.
fn is_whole(text: &str, symbols: &[Symbol]) -> bool {
    let numbers = symbols.iter().filter(|symbol| symbol.hash == NUMBER);
    let mut numbers = numbers.filter_map(|symbol| text.get(symbol.start as usize..symbol.end as usize));
    match (numbers.next(), numbers.next()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        (Some(one), None) => one == "100",
        _ => false,
    }
}

/// What turns a question into a request.
const ASKING: u64 = hash_of(b"ASKING");

/// How many of the statements `unit` can make: a question none, a request in the form of one only topics.
pub(super) fn can_state(unit: &units::Unit, tokens: &[Token]) -> usize {
    if !unit.question {
        return STATEMENTS;
    }
    let from = tokens.partition_point(|token| (token.first as usize) < unit.symbols.start);
    let mut within = tokens[from..].iter().take_while(|token| token.after as usize <= unit.symbols.end);
    if within.any(|token| token.hash == ASKING) { Topic::ALL.len() } else { 0 }
}

/// Calls `take` with the number, symbols and tokens of each of `fields`, without what is not stated.
pub(super) fn each_row(fields: &[Field<'_>], names: &[u64], mut take: impl FnMut(usize, &[Symbol], &[Token])) {
    let (mut row, mut all) = (Row::default(), Vec::new());
    for (index, field) in fields.iter().enumerate() {
        all.clear();
        row.read(field.text);
        tokens::read(&row.symbols, names, &mut all);
        all.iter_mut().filter(|token| token.hash == RATIO).for_each(|token| {
            if is_whole(field.text, &row.symbols[token.first as usize..token.after as usize]) {
                token.hash = ALL;
            }
        });
        context::leave_out(&mut row, &all);
        take(index, &row.symbols, &all);
    }
}

/// Most words of an answer that can be a name, and fewest letters of a word in it.
const NAME_WORDS: usize = 4;
const NAME_LETTERS: u32 = 3;
/// Words of such answers that are no names.
const NO_NAMES: &str = "the none not yet mfa and for case ticket verify security identity token app with gate decided one sign authenticator access federation service cloud";

static COMMON: LazyLock<Vec<u64>> =
    LazyLock::new(|| NO_NAMES.split(' ').map(|word| hash_of(stem(word.as_bytes()))).collect());

/// Appends the words of a short text answer, which may be the name of a product or its vendor, to `names`.
pub(super) fn add_names(answer: &str, names: &mut Vec<u64>) {
    let mut row = Row::default();
    if answer.len() <= 60 {
        row.read(answer);
    }
    if row.symbols.len() <= NAME_WORDS {
        let words = row.symbols.iter().filter(|symbol| symbol.kind == Kind::Word);
        let long = words.filter(|symbol| symbol.end - symbol.start >= NAME_LETTERS).map(|symbol| symbol.hash);
        names.extend(long.filter(|hash| !COMMON.contains(hash)));
    }
}
