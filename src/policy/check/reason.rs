//! Reasons and guidance: each code that is used has its texts, and each text is used.

use super::{bilingual, check_name, check_places};
use crate::policy::classification::{criterion, reason};
use crate::policy::edition::ReasonTexts;
use crate::policy::fault::Faults;
use crate::policy::file;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// A reason that the engine gives by itself: its code, what it judges, and the places its sentence may have.
struct Own {
    code: &'static str,
    criterion: Option<&'static str>,
    filled: &'static [&'static str],
}

const OWN: [Own; 6] = [
    Own { code: reason::ANSWER_UNSURE, criterion: None, filled: &["question"] },
    Own { code: reason::REPLACEMENT_AVAILABLE, criterion: None, filled: &["sunset"] },
    Own { code: reason::TEXT_CONTRADICTS_ANSWERS, criterion: None, filled: &["question"] },
    Own { code: reason::TEXT_CONTRADICTS_ANSWERS, criterion: Some(criterion::ISSUE), filled: &["issue"] },
    Own { code: reason::TEXT_SUGGESTS_OTHER_ISSUE, criterion: None, filled: &["issue"] },
    Own { code: reason::TEXT_LANGUAGE_UNKNOWN, criterion: None, filled: &[] },
];

/// Which reasons (with their criteria) and guidance the rules use.
#[derive(Default)]
pub(super) struct Uses {
    reasons: BTreeMap<String, BTreeSet<String>>,
    guidance: Vec<Spanned<String>>,
}

impl Uses {
    pub fn reason(&mut self, code: &str, criterion: &str) {
        self.reasons.entry(code.to_owned()).or_default().insert(criterion.to_owned());
    }

    pub fn guidance(&mut self, codes: &[Spanned<String>]) {
        self.guidance.extend_from_slice(codes);
    }
}

pub(super) fn reasons(given: &file::Map<file::Reason>, faults: &mut Faults) -> BTreeMap<String, ReasonTexts> {
    let mut texts = BTreeMap::new();
    for (code, reason) in given {
        check_name(code, faults);
        let made = ReasonTexts {
            detail: bilingual(&reason.detail, faults),
            details: reason
                .details
                .iter()
                .map(|(criterion, text)| (criterion.get_ref().clone(), bilingual(text, faults)))
                .collect(),
            guidance: reason.guidance.iter().map(|code| code.get_ref().clone()).collect(),
        };
        texts.insert(code.get_ref().clone(), made);
    }
    texts
}

/// Checks the engine's own reasons, then that no code lacks its text and no text its use.
pub(super) fn check_uses(file: &file::File, mut uses: Uses, faults: &mut Faults) {
    for own in OWN {
        let Some(reason) = file.reasons.get(own.code) else {
            let message = format!("every edition needs the reason `{}`: add `[reasons.{0}]` at the end", own.code);
            faults.note(0..0, message);
            continue;
        };
        let text = own.criterion.and_then(|criterion| reason.details.get(criterion)).unwrap_or(&reason.detail);
        check_places(&bilingual(text, faults), text.span(), own.filled, faults);
        uses.reason(own.code, own.criterion.unwrap_or_default());
        if own.code == reason::REPLACEMENT_AVAILABLE && reason.guidance.is_empty() {
            faults.note(reason.detail.span(), "a deny must say what to do instead: give this reason `guidance`");
        }
    }
    for (code, reason) in &file.reasons {
        uses.guidance(&reason.guidance);
        let Some(criteria) = uses.reasons.get(code.get_ref()) else {
            faults.note(code.span(), format!("no rule gives the reason `{}`: use it or strike it", code.get_ref()));
            continue;
        };
        for criterion in reason.details.keys().filter(|criterion| !criteria.contains(criterion.get_ref())) {
            let message = format!("no rule with this reason judges `{}`: strike the sentence", criterion.get_ref());
            faults.note(criterion.span(), message);
        }
    }
    for code in uses.guidance.iter().filter(|code| !file.guidance.contains_key(code.get_ref().as_str())) {
        let message = format!("guidance `{}` has no text: add it under `[guidance]`", code.get_ref());
        faults.note(code.span(), message);
    }
    for code in file.guidance.keys() {
        check_name(code, faults);
        if !uses.guidance.iter().any(|used| used.get_ref() == code.get_ref()) {
            faults.note(code.span(), format!("nothing gives the guidance `{}`: use it or strike it", code.get_ref()));
        }
    }
}
