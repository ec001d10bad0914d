//! Pieces of a request's page that partner and reviewer see alike.

use crate::app::Desk;
use crate::audit::timeline::Step;
use crate::identity::parse_guid;
use crate::intake::course::{self, MessageKind};
use crate::intake::pages::passages::{within, within_list};
use crate::intake::pages::said::Said;
use crate::intake::request::{Request, Status};
use crate::intake::{Labels, ScopeBody, SubjectsBody};
use crate::locale::Lang;
use crate::policy::answers::pointer;
use crate::policy::{CriterionView, Edition, Issue, Kind, Passage, Question};
use crate::sla::Calendar;
use crate::web::Message;
use crate::web::components::{Empty, Markup, Quote, SummaryList, Tag, Tone};
use crate::web::table::{Column, Table};
use crate::web::time::{When, Zones};
use crate::web::visible::{Piece, pieces};
use askama::Template;
use askama::filters::HtmlSafe;
use chrono_tz::Tz;
use mfa_enforcement::wire::Subjects;
use serde_json::Value;

/// The zone in which the partner of `request` works.
pub fn zone_of(desk: &Desk, request: &Request) -> Tz {
    desk.calendars.get(&request.calendar).map_or(Tz::UTC, Calendar::zone)
}

/// What was written when `step` was taken: a question, a reply, the reason of an appeal.
pub fn said_at(request: &Request, step: &Step, zone: Tz, lang: Lang) -> Option<Quote> {
    let said = Said::with(request, zone, lang);
    let of = |kind: MessageKind| {
        let then = |message: &&course::Message| message.kind == kind && message.written_at == step.at;
        request.course.messages.iter().find(then).map(|message| message.text.as_str())
    };
    match step.action.as_str() {
        "request.asked" => of(MessageKind::Question).map(|text| said.staffs(text)),
        "request.replied" => of(MessageKind::Reply).map(|text| said.partners(text)),
        "request.appealed" => request.course.appeal.as_ref().map(|appeal| said.partners(&appeal.reason)),
        _ => None,
    }
}

/// The decision table's way to the outcome, a row for each criterion.
pub fn criteria(rows: Vec<CriterionView>, lang: Lang) -> Table {
    let columns = ["criteria-asked", "criteria-answered", "criteria-meaning"].map(|key| Column::new(lang.text(key)));
    let empty = Empty::new(lang.text("criteria-caption"), lang.text("criteria-none"));
    let table = Table::new(lang.text("criteria-caption"), columns.into(), empty).caption_is_title();
    rows.into_iter().fold(table, |table, row| {
        let decisive = row.decisive.then(|| Tag::new(Tone::Info, lang.text("criteria-decisive")).into());
        let meaning = Markup::joined([Markup::from(row.meaning)].into_iter().chain(decisive));
        table.row([row.asked.into(), row.answered.into(), meaning])
    })
}

/// Who is covered: how many, and every object id with the name that the partner gave it.
#[derive(Clone, Debug, Template)]
#[template(path = "intake/subjects.html")]
pub struct SubjectsList {
    lang: Lang,
    /// None: every user.
    users: Option<Vec<User>>,
}

#[derive(Clone, Debug)]
struct User {
    id: String,
    name: Option<String>,
}

impl HtmlSafe for SubjectsList {}

impl SubjectsList {
    /// The users of an exception.
    pub fn granted(subjects: &Subjects, lang: Lang) -> Self {
        let ids = match subjects {
            Subjects::All => None,
            Subjects::Users(ids) => Some(ids.iter().map(ToString::to_string).collect()),
        };
        Self::new(ids, lang)
    }

    /// The users that a request names, each once; what is no object id is nobody.
    pub fn asked(subjects: &SubjectsBody, lang: Lang) -> Self {
        let ids = match subjects {
            SubjectsBody::All => None,
            SubjectsBody::Users { object_ids } => {
                let ids = object_ids.iter().filter_map(|id| parse_guid(id)).map(|id| id.to_string());
                Some(ids.collect::<std::collections::BTreeSet<_>>().into_iter().collect())
            }
        };
        Self::new(ids, lang)
    }

    fn new(ids: Option<Vec<String>>, lang: Lang) -> Self {
        Self { lang, users: ids.map(|ids| ids.into_iter().map(|id| User { id, name: None }).collect()) }
    }

    /// The same with the names that the partner gave.
    #[must_use]
    pub fn named(mut self, labels: &Labels) -> Self {
        for user in self.users.iter_mut().flatten() {
            user.name = parse_guid(&user.id).and_then(|id| labels.get(id)).map(one_line);
        }
        self
    }

    /// "12 users", or that every user is meant.
    pub fn count(&self) -> String {
        match &self.users {
            None => self.lang.text("given-every-user"),
            Some(users) => Message::new("given-users").with("count", users.len()).text(self.lang),
        }
    }

