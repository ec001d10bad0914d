//! The decision table: rules from the top, the first that holds decides.

use super::case::{Answer, Answers, Scope, Subjects};
use super::classification::{Arg, Given, Reason, Step, criterion, reason};
use super::edition::{Condition, Edition, Issue, Limit, Limits, Outcome, Rule};
use chrono::{DateTime, Duration, FixedOffset, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The value by which a partner says that it does not know.
pub(super) const UNSURE: &str = "unsure";

/// What the table comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What it comes to.
    pub outcome: Outcome,
    /// Why; all of them from the deciding rule.
    pub reasons: Vec<Reason>,
    /// Codes of the guidance, in order.
    pub guidance: Vec<String>,
    /// Every criterion that a tried rule judged, in order.
    pub steps: Vec<Step>,
}

/// Why the table comes to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undecided {
    /// A tried rule reads these answers, which are not there.
    Missing(Vec<String>),
    /// A tried rule reads the scope, which is not known.
    ScopeUnknown,
}

/// Tries the rules of `issue` at `at`. The scope may be unknown (when it was refused): answers that are missing are
/// found all the same.
///
/// # Errors
/// When a tried rule reads what is not there.
pub fn judge(
    edition: &Edition,
    issue: &Issue,
    answers: &Answers,
    scope: Option<&Scope>,
    at: DateTime<Utc>,
) -> Result<Verdict, Undecided> {
    if let Some(sunset) = issue.sunset
        && issue.is_over(scope, at)
    {
        return Ok(replaced(edition, sunset.at));
    }
    by_rules(edition, issue, answers, scope, at)
}

/// The same as long as the issue's sunset has not come.
///
/// # Errors
/// When a tried rule reads what is not there.
pub(super) fn by_rules(
    edition: &Edition,
    issue: &Issue,
    answers: &Answers,
    scope: Option<&Scope>,
    at: DateTime<Utc>,
) -> Result<Verdict, Undecided> {
    let mut steps = Vec::new();
    for (index, rule) in issue.rules.iter().enumerate() {
        let look = Look { rule, issue, limits: edition.limits, answers, scope, at };
        let findings = look.findings()?;
        if findings.iter().any(|finding| finding.holds != Holds::No) {
            return Ok(decide(index, rule, findings, steps));
        }
        steps.extend(findings.into_iter().map(|finding| finding.step(index)));
    }
    let rule = &issue.last_rule;
    let findings = Look { rule, issue, limits: edition.limits, answers, scope, at }.findings()?;
    Ok(decide(issue.rules.len(), rule, findings, steps))
}

/// The verdict of an issue whose sunset has come.
fn replaced(edition: &Edition, sunset: DateTime<FixedOffset>) -> Verdict {
    let reason = Reason::new(reason::REPLACEMENT_AVAILABLE, criterion::SUNSET, None);
    let texts = edition.reasons.get(reason::REPLACEMENT_AVAILABLE);
    let (criterion, given) = (criterion::SUNSET.into(), Given::Sunset(sunset));
    Verdict {
        outcome: Outcome::Deny,
        reasons: vec![reason.with("sunset", Arg::Instant(sunset))],
        guidance: texts.map(|texts| texts.guidance.clone()).unwrap_or_default(),
        steps: vec![Step { criterion, given, rule: None, reason: Some(0) }],
    }
}

/// Whether a rule holds by one criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Yes,
    No,
    /// The answer that it reads is `unsure`.
    Unsure,
}

/// What a rule found by one criterion.
struct Finding {
    criterion: Arc<str>,
    given: Given,
    holds: Holds,
    /// Values for the reason's sentence.
    args: Vec<(&'static str, Arg)>,
}

impl Finding {
    fn new(criterion: &str, given: Given, holds: bool) -> Self {
        let holds = if holds { Holds::Yes } else { Holds::No };
        Self { criterion: criterion.into(), given, holds, args: Vec::new() }
    }

    /// Adds a value, if there is to be a sentence.
    fn with(mut self, place: &'static str, arg: impl FnOnce() -> Arg) -> Self {
        if self.holds != Holds::No {
            self.args.push((place, arg()));
        }
        self
    }

