//! A draft as programs send and read it: the shape of a request in which everything may still be missing.

use super::store::{Draft, New};
use crate::intake::SubjectsBody;
use crate::intake::body::{MAX_OBJECT_IDS, instant};
use crate::intake::typed::{self, OTHER, PRESETS};
use crate::locale::Lang;
use crate::policy::{Edition, Kind};
use crate::problem::InputError;
use crate::web::FormFields;
use crate::web::extract::{distinct_keys, object_or_null};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

/// A request that is not submitted yet, as it is sent. Nothing in it is checked but its shape.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DraftBody {
    /// The support topic.
    pub topic: Option<String>,
    /// The problem type.
    pub problem_type: Option<String>,
    /// Slug of one of the policy's issues.
    pub issue: Option<String>,
    /// In which language to answer; that of the call when absent.
    pub language: Option<Lang>,
    /// In a line, what this is about.
    pub title: Option<String>,
    /// What happens, in the partner's own words.
    pub description: Option<String>,
    /// Whom to answer.
    #[serde(deserialize_with = "fields_or_nothing")]
    #[schema(nullable)]
    pub contact: DraftContact,
    /// What is asked for.
    #[serde(deserialize_with = "fields_or_nothing")]
    #[schema(nullable)]
    pub scope: DraftScope,
    /// Answers to questions by name: a text, a list of texts, or null. Those of another issue are kept and not submitted.
    #[serde(deserialize_with = "distinct_keys")]
    #[schema(value_type = Object)]
    pub answers: Map<String, Value>,
}

/// Whom to answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DraftContact {
    /// A person or a team.
    pub name: Option<String>,
    /// One address.
    pub email: Option<String>,
    /// A number to call.
    pub phone: Option<String>,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DraftScope {
    /// Who.
    #[serde(deserialize_with = "object_or_null")]
    #[schema(value_type = Option<DraftSubjects>)]
    pub subjects: Option<SubjectsBody>,
    /// Where: names of the policy's surfaces.
    #[serde(deserialize_with = "null_is_nothing")]
    #[schema(nullable)]
    pub surfaces: Vec<String>,
    /// From when (RFC 3339 with any offset); at once when absent or null.
    #[serde(deserialize_with = "instant")]
    pub starts_at: Option<DateTime<Utc>>,
    /// For how many days of 24 hours.
    pub duration_days: Option<i64>,
}

/// Who is meant: the shape of [`SubjectsBody`], with whatever was typed in the place of ids.
#[derive(ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(dead_code, reason = "the shape for the API document")]
enum DraftSubjects {
    /// These users.
    Users {
        /// Object ids, or what is to become one; blank ones are left out.
        #[schema(max_items = 5000, example = json!(["3ceaaf30-8142-48ea-91d9-3080f9b439fc"]))]
        object_ids: Vec<String>,
    },
    /// Every user of the tenant, including future ones.
    All,
}

/// A draft as the API shows it to its owner.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DraftView {
    /// Its id.
    pub id: Uuid,
    /// `draft`.
    pub status: DraftStatus,
    /// What was said so far.
    #[serde(flatten)]
    pub body: DraftBody,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was last changed; 90 days later it is deleted.
    pub updated_at: DateTime<Utc>,
    /// Its `ETag`.
    pub version: i64,
}

/// The one status of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftStatus {
    /// Not submitted yet.
    Draft,
}

