//! Learns the model from labelled texts: `cargo test -p exception-desk --lib policy::text::train -- --ignored`.
//!
//! A clause of `clauses-*.txt` is labelled by itself, and of a request in `marked-*.jsonl` every passage that states
//! something. Of other requests only the outcome is known and what they are about, so the sentence that scores highest
//! for a statement stands for it, anew in each round (multiple-instance learning): a text about late rollouts has at least
//! one sentence that says so, an honest one has none. Logistic regression by statement, AdaGrad, means of the later
//! rounds. No chance but a fixed seed.

use super::features::{self, Feature, Form};
use super::labelled::{Mark, Text, statements, texts, together};
use super::model::{GRAIN, SMOOTHING, STATEMENTS, Scores, Statement};
use super::reading::{Rows, can_state};
use super::symbols::{self, Kind, LONGEST, finished, hash_of};
use super::tokens::LEXICON;
use super::units::{self, Layers};
use std::collections::HashMap;
use std::ops::Range;

const ROUNDS: usize = 30;
const RATE: f32 = 0.3;
const DECAY: f32 = 0.003;
/// How many negative examples a positive one weighs.
const POSITIVE: f32 = 2.0;
/// Texts that a feature must be in to count.
const LEAST_TEXTS: u32 = 4;
/// Weights smaller than so many grains are left out: they decide nothing and would make the file twice as long.
const LEAST_GRAINS: f32 = 8.0;

/// Rounds in which only labelled clauses say what a statement looks like.
const FIRST_ROUNDS: usize = 2;

/// The stem that a word as typed is known by, without the "not" that it may end with.
fn stem_of(word: &str) -> String {
    let word = word.replace(['’', '‘'], "'");
    let bytes = &word.as_bytes()[..word.len().min(LONGEST)];
    let bytes = bytes.strip_suffix(b"'").unwrap_or(bytes);
    String::from_utf8_lossy(symbols::stem(symbols::negated(bytes).unwrap_or(bytes))).into_owned()
}

/// A sentence or clause.
struct Unit {
    features: Vec<u32>,
    /// How many of the statements it can make.
    can_state: usize,
    /// Its field and bytes there.
    place: (usize, Range<usize>),
    /// What it does not state.
    denies: Vec<usize>,
}

/// A text as its sentences' features.
struct Bag {
    units: Vec<Unit>,
    /// Of each of these pairs of unit and statement one at the least holds.
    about: Vec<Vec<(usize, usize)>>,
    clause: bool,
}

impl Bag {
    /// `units` with what `text` is known to state and not to state.
    fn new(text: &Text, mut units: Vec<Unit>) -> Self {
        let places = |of: &[Statement]| -> Vec<usize> { of.iter().map(|statement| statement.place()).collect() };
        let Some(marks) = &text.marks else {
            let about = places(&text.about);
            let pairs = (0..units.len()).flat_map(|unit| about.iter().map(move |place| (unit, *place))).collect();
            units.iter_mut().for_each(|unit| unit.denies = places(&text.denies));
            return Self { units, about: vec![pairs], clause: text.is_clause() };
        };
        let meets = |unit: &Unit, (field, range, _): &Mark| {
            unit.place.0 == *field && unit.place.1.start < range.end && range.start < unit.place.1.end
        };
        let stated = |mark| {
            let met = units.iter().enumerate().filter(|(_, unit)| meets(unit, mark));
            met.map(|(number, _)| (number, mark.2.place())).collect()
        };
        let about = marks.iter().map(stated).collect();
        for unit in &mut units {
            let said: Vec<Statement> = marks.iter().filter(|mark| meets(unit, mark)).map(|mark| mark.2).collect();
            let open = |other: &Statement| said.iter().any(|said| said == other || together(*said, *other));
            unit.denies = statements().filter(|other| !open(other)).map(Statement::place).collect();
        }
        Self { units, about, clause: false }
    }
}

/// Features by number, with their names and in how many texts they are.
#[derive(Default)]
struct Features {
    numbers: HashMap<u64, u32>,
    names: Vec<String>,
    texts: Vec<u32>,
    /// What hashes of parts stand for.
    parts: HashMap<u64, String>,
}

