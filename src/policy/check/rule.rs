//! The decision table of an issue: every rule can be reached, the last decides, and no accept goes past the limits.

use super::reason::Uses;
use super::{check_places, plain};
use crate::policy::classification::criterion;
use crate::policy::edition::{Condition, Kind, Limit, Outcome, Question, Rule, Surface};
use crate::policy::fault::Faults;
use crate::policy::file;
use crate::policy::table::UNSURE;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use toml::Spanned;

/// What the rules of every issue refer to.
pub(super) struct Ground<'a> {
    pub surfaces: &'a [Surface],
    pub reasons: &'a file::Map<file::Reason>,
    pub uses: Uses,
}

/// Every rule but the last, and the last; nothing when there is none.
pub(super) fn table(
    given: &file::Issue,
    questions: &[Question],
    auto_surfaces: &BTreeSet<String>,
    ground: &mut Ground<'_>,
    faults: &mut Faults,
) -> Option<(Vec<Rule>, Rule)> {
    let Some(last) = given.rules.last() else {
        faults.note(given.slug.span(), "an issue without rules decides nothing: add `[[issues.rules]]`");
        return None;
    };
    let mut reach = Reach::default();
    let mut rules = Vec::new();
    for rule in &given.rules {
        let Some(when) = condition(&rule.when, questions, faults) else { continue };
        if let Err(why) = reach.pass(&when, questions) {
            faults.note(rule.when.span(), format!("this rule is never reached: {why}; move or strike it"));
        }
        if *rule.outcome.get_ref() == Outcome::Accept && !reach.is_bounded(auto_surfaces, ground.surfaces) {
            faults.note(
                rule.outcome.span(),
                "an accept must come after rules with `surface_outside_auto` (unless the issue names every surface) and \
                 with all four `over_limits`: add them before it",
            );
        }
        if rule.otherwise.is_none() && !reach.all_decided {
            faults.note(rule.when.span(), "`otherwise` is missing: say what it means when this rule does not decide");
        }
        rules.push(self::rule(rule, when, ground, faults));
    }
    if rules.len() == given.rules.len() && !reach.all_decided {
        faults
            .note(last.when.span(), "the last rule must decide all that is left: end with `when = { always = true }`");
    }
    let last = rules.pop()?;
    Some((rules, last))
}

fn rule(given: &file::Rule, when: Condition, ground: &mut Ground<'_>, faults: &mut Faults) -> Rule {
    let code = &given.reason;
    let reason = ground.reasons.get(code.get_ref().as_str());
    match reason {
        None => {
            let message = format!("reason `{}` has no text: add `[reasons.{0}]`", code.get_ref());
            faults.note(code.span(), message);
        }
        Some(reason) => {
            for (criterion, filled) in judged(&when) {
                let own = given.detail.as_ref();
                let text = own.or_else(|| reason.details.get(criterion)).unwrap_or(&reason.detail);
                check_places(&super::bilingual(text, faults), text.span(), filled, faults);
                ground.uses.reason(code.get_ref(), criterion);
            }
        }
    }
    let guidance = given.guidance.as_ref().or_else(|| reason.map(|reason| &reason.guidance));
    if *given.outcome.get_ref() == Outcome::Deny && guidance.is_none_or(Vec::is_empty) {
        faults
            .note(given.outcome.span(), "a deny must say what to do instead: give `guidance`, here or with the reason");
    }
    let guidance = guidance.map(Vec::as_slice).unwrap_or_default();
    ground.uses.guidance(guidance);
    Rule {
        when,
        outcome: *given.outcome.get_ref(),
        reason: code.get_ref().clone(),
        detail: given.detail.as_ref().map(|text| super::bilingual(text, faults)),
        otherwise: given.otherwise.as_ref().map(|text| plain(text, faults)),
        guidance: guidance.iter().map(|code| code.get_ref().clone()).collect(),
    }
}

/// What a condition judges, and the places that each reason's sentence may have.
fn judged(when: &Condition) -> Vec<(&str, &'static [&'static str])> {
    const QUESTION: &[&str] = &["question"];
    const LIMIT: &[&str] = &["limit", "given"];
    match when {
        Condition::Is { question, .. } => vec![(question, QUESTION)],
        Condition::AnyEmpty(questions) => questions.iter().map(|question| (question.as_str(), QUESTION)).collect(),
        Condition::SurfaceOutsideAuto => vec![(criterion::SURFACES, &["surfaces"])],
        Condition::OverLimits(limits) => limits
            .iter()
            .map(|limit| match limit {
                Limit::Users => (criterion::USERS, LIMIT),
                Limit::EveryUser => (criterion::EVERY_USER, &[] as &[_]),
                Limit::Days => (criterion::DAYS, LIMIT),
                Limit::Start => (criterion::START, &["limit"] as &[_]),
            })
            .collect(),
        Condition::Always => vec![(criterion::ISSUE, &["issue"])],
    }
}

