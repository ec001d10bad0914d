//! The model: how much each feature speaks for each statement. Learned from labelled texts by `train`.

use super::features::{self, Form};
use super::symbols::{self, Symbol, hash_of};
use super::tokens::{Hashed, Token};
use super::units::{Layers, Unit};
use super::vocabulary::{Fact, Topic};
use std::sync::LazyLock;

const LEARNED: &str = include_str!("model.tsv");

/// What a sentence can state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// It gives a reason.
    Topic(Topic),
    /// It answers a yes/no question.
    Fact(Fact),
}

/// How many statements there are.
pub(super) const STATEMENTS: usize = Topic::ALL.len() + Fact::ALL.len();
/// A value for each statement: the topics in their order, then the facts.
pub(super) type Scores = [f32; STATEMENTS];

impl Statement {
    /// Its place in [`Scores`].
    pub(super) fn place(self) -> usize {
        match self {
            Self::Topic(topic) => topic as usize,
            Self::Fact(fact) => Topic::ALL.len() + fact as usize,
        }
    }
}

/// What is added to the number of features of a sentence, whose root its score is divided by.
pub(super) const SMOOTHING: f32 = 8.0;
/// Weights are whole numbers of this part.
pub(super) const GRAIN: f32 = 1.0 / 20.0;

/// The weights of a feature, filled up to what a processor adds at once.
type Weights = [i8; 16];

/// Weights by feature.
pub(super) struct Model {
    weights: Hashed<Weights>,
    /// What a sentence without any feature scores.
    bias: Scores,
}

static SHIPPED: LazyLock<Model> = LazyLock::new(|| Model::parse(LEARNED));

impl Model {
    /// The one that is compiled in.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads lines of form, parts and weights (`PLACE:VALUE`); the first line holds the bias.
    pub fn parse(text: &str) -> Self {
        let mut model = Self { weights: Hashed::default(), bias: [0.0; STATEMENTS] };
        for (index, line) in text.lines().enumerate() {
            let Some((feature, weights)) = line.rsplit_once('\t') else { continue };
            let mut row = Weights::default();
            for (place, value) in weights.split(' ').filter_map(|weight| weight.split_once(':')) {
                if let (Ok(place), Ok(value)) = (place.parse::<usize>(), value.parse::<f32>())
                    && place < STATEMENTS
                {
                    row[place] = value as i8;
                    if index == 0 {
                        model.bias[place] = value;
                    }
                }
            }
            if index > 0 {
                model.weights.insert(feature_named(feature), row);
            }
        }
        model
    }

    /// How much each of `units` of a row speaks for each statement; above 0 it rather makes it than not.
    pub fn scores<'a>(
        &self,
        place: u64,
        row: &[Symbol],
        tokens: &[Token],
        units: &[Unit],
        scratch: &'a mut Scratch,
    ) -> &'a mut [Scores] {
        let Scratch { found, layers, sums, scores } = scratch;
        found.clear();
        features::each(place, row, tokens, |feature| {
            found.push((feature.hash, feature.first as u32, feature.after as u32));
        });
        layers.put(units, row.len());
        sums.clear();
        sums.resize(units.len(), Sum::default());
        // One after the other without work between, so that weights far away are waited for together.
        for (hash, first, after) in found.iter().copied() {
            let weights = self.weights.get(&hash);
            for unit in layers.around(first as usize, after as usize).into_iter().flatten() {
                sums[unit].add(weights);
            }
        }
        let mut sentence = 0;
        for (number, unit) in units.iter().enumerate() {
            sums[number].put_away();
            if unit.is_clause() {
                let Sum { earlier, count, .. } = sums[number];
                sums[sentence].earlier.iter_mut().zip(earlier).for_each(|(sum, part)| *sum += part);
                sums[sentence].count += count;
            } else {
                sentence = number;
            }
        }
        scores.clear();
        scores.extend(sums.iter().map(|Sum { earlier, count, .. }| -> Scores {
            let part = GRAIN / (*count as f32 + SMOOTHING).sqrt();
            std::array::from_fn(|place| earlier[place] as f32 * part + self.bias[place])
        }));
        scores
    }
}

/// Memory for [`Model::scores`], used again for each text.
#[derive(Default)]
pub(super) struct Scratch {
    /// Features by hash, with their first symbol and the one after the last.
    found: Vec<(u64, u32, u32)>,
    layers: Layers,
    sums: Vec<Sum>,
    scores: Vec<Scores>,
}

/// What the features of a sentence or clause weigh together, and how many they are, unknown ones included.
#[derive(Clone, Copy, Default)]
struct Sum {
    /// Of the latest features: small numbers, of which a processor adds many at once.
    latest: [i16; 16],
    earlier: [i32; 16],
    count: u32,
}

impl Sum {
    /// So many weights of a byte fit into two.
    const MOST_LATEST: u32 = 256;

    fn add(&mut self, weights: Option<&Weights>) {
        if let Some(weights) = weights {
            let (latest, weights) = (self.latest, *weights);
            self.latest = std::array::from_fn(|place| latest[place] + i16::from(weights[place]));
        }
        self.count += 1;
        if self.count.is_multiple_of(Self::MOST_LATEST) {
            self.put_away();
        }
    }

    fn put_away(&mut self) {
        let latest = std::mem::take(&mut self.latest);
        self.earlier.iter_mut().zip(latest).for_each(|(sum, more)| *sum += i32::from(more));
    }
}

/// The hash of a feature from its name: `+` and parts in a row, `~` and parts apart, `字` and characters.
fn feature_named(name: &str) -> u64 {
    let (form, parts) = match name.split_once('\t') {
        Some(("~", parts)) => (Form::Apart, parts),
        Some(("字", parts)) => (Form::Characters, parts),
        Some((_, parts)) => (Form::Row, parts),
        None => (Form::Row, name),
    };
    let hashes: Vec<u64> = match form {
        Form::Characters => parts.chars().map(symbols::character).collect(),
        Form::Row | Form::Apart => parts.split(' ').map(|part| hash_of(part.as_bytes())).collect(),
    };
    let mut hashes = hashes.into_iter();
    let start = features::first(form, hashes.next().unwrap_or_default());
    hashes.fold(start, features::then)
}