impl Features {
    fn number(&mut self, feature: &Feature<'_>) -> u32 {
        let next = self.names.len() as u32;
        let number = *self.numbers.entry(feature.hash).or_insert(next);
        if number == next {
            let words: Vec<_> =
                feature.parts.iter().map(|part| self.parts.get(part).cloned().unwrap_or_default()).collect();
            self.names.push(match feature.form {
                Form::Row => format!("+\t{}", words.join(" ")),
                Form::Apart => format!("~\t{}", words.join(" ")),
                Form::Characters => format!("字\t{}", words.concat()),
            });
            self.texts.push(0);
        }
        number
    }

    /// Learns what the parts of `text` are called.
    fn note(&mut self, text: &str) {
        let mut row = symbols::Row::default();
        row.read(text);
        let normal = |start: u32, end: u32| {
            let mut normal = String::new();
            super::normalise::each(&text[start as usize..end as usize], |c, _| normal.push(c));
            normal
        };
        for symbol in row.symbols {
            let name = match symbol.kind {
                Kind::Character => normal(symbol.start, symbol.end),
                Kind::Number => "0".to_owned(),
                Kind::Word => {
                    let whole = normal(symbol.start, symbol.end);
                    if symbol.hash == symbols::NOT { "not".to_owned() } else { stem_of(&whole) }
                }
                Kind::Stop | Kind::Pause => continue,
            };
            self.parts.entry(symbol.hash).or_insert(name);
        }
    }
}

fn bags(texts: &[&Text]) -> (Vec<Bag>, Features) {
    let mut features = Features::default();
    let concepts = LEXICON.lines().filter_map(|line| Some(line.split_once(" = ")?.0));
    for name in concepts.chain(["TITLE", "DESCRIPTION", "ANSWER"]) {
        features.parts.insert(hash_of(name.as_bytes()), name.to_owned());
    }
    let mut bags = Vec::new();
    for text in texts {
        text.fields().iter().for_each(|field| features.note(field.text));
        let mut units: Vec<Unit> = Vec::new();
        let fields = text.fields();
        let _language_is_known = Rows::default().each(&fields, &text.names, |field, row, tokens| {
            let mut found = Vec::new();
            units::read(row, &mut found);
            let mut layers = Layers::default();
            layers.put(&found, row.len());
            let first = units.len();
            units.extend(found.iter().map(|unit| {
                let (start, end) = (row[unit.symbols.start].start, row[unit.symbols.end - 1].end);
                let place = (field, start as usize..end as usize);
                Unit { features: Vec::new(), can_state: can_state(unit, tokens), place, denies: Vec::new() }
            }));
            features::each(fields[field].place.hash(), row, tokens, |feature| {
                for unit in layers.around(feature.first, feature.after).into_iter().flatten() {
                    units[first + unit].features.push(features.number(&feature));
                }
            });
            let mut sentence = first;
            for (number, unit) in found.iter().enumerate().map(|(number, unit)| (first + number, unit)) {
                match unit.is_clause() {
                    true => {
                        let clause = units[number].features.clone();
                        units[sentence].features.extend(clause);
                    }
                    false => sentence = number,
                }
            }
        });
        let mut distinct: Vec<u32> = units.iter().flat_map(|unit| unit.features.iter().copied()).collect();
        distinct.sort_unstable();
        distinct.dedup();
        distinct.iter().for_each(|number| features.texts[*number as usize] += 1);
        bags.push(Bag::new(text, units));
    }
    (bags, features)
}

/// Weights while they are learned.
struct Learner {
    weights: Vec<Scores>,
    bias: Scores,
    steps: Vec<Scores>,
    bias_steps: Scores,
}

impl Learner {
    fn scores(&self, unit: &[u32], can_state: usize) -> Scores {
        let mut sums = [0.0; STATEMENTS];
        for number in unit {
            for (sum, weight) in sums.iter_mut().zip(&self.weights[*number as usize]) {
                *sum += weight;
            }
        }
        let part = part(unit);
        let score = |place: usize| sums[place] * part + self.bias[place];
        std::array::from_fn(|place| if place < can_state { score(place) } else { -99.0 })
    }

