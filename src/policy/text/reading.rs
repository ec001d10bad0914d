//! What a request's texts state, each statement with the passage that states it most.

use super::context;
use super::model::{Model, STATEMENTS, Scores, Scratch, Statement};
use super::symbols::{Kind, NUMBER, Row, Symbol, hash_of, stem};
use super::tokens::{self, Token};
use super::units;
use super::vocabulary::Topic;
use std::cell::RefCell;
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

/// A sentence or clause: the field's number and its bytes there, how much it tells (see [`units::extent`]), and how much
/// it speaks for each statement.
pub(super) struct Unit {
    pub field: usize,
    pub start: usize,
    pub end: usize,
    pub extent: usize,
    pub scores: Scores,
}

/// The most that one sentence speaks for each statement, and every unit.
#[derive(Default)]
pub(super) struct Reading {
    /// Whether the description is in a language that is read, or too short to say.
    pub language_is_known: bool,
    pub best: Scores,
    pub units: Vec<Unit>,
}

/// A field's symbols and tokens.
#[derive(Default)]
pub(super) struct Rows {
    row: Row,
    tokens: Vec<Token>,
}

/// What reading needs room for; a thread uses the same for each text.
#[derive(Default)]
struct Memory {
    rows: Rows,
    units: Vec<units::Unit>,
    scratch: Scratch,
    reading: Reading,
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

impl Reading {
    /// What `then` makes of `fields`; words of `names` are taken as names of products.
    pub fn of<T>(fields: &[Field<'_>], names: &[u64], then: impl FnOnce(&Self) -> T) -> T {
        Self::by(Model::shipped(), fields, names, then)
    }

    /// The same by `model`.
    pub fn by<T>(model: &Model, fields: &[Field<'_>], names: &[u64], then: impl FnOnce(&Self) -> T) -> T {
        MEMORY.with_borrow_mut(|Memory { rows, units, scratch, reading }| {
            reading.units.clear();
            reading.best = [f32::MIN; STATEMENTS];
            reading.language_is_known = rows.each(fields, names, |field, row, tokens| {
                units::read(row, units);
                let all = model.scores(fields[field].place.hash(), row, tokens, units, scratch);
                hold_to_sentences(units, all);
                for (unit, scores) in units.iter().zip(all) {
                    scores[can_state(unit, tokens)..].fill(f32::MIN);
                    for (best, score) in reading.best.iter_mut().zip(*scores) {
                        *best = best.max(score);
                    }
                    let (first, last) = (row[unit.symbols.start], row[unit.symbols.end - 1]);
                    let (start, end) = (first.start as usize, last.end as usize);
                    let extent = units::extent(&row[unit.symbols.clone()]);
                    reading.units.push(Unit { field, start, end, extent, scores: *scores });
                }
            });
            then(reading)
        })
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

impl Rows {
    /// Calls `take` with the number, symbols and tokens of each of `fields`, without what is not stated. Returns whether
    /// every description is in a language that is read.
    pub fn each(
        &mut self,
        fields: &[Field<'_>],
        names: &[u64],
        mut take: impl FnMut(usize, &[Symbol], &[Token]),
    ) -> bool {
        let Self { row, tokens } = self;
        let mut known = true;
        for (index, field) in fields.iter().enumerate() {
            row.read(field.text);
            known &= field.place != Place::Description || row.letters.are_known(&row.symbols);
            tokens.clear();
            tokens::read(&row.symbols, names, tokens);
            tokens.iter_mut().filter(|token| token.hash == RATIO).for_each(|token| {
                if is_whole(field.text, &row.symbols[token.first as usize..token.after as usize]) {
                    token.hash = ALL;
                }
            });
            context::leave_out(row, tokens);
            take(index, &row.symbols, tokens);
        }
        known
    }
}

/// Most bytes and words of an answer that can be a name, and fewest letters of a word in it.
const LONGEST_NAME: usize = 60;
const NAME_WORDS: usize = 4;
const NAME_LETTERS: u32 = 3;
/// Words of such answers that are no names.
const NO_NAMES: &str = "the none not yet mfa and for case ticket verify security identity token app with gate decided one sign authenticator access federation service cloud";

static COMMON: LazyLock<Vec<u64>> =
    LazyLock::new(|| NO_NAMES.split(' ').map(|word| hash_of(stem(word.as_bytes()))).collect());

/// Appends the words of a short text answer, which may be the name of a product or its vendor, to `names`.
pub(super) fn add_names(answer: &str, names: &mut Vec<u64>) {
    if answer.len() > LONGEST_NAME {
        return;
    }
    MEMORY.with_borrow_mut(|Memory { rows: Rows { row, .. }, .. }| {
        row.read(answer);
        if row.symbols.len() <= NAME_WORDS {
            let words = row.symbols.iter().filter(|symbol| symbol.kind == Kind::Word);
            let long = words.filter(|symbol| symbol.end - symbol.start >= NAME_LETTERS).map(|symbol| symbol.hash);
            names.extend(long.filter(|hash| !COMMON.contains(hash)));
        }
    });
}