    fn step(self, rule: usize) -> Step {
        Step { criterion: self.criterion, given: self.given, rule: Some(rule), reason: None }
    }
}

/// The verdict of a rule that decides.
fn decide(index: usize, rule: &Rule, findings: Vec<Finding>, mut steps: Vec<Step>) -> Verdict {
    let unsure = findings.iter().any(|finding| finding.holds == Holds::Unsure);
    let mut reasons = Vec::new();
    for finding in findings {
        let mut step = Step { criterion: finding.criterion, given: finding.given, rule: Some(index), reason: None };
        if finding.holds != Holds::No {
            let (code, by) = if unsure { (reason::ANSWER_UNSURE, None) } else { (rule.reason.as_str(), Some(index)) };
            let mut reason = Reason::new(code, Arc::clone(&step.criterion), by);
            reason.args.extend(finding.args.into_iter().map(|(place, arg)| (place.to_owned(), arg)));
            step.reason = Some(reasons.len());
            reasons.push(reason);
        }
        steps.push(step);
    }
    if unsure {
        Verdict { outcome: Outcome::Review, reasons, guidance: Vec::new(), steps }
    } else {
        Verdict { outcome: rule.outcome, reasons, guidance: rule.guidance.clone(), steps }
    }
}

/// One rule, and all that it may look at.
struct Look<'a> {
    rule: &'a Rule,
    issue: &'a Issue,
    limits: Limits,
    answers: &'a Answers,
    scope: Option<&'a Scope>,
    at: DateTime<Utc>,
}

impl Look<'_> {
    fn findings(&self) -> Result<Vec<Finding>, Undecided> {
        match &self.rule.when {
            Condition::Is { question, value } => Ok(vec![self.compared(question, value)?]),
            Condition::AnyEmpty(questions) => self.written(questions),
            Condition::SurfaceOutsideAuto => Ok(vec![self.surfaces(self.scope()?)]),
            Condition::OverLimits(limits) => Ok(self.over(limits, self.scope()?)),
            Condition::Always => {
                let finding = Finding::new(criterion::ISSUE, Given::Issue, true);
                Ok(vec![finding.with("issue", || Arg::Issue(self.issue.slug.clone()))])
            }
        }
    }

    fn scope(&self) -> Result<&Scope, Undecided> {
        self.scope.ok_or(Undecided::ScopeUnknown)
    }

    fn compared(&self, question: &str, value: &str) -> Result<Finding, Undecided> {
        let answer = self.answers.get(question).and_then(Answer::value);
        let answer = answer.ok_or_else(|| Undecided::Missing(vec![question.to_owned()]))?;
        let mut finding = Finding::new(question, Given::Value(answer.into()), answer == value);
        if answer == UNSURE {
            finding.holds = Holds::Unsure;
        }
        Ok(finding.with("question", || Arg::Question(question.to_owned())))
    }

    fn written(&self, questions: &[String]) -> Result<Vec<Finding>, Undecided> {
        let missing: Vec<_> = questions.iter().filter(|name| !self.answers.contains_key(*name)).cloned().collect();
        if !missing.is_empty() {
            return Err(Undecided::Missing(missing));
        }
        let finding = |name: &String| {
            let empty = self.answers.get(name).is_some_and(Answer::is_empty);
            let given = if empty { Given::Empty } else { Given::Written };
            Finding::new(name, given, empty).with("question", || Arg::Question(name.clone()))
        };
        Ok(questions.iter().map(finding).collect())
    }

    fn surfaces(&self, scope: &Scope) -> Finding {
        let within = scope.surfaces.is_subset(&self.issue.auto_surfaces);
        Finding::new(criterion::SURFACES, Given::Surfaces(scope.surfaces.clone()), !within)
            .with("surfaces", || Arg::Surfaces(&scope.surfaces - &self.issue.auto_surfaces))
    }

    fn over(&self, looked_at: &BTreeSet<Limit>, scope: &Scope) -> Vec<Finding> {
        looked_at.iter().filter_map(|limit| self.over_one(*limit, scope)).collect()
    }

    /// What one limit finds; nothing where it does not apply to the subjects.
    fn over_one(&self, limit: Limit, scope: &Scope) -> Option<Finding> {
        let against = |criterion, given, limit: u32, over| {
            Finding::new(criterion, given, over).with("limit", || Arg::Number(limit.into()))
        };
        let Limits { max_users, max_days, max_start_days } = self.limits;
        Some(match (limit, &scope.subjects) {
            (Limit::Users, Subjects::Users(users)) => {
                let count = users.len() as u64;
                against(criterion::USERS, Given::Users(count), max_users, count > max_users.into())
                    .with("given", || Arg::Number(count))
            }
            (Limit::EveryUser, Subjects::All) => Finding::new(criterion::EVERY_USER, Given::EveryUser, true),
            (Limit::Users, Subjects::All) | (Limit::EveryUser, Subjects::Users(_)) => return None,
            (Limit::Days, _) => {
                let days = scope.duration_days.into();
                against(criterion::DAYS, Given::Days(days), max_days, days > max_days.into())
                    .with("given", || Arg::Number(days))
            }
            (Limit::Start, _) => {
                let wait = scope.start(self.at) - self.at;
                let given = scope.starts_at.map_or(Given::AtOnce, Given::Start);
                let over = wait > Duration::days(max_start_days.into());
                against(criterion::START, given, max_start_days, over)
            }
        })
    }
}
