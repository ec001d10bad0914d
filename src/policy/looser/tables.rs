//! Two decision tables for one issue, compared case by case.
//!
//! The cases are finite: answers have few values, of a text it matters alone whether it is empty, and a scope matters by
//! whether it passes the limits of either edition. They are tried with the engine itself, which says which answer it reads
//! next; what neither table reads is never tried out.

use super::Loosening;
use crate::policy::case::{Answer, Answers, Scope, Subjects};
use crate::policy::edition::{Edition, Issue, Kind, Outcome, Question};
use crate::policy::table::{self, Undecided};
use chrono::Duration;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Most verdicts that are looked at for one issue.
const MOST: usize = 200_000;

/// An edition with its words on an issue.
type Side<'a> = (&'a Edition, &'a Issue);

/// The first case of each kind in which `new` is kinder than `old`; where there is no `old`, nothing could be asked.
pub(super) fn kinder(old: Option<Side<'_>>, new: Side<'_>) -> Vec<Loosening> {
    let mut comparison = Comparison { old, new, scopes: scopes(old, new), left: MOST, found: BTreeMap::new() };
    let complete = comparison.explore(&mut Answers::new(), None);
    let issue = || new.1.slug().to_owned();
    let told = |((from, to), answers)| Loosening::KinderOutcome {
        issue: issue(),
        from: outcome_of(from),
        to: outcome_of(to).unwrap_or(Outcome::Review),
        answers,
    };
    let mut found: Vec<_> = comparison.found.into_iter().map(told).collect();
    found.extend(complete.is_err().then(|| Loosening::NotShown { issue: issue() }));
    found
}

struct Comparison<'a> {
    old: Option<Side<'a>>,
    new: Side<'a>,
    scopes: Vec<Scope>,
    left: usize,
    /// Answers by the ranks of what they came to and what they come to.
    found: BTreeMap<(u8, u8), BTreeMap<String, String>>,
}

/// There are too many cases.
struct TooMany;

/// What one table says of one case.
enum Said {
    /// The rank of its outcome.
    Rank(u8),
    Reads(String),
    ReadsScope,
}

const NOTHING: u8 = 0;

fn rank(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Deny => 1,
        Outcome::Review => 2,
        Outcome::Accept => 3,
    }
}

fn outcome_of(rank: u8) -> Option<Outcome> {
    [Outcome::Deny, Outcome::Review, Outcome::Accept].into_iter().find(|outcome| self::rank(*outcome) == rank)
}

impl Comparison<'_> {
    fn explore(&mut self, answers: &mut Answers, scope: Option<usize>) -> Result<(), TooMany> {
        let new = match self.said(Some(self.new), answers, scope)? {
            Said::Rank(rank) => rank,
            open => return self.branch(open, answers, scope),
        };
        if new <= rank(Outcome::Deny) {
            return Ok(());
        }
        match self.said(self.old, answers, scope)? {
            Said::Rank(old) if old < new => {
                self.found.entry((old, new)).or_insert_with(|| wire(answers));
                Ok(())
            }
            Said::Rank(_) => Ok(()),
            open => self.branch(open, answers, scope),
        }
    }

    /// Every case that `open` still leaves.
    fn branch(&mut self, open: Said, answers: &mut Answers, scope: Option<usize>) -> Result<(), TooMany> {
        let Said::Reads(name) = open else {
            return (0..self.scopes.len()).try_for_each(|scope| self.explore(answers, Some(scope)));
        };
        for value in self.values(&name) {
            answers.insert(name.clone(), value);
            self.explore(answers, scope)?;
        }
        answers.remove(&name);
        Ok(())
    }

    fn said(&mut self, side: Option<Side<'_>>, answers: &Answers, scope: Option<usize>) -> Result<Said, TooMany> {
        let Some((edition, issue)) = side else { return Ok(Said::Rank(NOTHING)) };
        self.left = self.left.checked_sub(1).ok_or(TooMany)?;
        // What the edition's question does not know cannot be answered there.
        let known = |(name, answer): &(&String, &Answer)| {
            issue.question(name).is_some_and(|question| domain(question).contains(*answer))
        };
        let readable: Answers =
            answers.iter().filter(known).map(|(name, answer)| (name.clone(), answer.clone())).collect();
        let scope = scope.and_then(|scope| self.scopes.get(scope));
        Ok(match table::by_rules(edition, issue, &readable, scope, self.new.0.effective_at()) {
            Ok(verdict) => Said::Rank(rank(verdict.outcome)),
            Err(Undecided::ScopeUnknown) => Said::ReadsScope,
            Err(Undecided::Missing(names)) => match names.into_iter().find(|name| !answers.contains_key(name)) {
                Some(name) => Said::Reads(name),
                None => Said::Rank(NOTHING),
            },
        })
    }

    /// The values that the question may have by either edition.
    fn values(&self, name: &str) -> Vec<Answer> {
        let sides = self.old.into_iter().chain([self.new]);
        let mut values = Vec::new();
        for value in sides.filter_map(|(_, issue)| issue.question(name)).flat_map(domain) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    }
}

