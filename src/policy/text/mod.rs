//! The text check, the last stage: reads what the partner wrote for what the request is really about. It can only turn
//! an accept or a deny into a review: what it may find is a type of its own for each outcome.
//!
//! ```text
//! text ─ normalise ─> characters ─ symbols ─> words, characters ─ tokens ─> concepts
//!                                      └─ units ─> sentences, clauses ─ features, model ─> statements ─ weigh ─> finding
//! ```
//! Pure and without chance: the same texts give the same finding. How it is measured and taught: docs/POLICY.md.

mod context;
mod features;
#[cfg(test)]
mod labelled;
mod language;
#[cfg(test)]
mod measure;
mod model;
mod normalise;
mod reading;
mod symbols;
mod tokens;
#[cfg(test)]
mod train;
mod units;
mod vocabulary;
mod weigh;

use super::answers::pointer;
use super::case::{Answer, Case};
use super::classification::{Arg, Reason, criterion, reason};
use super::edition::{Issue, Outcome};
pub use model::Statement;
use reading::{Field, Place, Reading, add_names};
use serde::{Deserialize, Serialize};
pub use vocabulary::{Fact, Topic};

/// Most passages of a finding.
const MOST_PASSAGES: usize = 5;

/// Where a text says what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// `/title`, `/description`, `/answers/NAME`, or `/answers/NAME/INDEX` for an entry of a list (without blank ones).
    pub field: String,
    /// First byte of the passage in the trimmed text as typed (UTF-8).
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// What it says.
    pub says: Statement,
}

/// What a text can say against an accept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgainstAccept {
    /// It gives the reason of this issue (slug).
    OtherReason { issue: String, passages: Vec<Passage> },
    /// It says the opposite of the answer to this question (name).
    OppositeOfAnswer { question: String, passages: Vec<Passage> },
    /// The description is in neither English nor Japanese.
    LanguageUnknown,
}

impl AgainstAccept {
    pub(super) fn into_finding(self) -> (Reason, Vec<Passage>) {
        match self {
            Self::OtherReason { issue, passages } => {
                let contradiction = Reason::new(reason::TEXT_CONTRADICTS_ANSWERS, criterion::ISSUE, None);
                (contradiction.with("issue", Arg::Issue(issue)), passages)
            }
            Self::OppositeOfAnswer { question, passages } => {
                let contradiction = Reason::new(reason::TEXT_CONTRADICTS_ANSWERS, question.as_str(), None);
                (contradiction.with("question", Arg::Question(question)), passages)
            }
            Self::LanguageUnknown => {
                (Reason::new(reason::TEXT_LANGUAGE_UNKNOWN, criterion::DESCRIPTION, None), Vec::new())
            }
        }
    }
}

/// What a text can say against a deny.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgainstDeny {
    /// It clearly describes this issue (slug), which is not the chosen one.
    OtherIssue { issue: String, passages: Vec<Passage> },
}

impl AgainstDeny {
    pub(super) fn into_finding(self) -> (Reason, Vec<Passage>) {
        let Self::OtherIssue { issue, passages } = self;
        let suggestion = Reason::new(reason::TEXT_SUGGESTS_OTHER_ISSUE, criterion::ISSUE, None);
        (suggestion.with("issue", Arg::Issue(issue)), passages)
    }
}

/// What the texts of `case` say against accepting it.
pub fn against_accept(case: &Case<'_>) -> Option<AgainstAccept> {
    let issue = case.edition.issue(case.issue)?;
    let own = issue.text_topic();
    let opposite =
        |fact: Fact, given: &Answer| matches!((fact.said(), given), (true, Answer::No) | (false, Answer::Yes));
    let facts = issue.questions().iter().filter_map(|question| {
        let fact = question.text_fact?;
        opposite(fact, case.answers.get(&question.name)?).then_some(Statement::Fact(fact))
    });
    // What another reason is can only be said of an issue that has one of its own.
    let others = case.edition.issues().iter().filter(|_| own.is_some()).filter_map(Issue::text_topic);
    let candidates: Vec<_> = others.filter(|topic| Some(*topic) != own).map(Statement::Topic).chain(facts).collect();
    let texts = Texts::of(case);
    Reading::of(&texts.fields, &texts.names, |reading| {
        if !reading.language_is_known {
            return Some(AgainstAccept::LanguageUnknown);
        }
        let (statement, over) = weigh::against_accept(reading, own.map(Statement::Topic), &candidates)?;
        if over <= 0.0 {
            return None;
        }
        let passages = texts.passages(reading, &candidates, statement);
        match statement {
            Statement::Topic(topic) => Some(AgainstAccept::OtherReason { issue: slug_of(case, topic)?, passages }),
            Statement::Fact(fact) => {
                let question = issue.questions().iter().find(|question| question.text_fact == Some(fact))?;
                Some(AgainstAccept::OppositeOfAnswer { question: question.name.clone(), passages })
            }
        }
    })
}

