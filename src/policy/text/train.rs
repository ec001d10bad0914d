//! Learns the model from labelled texts: `cargo test -p exception-desk --lib policy::text::train -- --ignored`.
//!
//! The texts are `tests/data/texts`. A clause of `clauses-*.txt` is labelled by itself. Of a whole request only the
//! outcome is known and what it is about, so the sentence that scores highest for a statement stands for it, anew in
//! each round (multiple-instance learning): a text about late rollouts has at least one sentence that says so, an honest
//! one has none. Logistic regression by statement, AdaGrad, means of the later rounds. No chance but a fixed seed.

use super::features::{self, Form};
use super::model::{GRAIN, SMOOTHING, STATEMENTS, Scores, Statement};
use super::reading::{Field, Place, add_names, each_unit};
use super::symbols::{self, Kind, LONGEST, finished, hash_of};
use super::tokens::LEXICON;
use super::vocabulary::{Fact, Topic};
use serde_json::Value;
use std::collections::HashMap;

const ROUNDS: usize = 30;
const RATE: f32 = 0.3;
const DECAY: f32 = 0.005;
/// How many negative examples a positive one weighs.
const POSITIVE: f32 = 2.0;
/// Texts that a feature must be in to count.
const LEAST_TEXTS: u32 = 2;
/// Weights smaller than so many grains are left out: they decide nothing and would make the file twice as long.
const LEAST_GRAINS: f32 = 6.0;

/// Rounds in which only labelled clauses say what a statement looks like.
const FIRST_ROUNDS: usize = 2;

/// Statements that often go together, so that one is no example against the other.
const TOGETHER: &[(&str, &str)] = &[
    ("more_time", "mfa_enforced"),
    ("more_time", "no_phone"),
    ("without_delegated_admin", "service_accounts"),
    ("without_delegated_admin", "mfa_enforced"),
    ("without_delegated_admin", "no_phone"),
    ("service_accounts", "mfa_enforced"),
    ("service_accounts", "legacy_protocols"),
    ("no_phone", "mfa_enforced"),
    ("can_complete", "exchange_powershell"),
];

/// A labelled text.
pub struct Text {
    pub id: String,
    pub group: String,
    pub issue: String,
    pub language: String,
    pub outcome: String,
    pub why: String,
    fields: Vec<(Place, String)>,
    pub names: Vec<u64>,
    /// What it states, where that is known: one of these at least.
    pub about: Vec<Statement>,
    /// What it certainly does not state.
    denies: Vec<Statement>,
}

impl Text {
    pub fn fields(&self) -> Vec<Field<'_>> {
        self.fields.iter().map(|(place, text)| Field { place: *place, text }).collect()
    }

    /// Whether it is a labelled clause.
    pub fn is_clause(&self) -> bool {
        self.group == "clause"
    }
}

fn statements() -> impl Iterator<Item = Statement> {
    let facts = Fact::ALL.into_iter().map(Statement::Fact);
    Topic::ALL.into_iter().map(Statement::Topic).chain(facts)
}

fn statement_named(name: &str) -> Option<Statement> {
    Topic::named(name).map(Statement::Topic).or_else(|| Fact::named(name).map(Statement::Fact))
}

/// The stem that a word as typed is known by, without the "not" that it may end with.
fn stem_of(word: &str) -> String {
    let word = word.replace(['’', '‘'], "'");
    let bytes = &word.as_bytes()[..word.len().min(LONGEST)];
    let bytes = bytes.strip_suffix(b"'").unwrap_or(bytes);
    String::from_utf8_lossy(symbols::stem(symbols::negated(bytes).unwrap_or(bytes))).into_owned()
}

fn data(name: &str) -> String {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
}

/// Every labelled text.
pub fn texts() -> Vec<Text> {
    let mut texts = Vec::new();
    for language in ["en", "ja"] {
        clauses(language, &mut texts);
    }
    for name in ["dev-en", "dev-ja", "dev-a", "dev-2", "dev-3"] {
        for line in data(&format!("texts/{name}.jsonl")).lines() {
            texts.push(request(&serde_json::from_str(line).expect("a line of JSON")));
        }
    }
    for line in data("requests.jsonl").lines() {
        let labelled: Value = serde_json::from_str(line).expect("a line of JSON");
        let mut flat = labelled["request"].clone();
        let id = labelled["id"].as_str().unwrap_or_default();
        let group = id.trim_start_matches("dev-").trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
        flat["id"] = id.into();
        flat["group"] = group.into();
        flat["expect"] = labelled["expect"].clone();
        texts.push(request(&flat));
    }
    texts
}

/// Clauses under headings such as `[more_time mfa_enforced]` or `[none]`.
fn clauses(language: &str, texts: &mut Vec<Text>) {
    let mut about = Vec::new();
    for (number, line) in data(&format!("texts/clauses-{language}.txt")).lines().enumerate() {
        if let Some(heading) = line.strip_prefix('[') {
            about = heading.trim_end_matches(']').split(' ').filter_map(statement_named).collect();
        } else if !line.is_empty() && !line.starts_with('#') {
            let together = |a: Statement, b: Statement| {
                let pair =
                    |one: &str, other: &str| statement_named(one) == Some(a) && statement_named(other) == Some(b);
                TOGETHER.iter().any(|(one, other)| pair(one, other) || pair(other, one))
            };
            let denies =
                statements().filter(|other| about.iter().all(|said| said != other && !together(*said, *other)));
            texts.push(Text {
                id: format!("{language}:{}", number + 1),
                group: "clause".to_owned(),
                issue: String::new(),
                language: language.to_owned(),
                outcome: String::new(),
                why: line.to_owned(),
                fields: vec![(Place::Description, line.to_owned())],
                names: Vec::new(),
                denies: denies.collect(),
                about: about.clone(),
            });
        }
    }
}

