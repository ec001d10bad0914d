//! A request as it is sent: the shape of the JSON, with the lengths that need no policy to be judged.

use crate::locale::Lang;
use crate::policy::answers::{trim, trimmed};
use crate::problem::InputError;
use crate::web::extract::{Object, distinct_keys, object};
use chrono::{DateTime, Datelike, SubsecRound, Utc};
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::borrow::Cow;
use utoipa::ToSchema;
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

/// Most named users of a request; who needs more asks for every user or files per team.
pub const MAX_OBJECT_IDS: usize = 5000;
/// Most entries of `surfaces`.
pub const MAX_SURFACES: u64 = 100;
/// Longest duration, in days.
pub const MAX_DAYS: i64 = 366;

/// A request for a technical exception, as it is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestBody {
    /// The support topic, as the policy names it.
    pub topic: String,
    /// The problem type, as the policy names it.
    pub problem_type: String,
    /// Slug of one of the policy's issues.
    pub issue: String,
    /// In which language to answer.
    pub language: Lang,
    /// In a line, what this is about.
    #[validate(length(min = 1, max = 200), custom(function = one_line))]
    #[schema(min_length = 1, max_length = 200)]
    pub title: String,
    /// What happens, in the partner's own words.
    #[validate(length(min = 1, max = 10_000), custom(function = no_nul))]
    #[schema(min_length = 1, max_length = 10_000)]
    pub description: String,
    /// Whom to answer.
    #[validate(nested)]
    #[serde(deserialize_with = "object")]
    pub contact: ContactBody,
    /// What is asked for.
    #[validate(nested)]
    #[serde(deserialize_with = "object")]
    pub scope: ScopeBody,
    /// Answers to the issue's questions, by name: `"yes"`, `"no"` or `"unsure"`, a choice, a text of at most 4,000
    /// characters, or a list of at most 100 such texts. `null` is no answer.
    #[serde(deserialize_with = "distinct_keys")]
    #[schema(value_type = Object)]
    pub answers: Map<String, Value>,
}

/// Whom to answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactBody {
    /// A person or a team.
    #[validate(length(min = 1, max = 200), custom(function = one_line))]
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// One address.
    #[validate(length(min = 1, max = 254), custom(function = email))]
    #[schema(min_length = 1, max_length = 254, format = Email)]
    pub email: String,
    /// A number to call.
    #[serde(default)]
    #[validate(length(max = 50), custom(function = one_line))]
    #[schema(max_length = 50)]
    pub phone: Option<String>,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeBody {
    /// Who.
    #[serde(deserialize_with = "object")]
    pub subjects: SubjectsBody,
    /// Where: names of the policy's surfaces.
    #[validate(length(max = MAX_SURFACES))]
    #[schema(min_items = 1, max_items = 100)]
    pub surfaces: Vec<String>,
    /// From when (RFC 3339 with any offset); at once when absent or null.
    #[serde(default, deserialize_with = "instant")]
    pub starts_at: Option<DateTime<Utc>>,
    /// For how many days of 24 hours.
    #[validate(range(min = 1, max = MAX_DAYS))]
    #[schema(minimum = 1, maximum = 366)]
    pub duration_days: i64,
}

/// Who is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "SubjectsFields")]
pub enum SubjectsBody {
    /// These users.
    Users {
        /// Object ids: UUIDs with hyphens, in either case; repetitions count once.
        #[schema(value_type = Vec<uuid::Uuid>, min_items = 1, max_items = 5000, example = json!(["3ceaaf30-8142-48ea-91d9-3080f9b439fc"]))]
        object_ids: Vec<String>,
    },
    /// Every user of the tenant, including future ones.
    All,
}

/// The same as plain fields: an enum with a tag would lose the place of an error and let unknown fields pass.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubjectsFields {
    kind: SubjectsKind,
    #[serde(default)]
    object_ids: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum SubjectsKind {
    Users,
    All,
}

const IDS_MISSING: &str = "object_ids missing";
const IDS_WITHOUT_USERS: &str = "object_ids without users";

impl TryFrom<SubjectsFields> for SubjectsBody {
    type Error = &'static str;

    fn try_from(fields: SubjectsFields) -> Result<Self, Self::Error> {
        match (fields.kind, fields.object_ids) {
            (SubjectsKind::Users, Some(object_ids)) => Ok(Self::Users { object_ids }),
            (SubjectsKind::Users, None) => Err(IDS_MISSING),
            (SubjectsKind::All, None) => Ok(Self::All),
            (SubjectsKind::All, Some(_)) => Err(IDS_WITHOUT_USERS),
        }
    }
}

/// Why JSON is no request.
#[derive(Clone, Debug, PartialEq)]
pub enum BodyError {
    /// It is no JSON (400).
    Unreadable,
    /// It is JSON of another shape (422); the first place that does not fit.
    Invalid(InputError),
}

impl RequestBody {
    /// Reads the JSON of a request. Lengths and all that needs a policy are checked by
    /// [`NewRequest::try_from`](super::NewRequest::try_from).
    ///
    /// # Errors
    /// When it is no JSON, or JSON of another shape.
    pub fn from_json(json: &[u8]) -> Result<Self, BodyError> {
        read(json)
    }

