//! Bad input as RFC 9457 problem documents, in both languages.

use super::Lang;
use crate::input::{InputCode, InputError};
use serde::Serialize;

/// A problem document.
#[derive(Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

#[derive(Serialize)]
struct FieldError {
    pointer: &'static str,
    code: &'static str,
    detail: &'static str,
}

/// What stands on a line of output in place of a decision.
#[derive(Serialize)]
pub struct ErrorLine {
    error: Problem,
}

impl ErrorLine {
    /// The line for these errors of one input.
    pub fn new(errors: &[InputError], lang: Lang) -> Self {
        let unreadable = errors.iter().any(|e| matches!(e.code, InputCode::Unreadable | InputCode::TooLong));
        let (kind, status) =
            if unreadable { ("/problems/unreadable-body", 400) } else { ("/problems/invalid-input", 422) };
        let (title, detail) = match (lang, unreadable) {
            (Lang::En, true) => {
                ("Unreadable input", "The line is not one JSON object. Write one decision input a line.")
            }
            (Lang::En, false) => ("Invalid input", "Some fields are missing or malformed. They are named in `errors`."),
            (Lang::Ja, true) => (
                "入力を読み取れません",
                "この行は 1 つの JSON オブジェクトになっていません。1 行に 1 件の入力を記述してください。",
            ),
            (Lang::Ja, false) => (
                "入力内容に誤りがあります",
                "不足している項目、または形式の正しくない項目があります。該当する項目は `errors` をご確認ください。",
            ),
        };
        let errors = errors.iter().map(|error| field_error(error, lang)).collect();
        Self { error: Problem { kind, title, status, detail, errors } }
    }
}

fn field_error(error: &InputError, lang: Lang) -> FieldError {
    let (code, en, ja) = words(error.code);
    let detail = match lang {
        Lang::En => en,
        Lang::Ja => ja,
    };
    FieldError { pointer: error.pointer, code, detail }
}

fn words(code: InputCode) -> (&'static str, &'static str, &'static str) {
    match code {
        InputCode::Unreadable => (
            "unreadable",
            "Write one JSON object that names no field twice.",
            "同じ項目名を重複させずに、JSON オブジェクトを 1 つ記述してください。",
        ),
        InputCode::TooLong => ("too_long", "Keep a line within 1 MiB.", "1 行は 1 MiB 以内にしてください。"),
        InputCode::Required => ("required", "This field is needed.", "この項目は必須です。"),
        InputCode::NotABoolean => {
            ("not_a_boolean", "Write `true` or `false`.", "`true` または `false` を指定してください。")
        }
        InputCode::NotAnInstant => (
            "not_an_instant",
            "Write a date and time with its offset, such as `2026-11-22T10:00:00Z`.",
            "`2026-11-22T10:00:00Z` のように、時差を含む日時を指定してください。",
        ),
        InputCode::UnknownSurface => (
            "unknown_surface",
            "Name one of the four default surfaces, or one declared in the routes file.",
            "既定の 4 つの適用先のいずれか、またはルート ファイルで定義した適用先を指定してください。",
        ),
        InputCode::UnknownFlow => (
            "unknown_flow",
            "Write `interactive`, `non_interactive` or `app_only`.",
            "`interactive`、`non_interactive`、`app_only` のいずれかを指定してください。",
        ),
        InputCode::NotText => ("not_text", "Write text.", "文字列を指定してください。"),
        InputCode::OddPath => (
            "odd_path",
            "Write the path without empty or dot segments, needless escapes, `;`, `\\` or `#`.",
            "空のセグメントや「.」「..」、不要なエスケープ、`;`、`\\`、`#` を含まないパスを指定してください。",
        ),
        InputCode::AmbiguousRoute => (
            "ambiguous_route",
            "Several routes fit: name `host` and `method` as well.",
            "該当するルートが複数あります。`host` と `method` も指定してください。",
        ),
    }
}