/// Every answer that a rule can tell from another.
fn domain(question: &Question) -> Vec<Answer> {
    match &question.kind {
        Kind::YesNoUnsure => vec![Answer::Yes, Answer::No, Answer::Unsure],
        Kind::Choice(choices) => choices.iter().map(|choice| Answer::Choice(choice.name.clone())).collect(),
        Kind::Text => vec![Answer::Text(String::new()), Answer::Text("x".to_owned())],
        Kind::TextList => vec![Answer::Texts(Vec::new()), Answer::Texts(vec!["x".to_owned()])],
    }
}

fn wire(answers: &Answers) -> BTreeMap<String, String> {
    let word = |answer: &Answer| match answer.value() {
        Some(value) => value.to_owned(),
        None if answer.is_empty() => "(empty)".to_owned(),
        None => "(written)".to_owned(),
    };
    answers.iter().map(|(name, answer)| (name.clone(), word(answer))).collect()
}

/// A scope on each side of every limit of either edition, for every mix of places that either grants by itself or not.
fn scopes(old: Option<Side<'_>>, new: Side<'_>) -> Vec<Scope> {
    let sides: Vec<_> = old.into_iter().chain([new]).collect();
    let edges = |limit: fn(&Edition) -> u32| -> BTreeSet<u32> {
        let at = sides.iter().flat_map(|(edition, _)| [limit(edition), limit(edition) + 1]);
        at.chain([1]).filter(|edge| *edge > 0).collect()
    };
    let users = edges(|edition| edition.limits().max_users)
        .into_iter()
        .map(|count| Subjects::Users((1..=u128::from(count)).map(Uuid::from_u128).collect()));
    let users: Vec<_> = users.chain([Subjects::All]).collect();
    let days = edges(|edition| edition.limits().max_days);
    let starts = edges(|edition| edition.limits().max_start_days);
    let mut scopes = Vec::new();
    for surfaces in mixes(&sides) {
        for subjects in &users {
            for days in &days {
                let starts = starts.iter().map(|days| Some(new.0.effective_at() + Duration::days((*days).into())));
                for starts_at in starts.chain([None]) {
                    let duration_days = u16::try_from(*days).unwrap_or(u16::MAX);
                    let (subjects, surfaces) = (subjects.clone(), surfaces.clone());
                    scopes.push(Scope { subjects, surfaces, starts_at, duration_days });
                }
            }
        }
    }
    scopes
}

/// Sets of places that every edition knows, a set for each mix of what its places are to the editions.
fn mixes(sides: &[Side<'_>]) -> Vec<BTreeSet<String>> {
    let mut kinds: BTreeMap<Vec<bool>, String> = BTreeMap::new();
    let Some((edition, _)) = sides.last() else { return Vec::new() };
    for surface in edition.surfaces() {
        if sides.iter().all(|(edition, _)| edition.surface(&surface.name).is_some()) {
            let kind = sides.iter().map(|(_, issue)| issue.auto_surfaces().contains(&surface.name)).collect();
            kinds.entry(kind).or_insert_with(|| surface.name.clone());
        }
    }
    let examples: Vec<_> = kinds.into_values().collect();
    let mix = |bits: u32| {
        let chosen = examples.iter().enumerate().filter(|(index, _)| bits & (1 << index) != 0);
        chosen.map(|(_, name)| name.clone()).collect()
    };
    (1..1_u32 << examples.len()).map(mix).collect()
}
