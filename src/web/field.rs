//! One question of a form: label, hint, error, input. In a template `{{ field }}` writes all of it.

use crate::locale::Lang;
use askama::Template;
use askama::filters::HtmlSafe;

/// A field; [`Form`](super::Form) makes it, the methods here refine it.
#[derive(Clone, Debug, Template)]
#[template(path = "components/field.html")]
pub struct Field {
    lang: Lang,
    name: String,
    label: String,
    hint: Option<String>,
    errors: Vec<String>,
    optional: bool,
    answered: bool,
    input: Input,
    autocomplete: Option<&'static str>,
    width: &'static str,
    max_length: Option<usize>,
    numeric: bool,
    accept: Option<&'static str>,
}

impl HtmlSafe for Field {}

/// How a field is answered.
#[derive(Clone, Debug)]
pub(super) enum Input {
    Line { kind: &'static str, value: String },
    Area { rows: u16, value: String },
    Select { choices: Vec<Choice> },
    Radios { choices: Vec<Choice>, in_line: bool },
    Checkboxes { choices: Vec<Choice> },
    Date { year: String, month: String, day: String },
}

/// One choice of radios, checkboxes or a select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    value: String,
    label: String,
    hint: Option<String>,
    /// The language of the hint, where it is not the page's.
    hint_lang: Option<Lang>,
    chosen: bool,
}

impl Choice {
    /// The choice `value`, called `label`.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: None, hint_lang: None, chosen: false }
    }

    /// The same with a sentence in `lang` below its label.
    #[must_use]
    pub fn hint_in(mut self, lang: Lang, hint: impl Into<String>) -> Self {
        self.hint_lang = Some(lang);
        self.hint(hint)
    }

    /// The same with a sentence below its label.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn value(&self) -> &str {
        &self.value
    }

    pub(super) fn chosen(mut self, chosen: bool) -> Self {
        self.chosen = chosen;
        self
    }
}

impl Field {
    pub(super) fn new(lang: Lang, name: String, label: String, input: Input, errors: Vec<String>) -> Self {
        Self {
            lang,
            name,
            label,
            hint: None,
            errors,
            optional: false,
            answered: false,
            input,
            autocomplete: None,
            width: "",
            max_length: None,
            numeric: false,
            accept: None,
        }
    }

    /// With a sentence that helps to answer.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Need not be answered. (Fields that must be are marked in Japanese.)
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Has an answer already, or needs one only beside another answer, as its hint says: neither word is right.
    #[must_use]
    pub fn answered(mut self) -> Self {
        self.answered = true;
        self.optional = false;
        self
    }

    /// Height of a text area in lines.
    #[must_use]
    pub fn rows(mut self, lines: u16) -> Self {
        if let Input::Area { rows, .. } = &mut self.input {
            *rows = lines;
        }
        self
    }

    /// The type of a line: `email`, `tel`, `number`, `search`.
    #[must_use]
    pub fn of_type(mut self, wanted: &'static str) -> Self {
        if let Input::Line { kind, .. } = &mut self.input {
            *kind = wanted;
        }
        self
    }

    /// Files, several at once; a browser offers those that `accept` names first. The server looks for itself.
    #[must_use]
    pub fn files(mut self, accept: &'static str) -> Self {
        self.accept = Some(accept);
        self.of_type("file")
    }

    /// A whole number: small screens show a keyboard of digits. What else is typed is kept, and the server says what is wrong.
    #[must_use]
    pub fn numeric(mut self) -> Self {
        self.numeric = true;
        self
    }

    /// What browsers may fill in: `name`, `email`, `tel`.
    #[must_use]
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    /// As wide as a number.
    #[must_use]
    pub fn short(mut self) -> Self {
        self.width = "short";
        self
    }

    /// As wide as a name.
    #[must_use]
    pub fn medium(mut self) -> Self {
        self.width = "medium";
        self
    }

    /// For code such as JSON.
    #[must_use]
    pub fn code(mut self) -> Self {
        self.width = "mono";
        self
    }

    /// At most so many characters; said in the hint, checked by the server.
    #[must_use]
    pub fn max_length(mut self, characters: usize) -> Self {
        self.max_length = Some(characters);
        self
    }

    /// The id of the field, for labels and links.
    pub fn id(&self) -> &str {
        &self.name
    }

    /// Where a link to the field must lead: the input itself, the first choice, the year.
    pub(super) fn anchor(&self) -> String {
        match &self.input {
            Input::Line { .. } | Input::Area { .. } | Input::Select { .. } => self.name.clone(),
            Input::Radios { .. } | Input::Checkboxes { .. } => format!("{}-1", self.name),
            Input::Date { .. } => format!("{}_year", self.name),
        }
    }

    /// Whether several inputs answer one question.
    fn is_group(&self) -> bool {
        matches!(self.input, Input::Radios { .. } | Input::Checkboxes { .. } | Input::Date { .. })
    }

    fn has_hint(&self) -> bool {
        self.hint.is_some() || self.max_length.is_some()
    }

    /// The ids of hint and error, for `aria-describedby`.
    fn described_by(&self) -> Option<String> {
        let hint = self.has_hint().then(|| format!("{}-hint", self.name));
        let error = (!self.errors.is_empty()).then(|| format!("{}-error", self.name));
        let ids: Vec<_> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    fn at_most(&self, characters: &usize) -> String {
        super::Message::new("field-max-length").with("count", grouped(*characters)).text(self.lang)
    }
}

/// "2,000": thousands apart, as both languages write them.
pub fn grouped(number: usize) -> String {
    match (number / 1000, number % 1000) {
        (0, ones) => ones.to_string(),
        (thousands, ones) => format!("{},{ones:03}", grouped(thousands)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 200, 2000, 10_040, 1_000_000].map(grouped), ["0", "200", "2,000", "10,040", "1,000,000"]);
    }
}