    /// Whether anybody's name is known; then those without one are told apart.
    fn has_names(&self) -> bool {
        self.users.iter().flatten().any(|user| user.name.is_some())
    }

    fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    fn is_short(&self) -> bool {
        self.users.as_ref().is_some_and(|users| users.len() <= 3)
    }
}

/// The labels of `surfaces`, in the edition's order; what the edition does not know shows by its name.
pub fn surface_labels(surfaces: &[String], edition: &Edition, lang: Lang) -> String {
    let known = edition.surfaces().iter().filter(|surface| surfaces.contains(&surface.name));
    let labels = known.map(|surface| surface.label.get(lang).to_owned());
    let unknown = surfaces.iter().filter(|name| edition.surface(name).is_none()).cloned();
    labels.chain(unknown).collect::<Vec<_>>().join(&lang.text("list-separator"))
}

/// The title of an issue; its slug when the edition does not know it.
pub fn issue_title(slug: &str, edition: &Edition, lang: Lang) -> String {
    edition.issue(slug).map_or(slug, |issue| issue.title().get(lang)).to_owned()
}

/// What helps as long as a person has not decided.
pub fn until_then(slug: &str, edition: &Edition, lang: Lang) -> Vec<String> {
    let codes = edition.issue(slug).map(Issue::until_then).unwrap_or_default();
    codes.iter().filter_map(|code| edition.guidance(code)).map(|text| text.get(lang).to_owned()).collect()
}

/// What was asked: who (with their names, when the reader may see them), where, how long.
pub fn asked_scope(
    scope: &ScopeBody,
    shown: Option<&Labels>,
    edition: &Edition,
    zones: impl Into<Zones>,
    lang: Lang,
) -> SummaryList {
    let who: Markup = match shown {
        Some(labels) => Markup::of(&SubjectsList::asked(&scope.subjects, lang).named(labels)),
        None => lang.text("subjects-hidden").into(),
    };
    let days = Message::new("given-days").with("count", scope.duration_days).text(lang);
    let start: Markup = match scope.starts_at {
        Some(at) => When::new(at, zones, lang).into(),
        None => lang.text("given-at-once").into(),
    };
    SummaryList::new()
        .row(lang.text("scope-who"), who)
        .row(lang.text("scope-where"), surface_labels(&scope.surfaces, edition, lang))
        .row(lang.text("scope-how-long"), days)
        .row(lang.text("scope-start"), start)
}

/// Every question with the answer that was given, in the order of the form.
///
/// `passages` of written answers are marked.
pub fn answers(said: &Said<'_>, issue: &Issue, passages: &[Passage]) -> SummaryList {
    issue.questions().iter().fold(SummaryList::new(), |list, question| {
        list.row(question.label.get(said.lang), answer_to(said, question, passages))
    })
}

/// The answer that was given to `question`; `passages` of what was written are marked.
pub fn answer_to(said: &Said<'_>, question: &Question, passages: &[Passage]) -> Markup {
    let (request, lang) = (said.request, said.lang);
    let given = request.asked.answers.get(&question.name);
    match said.erased().filter(|_| given == Some(&Value::String(String::new()))) {
        Some(erased) => erased.into(),
        None => answer(given, question, request.language, passages, lang),
    }
}

/// One answer, as its kind is told; `passages` of what was written are marked.
pub fn answer(
    given: Option<&Value>,
    question: &Question,
    written_in: Lang,
    passages: &[Passage],
    lang: Lang,
) -> Markup {
    let field = pointer(&question.name);
    let quote = |text: &str, marks: &[_]| match text.trim() {
        "" => Markup::from(lang.text("answer-empty")),
        _ => Quote::with_passages(text, Some(written_in), marks).into(),
    };
    match (given, &question.kind) {
        (Some(Value::String(value)), Kind::YesNoUnsure) => {
            lang.try_text(&format!("answer-{value}")).unwrap_or_else(|| value.clone()).into()
        }
        (Some(Value::String(value)), Kind::Choice(choices)) => {
            let choice = choices.iter().find(|choice| choice.name == *value);
            choice.map_or(value.as_str(), |choice| choice.label.get(lang)).into()
        }
        (Some(Value::String(text)), _) => quote(text, &within(text, &field, passages)),
        (Some(Value::Array(entries)), _) => {
            let entries: Vec<_> = entries.iter().filter_map(Value::as_str).collect();
            quote(&entries.join("\n"), &within_list(&entries, &field, passages))
        }
        _ => quote("", &[]),
    }
}

/// One line that a partner wrote, with what is invisible made visible, for places that take plain text.
pub fn one_line(text: &str) -> String {
    let show = |piece| match piece {
        Piece::Plain(text) => text,
        Piece::Unseen(name) => format!("␣{name}"),
    };
    pieces(text).into_iter().map(show).collect()
}

/// The tag of a request's status as its partner sees it.
pub fn status_tag(status: Status, lang: Lang) -> Tag {
    Tag::of_status(status.code(), lang)
}
