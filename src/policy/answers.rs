//! Reads the answers of a request by the questions of an issue.

use super::case::{Answer, Answers};
use super::edition::{Issue, Kind, Question};
use crate::problem::InputError;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Most characters of one text in an answer.
pub const MAX_ANSWER_CHARS: usize = 4000;
/// Most characters of an answer to a question that is `short`.
pub const MAX_SHORT_CHARS: usize = 200;
/// Most entries of an answer that is a list.
pub const MAX_ANSWER_ENTRIES: usize = 100;

/// What came of reading: the good answers, and which keys were bad.
#[derive(Debug, Default)]
pub struct Reading {
    /// The answers that could be read.
    pub answers: Answers,
    /// Questions whose answer could not be read: not missing, but not known either.
    pub unreadable: BTreeSet<String>,
    /// Why, at `/answers/NAME`.
    pub errors: Vec<InputError>,
}

/// Reads every answer; `null` is no answer.
pub fn read(issue: &Issue, given: Map<String, Value>) -> Reading {
    let mut reading = Reading::default();
    for (name, value) in given {
        let result = match issue.question(&name) {
            Some(question) => question.read(value),
            None => Err(refused("answer_unknown")),
        };
        match result {
            Ok(Some(answer)) => {
                reading.answers.insert(name, answer);
            }
            Ok(None) => {}
            Err(error) => {
                reading.errors.push(InputError { pointer: pointer(&name), ..error });
                reading.unreadable.insert(name);
            }
        }
    }
    reading
}

/// The place of an answer, as a JSON Pointer.
pub fn pointer(name: &str) -> String {
    format!("/answers/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// An error whose place the reader of the answers adds.
fn refused(code: &'static str) -> InputError {
    InputError::new("", code)
}

impl Question {
    fn read(&self, value: Value) -> Result<Option<Answer>, InputError> {
        if value.is_null() {
            return Ok(None);
        }
        let answer = match &self.kind {
            Kind::YesNoUnsure => match value.as_str() {
                Some("yes") => Answer::Yes,
                Some("no") => Answer::No,
                Some("unsure") => Answer::Unsure,
                _ => return Err(refused("answer_not_yes_no_unsure")),
            },
            Kind::Choice(choices) => match choices.iter().find(|choice| value == choice.name) {
                Some(choice) => Answer::Choice(choice.name.clone()),
                None => {
                    let offered: Vec<_> = choices.iter().map(|choice| choice.name.as_str()).collect();
                    return Err(refused("answer_not_a_choice").with("choices", offered.join(", ")));
                }
            },
            Kind::Text => match value {
                Value::String(text) => {
                    Answer::Text(written(text, if self.short { MAX_SHORT_CHARS } else { MAX_ANSWER_CHARS })?)
                }
                _ => return Err(refused("answer_not_text")),
            },
            Kind::TextList => Answer::Texts(written_list(value)?),
        };
        Ok(Some(answer))
    }
}

fn written_list(value: Value) -> Result<Vec<String>, InputError> {
    let Value::Array(entries) = value else { return Err(refused("answer_not_text_list")) };
    if entries.len() > MAX_ANSWER_ENTRIES {
        return Err(refused("too_many").with("max", MAX_ANSWER_ENTRIES));
    }
    let mut texts = Vec::new();
    for entry in entries {
        let Value::String(text) = entry else { return Err(refused("answer_not_text_list")) };
        let text = written(text, MAX_ANSWER_CHARS)?;
        if !text.is_empty() {
            texts.push(text);
        }
    }
    Ok(texts)
}

/// `text` without what stands around it and cannot be seen: white space, and characters that show nothing. What consists of
/// such alone is empty.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Makes of `text` what is left of it when it is [`trimmed`].
pub fn trim(text: &mut String) {
    let kept = trimmed(text);
    if kept.len() < text.len() {
        *text = kept.to_owned();
    }
}

/// Characters that show nothing by themselves (Unicode's Default_Ignorable_Code_Point, the blank letters included, without
/// the variation selectors that belong to the letter before them).
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{E0000}'..='\u{E007F}')
}

/// What was written, of `max` characters at most.
fn written(mut text: String, max: usize) -> Result<String, InputError> {
    trim(&mut text);
    if text.chars().nth(max).is_some() {
        Err(refused("too_long").with("max", max))
    } else if text.contains('\0') {
        // The one character that the database cannot keep.
        Err(refused("control_characters"))
    } else {
        Ok(text)
    }
}
