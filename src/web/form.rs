//! Forms of pages: what was typed, kept as typed, and what is wrong with it, at its field and in the summary on top.

use crate::locale::Lang;
use crate::problem::{FieldError, InputError, Kind};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::pin::Pin;

use super::components::SummaryEntry;
use super::error::Failure;
use super::field::{Choice, Field, Input};
use super::message::Message;

/// How many bytes a form may have, unless the application registers another [`FormLimit`].
const DEFAULT_FORM_LIMIT: usize = 512 * 1024;

/// How many bytes a form may have, as application data.
#[derive(Clone, Copy, Debug)]
pub struct FormLimit(pub usize);

/// The fields of a submitted form (`application/x-www-form-urlencoded`), in order; a name may come several times.
///
/// Line ends are `\n`, as in a JSON body, although browsers send `\r\n`.
///
/// # Errors
/// As an extractor: 415 for another content type, 413 when too large, 400 for U+0000, which no person types.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormFields(Vec<(String, String)>);

impl FormFields {
    /// The first value of `name`, untrimmed; empty when there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Whether `name` was sent, be it empty.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// Every value of `name`, as checkboxes send them.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The lines of a text area that are not blank, trimmed, each with its number from 1.
    pub fn lines<'a>(&'a self, name: &str) -> impl Iterator<Item = (usize, &'a str)> {
        let numbered = self.get(name).split('\n').enumerate();
        numbered.map(|(index, line)| (index + 1, line.trim())).filter(|(_, line)| !line.is_empty())
    }

    /// The parameters of a query string, for pages that take what they can read of it.
    pub fn from_query(query: &str) -> Self {
        Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }

    /// Sets `name`, for a form that starts with values, such as a draft.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// Whether nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every name with its value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The fields that `keep` says, by name.
    #[must_use]
    pub fn only(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|(name, _)| keep(name)).cloned().collect())
    }

    /// These and then those of `more`.
    #[must_use]
    pub fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    fn parse(body: &[u8]) -> Result<Self, Failure> {
        Self::sent(url::form_urlencoded::parse(body).into_owned())
    }

    /// The fields of a form as a browser sent them.
    pub(super) fn sent(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, Failure> {
        let plain = |text: String| text.replace("\r\n", "\n").replace('\r', "\n");
        let fields: Vec<_> = pairs.into_iter().map(|(name, value)| (name, plain(value))).collect();
        if fields.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')) {
            return Err(Failure::new(Kind::UnreadableBody));
        }
        Ok(Self(fields))
    }
}

impl FromRequest for FormFields {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let declared = req.content_type() == "application/x-www-form-urlencoded";
        let limit = req.app_data::<FormLimit>().map_or(DEFAULT_FORM_LIMIT, |limit| limit.0);
        let body = web::Payload::from_request(req, payload);
        Box::pin(async move {
            if !declared {
                return Err(Failure::new(Kind::UnsupportedMediaType));
            }
            let unreadable = |error| Failure::new(Kind::UnreadableBody).because(anyhow::anyhow!("{error}"));
            let body = body.await.map_err(unreadable)?;
            let bytes = body.to_bytes_limited(limit).await.map_err(|_| Failure::new(Kind::TooLarge))?;
            Self::parse(&bytes.map_err(unreadable)?)
        })
    }
}

/// Makes the fields of one form: each takes what was typed and what is wrong with it from here.
///
/// A field is named by its JSON Pointer, the same one that the API's errors use: `/scope/duration_days` is the field
/// `scope_duration_days`. An error below a field's pointer belongs to it: line 3 of a list to the list's text area.
///
/// ```
/// # use exception_desk::web::{Form, FormFields};
/// # use exception_desk::{locale::Lang, problem::InputError};
/// # let (values, errors) = (FormFields::default().with("title", "Old module"), Vec::<InputError>::new());
/// let mut form = Form::new(Lang::En, &values, &errors);
/// let title = form.input("/title", "Title").hint("In a few words");
/// let reason = form.area("/description", "What happens").rows(8);
/// let errors = form.summary();
/// # assert!(errors.is_empty() && title.id() == "title" && reason.id() == "description");
/// ```
pub struct Form<'a> {
    lang: Lang,
    values: &'a FormFields,
    errors: Vec<FieldError>,
    known: Vec<Known>,
}

