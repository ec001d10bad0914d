//! Issues with their questions.

use super::hint;
use super::rule::{self, Ground};
use super::{instant, new_name, plain};
use crate::policy::edition::{Issue, Kind, Named, Question};
use crate::policy::fault::Faults;
use crate::policy::file;
use std::collections::BTreeSet;
use toml::Spanned;

pub(super) fn issues(given: &[file::Issue], ground: &mut Ground<'_>, faults: &mut Faults) -> Vec<Issue> {
    let mut seen = BTreeSet::new();
    given.iter().filter_map(|given| issue(given, &mut seen, ground, faults)).collect()
}

fn issue(
    given: &file::Issue,
    seen: &mut BTreeSet<String>,
    ground: &mut Ground<'_>,
    faults: &mut Faults,
) -> Option<Issue> {
    let slug = new_name(&given.slug, "issue", seen, faults);
    let questions = questions(&given.questions, faults);
    let auto_surfaces = surface_names(&given.auto_surfaces, ground, faults);
    let never_surfaces = surface_names(&given.never_surfaces, ground, faults);
    for name in given.never_surfaces.iter().filter(|name| auto_surfaces.contains(name.get_ref())) {
        let message = format!("`{}` is granted without a reviewer and never granted: strike one", name.get_ref());
        faults.note(name.span(), message);
    }
    let claim_hints = hint::claim_hints(&given.claim_hints, &questions, faults);
    let (rules, last_rule) = rule::table(given, &questions, &auto_surfaces, ground, faults)?;
    Some(Issue {
        slug,
        title: plain(&given.title, faults),
        summary: plain(&given.summary, faults),
        explanation: plain(&given.explanation, faults),
        questions,
        auto_surfaces,
        never_surfaces,
        claim_hints,
        sunset: given.sunset.as_ref().map(|sunset| instant(sunset, faults)),
        rules,
        last_rule,
    })
}

fn surface_names(given: &[Spanned<String>], ground: &Ground<'_>, faults: &mut Faults) -> BTreeSet<String> {
    for name in given {
        if !ground.surfaces.iter().any(|surface| surface.name == *name.get_ref()) {
            let message = format!("there is no surface `{}`: name one of `[[surfaces]]`", name.get_ref());
            faults.note(name.span(), message);
        }
    }
    given.iter().map(|name| name.get_ref().clone()).collect()
}

fn questions(given: &[file::Question], faults: &mut Faults) -> Vec<Question> {
    let mut seen = BTreeSet::new();
    let question = |question: &file::Question| Question {
        name: new_name(&question.name, "question", &mut seen, faults),
        kind: kind(question, faults),
        label: plain(&question.label, faults),
        hint: question.hint.as_ref().map(|hint| plain(hint, faults)),
    };
    given.iter().map(question).collect()
}

fn kind(question: &file::Question, faults: &mut Faults) -> Kind {
    match question.kind {
        file::Kind::Choice if question.choices.len() < 2 => {
            faults.note(question.name.span(), "a choice needs at least two `choices`: add them");
        }
        file::Kind::YesNoUnsure | file::Kind::Text | file::Kind::TextList if !question.choices.is_empty() => {
            faults
                .note(question.name.span(), "only `kind = \"choice\"` takes `choices`: change the kind or strike them");
        }
        _ => {}
    }
    match question.kind {
        file::Kind::YesNoUnsure => Kind::YesNoUnsure,
        file::Kind::Text => Kind::Text,
        file::Kind::TextList => Kind::TextList,
        file::Kind::Choice => {
            let mut seen = BTreeSet::new();
            let choice = |choice: &file::Choice| Named {
                name: new_name(&choice.value, "choice", &mut seen, faults),
                label: plain(&choice.label, faults),
            };
            Kind::Choice(question.choices.iter().map(choice).collect())
        }
    }
}