fn request(line: &Value) -> Text {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut fields = vec![(Place::Title, text(&line["title"])), (Place::Description, text(&line["description"]))];
    let mut names = Vec::new();
    const VALUES: [&str; 6] = ["yes", "no", "unsure", "identity_federation", "custom_controls", "other"];
    for answer in line["answers"].as_object().into_iter().flatten().map(|(_, answer)| answer) {
        match answer {
            Value::String(answer) if !VALUES.contains(&answer.as_str()) => {
                add_names(answer, &mut names);
                fields.push((Place::Answer, answer.clone()));
            }
            Value::Array(entries) => fields.extend(entries.iter().map(|entry| (Place::Answer, text(entry)))),
            _ => {}
        }
    }
    let (issue, outcome, group) = (text(&line["issue"]), text(&line["expect"]["outcome"]), text(&line["group"]));
    let own = own_topic(&issue).map(Statement::Topic);
    let said = line["about"].as_array().into_iter().flatten().filter_map(|name| statement_named(name.as_str()?));
    let (mut about, mut denies): (Vec<_>, Vec<_>) = (said.collect(), Vec::new());
    match outcome.as_str() {
        "accept" => {
            about.extend(own);
            denies.extend(statements().filter(|other| Some(*other) != own));
        }
        "deny" => {
            about.extend(own.filter(|own| own.place() < Topic::ExchangePowershell as usize));
            let grantable = [Topic::ExchangePowershell, Topic::ThirdPartyMfa].map(Statement::Topic);
            denies.extend(grantable.into_iter().filter(|other| Some(*other) != own));
        }
        _ => {}
    }
    let (id, language) = (text(&line["id"]), text(&line["language"]));
    Text { id, group, issue, language, outcome, why: text(&line["why"]), fields, names, about, denies }
}

/// The topic of an issue of the shipped policy.
pub fn own_topic(issue: &str) -> Option<Topic> {
    Topic::named(match issue {
        "more_time_for_agents" => "more_time",
        "accounts_without_delegated_admin" => "without_delegated_admin",
        "service_accounts" => "service_accounts",
        "authenticator_app_not_possible" => "no_phone",
        "legacy_authentication" => "legacy_protocols",
        "exchange_online_powershell" => "exchange_powershell",
        "third_party_mfa_not_recognized" => "third_party_mfa",
        _ => return None,
    })
}

/// A text as its sentences' features.
struct Bag {
    /// Features of each sentence, and how many of the statements it can make.
    units: Vec<(Vec<u32>, usize)>,
    about: Vec<usize>,
    denies: Vec<usize>,
    clause: bool,
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
    fn number(&mut self, hash: u64, form: Form, parts: &[u64]) -> u32 {
        let next = self.names.len() as u32;
        let number = *self.numbers.entry(hash).or_insert(next);
        if number == next {
            let words: Vec<_> = parts.iter().map(|part| self.parts.get(part).cloned().unwrap_or_default()).collect();
            self.names.push(match form {
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
        text.fields.iter().for_each(|(_, text)| features.note(text));
        let mut units = Vec::new();
        let fields = text.fields();
        each_unit(&fields, &text.names, |field, can_state, symbols, tokens| {
            let mut unit = Vec::new();
            features::each(fields[field].place.hash(), symbols, tokens, |hash, form, parts| {
                unit.push(features.number(hash, form, parts));
            });
            units.push((unit, can_state));
        });
        let mut distinct: Vec<u32> = units.iter().flat_map(|(unit, _)| unit.iter().copied()).collect();
        distinct.sort_unstable();
        distinct.dedup();
        distinct.iter().for_each(|number| features.texts[*number as usize] += 1);
        let places = |of: &[Statement]| of.iter().map(|statement| statement.place()).collect();
        bags.push(Bag { units, about: places(&text.about), denies: places(&text.denies), clause: text.is_clause() });
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
        let scores: Vec<Scores> = bag.units.iter().map(|(unit, can_state)| self.scores(unit, *can_state)).collect();
        let highest = |place: usize| (0..scores.len()).max_by(|a, b| scores[*a][place].total_cmp(&scores[*b][place]));
        // Of several statements a text may make only one: the one that it seems to make most.
        let stated = bag.about.iter().filter_map(|place| Some((highest(*place)?, *place)));
        let stated = stated.max_by(|a, b| scores[a.0][a.1].total_cmp(&scores[b.0][b.1]));
        if let Some((unit, place)) = stated {
            self.step(&bag.units[unit].0, place, (chance(scores[unit][place]) - 1.0) * POSITIVE, features);
        }
        for place in &bag.denies {
            for ((unit, _), scores) in bag.units.iter().zip(&scores) {
                let chance = chance(scores[*place]);
                if chance > 0.02 {
                    self.step(unit, *place, chance, features);
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
            if round >= FIRST_ROUNDS || bag.clause || !bag.denies.is_empty() {
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
