//! What a request asks or says otherwise than an earlier one of the same tenant and issue that was denied or withdrawn.

use crate::intake::{Request, RequestBody, SubjectsBody};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One thing that differs.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    /// The title.
    Title,
    /// The description.
    Description,
    /// The answer to the question of this name.
    Answer(String),
    /// Whom it names: how many were added, and how many removed. Without figures where every user is meant in one of them.
    Users(Option<(usize, usize)>),
    /// Where.
    Surfaces,
    /// From when.
    Start,
    /// How long.
    Days,
}

/// Everything that differs, in the order of the form. Spaces around words, and the order of a list, are no difference.
pub fn differences(before: &Request, now: &Request) -> Vec<Difference> {
    let (before, now) = (&before.asked, &now.asked);
    let mut found = answers(before, now);
    found.extend(users(&before.scope.subjects, &now.scope.subjects));
    let set = |body: &RequestBody| body.scope.surfaces.iter().cloned().collect::<BTreeSet<_>>();
    found.extend((set(before) != set(now)).then_some(Difference::Surfaces));
    found.extend((before.scope.starts_at != now.scope.starts_at).then_some(Difference::Start));
    found.extend((before.scope.duration_days != now.scope.duration_days).then_some(Difference::Days));
    found.extend((before.title.trim() != now.title.trim()).then_some(Difference::Title));
    found.extend((before.description.trim() != now.description.trim()).then_some(Difference::Description));
    found
}

fn answers(before: &RequestBody, now: &RequestBody) -> Vec<Difference> {
    let given = |body: &RequestBody| -> BTreeMap<String, Value> {
        body.answers.iter().map(|(name, value)| (name.clone(), told(value))).collect()
    };
    let (before, now) = (given(before), given(now));
    let names: BTreeSet<_> = before.keys().chain(now.keys()).collect();
    let value = |answers: &BTreeMap<String, Value>, name: &String| answers.get(name).cloned().unwrap_or_default();
    names
        .into_iter()
        .filter(|name| value(&before, name) != value(&now, name))
        .cloned()
        .map(Difference::Answer)
        .collect()
}

/// An answer as it counts: trimmed, and nothing where nothing was written.
pub(super) fn told(value: &Value) -> Value {
    match value {
        Value::String(text) if text.trim().is_empty() => Value::Null,
        Value::String(text) => text.trim().into(),
        Value::Array(lines) => {
            let lines: Vec<_> = lines.iter().map(told).filter(|line| !line.is_null()).collect();
            if lines.is_empty() { Value::Null } else { lines.into() }
        }
        other => other.clone(),
    }
}

fn users(before: &SubjectsBody, now: &SubjectsBody) -> Option<Difference> {
    let ids = |subjects: &SubjectsBody| match subjects {
        SubjectsBody::All => None,
        SubjectsBody::Users { object_ids } => {
            Some(object_ids.iter().map(|id| id.to_lowercase()).collect::<BTreeSet<_>>())
        }
    };
    match (ids(before), ids(now)) {
        (None, None) => None,
        (Some(before), Some(now)) if before == now => None,
        (Some(before), Some(now)) => {
            Some(Difference::Users(Some((now.difference(&before).count(), before.difference(&now).count()))))
        }
        _ => Some(Difference::Users(None)),
    }
}
