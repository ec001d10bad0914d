//! A report as a file for spreadsheets and programs: one row for each number (RFC 4180, UTF-8 without a byte order mark). The
//! headings and codes are machine names in every language, so that a file of one reader is a file of all.

use super::asked::Asked;
use super::figure::{Figure, Key, Name};
use std::borrow::Cow;

const HEADINGS: [&str; 10] =
    ["report", "figure", "from", "until", "issue", "reason", "criterion", "group", "measure", "value"];

/// The file of `figures`. A row that is about no days of its own has those of the report; a number that there is none of is empty.
///
/// # Errors
/// Never in practice: it is written to memory.
pub fn file(name: Name, asked: &Asked, figures: &[Figure]) -> anyhow::Result<Vec<u8>> {
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    file.write_record(HEADINGS)?;
    for figure in figures {
        for row in &figure.rows {
            let days = match &row.key {
                Key::Days(days) => *days,
                _ => asked.period.days,
            };
            let (mut issue, mut reason, mut criterion, mut group) = ("", "", "", "");
            match &row.key {
                Key::Days(_) => {}
                Key::Issue(slug) => issue = slug,
                Key::Group(code) => group = code,
                Key::Rule { issue: slug, rule } => {
                    issue = slug;
                    match rule {
                        Some((code, judged)) => (reason, criterion) = (code, judged),
                        None => group = "by_reviewer",
                    }
                }
            }
            let (from, until) = (days.from.to_string(), days.until.to_string());
            for (measure, value) in figure.measures.iter().zip(&row.values) {
                let value = value.map(|value| value.machine().to_string()).unwrap_or_default();
                let cells = [name.code(), figure.code, &from, &until, issue, reason, criterion, group, measure, &value];
                file.write_record(cells.map(|cell| safe(cell).into_owned()))?;
            }
        }
    }
    Ok(file.into_inner()?)
}

/// `cell` so that no spreadsheet takes it for a formula: an apostrophe before what would begin one.
pub fn safe(cell: &str) -> Cow<'_, str> {
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            Cow::Owned(format!("'{cell}"))
        }
        _ => Cow::Borrowed(cell),
    }
}

#[cfg(test)]
mod tests {
    use super::super::figure::{Number, Row};
    use super::super::period::{Period, Preset};
    use super::*;
    use chrono_tz::Tz;
    use proptest::prelude::*;

    fn asked() -> Asked {
        let period = Period::until_today(Preset::Week, Tz::UTC, "2026-11-24T01:00:00Z".parse().unwrap());
        Asked { period, preset: Some(Preset::Week), tenant: None, issue: None }
    }

    fn file_of(key: Key, value: Option<Number>) -> String {
        let figure = Figure { code: "figure", measures: &["measure"], rows: vec![Row { key, values: vec![value] }] };
        String::from_utf8(file(Name::Appeals, &asked(), &[figure]).unwrap()).unwrap()
    }

    #[test]
    fn a_number_is_a_row_with_stable_names() {
        let rule = Key::Rule { issue: "service_accounts".to_owned(), rule: None };
        let text = file_of(rule, Some(Number::Share(12.34)));
        let lines: Vec<_> = text.split("\r\n").collect();
        assert_eq!(lines[0], "report,figure,from,until,issue,reason,criterion,group,measure,value");
        assert_eq!(lines[1], "appeals,figure,2026-11-18,2026-11-24,service_accounts,,,by_reviewer,measure,12.3");
        assert_eq!(lines[2..], [""]);
        assert!(file_of(Key::Group("g"), None).ends_with(",g,measure,\r\n"));
    }

    proptest! {
        #[test]
        fn no_cell_begins_a_formula_and_every_cell_is_read_as_it_was(issue in "[=+@\\-\t\r\n\"',;a-z＝]{0,12}") {
            let text = file_of(Key::Issue(issue.clone()), Some(Number::Count(3)));
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let record = reader.records().next().unwrap().unwrap();
            let cell = &record[4];
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']));
            prop_assert_eq!(cell.strip_prefix('\'').filter(|rest| *rest == issue).unwrap_or(cell), issue);
        }
    }
}
