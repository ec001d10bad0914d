//! Issues with their questions.

use super::hint;
use super::rule::{self, Ground};
use super::{instant, new_name, plain};
use crate::policy::edition::{Issue, Kind, Named, Question, Sunset};
use crate::policy::fault::Faults;
use crate::policy::file;
use crate::policy::text::{Fact, Topic};
use std::collections::BTreeSet;
use toml::Spanned;

pub(super) fn issues(given: &[file::Issue], ground: &mut Ground<'_>, faults: &mut Faults) -> Vec<Issue> {
    let (mut seen, mut topics) = (BTreeSet::new(), BTreeSet::new());
    given.iter().filter_map(|given| issue(given, &mut seen, &mut topics, ground, faults)).collect()
}

fn issue(
    given: &file::Issue,
    seen: &mut BTreeSet<String>,
    topics: &mut BTreeSet<Topic>,
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
    ground.uses.guidance(&given.until_then);
    let claim_hints = hint::claim_hints(&given.claim_hints, &questions, faults);
    let (rules, last_rule) = rule::table(given, &questions, &auto_surfaces, ground, faults)?;
    let sunset = given.sunset.as_ref().map(|sunset| {
        let line = faults.line(&sunset.span());
        Sunset { at: instant(sunset, faults), line }
    });
    let issue = Issue {
        slug,
        title: plain(&given.title, faults),
        summary: plain(&given.summary, faults),
        explanation: plain(&given.explanation, faults),
        questions,
        auto_surfaces,
        never_surfaces,
        sunset,
        text_topic: text_topic(given, topics, faults),
        until_then: given.until_then.iter().map(|code| code.get_ref().clone()).collect(),
        claim_hints,
        rules,
        last_rule,
    };
    check_read(&issue, given, faults);
    Some(issue)
}

/// What is written informs a reviewer; a choice that no rule looks at decides nothing, and looks as if it did.
fn check_read(issue: &Issue, given: &file::Issue, faults: &mut Faults) {
    for question in &given.questions {
        let written = matches!(question.kind, file::Kind::Text | file::Kind::TextList);
        if !written && !issue.reads(question.name.get_ref()) {
            let message = format!(
                "no rule reads the answer to `{}`: add a rule, ask for a text, or strike the question",
                question.name.get_ref()
            );
            faults.note(question.name.span(), message);
        }
    }
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

/// The issue's topic, which no other issue has.
fn text_topic(given: &file::Issue, topics: &mut BTreeSet<Topic>, faults: &mut Faults) -> Option<Topic> {
    let name = given.text_topic.as_ref()?;
    let topic = Topic::named(name.get_ref());
    match topic {
        None => {
            let message = unknown("topic", name.get_ref(), Topic::ALL.map(Topic::name).as_slice());
            faults.note(name.span(), message);
        }
        Some(topic) if !topics.insert(topic) => {
            let message = format!("another issue is about `{}` already: give each topic to one issue", topic.name());
            faults.note(name.span(), message);
        }
        Some(_) => {}
    }
    topic
}

fn text_fact(question: &file::Question, faults: &mut Faults) -> Option<Fact> {
    let name = question.text_fact.as_ref()?;
    if !matches!(question.kind, file::Kind::YesNoUnsure) {
        let message = "a text can only contradict `kind = \"yes_no_unsure\"`: change the kind or strike `text_fact`";
        faults.note(name.span(), message);
    }
    let fact = Fact::named(name.get_ref());
    if fact.is_none() {
        faults.note(name.span(), unknown("fact", name.get_ref(), Fact::ALL.map(Fact::name).as_slice()));
    }
    fact
}

fn unknown(kind: &str, name: &str, known: &[&str]) -> String {
    format!("the text check knows no {kind} `{name}`: name one of `{}`", known.join("`, `"))
}

fn questions(given: &[file::Question], faults: &mut Faults) -> Vec<Question> {
    let mut seen = BTreeSet::new();
    let question = |question: &file::Question| Question {
        name: new_name(&question.name, "question", &mut seen, faults),
        kind: kind(question, faults),
        label: plain(&question.label, faults),
        hint: question.hint.as_ref().map(|hint| plain(hint, faults)),
        short: short(question, faults),
        text_fact: text_fact(question, faults),
    };
    given.iter().map(question).collect()
}

fn short(question: &file::Question, faults: &mut Faults) -> bool {
    let Some(short) = &question.short else { return false };
    if !matches!(question.kind, file::Kind::Text) {
        let message = "only `kind = \"text\"` takes `short`: change the kind or strike it";
        faults.note(short.span(), message);
    }
    *short.get_ref()
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