/// A field that was made: the errors at and below its pointer are its own.
struct Known {
    pointer: String,
    label: String,
    anchor: String,
}

impl<'a> Form<'a> {
    /// A form for a reader of `lang`, holding `values`, found wrong at `errors`.
    pub fn new(lang: Lang, values: &'a FormFields, errors: &[InputError]) -> Self {
        Self { lang, values, errors: errors.iter().map(|error| error.field(lang)).collect(), known: Vec::new() }
    }

    /// Whether what was typed in the field has several lines.
    pub fn holds_lines(&self, pointer: &str) -> bool {
        self.values.get(&name_of(pointer)).contains('\n')
    }

    /// One line of text.
    pub fn input(&mut self, pointer: &str, label: impl Into<String>) -> Field {
        let value = self.values.get(&name_of(pointer)).to_owned();
        self.field(pointer, label, Input::Line { kind: "text", value })
    }

    /// Several lines of text.
    pub fn area(&mut self, pointer: &str, label: impl Into<String>) -> Field {
        let value = self.values.get(&name_of(pointer)).to_owned();
        self.field(pointer, label, Input::Area { rows: 5, value })
    }

    /// One of few choices, each a large row.
    pub fn radios(&mut self, pointer: &str, label: impl Into<String>, choices: Vec<Choice>) -> Field {
        let choices = self.marked(pointer, choices);
        self.field(pointer, label, Input::Radios { choices, in_line: false })
    }

    /// Yes, no, or unsure, in that order.
    pub fn yes_no_unsure(&mut self, pointer: &str, label: impl Into<String>) -> Field {
        let choice = |value: &str, key: &str| Choice::new(value, self.lang.text(key));
        let choices = vec![choice("yes", "answer-yes"), choice("no", "answer-no"), choice("unsure", "answer-unsure")];
        let choices = self.marked(pointer, choices);
        self.field(pointer, label, Input::Radios { choices, in_line: true })
    }

    /// Any of few choices.
    pub fn checkboxes(&mut self, pointer: &str, label: impl Into<String>, choices: Vec<Choice>) -> Field {
        let choices = self.marked(pointer, choices);
        self.field(pointer, label, Input::Checkboxes { choices })
    }

    /// One of many choices.
    pub fn select(&mut self, pointer: &str, label: impl Into<String>, choices: Vec<Choice>) -> Field {
        let choices = self.marked(pointer, choices);
        self.field(pointer, label, Input::Select { choices })
    }

    /// A day, typed as year, month and day (fields `NAME_year`, `NAME_month`, `NAME_day`).
    pub fn date(&mut self, pointer: &str, label: impl Into<String>) -> Field {
        let part = |part: &str| self.values.get(&format!("{}_{part}", name_of(pointer))).to_owned();
        let (year, month, day) = (part("year"), part("month"), part("day"));
        self.field(pointer, label, Input::Date { year, month, day })
    }

    /// The entries of the error summary: every error with its field's label, linked to the field, in the order of the fields.
    /// Call it after they are made.
    pub fn summary(&self) -> Vec<SummaryEntry> {
        let mut entries: Vec<_> = self.errors.iter().map(|error| self.summary_entry(error)).collect();
        entries.sort_by_key(|(place, _)| *place);
        entries.into_iter().map(|(_, entry)| entry).collect()
    }

    /// The entry with the place of its field; errors of no field come last.
    fn summary_entry(&self, error: &FieldError) -> (usize, SummaryEntry) {
        let owners = self.known.iter().enumerate().filter(|(_, known)| belongs(error, &known.pointer));
        let Some((place, owner)) = owners.max_by_key(|(_, known)| known.pointer.len()) else {
            return (self.known.len(), SummaryEntry { href: None, text: error.detail.clone() });
        };
        let text = Message::new("error-summary-entry").with("field", &owner.label).with("detail", &error.detail);
        (place, SummaryEntry { href: Some(format!("#{}", owner.anchor)), text: text.text(self.lang) })
    }

