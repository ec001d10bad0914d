//! The roles of the partners' people: what the directory calls them, and which of them file.

use super::plain;
use crate::policy::edition::Named;
use crate::policy::fault::Faults;
use crate::policy::file;
use std::collections::BTreeSet;
use toml::Spanned;

pub(super) fn roles(given: &[file::Named], faults: &mut Faults) -> Vec<Named> {
    let mut seen = BTreeSet::new();
    for role in given {
        let name = role.name.get_ref();
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if name.is_empty() || name.len() > 64 || !name.chars().all(good) {
            let message =
                format!("`{name}` is no name of a role: use at most 64 letters, digits, dots, hyphens and underscores");
            faults.note(role.name.span(), message);
        }
        if !seen.insert(name) {
            faults.note(role.name.span(), format!("there is a role `{name}` already: give each its own name"));
        }
    }
    given.iter().map(|role| Named { name: role.name.get_ref().clone(), label: plain(&role.label, faults) }).collect()
}

pub(super) fn filing(
    given: &Spanned<Vec<Spanned<String>>>,
    roles: &[file::Named],
    faults: &mut Faults,
) -> BTreeSet<String> {
    if given.get_ref().is_empty() {
        faults.note(given.span(), "nobody could file: name at least one of `[[roles]]`");
    }
    for name in given.get_ref() {
        if !roles.iter().any(|role| role.name.get_ref() == name.get_ref()) {
            let message = format!("there is no role `{}`: name one of `[[roles]]`", name.get_ref());
            faults.note(name.span(), message);
        }
    }
    given.get_ref().iter().map(|name| name.get_ref().clone()).collect()
}
