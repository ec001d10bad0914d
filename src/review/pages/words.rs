//! What the reviewers' pages call things.

use crate::identity::Person;
use crate::intake::{Request, Status};
use crate::locale::Lang;
use crate::policy::{Edition, Issue, Passage, Statement};
use crate::review::approval::{Say, is_lead};
use crate::web::Message;
use crate::web::components::{Markup, Tag, Tone};

/// The tags of a request that staff see.
pub fn status_tags(request: &Request, pending: bool, lang: Lang) -> Vec<Markup> {
    let mut tags = vec![match request.status {
        Status::WaitingForPartner => Tag::new(Tone::Warn, lang.text("status-waiting-for-partner-staff")).into(),
        status => Tag::of_status(status.code(), lang).into(),
    }];
    if request.course.appeal.is_some() && request.status != Status::Withdrawn {
        tags.push(Tag::new(Tone::Info, lang.text("review-tag-appeal")).into());
    }
    if pending {
        tags.push(Tag::of_status("pending_second_approval", lang).into());
    }
    tags
}

/// A guard that turned an accept into a review.
pub fn guard(code: &str, lang: Lang) -> String {
    let key = format!("review-guard-{}", code.replace('_', "-"));
    lang.try_text(&key).unwrap_or_else(|| code.to_owned())
}

/// What the text check read into each of `passages`, which are of a request for `issue`.
pub fn footnotes(passages: &[Passage], issue: Option<&Issue>, edition: &Edition, lang: Lang) -> Vec<String> {
    passages.iter().map(|passage| note(passage.says, issue, edition, lang)).collect()
}

fn note(says: Statement, issue: Option<&Issue>, edition: &Edition, lang: Lang) -> String {
    match says {
        Statement::Topic(topic) => {
            let about = edition.issues().iter().find(|issue| issue.text_topic() == Some(topic));
            let title = about.map_or(topic.name(), |issue| issue.title().get(lang));
            Message::new("review-passage-topic").with("issue", title).text(lang)
        }
        Statement::Fact(fact) => {
            let asked = issue.and_then(|issue| issue.questions().iter().find(|asked| asked.text_fact == Some(fact)));
            let question = asked.map_or(fact.name(), |question| question.label.get(lang));
            let answer = lang.text(if fact.said() { "answer-yes" } else { "answer-no" });
            Message::new("review-passage-fact").with("question", question).with("answer", answer).text(lang)
        }
    }
}

/// A language by its name in another.
pub fn language(language: Lang, lang: Lang) -> String {
    lang.text(match language {
        Lang::En => "review-language-en",
        Lang::Ja => "review-language-ja",
    })
}

/// Who said it: "Aiko Sato (Lead reviewer)".
pub fn who(say: &Say, lang: Lang) -> String {
    let role = lang.text(if say.as_lead { "role-lead" } else { "role-reviewer" });
    Message::new("review-name-and-role").with("name", say.by_name.as_str()).with("role", role).text(lang)
}

/// The viewer's part in an approval that waits for a second: the key of the message that tells it.
pub fn part_in(waiting: &Say, viewer: &Person) -> &'static str {
    if waiting.by == viewer.object_id.0 {
        "review-first-approval-yours"
    } else if waiting.as_lead || is_lead(viewer) {
        "review-first-approval-complete"
    } else {
        "review-first-approval-needs-lead"
    }
}