    /// The body with every text of its own trimmed; a blank phone number is none.
    #[must_use]
    pub(super) fn trimmed(mut self) -> Self {
        for text in [&mut self.title, &mut self.description, &mut self.contact.name, &mut self.contact.email] {
            trim(text);
        }
        self.contact.phone =
            self.contact.phone.map(|phone| trimmed(&phone).to_owned()).filter(|phone| !phone.is_empty());
        self
    }

    /// What is wrong with lengths and forms, at most one error a place, by place.
    pub(super) fn form_errors(&self) -> Vec<InputError> {
        let mut errors = Vec::new();
        if let Err(found) = self.validate() {
            gather("", &found, &mut errors);
        }
        errors.sort_by(|one, other| one.pointer.cmp(&other.pointer));
        errors
    }
}

/// Reads the JSON of a body.
///
/// # Errors
/// When it is no JSON, or JSON of another shape.
pub(super) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, BodyError> {
    let text = std::str::from_utf8(json).map_err(|_| BodyError::Unreadable)?;
    // The whole text has to be JSON first: else a wrong type in front of broken JSON would hide it. A second reading
    // and not the value, in which of two equal keys one has gone.
    serde_json::from_str::<Value>(text).map_err(|_| BodyError::Unreadable)?;
    let mut json = serde_json::Deserializer::from_str(text);
    let read: Result<Object<T>, _> = serde_path_to_error::deserialize(&mut json);
    read.map(|Object(value)| value).map_err(|error| BodyError::Invalid(misfit(&error)))
}

/// The place and kind of a value that does not fit the shape.
fn misfit(error: &serde_path_to_error::Error<serde_json::Error>) -> InputError {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in error.path() {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Unknown => {}
        }
    }
    // serde tells these kinds apart only in its message.
    let message = error.inner().to_string();
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    if let Some(field) = missing {
        return InputError::new(format!("{pointer}/{field}"), "missing");
    }
    match message.as_str() {
        _ if message.starts_with("unknown field") => InputError::new(pointer, "unknown"),
        _ if message.starts_with(IDS_MISSING) => InputError::new(format!("{pointer}/object_ids"), "missing"),
        _ if message.starts_with(IDS_WITHOUT_USERS) => {
            InputError::new(format!("{pointer}/object_ids"), "object_ids_without_users")
        }
        _ if pointer == "/scope/starts_at" => InputError::new(pointer, "time_invalid"),
        _ => InputError::new(pointer, "wrong_type"),
    }
}

fn gather(at: &str, found: &ValidationErrors, errors: &mut Vec<InputError>) {
    for (field, kind) in found.errors() {
        let pointer = format!("{at}/{field}");
        match kind {
            ValidationErrorsKind::Struct(inner) => gather(&pointer, inner, errors),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    gather(&format!("{pointer}/{index}"), inner, errors);
                }
            }
            // The length comes first: what is empty needs no second error for its form.
            ValidationErrorsKind::Field(faults) => {
                let fault = faults.iter().find(|fault| fault.code == "length").or(faults.first());
                errors.extend(fault.map(|fault| translate(pointer, fault)));
            }
        }
    }
}

fn translate(pointer: String, fault: &ValidationError) -> InputError {
    let figure = |name: &str| fault.params.get(name).and_then(Value::as_f64).unwrap_or_default();
    match fault.code.as_ref() {
        "length" => match fault.params.get("value") {
            Some(Value::Array(_)) => InputError::new(pointer, "too_many").with("max", figure("max")),
            Some(Value::String(text)) if text.is_empty() => InputError::new(pointer, "empty"),
            _ => InputError::new(pointer, "too_long").with("max", figure("max")),
        },
        "range" => {
            let error = InputError::new(pointer, "duration_out_of_range");
            error.with("min", figure("min")).with("max", figure("max"))
        }
        "email_invalid" => InputError::new(pointer, "email_invalid"),
        _ => InputError::new(pointer, "control_characters"),
    }
}

/// Titles and names go into lists, mails and logs: one line, nothing that steers a terminal.
fn one_line(text: &str) -> Result<(), ValidationError> {
    if text.chars().any(char::is_control) { Err(code("control_characters")) } else { Ok(()) }
}

/// The one character that the database cannot keep.
fn no_nul(text: &str) -> Result<(), ValidationError> {
    if text.contains('\0') { Err(code("control_characters")) } else { Ok(()) }
}

fn email(text: &str) -> Result<(), ValidationError> {
    text.parse::<lettre::Address>().map(|_| ()).map_err(|_| code("email_invalid"))
}

fn code(code: &'static str) -> ValidationError {
    ValidationError::new(code)
}

/// An instant in RFC 3339 and within the years that every part of the desk can write, to the microsecond.
pub(super) fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    let Some(text) = Option::<Cow<'de, str>>::deserialize(deserializer)? else { return Ok(None) };
    let at = DateTime::parse_from_rfc3339(&text).map_err(D::Error::custom)?.to_utc().trunc_subsecs(6);
    // Room for the longest duration before the year 10000, which RFC 3339 cannot write.
    if (0..=9997).contains(&at.year()) { Ok(Some(at)) } else { Err(D::Error::custom("a year beyond all calendars")) }
}
