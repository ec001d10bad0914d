//! A request that is known to be good: every text within its length, every name one of the edition's, every answer
//! that the decision table needs there.

use super::body::{ContactBody, MAX_OBJECT_IDS, RequestBody, ScopeBody, SubjectsBody};
use crate::locale::Lang;
use crate::policy::answers::{self, Reading};
use crate::policy::case::{Answers, Case, Scope, Subjects};
use crate::policy::table::{self, Undecided, Verdict};
use crate::policy::{self, Classification, Edition, Issue};
use crate::problem::InputError;
use chrono::{DateTime, SubsecRound, Utc};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// Most errors that one answer lists.
const MAX_ERRORS: usize = 100;

/// The order in which errors are told: that of the form.
const PLACES: [&str; 12] = [
    "/topic",
    "/problem_type",
    "/issue",
    "/title",
    "/description",
    "/contact/name",
    "/contact/email",
    "/contact/phone",
    "/scope/subjects",
    "/scope/surfaces",
    "/scope",
    "/answers",
];

/// Whom to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// A person or a team.
    pub name: String,
    /// Where mail goes.
    pub email: lettre::Address,
    /// A number to call.
    pub phone: Option<String>,
}

/// A request as one edition of the policy understands it.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// Slug of the issue.
    pub issue: String,
    /// In which language to answer.
    pub language: Lang,
    /// 1 to 200 characters.
    pub title: String,
    /// 1 to 10,000 characters.
    pub description: String,
    /// Whom to answer.
    pub contact: Contact,
    /// What is asked for.
    pub scope: Scope,
    /// Answers to the issue's questions.
    pub answers: Answers,
    /// The instant that is judged.
    pub submitted_at: DateTime<Utc>,
    edition: Arc<Edition>,
    verdict: Verdict,
}

impl NewRequest {
    /// Understands `body` by `edition`, as submitted at `submitted_at`.
    ///
    /// # Errors
    /// Everything that is wrong with it (100 errors at most), in the order of the form.
    pub fn try_from(
        body: RequestBody,
        edition: &Arc<Edition>,
        submitted_at: DateTime<Utc>,
    ) -> Result<Self, Vec<InputError>> {
        let submitted_at = submitted_at.trunc_subsecs(6);
        let body = body.trimmed();
        let mut errors = body.form_errors();
        errors.extend(topic_errors(&body, edition));
        let contact = contact(body.contact);
        let scope = scope(body.scope, edition, edition.issue(&body.issue), submitted_at, &mut errors);
        let judged = judge(&body.issue, body.answers, edition, scope.as_ref(), submitted_at, &mut errors);
        match (errors.is_empty(), contact, scope, judged) {
            (true, Some(contact), Some(scope), Some((answers, verdict))) => Ok(Self {
                issue: body.issue,
                language: body.language,
                title: body.title,
                description: body.description,
                contact,
                scope,
                answers,
                submitted_at,
                edition: Arc::clone(edition),
                verdict,
            }),
            _ => {
                errors.sort_by_key(|error| PLACES.iter().position(|place| error.pointer.starts_with(place)));
                errors.truncate(MAX_ERRORS);
                Err(errors)
            }
        }
    }

    /// The edition by which it was understood.
    pub fn edition(&self) -> &Arc<Edition> {
        &self.edition
    }

    /// What it comes to: the decision table's verdict, completed by the text check.
    pub fn classify(&self) -> Classification {
        let case = Case {
            edition: &self.edition,
            issue: &self.issue,
            title: &self.title,
            description: &self.description,
            answers: &self.answers,
            scope: &self.scope,
            submitted_at: self.submitted_at,
        };
        policy::classify(&case, self.verdict.clone())
    }
}

fn topic_errors(body: &RequestBody, edition: &Edition) -> Vec<InputError> {
    let supported =
        [("/topic", &body.topic, edition.topic()), ("/problem_type", &body.problem_type, edition.problem_type())];
    let wrong = supported.into_iter().filter(|(_, given, supported)| **given != supported.name);
    wrong
        .map(|(pointer, _, supported)| {
            InputError::new(pointer, "topic_not_supported").with("expected", supported.name.clone())
        })
        .collect()
}

/// The contact; nothing when its address is wrong, which the body's own check has told.
fn contact(body: ContactBody) -> Option<Contact> {
    let email = body.email.parse().ok()?;
    Some(Contact { name: body.name, email, phone: body.phone })
}

fn scope(
    body: ScopeBody,
    edition: &Edition,
    issue: Option<&Issue>,
    at: DateTime<Utc>,
    errors: &mut Vec<InputError>,
) -> Option<Scope> {
    let before = errors.len();
    let subjects = match &body.subjects {
        SubjectsBody::All => Subjects::All,
        SubjectsBody::Users { object_ids } => Subjects::Users(users(object_ids, errors)),
    };
    if body.surfaces.is_empty() {
        errors.push(InputError::new("/scope/surfaces", "surfaces_empty"));
    }
    for (index, name) in body.surfaces.iter().enumerate() {
        let place = || format!("/scope/surfaces/{index}");
        if edition.surface(name).is_none() {
            errors.push(InputError::new(place(), "surface_unknown"));
        } else if issue.is_some_and(|issue| issue.never_surfaces().contains(name)) {
            errors.push(InputError::new(place(), "surface_never_granted"));
        }
    }
    if body.starts_at.is_some_and(|start| start < at) {
        errors.push(InputError::new("/scope/starts_at", "start_in_past"));
    }
    let duration_days = u16::try_from(body.duration_days).ok().filter(|days| *days > 0)?;
    let surfaces = body.surfaces.into_iter().collect();
    let scope = Scope { subjects, surfaces, starts_at: body.starts_at, duration_days };
    (errors.len() == before).then_some(scope)
}

fn users(object_ids: &[String], errors: &mut Vec<InputError>) -> BTreeSet<Uuid> {
    const PLACE: &str = "/scope/subjects/object_ids";
    let mut users = BTreeSet::new();
    if object_ids.is_empty() {
        errors.push(InputError::new(PLACE, "subjects_empty"));
    } else if object_ids.len() > MAX_OBJECT_IDS {
        errors.push(InputError::new(PLACE, "too_many").with("max", MAX_OBJECT_IDS));
        return users;
    }
    for (index, text) in object_ids.iter().enumerate() {
        // Of the forms that the parser takes, only the one with hyphens has 36 characters.
        match Uuid::try_parse(text).ok().filter(|_| text.len() == 36) {
            Some(id) => {
                users.insert(id);
            }
            None => errors.push(InputError::new(format!("{PLACE}/{index}"), "user_id_invalid")),
        }
    }
    users
}

/// The answers, and what the decision table comes to; nothing when it cannot be tried to its end.
fn judge(
    issue: &str,
    given: Map<String, Value>,
    edition: &Edition,
    scope: Option<&Scope>,
    at: DateTime<Utc>,
    errors: &mut Vec<InputError>,
) -> Option<(Answers, Verdict)> {
    let Some(issue) = edition.issue(issue) else {
        errors.push(InputError::new("/issue", "issue_unknown"));
        return None;
    };
    let Reading { answers, unreadable, errors: refused } = answers::read(issue, given);
    errors.extend(refused);
    match table::judge(edition, issue, &answers, scope, at) {
        Ok(verdict) => Some((answers, verdict)),
        Err(Undecided::ScopeUnknown) => None,
        Err(Undecided::Missing(names)) => {
            let missing = names.into_iter().filter(|name| !unreadable.contains(name));
            errors.extend(missing.map(|name| InputError::new(answers::pointer(&name), "answer_missing")));
            None
        }
    }
}
