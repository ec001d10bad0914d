//! What a request comes to, kept without language: codes and figures. [`Classification::view`] puts it into words.

use super::case::Case;
use super::edition::Outcome;
use super::table::Verdict;
use super::text::{self, AgainstAccept, AgainstDeny, Passage};
use chrono::{DateTime, FixedOffset, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Reason codes that the engine itself gives; all others come from the edition.
pub mod reason {
    /// A rule read an answer that is `unsure`.
    pub const ANSWER_UNSURE: &str = "answer_unsure";
    /// The issue's sunset has come.
    pub const REPLACEMENT_AVAILABLE: &str = "replacement_available";
    /// The text gives another reason than the chosen issue's, or says the opposite of an answer.
    pub const TEXT_CONTRADICTS_ANSWERS: &str = "text_contradicts_answers";
    /// The text describes another issue.
    pub const TEXT_SUGGESTS_OTHER_ISSUE: &str = "text_suggests_other_issue";
    /// The description is in neither language.
    pub const TEXT_LANGUAGE_UNKNOWN: &str = "text_language_unknown";
}

/// Names of what can be judged besides the answers, which go by their question's name.
pub mod criterion {
    /// The chosen issue as such.
    pub const ISSUE: &str = "issue";
    /// The issue's sunset.
    pub const SUNSET: &str = "sunset";
    /// The description.
    pub const DESCRIPTION: &str = "description";
    /// Where.
    pub const SURFACES: &str = "scope.surfaces";
    /// Whether every user is meant.
    pub const EVERY_USER: &str = "scope.subjects.kind";
    /// How many users are named.
    pub const USERS: &str = "scope.subjects.object_ids";
    /// How long.
    pub const DAYS: &str = "scope.duration_days";
    /// From when.
    pub const START: &str = "scope.starts_at";
}

/// A value that a reason's sentence mentions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    /// A figure.
    Number(u64),
    /// A question of the issue, by name.
    Question(String),
    /// An issue, by slug.
    Issue(String),
    /// Surfaces, by name.
    Surfaces(BTreeSet<String>),
    /// An instant, with the offset that the edition gives it in.
    Instant(DateTime<FixedOffset>),
}

/// Why it came to the outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable code.
    pub code: String,
    /// What was judged: a question's name or one of [`criterion`].
    pub criterion: Arc<str>,
    /// The rule of the issue that gave it, from 0; none for reasons of the engine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<usize>,
    /// Values for the sentence, by place.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, Arg>,
}

impl Reason {
    pub(super) fn new(code: &str, criterion: impl Into<Arc<str>>, rule: Option<usize>) -> Self {
        Self { code: code.to_owned(), criterion: criterion.into(), rule, args: BTreeMap::new() }
    }

    #[must_use]
    pub(super) fn with(mut self, place: &str, arg: Arg) -> Self {
        self.args.insert(place.to_owned(), arg);
        self
    }
}

/// What was found where a rule looked. Written answers are not repeated, so that they can be erased in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// The chosen issue.
    Issue,
    /// The issue's sunset.
    Sunset(DateTime<FixedOffset>),
    /// `yes`, `no`, `unsure` or a choice.
    Value(Arc<str>),
    /// Something was written.
    Written,
    /// Nothing was written.
    Empty,
    /// So many distinct users.
    Users(u64),
    /// Every user of the tenant.
    EveryUser,
    /// So many days.
    Days(u64),
    /// A start at once.
    AtOnce,
    /// A start then.
    Start(DateTime<Utc>),
    /// These surfaces.
    Surfaces(BTreeSet<String>),
}

/// One criterion on the way to the outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was judged.
    pub criterion: Arc<str>,
    /// What was found.
    pub given: Given,
    /// The rule that looked, from 0; none for the sunset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<usize>,
    /// Which of the decision table's reasons it gave (from 0), when it decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<usize>,
}

/// The answer to a request: outcome, reasons, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classification {
    /// Policy, edition and version that judged.
    pub policy_version: String,
    /// The instant that was judged.
    pub judged_at: DateTime<Utc>,
    /// Slug of the issue.
    pub issue: String,
    /// What it comes to.
    pub outcome: Outcome,
    /// What the text check found, when it turned the outcome into a review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Reason>,
    /// Where it found that, the decisive passage first; no text is repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passages: Vec<Passage>,
    /// The decision table's reasons, the deciding one first.
    pub table: Vec<Reason>,
    /// Codes of the guidance, in order.
    pub guidance: Vec<String>,
    /// Criterion by criterion, in the order of the table.
    pub steps: Vec<Step>,
}

impl Classification {
    /// Every reason, the deciding one first: the text check's, then the table's.
    pub fn reasons(&self) -> impl Iterator<Item = &Reason> {
        self.text.iter().chain(&self.table)
    }
}

/// Completes the decision table's verdict on `case`: the text check reads what was written and may turn an accept or a
/// deny into a review. What it turned keeps the table's reasons and, after a deny, its guidance.
pub fn classify(case: &Case<'_>, verdict: Verdict) -> Classification {
    let found = match verdict.outcome {
        Outcome::Accept => text::against_accept(case).map(AgainstAccept::into_finding),
        Outcome::Deny => text::against_deny(case).map(AgainstDeny::into_finding),
        Outcome::Review => None,
    };
    let (found, passages) = found.map_or((None, Vec::new()), |(reason, passages)| (Some(reason), passages));
    Classification {
        policy_version: case.edition.version().to_owned(),
        judged_at: case.submitted_at,
        issue: case.issue.to_owned(),
        outcome: if found.is_some() { Outcome::Review } else { verdict.outcome },
        text: found,
        passages,
        table: verdict.reasons,
        guidance: verdict.guidance,
        steps: verdict.steps,
    }
}
