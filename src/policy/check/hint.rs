//! What the sign-in doctor may see when an issue is the reason, and the answers that follow from it.

use super::rule;
use crate::doctor::Code;
use crate::policy::edition::{ClaimHint, Kind, Question};
use crate::policy::fault::Faults;
use crate::policy::file;
use std::collections::BTreeSet;
use toml::Spanned;

pub(super) fn claim_hints(given: &[file::ClaimHint], questions: &[Question], faults: &mut Faults) -> Vec<ClaimHint> {
    let mut seen = BTreeSet::new();
    let mut hints = Vec::new();
    for hint in given {
        let name = hint.finding.get_ref();
        let Some(finding) = Code::from_name(name) else {
            let known: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
            let message = format!("the doctor never finds `{name}`: name one of `{}`", known.join("`, `"));
            faults.note(hint.finding.span(), message);
            continue;
        };
        if !seen.insert(finding) {
            faults.note(hint.finding.span(), format!("the issue has a hint `{name}` already: strike one"));
        }
        let answers = hint.answers.iter().filter_map(|(name, value)| answer(name, value, questions, faults)).collect();
        hints.push(ClaimHint { finding, answers });
    }
    hints
}

fn answer(
    name: &Spanned<String>,
    value: &Spanned<String>,
    questions: &[Question],
    faults: &mut Faults,
) -> Option<(String, String)> {
    let question = rule::known(name, questions, faults)?;
    let offered: Vec<&str> = match &question.kind {
        Kind::YesNoUnsure => vec!["yes", "no", "unsure"],
        Kind::Choice(choices) => choices.iter().map(|choice| choice.name.as_str()).collect(),
        Kind::Text | Kind::TextList => Vec::new(),
    };
    if !offered.contains(&value.get_ref().as_str()) {
        let message = match offered.as_slice() {
            [] => format!("`{}` is free text, which no claim can answer: strike it", question.name),
            offered => format!("the answer is never `{}`: give one of `{}`", value.get_ref(), offered.join("`, `")),
        };
        faults.note(value.span(), message);
        return None;
    }
    Some((question.name.clone(), value.get_ref().clone()))
}
