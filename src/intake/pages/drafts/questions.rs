//! What the chosen issue needs to know, as far as it matters, and the partner's own words.

use super::Section;
use super::filling::Filling;
use crate::intake::outlook::words;
use crate::locale::Lang;
use crate::policy::answers::MAX_ANSWER_ENTRIES;
use crate::policy::{Issue, Kind, Outcome as Judged, Question};
use crate::web::components::{Markup, Outcome, Tone};
use crate::web::field::{Choice, Field};
use crate::web::{Form, Message};

/// The questions that matter, in the order of the table; title and description.
pub fn sections(form: &mut Form<'_>, filling: &Filling) -> Vec<Section> {
    let (Some(issue), Some(outlook)) = (filling.issue(), filling.outlook()) else { return Vec::new() };
    let lang = filling.reader.lang;
    let asked = issue.questions().iter().filter(|asked| outlook.matters(issue, &asked.name));
    let fields = asked.map(|asked| question(form, asked, issue, lang)).collect();
    let t = |key: &str| lang.text(key);
    let words = vec![
        form.input("/title", t("form-title")).hint(t("form-title-hint")).max_length(200),
        form.area("/description", t("form-description")).rows(8).hint(t("form-description-hint")),
    ];
    vec![
        Section {
            heading: Some(issue.title().get(lang).to_owned()),
            lead: Some(issue.explanation().get(lang).to_owned()),
            fields,
        },
        Section { heading: Some(t("form-words")), lead: Some(t("form-words-lead")), fields: words },
    ]
}

/// The likely answer, when it is not the one hoped for, with a code that names it.
pub fn news(filling: &Filling) -> Option<(String, Outcome)> {
    let (issue, outlook) = (filling.issue()?, filling.outlook()?);
    let (code, verdict) = outlook.bad_news()?;
    let lang = filling.reader.lang;
    let view = words(&filling.edition, issue, verdict, filling.now, lang);
    let (tone, word, now) = match verdict.outcome {
        Judged::Deny => (Tone::Warn, "self-check-deny", "step-deny-now"),
        _ => (Tone::Info, "self-check-review", "step-review-now"),
    };
    let guidance = view.guidance.into_iter().map(|guidance| Markup::from(guidance.text));
    let outcome = Outcome {
        tone,
        word: lang.text(word),
        why: view.reasons.first().map(|reason| reason.detail.clone()).unwrap_or_default(),
        now_heading: lang.text(if verdict.outcome == Judged::Deny { "outcome-instead" } else { "self-check-now" }),
        now: guidance.chain([lang.text(now).into()]).collect(),
        reference: None,
    };
    Some((code, outcome))
}

/// A question of the policy; also those of the check.
pub fn question(form: &mut Form<'_>, question: &Question, issue: &Issue, lang: Lang) -> Field {
    let pointer = format!("/answers/{}", question.name);
    let label = question.label.get(lang);
    let mut hints: Vec<_> = question.hint.iter().map(|hint| sentence(hint.get(lang), lang)).collect();
    let read = issue.reads(&question.name);
    let written = matches!(question.kind, Kind::Text | Kind::TextList);
    if read && written {
        hints.push(lang.text("form-empty-means-review"));
    }
    let field = match &question.kind {
        Kind::YesNoUnsure => form.yes_no_unsure(&pointer, label),
        Kind::Choice(choices) => {
            let choices = choices.iter().map(|choice| Choice::new(&choice.name, choice.label.get(lang)));
            form.radios(&pointer, label, choices.collect())
        }
        // Several lines, as a program may send them, would be lost in a line.
        Kind::Text if question.short && !form.holds_lines(&pointer) => form.input(&pointer, label),
        Kind::Text => form.area(&pointer, label).rows(4),
        Kind::TextList => {
            hints.push(Message::new("form-one-a-line").with("max", MAX_ANSWER_ENTRIES).text(lang));
            form.area(&pointer, label).rows(4)
        }
    };
    let field = if hints.is_empty() { field } else { field.hint(hints.join(&lang.text("sentence-gap"))) };
    match (read, written) {
        (true, false) => field,
        // Of an answer in words that is left out, the hint says what follows.
        (true, true) | (false, _) => field.optional(),
    }
}

/// A hint of the edition before other sentences: an example may come without a full stop.
fn sentence(hint: &str, lang: Lang) -> String {
    let ended = hint.ends_with(['.', '?', '。', '？', '）']);
    if ended { hint.to_owned() } else { format!("{hint}{}", lang.text("sentence-end")) }
}