/// What the texts of `case` say against denying it: that they describe another issue, which can be accepted.
pub fn against_deny(case: &Case<'_>) -> Option<AgainstDeny> {
    let can_be_accepted = |issue: &&Issue| issue.table().any(|rule| rule.outcome == Outcome::Accept);
    let others = case.edition.issues().iter().filter(|issue| issue.slug() != case.issue).filter(can_be_accepted);
    let candidates: Vec<_> = others.filter_map(Issue::text_topic).map(Statement::Topic).collect();
    let texts = Texts::of(case);
    Reading::of(&texts.fields, &texts.names, |reading| {
        let (statement, over) = weigh::against_deny(reading, &candidates)?;
        let Statement::Topic(topic) = statement else { return None };
        if over <= 0.0 {
            return None;
        }
        let passages = texts.passages(reading, &candidates, statement);
        Some(AgainstDeny::OtherIssue { issue: slug_of(case, topic)?, passages })
    })
}

/// The issue of `case`'s edition that is about `topic`.
fn slug_of(case: &Case<'_>, topic: Topic) -> Option<String> {
    let issue = case.edition.issues().iter().find(|issue| issue.text_topic() == Some(topic))?;
    Some(issue.slug().to_owned())
}

/// What the partner wrote.
struct Texts<'a> {
    fields: Vec<Field<'a>>,
    /// The name of an answer, and of a list which entry, by field; none for title and description.
    answers: Vec<Option<(&'a str, Option<usize>)>>,
    names: Vec<u64>,
}

impl<'a> Texts<'a> {
    fn of(case: &Case<'a>) -> Self {
        let title = Field { place: Place::Title, text: case.title };
        let description = Field { place: Place::Description, text: case.description };
        let mut texts = Self { fields: vec![title, description], answers: vec![None, None], names: Vec::new() };
        for (name, answer) in case.answers {
            match answer {
                Answer::Text(text) => {
                    add_names(text, &mut texts.names);
                    texts.add(name, None, text);
                }
                Answer::Texts(entries) => {
                    entries.iter().enumerate().for_each(|(index, text)| texts.add(name, Some(index), text));
                }
                Answer::Yes | Answer::No | Answer::Unsure | Answer::Choice(_) => {}
            }
        }
        texts
    }

    fn add(&mut self, name: &'a str, entry: Option<usize>, text: &'a str) {
        self.fields.push(Field { place: Place::Answer, text });
        self.answers.push(Some((name, entry)));
    }

    fn pointer(&self, field: usize) -> String {
        match self.answers.get(field) {
            Some(Some((name, None))) => pointer(name),
            Some(Some((name, Some(entry)))) => format!("{}/{entry}", pointer(name)),
            _ if field == 0 => "/title".to_owned(),
            _ => "/description".to_owned(),
        }
    }

    /// The passages that state one of `candidates`, the one that gave `decisive` first; none within another.
    fn passages(&self, reading: &Reading, candidates: &[Statement], decisive: Statement) -> Vec<Passage> {
        let mut stating: Vec<_> = reading
            .units
            .iter()
            .filter_map(|unit| {
                let most =
                    candidates.iter().max_by(|a, b| unit.scores[a.place()].total_cmp(&unit.scores[b.place()]))?;
                let is_decisive = unit.scores[decisive.place()] >= reading.score(decisive);
                let says = if is_decisive { decisive } else { *most };
                (is_decisive || unit.scores[says.place()] > 0.0).then_some((is_decisive, unit, says))
            })
            .collect();
        stating.sort_by(|a, b| {
            let score = |of: &(bool, &reading::Unit, Statement)| of.1.scores[of.2.place()];
            b.0.cmp(&a.0).then(score(b).total_cmp(&score(a)))
        });
        let mut passages: Vec<Passage> = Vec::new();
        for (_, unit, says) in stating {
            let field = self.pointer(unit.field);
            let apart = |other: &Passage| other.field != field || other.end <= unit.start || unit.end <= other.start;
            if passages.len() < MOST_PASSAGES && passages.iter().all(apart) {
                passages.push(Passage { field, start: unit.start, end: unit.end, says });
            }
        }
        passages
    }
}