    fn step(&mut self, unit: &[u32], place: usize, error: f32, features: &Features) {
        let part = part(unit);
        for number in unit.iter().map(|number| *number as usize).filter(|n| features.texts[*n] >= LEAST_TEXTS) {
            let weight = &mut self.weights[number][place];
            let slope = error * part + DECAY * *weight;
            self.steps[number][place] += slope * slope;
            *weight -= RATE * slope / self.steps[number][place].sqrt();
        }
        self.bias_steps[place] += error * error;
        self.bias[place] -= RATE * error / self.bias_steps[place].sqrt();
    }

    fn learn(&mut self, bag: &Bag, features: &Features) {
        let scores: Vec<Scores> = bag.units.iter().map(|unit| self.scores(&unit.features, unit.can_state)).collect();
        // Of several statements a text may make only one: the one that it seems to make most.
        for pairs in &bag.about {
            let most = pairs.iter().max_by(|a, b| scores[a.0][a.1].total_cmp(&scores[b.0][b.1]));
            if let Some((unit, place)) = most.copied() {
                self.step(&bag.units[unit].features, place, (chance(scores[unit][place]) - 1.0) * POSITIVE, features);
            }
        }
        for (unit, scores) in bag.units.iter().zip(&scores) {
            for place in &unit.denies {
                let chance = chance(scores[*place]);
                if chance > 0.02 {
                    self.step(&unit.features, *place, chance, features);
                }
            }
        }
    }
}

fn part(unit: &[u32]) -> f32 {
    1.0 / (unit.len() as f32 + SMOOTHING).sqrt()
}

fn chance(score: f32) -> f32 {
    1.0 / (1.0 + (-score).exp())
}

/// The model that `texts` teach, as a file.
pub fn learned(texts: &[&Text]) -> String {
    let (bags, features) = bags(texts);
    let count = features.names.len();
    let mut learner = Learner {
        weights: vec![[0.0; STATEMENTS]; count],
        bias: [-3.0; STATEMENTS],
        steps: vec![[0.01; STATEMENTS]; count],
        bias_steps: [1.0; STATEMENTS],
    };
    let (mut weights, mut bias) = (vec![[0.0; STATEMENTS]; count], [0.0; STATEMENTS]);
    let mut order: Vec<usize> = (0..bags.len()).collect();
    let mut seed = 0;
    for round in 0..ROUNDS {
        for index in (1..order.len()).rev() {
            seed = finished(seed + 0x9e37_79b9);
            order.swap(index, (seed % (index as u64 + 1)) as usize);
        }
        for bag in order.iter().map(|index| &bags[*index]) {
            if round >= FIRST_ROUNDS || bag.clause || bag.units.iter().any(|unit| !unit.denies.is_empty()) {
                learner.learn(bag, &features);
            }
        }
        if round >= ROUNDS / 2 {
            let share = 1.0 / (ROUNDS - ROUNDS / 2) as f32;
            let add =
                |sum: &mut Scores, more: &Scores| sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more * share);
            weights.iter_mut().zip(&learner.weights).for_each(|(sum, more)| add(sum, more));
            add(&mut bias, &learner.bias);
        }
    }
    written(&features, &weights, &bias)
}

fn written(features: &Features, weights: &[Scores], bias: &Scores) -> String {
    let bias: Vec<_> = bias.iter().enumerate().map(|(place, value)| format!("{place}:{value:.3}")).collect();
    let mut lines = Vec::new();
    for (name, row) in features.names.iter().zip(weights) {
        let grains = row.iter().map(|weight| (weight / GRAIN).round().clamp(-127.0, 127.0));
        let row: Vec<_> = grains
            .enumerate()
            .filter(|(_, w)| w.abs() >= LEAST_GRAINS)
            .map(|(place, w)| format!("{place}:{w}"))
            .collect();
        if !row.is_empty() {
            lines.push(format!("{name}\t{}", row.join(" ")));
        }
    }
    lines.sort_unstable();
    format!("bias\t{}\n{}\n", bias.join(" "), lines.join("\n"))
}

#[test]
#[ignore = "writes the model anew"]
fn learn_the_model() {
    let texts = texts();
    let path = format!("{}/src/policy/text/model.tsv", env!("CARGO_MANIFEST_DIR"));
    std::fs::write(path, learned(&texts.iter().collect::<Vec<_>>())).expect("the model can be written");
}