    fn field(&mut self, pointer: &str, label: impl Into<String>, input: Input) -> Field {
        let wrong: Vec<_> =
            self.errors.iter().filter(|error| belongs(error, pointer)).map(|e| e.detail.clone()).collect();
        let label = label.into();
        let field = Field::new(self.lang, name_of(pointer), label.clone(), input, wrong);
        self.known.push(Known { pointer: pointer.to_owned(), label, anchor: field.anchor() });
        field
    }

    fn marked(&self, pointer: &str, choices: Vec<Choice>) -> Vec<Choice> {
        let name = name_of(pointer);
        let mark = |choice: Choice| {
            let chosen = self.values.all(&name).any(|value| value == choice.value());
            choice.chosen(chosen)
        };
        choices.into_iter().map(mark).collect()
    }
}

/// `/scope/duration_days` → `scope_duration_days`: name and id of the field.
fn name_of(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', "_")
}

fn belongs(error: &FieldError, pointer: &str) -> bool {
    error.pointer.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_keeps_what_was_typed_with_plain_line_ends() {
        let fields = FormFields::parse("text=a%0D%0Ab&box=1&box=2&名=値".as_bytes()).unwrap();
        assert_eq!(fields.get("text"), "a\nb");
        assert_eq!(fields.all("box").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(fields.get("名"), "値");
        assert_eq!(fields.get("nothing"), "");
        assert_eq!(FormFields::parse(b"a=%00").unwrap_err().kind(), Kind::UnreadableBody);
    }

    #[test]
    fn lines_keep_their_numbers_when_blank_ones_are_left_out() {
        let fields = FormFields::default().with("users", "one\n\n  two \n");
        assert_eq!(fields.lines("users").collect::<Vec<_>>(), [(1, "one"), (3, "two")]);
    }

    #[test]
    fn an_error_is_told_at_its_field_and_leads_there_from_the_summary() {
        let values = FormFields::default().with("scope_users", "x\ny");
        let errors = [InputError::new("/scope/users/1", "wrong_type")];
        let mut form = Form::new(Lang::En, &values, &errors);
        let html = form.area("/scope/users", "Users").to_string();
        assert!(html.contains(r#"aria-describedby="scope_users-error""#), "{html}");
        assert!(html.contains(r#"aria-invalid="true""#), "{html}");
        assert_eq!(form.summary()[0].href.as_deref(), Some("#scope_users"));
        assert!(form.summary()[0].text.starts_with("Users – "), "{:?}", form.summary());
    }

    #[test]
    fn the_summary_follows_the_fields_and_not_the_errors() {
        let errors = [InputError::new("/title", "empty"), InputError::new("/answers/x", "answer_missing")];
        let values = FormFields::default();
        let mut form = Form::new(Lang::En, &values, &errors);
        let _fields = (form.input("/answers/x", "X"), form.input("/title", "Title"));
        let hrefs: Vec<_> = form.summary().into_iter().filter_map(|entry| entry.href).collect();
        assert_eq!(hrefs, ["#answers_x", "#title"]);
    }

    #[test]
    fn an_error_of_no_field_is_still_told() {
        let errors = [InputError::new("/scope_of_another_kind", "unknown")];
        let values = FormFields::default();
        let mut form = Form::new(Lang::Ja, &values, &errors);
        assert!(!form.input("/scope", "範囲").to_string().contains("aria-invalid"));
        assert_eq!(form.summary()[0].href, None);
    }

    #[test]
    fn what_was_chosen_is_chosen_again_and_markup_is_text() {
        let values = FormFields::default().with("covered", "unsure").with("title", "\"><script>");
        let mut form = Form::new(Lang::Ja, &values, &[]);
        let radios = form.yes_no_unsure("/covered", "対象ですか").to_string();
        assert!(radios.contains(r#"value="unsure" checked"#), "{radios}");
        assert!(!form.input("/title", "件名").to_string().contains("<script>"));
    }
}
