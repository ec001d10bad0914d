//! What was answered so far, step by step, each with a way to change it.

use super::Step;
use super::filling::Filling;
use super::scope::until;
use crate::evidence::Scan;
use crate::intake::RequestBody;
use crate::intake::pages::parts::{self, SubjectsList};
use crate::intake::typed::Typed;
use crate::locale::Lang;
use crate::web::Message;
use crate::web::components::{Markup, Quote, SummaryList};
use crate::web::time::When;

type Row = (String, Markup);

/// The answers given on `step`.
pub fn answers(filling: &Filling, step: Step) -> SummaryList {
    let lang = filling.reader.lang;
    let body = Typed::read(&filling.draft, &filling.context()).body;
    let rows = match step {
        Step::Issue => {
            vec![(lang.text("facts-issue"), plain(&parts::issue_title(&body.issue, &filling.edition, lang), lang))]
        }
        Step::Questions => questions(filling, &body),
        Step::Who => {
            let who = SubjectsList::asked(&body.scope.subjects, lang).named(&filling.draft.labels);
            vec![(lang.text("form-users"), Markup::of(&who))]
        }
        Step::Scope => scope(filling, &body),
        Step::Evidence => vec![(lang.text("evidence-files"), files(filling))],
        Step::Contact => vec![
            (lang.text("form-contact-name"), plain(&body.contact.name, lang)),
            (lang.text("form-contact-email"), plain(&body.contact.email, lang)),
            (lang.text("form-contact-phone"), plain(body.contact.phone.as_deref().unwrap_or_default(), lang)),
            (lang.text("form-language"), filling.draft.language.text("language-name").into()),
        ],
    };
    let href = format!("{}?from=check", step.href(filling.draft.id));
    let list = SummaryList::new();
    rows.into_iter().fold(list, |list, (name, value)| list.row(name, value).change(href.as_str(), lang.text("change")))
}

fn questions(filling: &Filling, body: &RequestBody) -> Vec<Row> {
    let (lang, written_in) = (filling.reader.lang, filling.draft.language);
    let outlook = filling.outlook();
    let asked = filling.issue().into_iter().flat_map(|issue| {
        let matters = |name: &str| outlook.as_ref().is_none_or(|outlook| outlook.matters(issue, name));
        let asked = issue.questions().iter().filter(move |question| matters(&question.name));
        asked.map(|question| {
            let given = body.answers.get(&question.name);
            (question.label.get(lang).to_owned(), parts::answer(given, question, written_in, &[], lang))
        })
    });
    let asked: Vec<_> = asked.collect();
    let words = [("form-title", &body.title), ("form-description", &body.description)].map(|(key, text)| {
        let empty = text.trim().is_empty();
        let text = if empty { lang.text("answer-empty").into() } else { Quote::new(text, Some(written_in)).into() };
        (lang.text(key), text)
    });
    asked.into_iter().chain(words).collect()
}

fn scope(filling: &Filling, body: &RequestBody) -> Vec<Row> {
    let lang = filling.reader.lang;
    let days = match u16::try_from(body.scope.duration_days).ok().filter(|days| (1..=366).contains(days)) {
        Some(days) => {
            let count = Message::new("given-days").with("count", u32::from(days)).text(lang);
            let until = until(filling, body.scope.starts_at, days);
            Markup::from(Message::new("given-days-until").with("days", count).with("until", until).text(lang))
        }
        None => plain(filling.draft.fields.get("other_days"), lang),
    };
    let start = body.scope.starts_at.map(|at| When::new(at, filling.zone(), lang).into());
    vec![
        (lang.text("scope-where"), plain(&parts::surface_labels(&body.scope.surfaces, &filling.edition, lang), lang)),
        (lang.text("scope-how-long"), days),
        (lang.text("scope-start"), start.unwrap_or_else(|| lang.text("given-at-once").into())),
    ]
}

/// Their names; one that was infected goes with nobody.
fn files(filling: &Filling) -> Markup {
    let lang = filling.reader.lang;
    let kept = filling.files.iter().filter(|file| file.scan != Scan::Infected).map(|file| file.name.as_str());
    let kept: Vec<_> = kept.collect();
    if kept.is_empty() { lang.text("evidence-none").into() } else { kept.join(&lang.text("list-separator")).into() }
}

fn plain(text: &str, lang: Lang) -> Markup {
    let text = text.trim();
    if text.is_empty() { lang.text("answer-empty").into() } else { parts::one_line(text).into() }
}
