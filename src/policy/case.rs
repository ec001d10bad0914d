//! What is judged: the scope that is asked for and the answers that are given, already known to be well formed.

use super::edition::Edition;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Who is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subjects {
    /// These users, by object id; at least one.
    Users(BTreeSet<Uuid>),
    /// Every user of the tenant, including future ones.
    All,
}

/// Who, where, from when and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Who.
    pub subjects: Subjects,
    /// Where: names of the edition's surfaces; at least one.
    pub surfaces: BTreeSet<String>,
    /// From when; at once when absent. Never before the submission.
    pub starts_at: Option<DateTime<Utc>>,
    /// For how many days of 24 hours: 1 to 366.
    pub duration_days: u16,
}

impl Scope {
    /// When the scope begins if it is granted at `granted_at`.
    pub fn start(&self, granted_at: DateTime<Utc>) -> DateTime<Utc> {
        self.starts_at.map_or(granted_at, |start| start.max(granted_at))
    }

    /// When the scope ends (exclusive) if it is granted at `granted_at`; a sunset may cut it
    /// ([`Issue::cut_at_sunset`](super::Issue::cut_at_sunset)).
    pub fn end(&self, granted_at: DateTime<Utc>) -> DateTime<Utc> {
        self.start(granted_at) + Duration::days(self.duration_days.into())
    }
}

/// An answer to one of an issue's questions; texts are trimmed and may be empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Yes,
    No,
    Unsure,
    /// One of the question's choices, by value.
    Choice(String),
    Text(String),
    /// The entries that are not blank.
    Texts(Vec<String>),
}

impl Answer {
    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Texts(texts) => texts.is_empty(),
            Self::Yes | Self::No | Self::Unsure | Self::Choice(_) => false,
        }
    }

    /// The value that a rule compares: `yes`, `no`, `unsure` or a choice; nothing for text.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Yes => Some("yes"),
            Self::No => Some("no"),
            Self::Unsure => Some("unsure"),
            Self::Choice(value) => Some(value),
            Self::Text(_) | Self::Texts(_) => None,
        }
    }
}

/// Answers by question name; a question that was not answered is not there.
pub type Answers = BTreeMap<String, Answer>;

/// One request as the decision table and the text check see it.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The edition that judges.
    pub edition: &'a Edition,
    /// Slug of the chosen issue.
    pub issue: &'a str,
    /// Title as typed, trimmed.
    pub title: &'a str,
    /// Description as typed, trimmed.
    pub description: &'a str,
    /// Answers to the issue's questions.
    pub answers: &'a Answers,
    /// What is asked for.
    pub scope: &'a Scope,
    /// The instant that is judged.
    pub submitted_at: DateTime<Utc>,
}