fn condition(given: &Spanned<file::When>, questions: &[Question], faults: &mut Faults) -> Option<Condition> {
    let file::When { answer, is, any_empty, surface_outside_auto, over_limits, always } = given.get_ref();
    match (answer, is, any_empty, surface_outside_auto, over_limits, always) {
        (Some(answer), Some(is), None, None, None, None) => compared(answer, is, questions, faults),
        (None, None, Some(names), None, None, None) => written(names, &given.span(), questions, faults),
        (None, None, None, Some(true), None, None) => Some(Condition::SurfaceOutsideAuto),
        (None, None, None, None, Some(limits), None) if !limits.is_empty() => {
            Some(Condition::OverLimits(limits.iter().copied().collect()))
        }
        (None, None, None, None, None, Some(true)) => Some(Condition::Always),
        _ => {
            faults.note(
                given.span(),
                "a rule has one condition: `answer` with `is`, `any_empty` (names), `surface_outside_auto = true`, \
                 `over_limits` (limits) or `always = true`",
            );
            None
        }
    }
}

fn compared(
    answer: &Spanned<String>,
    is: &Spanned<String>,
    questions: &[Question],
    faults: &mut Faults,
) -> Option<Condition> {
    let question = known(answer, questions, faults)?;
    let values = values(question);
    if !values.contains(&is.get_ref().as_str()) {
        let message = match values.as_slice() {
            [] => format!("`{}` is free text, which has no value to compare: use `any_empty`", question.name),
            values if is.get_ref() == UNSURE => format!(
                "`{UNSURE}` gives a review of its own wherever a rule reads it: compare with `{}`",
                values.join("`, `")
            ),
            values => format!("the answer is never `{}`: compare with `{}`", is.get_ref(), values.join("`, `")),
        };
        faults.note(is.span(), message);
        return None;
    }
    Some(Condition::Is { question: question.name.clone(), value: is.get_ref().clone() })
}

fn written(
    names: &[Spanned<String>],
    span: &Range<usize>,
    questions: &[Question],
    faults: &mut Faults,
) -> Option<Condition> {
    if names.is_empty() {
        faults.note(span.clone(), "`any_empty` names no question: name at least one");
        return None;
    }
    let mut read = Vec::new();
    for name in names {
        let question = known(name, questions, faults)?;
        if !matches!(question.kind, Kind::Text | Kind::TextList) {
            let message = format!("the answer to `{}` is never empty: use `answer` with `is`", question.name);
            faults.note(name.span(), message);
            return None;
        }
        if !read.contains(&question.name) {
            read.push(question.name.clone());
        }
    }
    Some(Condition::AnyEmpty(read))
}

pub(super) fn known<'q>(
    name: &Spanned<String>,
    questions: &'q [Question],
    faults: &mut Faults,
) -> Option<&'q Question> {
    let found = questions.iter().find(|question| question.name == *name.get_ref());
    if found.is_none() {
        let message = format!("the issue has no question `{}`: name one of its `[[issues.questions]]`", name.get_ref());
        faults.note(name.span(), message);
    }
    found
}

/// The values that a rule can compare an answer with: all but `unsure`, which gives a review of its own.
fn values(question: &Question) -> Vec<&str> {
    match &question.kind {
        Kind::YesNoUnsure => vec!["yes", "no"],
        Kind::Choice(choices) => {
            choices.iter().map(|choice| choice.name.as_str()).filter(|value| *value != UNSURE).collect()
        }
        Kind::Text | Kind::TextList => Vec::new(),
    }
}

/// What the rules so far leave undecided.
#[derive(Default)]
struct Reach {
    compared: BTreeMap<String, BTreeSet<String>>,
    found_empty: BTreeSet<String>,
    surfaces: bool,
    limits: BTreeSet<Limit>,
    all_decided: bool,
}

impl Reach {
    /// Takes what `when` decides away, or says why nothing is left for it.
    fn pass(&mut self, when: &Condition, questions: &[Question]) -> Result<(), &'static str> {
        if self.all_decided {
            return Err("the rules before it decide everything");
        }
        let is_new = match when {
            Condition::Is { question, value } => {
                let compared = self.compared.entry(question.clone()).or_default();
                let is_new = compared.insert(value.clone());
                let question = questions.iter().find(|one| one.name == *question);
                self.all_decided = question.is_some_and(|one| values(one).len() == compared.len());
                is_new
            }
            // Not `any`: every name has to be taken note of.
            Condition::AnyEmpty(names) => {
                names.iter().filter(|name| self.found_empty.insert((*name).clone())).count() > 0
            }
            Condition::SurfaceOutsideAuto => !std::mem::replace(&mut self.surfaces, true),
            Condition::OverLimits(limits) => limits.iter().filter(|limit| self.limits.insert(**limit)).count() > 0,
            Condition::Always => {
                self.all_decided = true;
                true
            }
        };
        if is_new { Ok(()) } else { Err("a rule before it decides the same") }
    }

    /// Whether what gets here asks for no more than can be granted without a reviewer.
    fn is_bounded(&self, auto_surfaces: &BTreeSet<String>, surfaces: &[Surface]) -> bool {
        let surfaces = self.surfaces || surfaces.iter().all(|surface| auto_surfaces.contains(&surface.name));
        surfaces && self.limits.len() == Limit::ALL.len()
    }
}
