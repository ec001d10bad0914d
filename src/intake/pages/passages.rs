//! The passages that the text check found, in the partner's words as typed.

use crate::policy::Passage;
use crate::policy::answers::trimmed;
use std::ops::Range;

/// The passages of `field` (a JSON Pointer) in `text` as typed, each with its number among `passages`, from 1.
pub fn within(text: &str, field: &str, passages: &[Passage]) -> Vec<(usize, Range<usize>)> {
    let lead = text.find(trimmed(text)).unwrap_or(0);
    let here = passages.iter().enumerate().filter(|(_, passage)| passage.field == field);
    here.map(|(index, passage)| (index + 1, lead + passage.start..lead + passage.end)).collect()
}

/// The same in the entries of a list, put one a line.
pub fn within_list(entries: &[&str], field: &str, passages: &[Passage]) -> Vec<(usize, Range<usize>)> {
    let (mut found, mut offset, mut number) = (Vec::new(), 0, 0);
    for entry in entries {
        if !trimmed(entry).is_empty() {
            let here = within(entry, &format!("{field}/{number}"), passages);
            found.extend(here.into_iter().map(|(note, range)| (note, offset + range.start..offset + range.end)));
            number += 1;
        }
        offset += entry.len() + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Fact, Statement};

    fn passage(field: &str, start: usize, end: usize) -> Passage {
        Passage { field: field.to_owned(), start, end, says: Statement::Fact(Fact::VendorAsked) }
    }

    #[test]
    fn a_passage_is_found_in_the_text_as_typed() {
        let passages = [passage("/title", 0, 1), passage("/answers/vendor", 0, 4)];
        assert_eq!(within("  none yet ", "/answers/vendor", &passages), [(2, 2..6)]);
        assert_eq!(within("Title", "/title", &passages), [(1, 0..1)]);
    }

    #[test]
    fn a_passage_of_a_list_is_found_in_its_line() {
        let passages = [passage("/answers/services/1", 0, 4)];
        assert_eq!(within_list(&["Teams", " ", " none"], "/answers/services", &passages), [(1, 9..13)]);
    }
}