impl DraftBody {
    /// The draft that this makes, in `language` when it names none.
    ///
    /// # Errors
    /// When an answer is neither a text nor a list of texts.
    pub fn into_new(self, language: Lang) -> Result<New, Vec<InputError>> {
        let answers = written(&self.answers)?;
        let Self { topic, problem_type, title, description, contact, scope, .. } = self;
        let texts = [
            ("topic", topic),
            ("problem_type", problem_type),
            ("title", title),
            ("description", description),
            ("contact_name", contact.name),
            ("contact_email", contact.email),
            ("contact_phone", contact.phone),
            ("scope_starts_at", scope.starts_at.map(|at| at.to_rfc3339())),
        ];
        let mut fields = FormFields::default();
        for (name, text) in texts {
            fields = text.into_iter().fold(fields, |fields, text| fields.with(name, text));
        }
        fields = match scope.subjects {
            Some(SubjectsBody::All) => fields.with("scope_subjects_kind", "all"),
            Some(SubjectsBody::Users { object_ids }) if object_ids.len() > MAX_OBJECT_IDS => {
                let error = InputError::new("/scope/subjects/object_ids", "too_many");
                return Err(vec![error.with("max", MAX_OBJECT_IDS)]);
            }
            Some(SubjectsBody::Users { object_ids }) => {
                fields.with("scope_subjects_kind", "users").with("scope_subjects_object_ids", object_ids.join("\n"))
            }
            None => fields,
        };
        fields = scope.surfaces.into_iter().fold(fields, |fields, name| fields.with("scope_surfaces", name));
        fields = match scope.duration_days {
            Some(days) if PRESETS.iter().any(|preset| i64::from(*preset) == days) => {
                fields.with("scope_duration_days", days.to_string())
            }
            Some(days) => fields.with("scope_duration_days", OTHER).with("other_days", days.to_string()),
            None => fields,
        };
        let language = self.language.unwrap_or(language);
        Ok(New { language, issue: self.issue, fields: fields.and(answers) })
    }

    /// What `draft` says so far; where a value was typed that cannot be read, nothing.
    pub fn of(draft: &Draft, edition: &Edition, zone: Tz) -> Self {
        let fields = &draft.fields;
        let text = |name: &str| fields.has(name).then(|| fields.get(name).to_owned());
        let subjects = match fields.get("scope_subjects_kind") {
            "all" => Some(SubjectsBody::All),
            "users" => {
                let ids = typed::subjects(fields).into_iter().map(|entry| entry.text);
                Some(SubjectsBody::Users { object_ids: ids.collect() })
            }
            _ => None,
        };
        Self {
            topic: text("topic"),
            problem_type: text("problem_type"),
            issue: draft.issue.clone(),
            language: Some(draft.language),
            title: text("title"),
            description: text("description"),
            contact: DraftContact {
                name: text("contact_name"),
                email: text("contact_email"),
                phone: text("contact_phone"),
            },
            scope: DraftScope {
                subjects,
                surfaces: fields.all("scope_surfaces").map(str::to_owned).collect(),
                starts_at: typed::start(fields, zone).ok().flatten(),
                duration_days: typed::days(fields),
            },
            answers: answers(fields, edition),
        }
    }
}

impl DraftView {
    /// `draft` as its owner reads it.
    pub fn new(draft: &Draft, edition: &Edition, zone: Tz) -> Self {
        Self {
            id: draft.id,
            status: DraftStatus::Draft,
            body: DraftBody::of(draft, edition, zone),
            created_at: draft.created_at,
            updated_at: draft.updated_at,
            version: draft.version,
        }
    }
}

fn null_is_nothing<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(reader: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(reader)?.unwrap_or_default())
}

fn fields_or_nothing<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(reader: D) -> Result<T, D::Error> {
    Ok(object_or_null(reader)?.unwrap_or_default())
}

/// Answers as the form has them; the entries of a list are lines.
fn written(answers: &Map<String, Value>) -> Result<FormFields, Vec<InputError>> {
    let (mut fields, mut errors) = (FormFields::default(), Vec::new());
    for (name, value) in answers {
        let text = match value {
            Value::Null => continue,
            Value::String(text) => Some(text.clone()),
            Value::Array(entries) => {
                let entries = entries.iter().map(|entry| entry.as_str().map(|text| text.replace('\n', " ")));
                entries.collect::<Option<Vec<_>>>().map(|entries| entries.join("\n"))
            }
            _ => None,
        };
        match text {
            Some(text) => fields = fields.with(format!("answers_{name}"), text),
            None => errors.push(InputError::new(crate::policy::answers::pointer(name), "wrong_type")),
        }
    }
    if errors.is_empty() { Ok(fields) } else { Err(errors) }
}

/// Every answer that was given, to whichever issue's questions.
fn answers(fields: &FormFields, edition: &Edition) -> Map<String, Value> {
    let mut answers = Map::new();
    for (name, text) in fields.iter() {
        let Some(name) = name.strip_prefix("answers_") else { continue };
        let question = edition.issues().iter().find_map(|issue| issue.question(name));
        let answer = match question.map(|question| &question.kind) {
            Some(Kind::TextList) => text.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
            _ => Value::from(text),
        };
        answers.insert(name.to_owned(), answer);
    }
    answers
}
