//! The shape of an edition file, before it is checked. Spans lead from each value back to its line.

use super::edition::{Behaviour, Limit, Outcome};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::value::Datetime;

pub(super) type Map<T> = BTreeMap<Spanned<String>, T>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub policy: Spanned<String>,
    pub edition: Spanned<String>,
    pub version: Spanned<i64>,
    pub effective_at: Spanned<Datetime>,
    pub topic: Named,
    pub problem_type: Named,
    pub roles: Vec<Named>,
    pub filing_roles: Spanned<Vec<Spanned<String>>>,
    pub limits: Limits,
    pub surfaces: Vec<Surface>,
    pub issues: Vec<Issue>,
    pub reasons: Map<Reason>,
    pub guidance: Map<Spanned<Text>>,
}

/// A text in both languages; a missing one is a fault that is told with the others.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    pub en: Option<String>,
    pub ja: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub name: Spanned<String>,
    pub label: Spanned<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub max_users: Spanned<i64>,
    pub max_days: Spanned<i64>,
    pub max_start_days: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Surface {
    pub name: Spanned<String>,
    pub behaviour: Behaviour,
    pub label: Spanned<Text>,
    pub hint: Spanned<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Issue {
    pub slug: Spanned<String>,
    pub title: Spanned<Text>,
    pub summary: Spanned<Text>,
    pub explanation: Spanned<Text>,
    #[serde(default)]
    pub auto_surfaces: Vec<Spanned<String>>,
    #[serde(default)]
    pub never_surfaces: Vec<Spanned<String>>,
    pub sunset: Option<Spanned<Datetime>>,
    pub text_topic: Option<Spanned<String>>,
    #[serde(default)]
    pub until_then: Vec<Spanned<String>>,
    #[serde(default)]
    pub claim_hints: Vec<ClaimHint>,
    #[serde(default)]
    pub questions: Vec<Question>,
    #[serde(default)]
    pub rules: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimHint {
    pub finding: Spanned<String>,
    #[serde(default)]
    pub answers: Map<Spanned<String>>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    YesNoUnsure,
    Choice,
    Text,
    TextList,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    pub name: Spanned<String>,
    pub kind: Kind,
    pub label: Spanned<Text>,
    pub hint: Option<Spanned<Text>>,
    pub text_fact: Option<Spanned<String>>,
    pub short: Option<Spanned<bool>>,
    #[serde(default)]
    pub choices: Vec<Choice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choice {
    pub value: Spanned<String>,
    pub label: Spanned<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub when: Spanned<When>,
    pub outcome: Spanned<Outcome>,
    pub reason: Spanned<String>,
    pub detail: Option<Spanned<Text>>,
    pub otherwise: Option<Spanned<Text>>,
    pub guidance: Option<Vec<Spanned<String>>>,
}

/// Exactly one of these: `answer` with `is`, `any_empty`, `surface_outside_auto`, `over_limits`, `always`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct When {
    pub answer: Option<Spanned<String>>,
    pub is: Option<Spanned<String>>,
    pub any_empty: Option<Vec<Spanned<String>>>,
    pub surface_outside_auto: Option<bool>,
    pub over_limits: Option<Vec<Limit>>,
    pub always: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    pub detail: Spanned<Text>,
    #[serde(default)]
    pub details: Map<Spanned<Text>>,
    #[serde(default)]
    pub guidance: Vec<Spanned<String>>,
}
