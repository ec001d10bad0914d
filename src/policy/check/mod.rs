//! From the shape of an edition file to an [`Edition`] that can be relied on, or to every fault in it.

mod hint;
mod issue;
mod reason;
mod role;
mod rule;

use super::edition::{Edition, Limits, Lines, Named, Surface};
use super::fault::{Fault, FaultKind, Faults};
use super::file;
use crate::locale::Bilingual;
use chrono::{DateTime, FixedOffset};
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;
use toml::value::Datetime;

pub(super) fn edition(text: &str) -> Result<Edition, Vec<Fault>> {
    let file: file::File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            let message = error.message().replace('\n', ": ");
            let kind = match toml::from_str::<toml::Table>(text) {
                Ok(_) => FaultKind::Shape,
                Err(_) => FaultKind::Syntax,
            };
            return Err(vec![Fault { kind, ..Fault::at(text, &error.span().unwrap_or_default(), message) }]);
        }
    };
    let mut faults = Faults::of(text);
    let surfaces = surfaces(&file.surfaces, &mut faults);
    let reasons = reason::reasons(&file.reasons, &mut faults);
    let mut ground = rule::Ground { surfaces: &surfaces, reasons: &file.reasons, uses: reason::Uses::default() };
    let issues = issue::issues(&file.issues, &mut ground, &mut faults);
    let uses = ground.uses;
    reason::check_uses(&file, uses, &mut faults);
    let lines = Lines {
        policy: faults.line(&file.policy.span()),
        version: faults.line(&file.version.span()),
        effective_at: faults.line(&file.effective_at.span()),
    };
    let made = Edition {
        policy: file.policy.get_ref().clone(),
        name: file.edition.get_ref().clone(),
        version: version(&file, &mut faults),
        number: number(&file.version, &mut faults),
        effective_at: instant(&file.effective_at, &mut faults).to_utc(),
        topic: named(&file.topic, &mut faults),
        problem_type: named(&file.problem_type, &mut faults),
        roles: role::roles(&file.roles, &mut faults),
        filing_roles: role::filing(&file.filing_roles, &file.roles, &mut faults),
        limits: limits(&file.limits, &mut faults),
        surfaces,
        issues,
        reasons,
        guidance: file.guidance.iter().map(|(code, text)| (code.get_ref().clone(), plain(text, &mut faults))).collect(),
        lines,
        source: text.to_owned(),
    };
    faults.or(made)
}

fn version(file: &file::File, faults: &mut Faults) -> String {
    for part in [&file.policy, &file.edition] {
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if part.get_ref().is_empty() || !part.get_ref().chars().all(good) {
            let message = format!("`{}` is no name: use small letters, digits and hyphens", part.get_ref());
            faults.note(part.span(), message);
        }
    }
    format!("{}/{}.{}", file.policy.get_ref(), file.edition.get_ref(), file.version.get_ref())
}

fn number(given: &Spanned<i64>, faults: &mut Faults) -> u32 {
    let number = u32::try_from(*given.get_ref()).unwrap_or_default();
    if number == 0 {
        faults.note(given.span(), "`version` counts from 1: raise it by one with every change of a published edition");
    }
    number
}

fn instant(given: &Spanned<Datetime>, faults: &mut Faults) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(&given.get_ref().to_string()).unwrap_or_else(|_| {
        let message = format!(
            "`{}` is no instant: give date, time with seconds and offset, such as 2026-10-01T00:00:00+09:00",
            given.get_ref()
        );
        faults.note(given.span(), message);
        DateTime::default()
    })
}

fn limits(given: &file::Limits, faults: &mut Faults) -> Limits {
    let ceiling = Limits::CEILING;
    let mut limit = |name: &str, value: &Spanned<i64>, ceiling: u32| match u32::try_from(*value.get_ref()) {
        Ok(value) if value <= ceiling => value,
        _ => {
            faults.note(value.span(), format!("`{name}` must lie between 0 and the ceiling of {ceiling}: lower it"));
            0
        }
    };
    Limits {
        max_users: limit("max_users", &given.max_users, ceiling.max_users),
        max_days: limit("max_days", &given.max_days, ceiling.max_days),
        max_start_days: limit("max_start_days", &given.max_start_days, ceiling.max_start_days),
    }
}

fn surfaces(given: &[file::Surface], faults: &mut Faults) -> Vec<Surface> {
    let mut seen = BTreeSet::new();
    let surface = |surface: &file::Surface| Surface {
        name: new_name(&surface.name, "surface", &mut seen, faults),
        behaviour: surface.behaviour,
        label: plain(&surface.label, faults),
        hint: plain(&surface.hint, faults),
    };
    given.iter().map(surface).collect()
}

fn named(given: &file::Named, faults: &mut Faults) -> Named {
    Named { name: new_name(&given.name, "name", &mut BTreeSet::new(), faults), label: plain(&given.label, faults) }
}

/// A machine name that nothing else of its kind has.
fn new_name(name: &Spanned<String>, kind: &str, seen: &mut BTreeSet<String>, faults: &mut Faults) -> String {
    check_name(name, faults);
    if !seen.insert(name.get_ref().clone()) {
        faults.note(name.span(), format!("there is a {kind} `{}` already: give each its own name", name.get_ref()));
    }
    name.get_ref().clone()
}

fn check_name(name: &Spanned<String>, faults: &mut Faults) {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let text = name.get_ref();
    if !text.starts_with(|c: char| c.is_ascii_lowercase()) || !text.chars().all(good) || text.len() > 64 {
        let message =
            format!("`{text}` is no name: use at most 64 small letters, digits and underscores, a letter first");
        faults.note(name.span(), message);
    }
}

/// A text without places to fill in.
fn plain(text: &Spanned<file::Text>, faults: &mut Faults) -> Bilingual {
    let both = bilingual(text, faults);
    check_places(&both, text.span(), &[], faults);
    both
}

/// A text in both languages, neither of them blank.
fn bilingual(text: &Spanned<file::Text>, faults: &mut Faults) -> Bilingual {
    let mut one = |given: &Option<String>, key: &str, language: &str| match given {
        Some(words) if !words.trim().is_empty() => words.clone(),
        _ => {
            faults.note(text.span(), format!("`{key}` is missing: give the text in {language} too"));
            String::new()
        }
    };
    let given = text.get_ref();
    Bilingual { en: one(&given.en, "en", "English"), ja: one(&given.ja, "ja", "Japanese") }
}

/// Every `{place}` must be one that gets filled in.
fn check_places(text: &Bilingual, span: Range<usize>, filled: &[&str], faults: &mut Faults) {
    for place in super::template::places(&text.en).chain(super::template::places(&text.ja)) {
        if !filled.contains(&place) {
            let known = match filled {
                [] => "there is none here".to_owned(),
                filled => format!("here there is {{{}}}", filled.join("}, {")),
            };
            faults.note(span.clone(), format!("nothing fills in `{{{place}}}`: {known}"));
        }
    }
}
